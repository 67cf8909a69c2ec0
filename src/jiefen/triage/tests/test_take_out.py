"""An intake put into a case at triage is taken out of it again: the case is as it was, and nothing of the person's is lost."""

from datetime import timedelta

import pytest
from django.test import Client

from jiefen.cases import questions
from jiefen.cases.actions import answer_demand, take_step
from jiefen.cases.actions.join import state_mark
from jiefen.cases.integrity import verify
from jiefen.cases.models import Case, Deadline, Party, Step
from jiefen.cases.rebuild import rebuild
from jiefen.files.actions import name_of, store
from jiefen.files.queries import held_by
from jiefen.intake.models import Intake
from jiefen.kernel.outbox import at_once
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.notices.models import Notice
from jiefen.triage.actions import BadDecision, Decision, decide
from jiefen.triage.models import TriageDecision
from jiefen.triage.undo import meanwhile, take_intake_out
from tests.world import MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHY = "是另一个工地的事"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"), at_once():
        yield


@pytest.fixture
def case(county):
    """Lan's matter, signed by He, as it stands before anybody joins it."""
    case = county.case(once_key="lan")
    take_step(case, "sign", by=county.actor("he"), at=MONDAY + HOUR, facts={"recusal-declared": True})
    return fresh(case)


def fresh(case):
    return Case.objects.select_related("key").get(pk=case.pk)


def put_in(county, case, *, once="shi"):
    """Shi's letter, put into Lan's matter by Zhou."""
    told = county.intake(
        once_key=once, text="同一工地拖欠我的工资6000元", name="石建国", phone="13800002062", at=MONDAY + HOUR
    )
    intake = Intake.objects.get(pk=told.intake_id)
    decide(intake, Decision("join", case=case.pk), by=county.actor("zhou"), at=MONDAY + 2 * HOUR)
    return Intake.objects.get(pk=told.intake_id)


def clean(at):
    assert [str(one) for one in rebuild(check=True, at=at)] == []
    assert [str(one) for one in verify()] == []


def meanwhile_in(county, case):
    """What came while they lay together: a question to Shi and the answer with a picture, another left open, and Lan's file."""
    he, key = county.actor("he"), fresh(case)
    asked = {"of": "p2", "sort": "supplement", "without": "call", "due_on": (MONDAY + 5 * DAY).date(), "by": he}
    for n in (1, 2):
        questions.ask(case, text=f"请补充第{n}样", at=MONDAY + 3 * HOUR, once_key=f"q{n}", **asked)
    picture = ("工牌.txt", "石建国的工牌".encode())
    questions.answer(
        case, 1, words="工牌在这里", way="code", by=None, for_party="p2", files=[picture], at=MONDAY + 4 * HOUR
    )
    store(
        b"%PDF-1.4\n%%EOF",
        "兰的欠条.pdf",
        holder=f"case:{case.pk}",
        key_id=key.key_id,
        given_by="resident",
        at=MONDAY + 4 * HOUR,
    )


def test_the_case_is_as_it_was_and_the_letter_waits_on_the_bench_with_what_is_its_own(county, case):
    at = MONDAY + 9 * HOUR
    before, doors = state_mark(case, at), fresh(case).doors
    intake = put_in(county, case)
    kept = (intake.number, bytes(intake.token_mark), intake.received_at)
    meanwhile_in(county, case)
    assert state_mark(fresh(case), at) != before
    came = {one.key: one for one in meanwhile(intake)}
    assert sorted(one.own for one in came.values()) == [False, True, True]  # her paper; his answer and its picture
    goes = [one.key for one in came.values() if one.own]
    out = take_intake_out(intake, by=county.actor("zhou"), at=MONDAY + 5 * HOUR, reason=WHY, goes=goes)
    assert state_mark(fresh(case), at) == before and fresh(case).doors == doors
    assert (out.number, bytes(out.token_mark), out.received_at) == kept and out.state == "waiting"
    assert not TriageDecision.objects.filter(intake=intake).exists() and out.key.parent_id is None
    assert sorted(name_of(f) for f in held_by(f"intake:{intake.pk}")) == ["20261116补充说明.txt", "工牌.txt"]
    assert [name_of(f) for f in held_by(f"case:{case.pk}")] == ["兰的欠条.pdf"]
    told = Notice.objects.filter(code="taken-out", case=case).values_list("person__username", flat=True)
    assert "he" in told and "wen" not in told
    clean(at)
    said = Client().get(f"/follow/{open_row(out.key).open(out.token, field='intake.token')}/").content.decode()
    assert "您这件单独往下办" in said and case.number not in said


def test_its_own_case_keeps_the_receipt_the_clock_and_the_right_to_be_asked(county, case):
    intake = put_in(county, case)
    clock = Deadline.objects.get(case=case, clock="finish-by", key="p2")
    alone = Decision("open", kind="0701", procedure="hotline-order", unit=case.lead_unit_id, demands=("要工资6000元",))
    out = take_intake_out(intake, by=county.actor("zhou"), at=MONDAY + 5 * HOUR, reason=WHY, alone=alone)
    own = fresh(out.decision.case)
    assert own.pk != case.pk and list(Party.objects.filter(case=own).values_list("receipt", flat=True)) == [intake.pk]
    mine = Deadline.objects.get(case=own, clock="finish-by", key="p1")
    assert mine.started_at <= clock.started_at and mine.due_at <= clock.due_at
    he = county.actor("he")
    take_step(own, "sign", by=he, at=MONDAY + 6 * HOUR, facts={"recusal-declared": True})
    assert [p.receipt for p in Party.objects.filter(case=case)] == [Party.objects.get(case=case).receipt]
    clean(MONDAY + 9 * HOUR)
    with pytest.raises(BadDecision, match="没有并在别的事项里"):
        take_intake_out(intake, by=county.actor("zhou"), at=MONDAY + 7 * HOUR, reason=WHY)


def test_who_joins_later_gets_a_key_of_their_own(county, case):
    take_intake_out(put_in(county, case), by=county.actor("zhou"), at=MONDAY + 5 * HOUR, reason=WHY)
    told = county.intake(
        once_key="ming", text="同一工地拖欠工资", name="王五", phone="13800002063", at=MONDAY + 5 * HOUR
    )
    later = Intake.objects.get(pk=told.intake_id)
    decide(later, Decision("join", case=case.pk), by=county.actor("zhou"), at=MONDAY + 6 * HOUR)
    assert Party.objects.get(case=case, receipt=later.pk).key == "p3"
    clean(MONDAY + 9 * HOUR)


def test_what_was_answered_them_or_is_not_theirs_to_move_is_refused_and_nothing_is_written(county, case):
    intake = put_in(county, case)
    rows = Step.objects.filter(case=case).count()
    for who, said, why in (
        ("wen", {}, "没有并在别的事项里"),
        ("zhou", {"reason": " "}, "请写明为什么取出"),
        ("zhou", {"goes": ["file-999"]}, "请重新选择"),
    ):
        with pytest.raises(BadDecision, match=why):
            take_intake_out(intake, **{"by": county.actor(who), "at": MONDAY + 5 * HOUR, "reason": WHY} | said)
    assert Step.objects.filter(case=case).count() == rows and fresh(case).parties.count() == 2
    he = county.actor("he")
    take_step(case, "contact", by=he, at=MONDAY + 5 * HOUR, facts={"session-note": "两位都联系了"})
    answer_demand(case, 1, outcome="supported", result="已付清", basis="劳动合同法第三十条", remedy="不满意可来电")
    store(
        b"%PDF-1.4\n%%EOF",
        "转账单.pdf",
        holder=f"case:{case.pk}",
        key_id=case.key_id,
        given_by="staff",
        at=MONDAY + 6 * HOUR,
    )
    take_step(case, "reply", by=he, at=MONDAY + 7 * HOUR, facts={"evidence": ["转账单"]})
    with pytest.raises(BadDecision, match="已经答复了他本人"):
        take_intake_out(intake, by=county.actor("zhou"), at=MONDAY + 8 * HOUR, reason=WHY)
