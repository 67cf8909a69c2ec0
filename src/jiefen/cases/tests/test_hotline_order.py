"""One hotline order from the door to the archive, by the real verbs."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import StepRefused, answer_demand, correct, take_step
from jiefen.cases.models import Assignment, Case, Deadline, Party, Step
from jiefen.files.models import StoredFile
from jiefen.kernel import outbox
from jiefen.kernel.scope import scope
from jiefen.oversight.actions import NotIndependent, record_follow_up
from jiefen.papers.models import Paper
from tests.world import MONDAY

HOUR = timedelta(hours=1)


def follow_outbox() -> None:
    """What the worker does after each step, done now."""
    with scope("worker"):
        ids = list(Step.objects.order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        outbox.work(pk)


def give_evidence(case: Case, at=MONDAY) -> None:
    from jiefen.files.actions import store

    store(
        b"%PDF-1.4 wage slip\n%%EOF",
        "工资条.pdf",
        holder=f"case:{case.pk}",
        key_id=case.key_id,
        given_by="resident",
        at=at,
    )


def to_replied(county, **kw) -> Case:
    case = county.case(**kw)
    he = county.actor("he")
    take_step(case, "sign", by=he, at=MONDAY + HOUR, facts={"recusal-declared": True})
    take_step(case, "contact", by=he, at=MONDAY + 2 * HOUR, facts={"session-note": "已电话联系"})
    answer_demand(
        case,
        1,
        outcome="supported",
        result="已责令支付9560元",
        basis="《保障农民工工资支付条例》第三十条",
        remedy="60日内申请行政复议",
    )
    give_evidence(case)
    take_step(case, "reply", by=he, at=MONDAY + 3 * HOUR)
    case.refresh_from_db()
    return case


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def test_it_goes_from_the_door_to_the_archive(county):
    case = to_replied(county)
    assert case.state == "replied" and case.is_open
    record_follow_up(
        case, by=county.actor("caller"), at=MONDAY + 5 * HOUR, outcome="reached", words="钱拿到了", satisfied=True
    )
    take_step(case, "call-back", by=county.actor("caller"), at=MONDAY + 6 * HOUR, facts={"call-result": "已解决"})
    case.refresh_from_db()
    assert (case.state, case.is_open, case.next_due_at) == ("closed", False, None)
    assert [s.name for s in Step.objects.filter(case=case)] == [
        "opened",
        "dispatch",
        "sign",
        "contact",
        "reply",
        "call-back",
    ]
    assert not Deadline.objects.filter(case=case, stopped_at=None, lapsed=False).exists()


def test_it_runs_the_clocks_of_the_file(county):
    case = county.case()
    clocks = {d.clock: d for d in Deadline.objects.filter(case=case)}
    assert clocks["dispatch-by"].stopped_at is not None
    assert clocks["finish-by"].key == "p1" and clocks["finish-by"].stopped_at is None
    # 求助: ten working days from Monday 2026-11-16 end with Monday 2026-11-30, 24:00.
    assert clocks["finish-by"].due_at.isoformat() == "2026-11-30T16:00:00+00:00"
    assert case.next_due_at == min(d.due_at for d in clocks.values() if d.stopped_at is None)


def test_it_refuses_to_reply_while_a_demand_is_unanswered(county):
    case = county.case()
    he = county.actor("he")
    take_step(case, "sign", by=he, at=MONDAY, facts={"recusal-declared": True})
    with pytest.raises(StepRefused) as refused:
        take_step(case, "reply", by=he, at=MONDAY)
    assert refused.value.refusal.rule == "every-demand-answered"
    assert Step.objects.filter(case=case).count() == 3


def test_it_refuses_a_reply_on_the_handlers_word_alone(county):
    case = county.case()
    he = county.actor("he")
    take_step(case, "sign", by=he, at=MONDAY, facts={"recusal-declared": True})
    answer_demand(case, 1, outcome="explained", result="已解释", basis="条例", remedy="复议")
    with pytest.raises(StepRefused) as refused:
        take_step(case, "reply", by=he, at=MONDAY)
    assert refused.value.refusal.rule == "evidence-on-file"


def test_it_takes_no_step_from_wen(county):
    case = county.case()
    with pytest.raises(StepRefused) as refused:
        take_step(case, "sign", by=county.actor("wen"), at=MONDAY, facts={"recusal-declared": True})
    assert refused.value.refusal.rule == "role"


def test_it_lets_nobody_who_handled_it_follow_up(county):
    case = to_replied(county)
    with pytest.raises(NotIndependent):
        record_follow_up(case, by=county.actor("he"), at=MONDAY + 5 * HOUR, outcome="reached", words="满意")


def test_it_returns_to_the_dispatcher_and_the_residents_clock_goes_on(county):
    case = county.case()
    before = Deadline.objects.get(case=case, clock="finish-by").due_at
    facts = {"objection-reasons": "不属人社职权", "proper-unit": "housing"}
    take_step(case, "return", by=county.actor("he"), at=MONDAY + HOUR, facts=facts, reason="工程款问题")
    case.refresh_from_db()
    assert (case.state, case.returns) == ("disputed", 1)
    take_step(
        case,
        "redispatch",
        by=county.actor("zhou"),
        at=MONDAY + 2 * HOUR,
        reason="同意",
        facts={"lead-unit": county.units["housing"].pk},
    )
    case.refresh_from_db()
    assert case.lead_unit == county.units["housing"]
    assert Deadline.objects.get(case=case, clock="finish-by").due_at == before
    assert Assignment.objects.get(case=case, unit=county.units["labour"]).state == "released"
    assert case.responsible == county.people["housing_head"]  # the head stands in until somebody signs


def test_it_waits_for_the_assisting_unit(county):
    case = to_replied(county, helpers=("housing",))
    record_follow_up(
        case, by=county.actor("caller"), at=MONDAY + 5 * HOUR, outcome="reached", words="好了", satisfied=True
    )
    with pytest.raises(StepRefused) as refused:
        take_step(case, "call-back", by=county.actor("caller"), at=MONDAY + 6 * HOUR)
    assert refused.value.refusal.rule == "assignments-answered"
    other = county.actor("housing_handler")
    take_step(
        case, "sign-assignment", by=other, at=MONDAY + 6 * HOUR, assignment="a2", facts={"recusal-declared": True}
    )
    take_step(
        case,
        "answer-assignment",
        by=other,
        at=MONDAY + 7 * HOUR,
        assignment="a2",
        facts={"recusal-declared": True, "assignment-answer": "工程款已拨"},
    )
    take_step(case, "call-back", by=county.actor("caller"), at=MONDAY + 8 * HOUR)
    case.refresh_from_db()
    assert not case.is_open


def test_it_excludes_the_office_complained_of(county):
    case = county.case(unit=None, decision={"respondent_units": [county.units["labour"].pk]})
    with pytest.raises(StepRefused) as refused:
        take_step(case, "dispatch", by=county.actor("zhou"), at=MONDAY, facts={"lead-unit": county.units["labour"].pk})
    assert refused.value.refusal.rule == "respondent-excluded"


def test_it_reopens_for_a_new_fact(county):
    case = to_replied(county)
    record_follow_up(
        case,
        by=county.actor("caller"),
        at=MONDAY + 5 * HOUR,
        outcome="reached",
        words="没解决",
        satisfied=False,
        ground="untrue",
    )
    take_step(case, "redo", by=county.actor("caller"), at=MONDAY + 6 * HOUR, reason="答复不实")
    case.refresh_from_db()
    assert case.state == "handling" and case.is_open
    assert Deadline.objects.get(case=case, clock="redo-by").stopped_at is None


def test_it_puts_the_papers_on_file(county):
    case = to_replied(county)
    follow_outbox()
    follow_outbox()  # twice: nothing twice
    kinds = sorted(Paper.objects.filter(case=case).values_list("kind", flat=True))
    assert kinds == ["hotline-order-sheet", "hotline-reply"]


def test_it_corrects_without_touching_the_row(county):
    case = county.case()
    before = Deadline.objects.get(case=case, clock="finish-by").due_at
    row = Step.objects.get(case=case, name="dispatch")
    held = bytes(row.hash)
    correct(case, by=county.actor("zhou"), at=MONDAY + HOUR, reason="写错了类型", about={"kind": "0801"})
    case.refresh_from_db()
    row.refresh_from_db()
    assert case.kind == "0801" and bytes(row.hash) == held
    assert Deadline.objects.get(case=case, clock="finish-by").due_at == before


def test_it_keeps_a_party_sealed(county):
    case = county.case()
    party = Party.objects.get(case=case, role="complainant")
    assert "兰秀英".encode() not in bytes(party.sealed)
    assert StoredFile.objects.count() == 0
