"""Who is told, who is not, and once."""

from datetime import timedelta

import pytest

from jiefen.cases import rehome
from jiefen.cases.actions import take_step
from jiefen.cases.models import Case, Step
from jiefen.kernel import outbox
from jiefen.kernel.scope import scope
from jiefen.notices.actions import people_with
from jiefen.notices.models import Notice
from tests.world import MONDAY

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def told(**which) -> set[str]:
    return set(Notice.objects.filter(**which).values_list("person__username", flat=True))


def test_a_step_tells_whom_its_file_names_and_tells_once(county):
    case = county.case()
    step = Step.objects.get(case=case, name="dispatch")
    outbox.work(step.pk)
    outbox.work(step.pk)
    assert told(step=step.pk) == {"he_head"}  # who answers there until somebody signs
    assert Notice.objects.filter(step=step.pk).count() == 1


def test_a_return_tells_the_nearest_dispatcher_and_not_the_one_who_took_it(county):
    case = county.case()
    facts = {"objection-reasons": "不属职权", "proper-unit": "housing"}
    step = take_step(case, "return", by=county.actor("he"), at=MONDAY + HOUR, facts=facts, reason="不属职权")
    outbox.work(step.pk)
    assert told(step=step.pk) == {"zhou"}


def test_an_office_kept_out_is_told_nothing(county):
    case = county.case(by="su", unit="housing", decision={"respondent_units": [county.units["centre"].pk]})
    assert people_with("dispatcher", case, MONDAY) == {county.people["su"].pk}


def test_an_orphan_is_told_to_the_countys_supervisor_once(county):
    case = county.case()
    Case.objects.filter(pk=case.pk).update(next_due_at=None)
    for hour in (1, 2):
        rehome.sweep_and_tell(MONDAY + hour * HOUR)
    assert told(code="orphan", case=case) == {"su"} and Notice.objects.filter(code="orphan").count() == 1


def test_a_notice_carries_no_words():
    assert {
        f.name for f in Notice._meta.fields if f.get_internal_type() in ("TextField", "BinaryField", "JSONField")
    } == set()
