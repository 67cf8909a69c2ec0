"""One procedure opened out of another."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import StepRefused, open_next, take_step
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.standing import deadlines_of, standing_of
from jiefen.kernel.scope import scope
from tests.world import MONDAY

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def test_it_opens_a_petition_out_of_a_suggestion_and_says_so_in_both(county):
    case = county.case(unit=None, decision={"procedure": "petition-suggestion", "kind": "2501"})
    child, row = open_next(case, "petition-claim", by=county.actor("officer"), at=MONDAY + DAY, demands=["赔偿损失"])
    assert child is not None and child.arose_from_id == case.pk and child.procedure == "petition-claim"
    assert row.name == "opened" and row.codes["opens"] == "petition-claim"
    assert Case.objects.get(pk=case.pk).state == "registered"
    mine, theirs = Party.objects.get(case=child), Party.objects.get(case=case)
    assert mine.receipt == theirs.receipt  # Lan's one code opens both


def test_it_refuses_a_road_the_procedure_does_not_have_and_writes_nothing(county):
    case = county.case(unit=None, decision={"procedure": "petition-suggestion", "kind": "2501"})
    before = Step.objects.count(), Case.objects.count()
    with pytest.raises(StepRefused, match="没有这条转开的路"):
        open_next(case, "campaign", by=county.actor("officer"), at=MONDAY + DAY)
    assert (Step.objects.count(), Case.objects.count()) == before


def test_it_does_not_open_the_same_thing_twice_while_the_first_runs(county):
    case = county.case(unit=None, decision={"procedure": "petition-suggestion", "kind": "2501"})
    child, _row = open_next(case, "petition-claim", by=county.actor("officer"), at=MONDAY + DAY)
    with pytest.raises(StepRefused, match=child.number):
        open_next(case, "petition-claim", by=county.actor("officer"), at=MONDAY + 2 * DAY)


def test_it_refuses_the_stranger_and_a_party_who_is_not_in_it(county):
    case = county.case(unit=None, decision={"procedure": "petition-suggestion", "kind": "2501"})
    for by, for_party in ((county.actor("wen"), ""), (None, "p9"), (None, "")):
        with pytest.raises(StepRefused, match="只有当事人本人"):
            open_next(case, "petition-claim", by=by, for_party=for_party, at=MONDAY + DAY)


def test_it_lets_the_person_ask_by_their_own_code(county):
    case = county.case(unit=None, decision={"procedure": "petition-suggestion", "kind": "2501"})
    child, row = open_next(case, "petition-claim", by=None, for_party="p1", at=MONDAY + DAY, reason="损失没有人赔")
    assert row.by_id is None and row.by_role == "applicant" and child.first_asked_id == case.first_asked_id


def test_it_gives_the_duty_to_a_unit_from_the_first_row_on_where_no_step_hands_it_over(county):
    case = county.case(unit=None, decision={"procedure": "petition-suggestion", "kind": "2501"})
    child, _row = open_next(
        case, "petition-claim", by=county.actor("officer"), at=MONDAY, lead=county.units["labour"].pk
    )
    child = Case.objects.get(pk=child.pk)
    assert child.lead_unit_id == county.units["labour"].pk and child.responsible_id
    assert {d.clock for d in deadlines_of(child, standing_of(child))} >= {"forward-by", "resident-waits"}


def test_it_refuses_a_step_written_down_for_a_party_by_somebody_outside(county):
    case = county.case(unit="labour")
    with pytest.raises(StepRefused):
        take_step(case, "withdraw", by=county.actor("wen"), for_party="p1", at=MONDAY + DAY)
