"""Joining matters that are the same, and undoing it: nobody is lost, and what was before is there again."""

import csv
import random
from datetime import timedelta
from io import StringIO

import pytest

from jiefen.cases.actions import StepRefused, answer_demand, take_step
from jiefen.cases.actions.alike_answers import same_answer, unanswered
from jiefen.cases.actions.along import along, catch_up
from jiefen.cases.actions.answer import NotAnAnswer
from jiefen.cases.actions.join import join, joined_to, leader_of, meanwhile, part, state_mark
from jiefen.cases.integrity import verify
from jiefen.cases.joining import along as table
from jiefen.cases.models import Assignment, Case, Deadline, Party, Step
from jiefen.cases.rebuild import rebuild
from jiefen.files.actions import store
from jiefen.files.models import StoredFile
from jiefen.files.queries import held_by
from jiefen.kernel.outbox import at_once
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.procedures.catalogue import procedure
from tests.world import MONDAY

HOUR = timedelta(hours=1)
SURE = {"recusal-declared": True}
WHY = "同一个工地、同一个工头、同一笔工资"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"), at_once():
        yield


@pytest.fixture
def two(county):
    """Lan's matter, signed by He; and Shi's of the same wages, not handed over yet."""
    lan = county.case(once_key="lan")
    take_step(lan, "sign", by=county.actor("he"), at=MONDAY + HOUR, facts=SURE)
    shi = county.case(once_key="shi", text="同一工地拖欠我的工资6000元", name="石建国", phone="13800002062", unit=None,
                      at=MONDAY + HOUR)  # fmt: skip
    return lan, shi


def fresh(case):
    return Case.objects.select_related("key").get(pk=case.pk)


def state(case):
    return fresh(case).state


def names(case):
    return list(Step.objects.filter(case=case).order_by("seq").values_list("name", flat=True))


def clean(at):
    assert list(rebuild(check=True, at=at)) == []
    assert list(verify()) == []


def test_it_is_a_row_in_both_chains_and_everybody_keeps_their_own(two, county):
    lan, shi = two
    receipts = set(Party.objects.filter(receipt__isnull=False).values_list("case_id", "receipt"))
    done = join(lan, shi, by=county.actor("zhou"), at=MONDAY + 2 * HOUR, reason=WHY)
    assert done.behind == ""
    assert names(lan) == ["opened", "dispatch", "sign", "joined"]
    assert names(shi) == ["opened", "joined", "dispatch"]
    assert fresh(shi).lead_unit_id == fresh(lan).lead_unit_id
    assert set(Party.objects.filter(receipt__isnull=False).values_list("case_id", "receipt")) == receipts
    clocks = set(Deadline.objects.filter(clock="finish-by", stopped_at=None).values_list("case_id", "key"))
    assert clocks == {(lan.pk, "p1"), (shi.pk, "p1")}
    assert [c.pk for c in joined_to(lan)] == [shi.pk]
    assert leader_of(shi) == lan
    clean(MONDAY + 3 * HOUR)


def test_it_undoes_to_the_same_state(two, county):
    lan, shi = two
    zhou, at = county.actor("zhou"), MONDAY + 9 * HOUR
    before = [state_mark(fresh(case), at) for case in two]
    join(lan, shi, by=zhou, at=MONDAY + 2 * HOUR, reason=WHY)
    assert [state_mark(fresh(case), at) for case in two] != before
    part(shi, by=zhou, at=MONDAY + 3 * HOUR, reason="看错了，是另一个工地")
    assert [state_mark(fresh(case), at) for case in two] == before
    assert leader_of(shi) is None and joined_to(lan) == []
    clean(at)


def test_it_can_be_joined_again_after_an_undo(two, county):
    lan, shi = two
    zhou, at = county.actor("zhou"), MONDAY + 9 * HOUR
    before = [state_mark(fresh(case), at) for case in two]
    for n in range(2, 5):
        join(lan, shi, by=zhou, at=MONDAY + n * HOUR, reason=WHY)
        assert state(shi) == "dispatched"
        part(shi, by=zhou, at=MONDAY + n * HOUR, reason="看错了")
        assert state(shi) == "received"
    assert [state_mark(fresh(case), at) for case in two] == before
    clean(at)


def test_the_same_press_twice_is_one_join_and_one_undo(two, county):
    lan, shi = two
    zhou = county.actor("zhou")
    first = join(lan, shi, by=zhou, at=MONDAY + 2 * HOUR, reason=WHY)
    again = join(lan, shi, by=zhou, at=MONDAY + 2 * HOUR, reason=WHY)
    assert (first.lead.pk, first.other.pk) == (again.lead.pk, again.other.pk)
    one = part(shi, by=zhou, at=MONDAY + 3 * HOUR, reason="看错了")
    two_ = part(shi, by=zhou, at=MONDAY + 3 * HOUR, reason="看错了")
    assert (one.lead.pk, one.other.pk) == (two_.lead.pk, two_.other.pk)


def test_what_the_lead_does_is_done_in_both_and_what_is_owed_to_one_is_not(two, county):
    lan, shi = two
    he = county.actor("he")
    join(lan, shi, by=county.actor("zhou"), at=MONDAY + 2 * HOUR, reason=WHY)
    take_step(shi, "sign", by=he, at=MONDAY + 3 * HOUR, facts=SURE)
    take_step(lan, "contact", by=he, at=MONDAY + 4 * HOUR, facts={"session-note": "兰秀英说还欠九千"})
    assert "contact" not in names(shi)
    extension = {"extensions": [{"clock": "finish-by", "days": 5, "reason": "要现场核实"}]}
    take_step(lan, "extend", by=county.actor("zhou"), at=MONDAY + 5 * HOUR, facts=extension, reason="要现场核实")
    assert "extend" in names(shi)
    row = Step.objects.get(case=shi, name="extend")
    assert row.by_id == county.people["zhou"].pk and row.codes["along"] == Step.objects.get(case=lan, name="extend").pk
    along(row.codes["along"])  # the outbox may bring it twice
    assert names(shi).count("extend") == 1
    clean(MONDAY + 9 * HOUR)


def test_each_gets_an_answer_of_their_own(two, county):
    lan, shi = two
    he = county.actor("he")
    join(lan, shi, by=county.actor("zhou"), at=MONDAY + 2 * HOUR, reason=WHY)
    take_step(shi, "sign", by=he, at=MONDAY + 3 * HOUR, facts=SURE)
    for case in two:
        store(
            b"%PDF-1.4\n%%EOF", "条.pdf", holder=f"case:{case.pk}", key_id=case.key_id, given_by="resident", at=MONDAY
        )
    answer_demand(lan, 1, outcome="supported", result="已付", basis="条例", remedy="复议")
    take_step(lan, "reply", by=he, at=MONDAY + 4 * HOUR)
    assert (state(lan), state(shi)) == ("replied", "handling")  # Shi's own demand has no answer yet
    answer_demand(shi, 1, outcome="supported", result="已付六千", basis="条例", remedy="复议")
    assert catch_up(fresh(lan), fresh(shi), by=he, at=MONDAY + 5 * HOUR) == ""
    assert state(shi) == "replied"
    assert "答复已经给了本人" in meanwhile(shi).steps[-1].why_not


def test_the_office_that_had_the_other_is_released_and_has_it_again_after_the_undo(county):
    lan = county.case(once_key="lan")
    shi = county.case(once_key="shi", name="石建国", phone="13800002062", unit="housing", at=MONDAY + HOUR)
    zhou, at = county.actor("zhou"), MONDAY + 9 * HOUR
    before = state_mark(fresh(shi), at)
    join(lan, shi, by=zhou, at=MONDAY + 2 * HOUR, reason=WHY)
    assert fresh(shi).lead_unit_id == county.units["labour"].pk
    assert Assignment.objects.get(case=shi, key="a1").state == "released"
    clean(at)
    part(shi, by=zhou, at=MONDAY + 3 * HOUR, reason="看错了")
    assert fresh(shi).lead_unit_id == county.units["housing"].pk
    assert state_mark(fresh(shi), at) == before
    clean(at)


def test_what_came_meanwhile_stays_or_goes_as_it_is_told(two, county):
    lan, shi = two
    zhou = county.actor("zhou")
    join(lan, shi, by=zhou, at=MONDAY + 2 * HOUR, reason=WHY)
    kept = store(
        b"%PDF-1.4\n%%EOF1",
        "石的条.pdf",
        holder=f"case:{lan.pk}",
        key_id=lan.key_id,
        given_by="resident",
        at=MONDAY + 3 * HOUR,
    )
    old = store(
        b"%PDF-1.4\n%%EOF2", "兰的条.pdf", holder=f"case:{lan.pk}", key_id=lan.key_id, given_by="resident", at=MONDAY
    )
    found = meanwhile(shi)
    assert [one.name for one in found.steps] == ["dispatch"]
    assert [file.pk for file in found.lead_files] == [kept.pk]
    with pytest.raises(StepRefused, match="并件以前"):
        part(shi, by=zhou, at=MONDAY + 4 * HOUR, reason="看错了", files=[old.pk])
    part(shi, by=zhou, at=MONDAY + 4 * HOUR, reason="看错了", take_back=[], files=[kept.pk])
    assert state(shi) == "dispatched"  # the handing over stays, by choice
    moved = held_by(f"case:{shi.pk}").get()
    assert bytes(moved.sha256) == bytes(kept.sha256) and moved.key_id == shi.key_id
    assert not StoredFile.objects.filter(pk=kept.pk).exists()
    clean(MONDAY + 9 * HOUR)


def test_what_stays_must_follow_from_what_stays_before_it(two, county):
    lan, shi = two
    join(lan, shi, by=county.actor("zhou"), at=MONDAY + 2 * HOUR, reason=WHY)
    take_step(shi, "sign", by=county.actor("he"), at=MONDAY + 3 * HOUR, facts=SURE)
    with pytest.raises(StepRefused, match="从后往前"):
        part(shi, by=county.actor("zhou"), at=MONDAY + 4 * HOUR, reason="看错了", take_back=[3])
    part(shi, by=county.actor("zhou"), at=MONDAY + 4 * HOUR, reason="看错了", take_back=[])
    assert state(shi) == "handling"


def test_several_who_complain_each_get_their_answer_from_one_answer_of_the_lead(two, county):
    """Answered once, by one press in each what is the same, with evidence filed in the lead alone: everybody is answered."""
    lan, shi = two
    he, zhou = county.actor("he"), county.actor("zhou")
    third = county.case(
        once_key="third", text="工地欠我工资3000元", name="王五", phone="13800002099", unit=None, at=MONDAY + HOUR
    )
    for n, other in enumerate((shi, third)):
        join(lan, other, by=zhou, at=MONDAY + (2 + n) * HOUR, reason=WHY)
        take_step(other, "sign", by=he, at=MONDAY + (4 + n) * HOUR, facts=SURE)
    with pytest.raises(NotAnAnswer, match="主件这一项还没有答复"):
        same_answer(lan, 1, [(shi.pk, 1)])
    answer_demand(lan, 1, outcome="supported", result="十一月二十日前付清", basis="条例", remedy="不服可以申请复查")
    assert [(one.case.pk, one.seq) for one in unanswered(lan)] == [(shi.pk, 1), (third.pk, 1)]
    with pytest.raises(NotAnAnswer, match="不在并入的件里"):
        same_answer(lan, 1, [(shi.pk, 1), (county.case(once_key="stranger", text="路灯坏了").pk, 1)])
    assert len(unanswered(lan)) == 2  # nothing half-done
    assert same_answer(lan, 1, [(shi.pk, 1), (third.pk, 1)]) == 2
    assert same_answer(lan, 1, [(shi.pk, 1), (third.pk, 1)]) == 0 and unanswered(lan) == []
    store(b"%PDF-1.4\n%%EOF", "转账单.pdf", holder=f"case:{lan.pk}", key_id=lan.key_id, given_by="resident", at=MONDAY)
    take_step(lan, "reply", by=he, at=MONDAY + 7 * HOUR)
    for case in (lan, shi, third):
        assert state(case) == "replied"
        answers = Deadline.objects.filter(case=case, clock="finish-by")
        assert answers and all(d.stopped_at for d in answers)
        demand = case.demands.get(seq=1)
        assert open_row(fresh(case).key).open(demand.result, field="demand.result") == "十一月二十日前付清"
    assert not held_by(f"case:{shi.pk}").exists()  # nobody's papers were copied into another's matter
    clean(MONDAY + 9 * HOUR)


def test_what_has_ended_with_an_answer_is_not_taken_apart(two, county):
    from jiefen.oversight.actions import record_follow_up

    lan, shi = two
    he, caller = county.actor("he"), county.actor("caller")
    join(lan, shi, by=county.actor("zhou"), at=MONDAY + 2 * HOUR, reason=WHY)
    take_step(shi, "sign", by=he, at=MONDAY + 3 * HOUR, facts=SURE)
    store(b"%PDF-1.4\n%%EOF", "条.pdf", holder=f"case:{shi.pk}", key_id=shi.key_id, given_by="resident", at=MONDAY)
    answer_demand(shi, 1, outcome="supported", result="已付", basis="条例", remedy="复议")
    take_step(shi, "reply", by=he, at=MONDAY + 4 * HOUR)
    record_follow_up(shi, by=caller, at=MONDAY + 5 * HOUR, outcome="reached", words="好", satisfied=True)
    take_step(shi, "call-back", by=caller, at=MONDAY + 6 * HOUR)
    with pytest.raises(StepRefused, match="已经答复办结"):
        part(shi, by=county.actor("zhou"), at=MONDAY + 7 * HOUR, reason="看错了")


@pytest.mark.parametrize("who", ["wen", "ge", "an", "ming", "lin"])
def test_whoever_has_no_business_with_both_joins_nothing(two, county, who):
    lan, shi = two
    with pytest.raises(StepRefused, match="并件由"):
        join(lan, shi, by=county.actor(who), at=MONDAY + 2 * HOUR, reason=WHY)
    assert "joined" not in names(lan) + names(shi)


def test_no_order_of_joins_and_undos_loses_anybody(county):
    """Random joins and undos of five matters: people, receipts and clocks stay; undone all, the state is as before."""
    rnd = random.Random(7)
    zhou = county.actor("zhou")
    cases = [
        county.case(
            once_key=f"c{n}",
            name=f"人{n}甲",
            phone=f"1380000207{n}",
            unit=("labour", "housing", None, "labour", None)[n],
        )
        for n in range(5)
    ]
    end = MONDAY + 200 * HOUR
    before = {case.pk: state_mark(fresh(case), end) for case in cases}
    people = sorted(Party.objects.values_list("case_id", "key", "receipt"))
    started = {(d.case_id, d.clock, d.key) for d in Deadline.objects.filter(clock="finish-by")}
    tried = {"join": 0, "part": 0, "no": 0}
    for n in range(60):
        at = MONDAY + (n + 1) * HOUR
        try:
            if rnd.random() < 0.6:
                a, b = rnd.sample(cases, 2)
                join(fresh(a), fresh(b), by=zhou, at=at, reason=WHY)
                tried["join"] += 1
            else:
                part(fresh(rnd.choice(cases)), by=zhou, at=at, reason="看错了")
                tried["part"] += 1
        except StepRefused:
            tried["no"] += 1
        assert sorted(Party.objects.values_list("case_id", "key", "receipt")) == people
        running = {(d.case_id, d.clock, d.key) for d in Deadline.objects.filter(clock="finish-by", stopped_at=None)}
        assert started <= running
    assert min(tried.values()) > 3
    for case in cases:
        if leader_of(fresh(case)):
            part(fresh(case), by=zhou, at=MONDAY + 100 * HOUR, reason="看错了")
    assert {case.pk: state_mark(fresh(case), end) for case in cases} == before
    clean(end)


def test_the_table_of_what_goes_along_names_every_step():
    for name, steps in table().items():
        on_case = {s.name for s in procedure(name).steps.values() if s.on == "case"}
        assert on_case <= set(steps)


RULES = """\
lead,other,rule
,,
number=same,number=same,same
stratum=2,,vault
,stratum=2,vault
procedure=peoples-mediation,procedure=peoples-mediation,procedure
,procedure=petition-claim,procedure
,follows=1,joined
follows=1,,joined
,leads=1,joined
leads=1,,
is_open=0,,ended
,is_open=0,ended
answered=1,,answered
,answered=1,answered
state=disputed,,objected
,state=objected,objected
,handed_over=1,direction
handed_over=1,,
handed_over=1,handed_over=1,
stratum=1,,restricted
,stratum=1,restricted
stratum=1,stratum=1,
flags=minor-harmed,,harm
,flags=domestic-violence,harm
flags=minor-harmed;stratum=1,flags=minor-harmed;stratum=1,
flags=collective,,
units=7,excluded=7,excluded
excluded=7,units=7,excluded
excluded=7,units=8,
asking=a,asked_of=a,opposite
asked_of=a,asking=a,opposite
asking=a,asked_of=a;hidden=1,hidden
asked_of=a,asking=a;hidden=1,hidden
asking=a,asking=a,
asked_of=a,asked_of=a;hidden=1,
"""


@pytest.mark.parametrize("row", list(csv.DictReader(StringIO(RULES))), ids=lambda r: f"{r['lead']}|{r['other']}")
def test_it_keeps_to_the_table_of_protections(row):
    from jiefen.cases.joining import Side, refuse

    def side(said, number):
        given = dict(pair.split("=") for pair in said.split(";") if pair)
        typed = {}
        for name, value in given.items():
            if name in ("stratum",):
                typed[name] = int(value)
            elif name in ("is_open", "answered", "handed_over", "hidden", "leads", "follows"):
                typed[name] = value == "1"
            elif name in ("units", "excluded"):
                typed[name] = frozenset({int(value)})
            elif name in ("asking", "asked_of"):
                typed[name] = frozenset({value.encode()})
            elif name == "flags":
                typed[name] = (value,)
            else:
                typed[name] = value
        return Side(**{"number": number, "procedure": "hotline-order", "stratum": 0, "opened_at": MONDAY} | typed)

    no = refuse(side(row["lead"], "甲"), side(row["other"], "乙"))
    assert (no.rule if no else "") == row["rule"]
    assert no is None or no.says.endswith("。")


def test_the_direction_is_the_same_whichever_is_named_first():
    from jiefen.cases.joining import Side, direction

    early = Side("甲", "hotline-order", 0, MONDAY)
    for late in (
        Side("乙", "hotline-order", 0, MONDAY + HOUR),
        Side("乙", "hotline-order", 0, MONDAY + HOUR, handed_over=True),
        Side("乙", "hotline-order", 0, MONDAY + HOUR, leads=True),
        Side("乙", "hotline-order", 0, MONDAY + HOUR, taken=3),
    ):
        lead, other, why = direction(early, late)
        assert (lead, other, why) == direction(late, early)
        assert lead.number == ("甲" if late == Side("乙", "hotline-order", 0, MONDAY + HOUR) else "乙") and why
