"""Rulings: asked for after the set number of returns, taken once, binding; kept as precedents that routing proposes."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import StepRefused
from jiefen.cases.models import Assignment, Deadline
from jiefen.cases.ruling_body import lines, set_body
from jiefen.cases.tests.petitions import petition
from jiefen.intake.models import Intake
from jiefen.kernel import outbox
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.oversight import rulings
from jiefen.oversight.models import Precedent
from jiefen.oversight.rulings import RulingRefused
from jiefen.people.actions import post
from jiefen.procedures.actions import NotAllowed
from jiefen.triage.actions import Decision, decide
from jiefen.triage.precedents import proposed
from tests.world import MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOT_OURS = {"objection_reasons": "不属人社职权，工程款由建设主管部门监管", "proper_unit": "县住建局"}
GIST = "工程款未拨付引起的，由建设主管部门办理（条例第二十四条）"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def disputed(county, **more):
    """Given back twice: only a ruling is left."""
    w = petition(county, **more)
    w.step("object", "he", **NOT_OURS)
    w.step("agree-return", "officer")
    w.step("transfer", "officer", lead_unit=county.units["labour"].pk)
    w.step("object", "he", **NOT_OURS)
    return w


def ruled(county, w, *, unit="housing", words=GIST, who="su", reason="双方所说都看过，工程款的监管在住建。", **more):
    row = rulings.rule(
        w.case, by=county.actor(who, w.later()), at=w.at, unit=county.units[unit].pk, words=words, reason=reason, **more
    )
    outbox.work(row.pk)
    return row


def test_both_sides_are_read_with_their_reasons_in_order(county):
    w = disputed(county)
    said = [(v.unit, v.step, v.objects) for v in rulings.voices(w.case, _key(w))]
    assert said == [
        ("县信访局", "转送", False), ("县人社局", "提出异议", True), ("县信访局", "核实同意退回", False), ("县信访局", "转送", False),
        ("县人社局", "提出异议", True),
    ]  # fmt: skip
    assert "不属人社职权" in rulings.voices(w.case, _key(w))[1].because


def _key(w):
    from jiefen.kernel.seal import open_row

    return open_row(w.fresh().key)


@pytest.mark.parametrize("who", ["he", "he_head", "officer", "zhou", "lin", "wen", "an"])
def test_nobody_rules_but_the_body_that_does(county, who):
    w = disputed(county)
    assert not rulings.may_rule(w.fresh(), county.actor(who, w.at))
    with pytest.raises(StepRefused) as refused:
        ruled(county, w, who=who)
    assert refused.value.refusal.rule == "role" and not Precedent.objects.exists()


def test_a_conference_comes_in_once_the_matter_was_given_back_and_not_before(county):
    from datetime import date

    from jiefen.cases.access import may_see
    from jiefen.people.actions import post
    from jiefen.people.models import Person, Unit
    from tests.world import START

    unit = Unit.objects.create(
        code="conference",
        name="信访工作联席会议",
        unit_type="conference",
        area=county.areas["county"],
        since=date(2020, 1, 1),
    )
    person = Person.objects.create(username="chair", name="议事长", password="!")
    county.people["chair"] = person
    post(person, unit, "ruling-body", at=START)
    ordinary = petition(county, once_key="ordinary", phone="13900000003")
    w = disputed(county)
    chair = county.actor("chair", w.at)
    assert not may_see(chair, ordinary.fresh()) and may_see(chair, w.fresh())
    ruled(county, w, who="chair")
    assert w.state == "dispatched" and Precedent.objects.get().body == unit


def test_it_waits_for_the_ruler_and_is_ruled_once(county):
    w = disputed(county)
    su = county.actor("su", w.at)
    assert [c.pk for c in rulings.to_be_ruled(su)] == [w.case.pk]
    ruled(county, w)
    assert w.state == "dispatched" and w.fresh().lead_unit == county.units["housing"]
    assert rulings.to_be_ruled(su) == []
    with pytest.raises(StepRefused) as refused:
        ruled(county, w, unit="labour")
    assert refused.value.refusal.rule == "no-ruling-stands"
    assert w.refused("object", "housing_handler", **NOT_OURS) == "objection-window-open"


@pytest.mark.parametrize(
    ("change", "says"),
    [({"words": " "}, "要旨"), ({"reason": ""}, "理由"), ({"words": "兰秀英的事由住建局办"}, "去掉姓名"), ({"words": "电话13800002061的由住建局办"}, "去掉姓名"),
     ({"words": "字" * 601}, "最多600字")],
)  # fmt: skip
def test_what_is_kept_for_others_names_nobody(county, change, says):
    w = disputed(county)
    with pytest.raises(RulingRefused, match=says):
        ruled(county, w, **change)
    assert w.state == "objected" and not Precedent.objects.exists()


def test_before_the_set_number_it_is_ruled_only_where_both_dispute_the_remit(county):
    w = petition(county)
    w.step("object", "he", **NOT_OURS)
    with pytest.raises(StepRefused) as refused:
        ruled(county, w)
    assert refused.value.refusal.rule == "returns-at-limit"
    ruled(county, w, disputed=True)
    assert w.state == "dispatched"


def test_a_helper_that_is_ruled_to_lead_helps_no_more(county):
    w = petition(county, helpers=("housing",))
    w.step("object", "he", **NOT_OURS)
    ruled(county, w, disputed=True)
    rows = dict(Assignment.objects.filter(case=w.case).values_list("key", "state"))
    assert rows == {"a1": "released", "a2": "released", "a3": "open"}


def test_a_ruling_is_kept_and_proposed_for_its_kind_where_the_office_answers(county):
    w = disputed(county)
    row = ruled(county, w)
    outbox.work(row.pk)  # twice keeps it once
    kept = Precedent.objects.get()
    assert (kept.kind, kept.unit, kept.words) == (w.case.kind, county.units["housing"], GIST)
    at = w.at + DAY
    found = proposed(kept.kind, county.areas["qingshi"].pk, at)
    assert found and found.unit == county.units["housing"].pk and found.why.startswith("裁定先例：裁定先例〔2026〕")
    assert proposed("0101", county.areas["liuhe"].pk, at) is None
    assert proposed(kept.kind, county.areas["liuhe"].pk, at, excluded=[county.units["housing"].pk]) is None


def test_the_nearest_and_then_the_newest_is_proposed(county):
    first, second = (
        disputed(county, once_key="a", phone="13900000001"),
        disputed(county, once_key="b", phone="13900000002"),
    )
    ruled(county, first)
    second.at = first.at + DAY
    ruled(county, second, unit="labour", words="由人社牵头")
    assert proposed(first.case.kind, first.case.area_id, second.at + DAY).unit == county.units["labour"].pk


def test_a_retired_one_is_proposed_to_nobody_and_says_why(county):
    w = disputed(county)
    ruled(county, w)
    kept = Precedent.objects.get()
    su = county.actor("su", w.at)
    with pytest.raises(RulingRefused, match="写明"):
        rulings.retire(kept.pk, by=su, at=w.at, why=" ")
    with pytest.raises(RulingRefused, match="督办"):
        rulings.retire(kept.pk, by=county.actor("he", w.at), at=w.at, why="不想办")
    rulings.retire(kept.pk, by=su, at=w.at, why="职责划转")
    assert rulings.retire(kept.pk, by=su, at=w.at + HOUR, why="再来一次").retired_why == "职责划转"
    assert proposed(w.case.kind, w.case.area_id, w.at + DAY) is None


def test_of_a_matter_few_may_see_no_precedent_is_kept(county):
    w = disputed(county, decision={"flags": ["domestic-violence"]})
    ruled(county, w)
    assert not Precedent.objects.exists()


def test_what_was_proposed_stands_beside_what_was_decided(county):
    w = disputed(county)
    ruled(county, w)
    for unit, overruled in (("housing", False), ("labour", True)):
        receipt = county.intake(at=w.at + DAY, by="officer", once_key=unit, phone="13900000009")
        intake = Intake.objects.get(pk=receipt.intake_id)
        made = decide(
            intake,
            Decision("open", kind=w.case.kind, unit=county.units[unit].pk, procedure="petition-claim", demands=["支付工资"]),
            by=county.actor("officer", w.at + DAY), at=w.at + DAY,
        )  # fmt: skip
        assert made.suggested["precedent"] == Precedent.objects.get().number
        assert ("precedent" in made.overruled) is overruled and "unit" not in made.overruled


def test_the_office_that_gets_it_again_goes_on_where_its_time_stood(county):
    w = petition(county, at=MONDAY)
    w.at = MONDAY + 2 * DAY
    w.step("object", "he", **NOT_OURS)  # on the second of five working days
    w.step("agree-return", "officer", after=DAY)
    w.step("transfer", "officer", after=4 * DAY, lead_unit=county.units["labour"].pk)
    window = Deadline.objects.get(case=w.case, clock="object-by", key="a2")
    assert window.started_at == Deadline.objects.get(case=w.case, clock="object-by", key="a1").started_at
    assert str(window.due_at) == "2026-11-26 16:00:00+00:00"  # three days left of five, after Monday 23 November
    notice = Deadline.objects.filter(case=w.case, clock="notify-by").order_by("run").last()
    assert str(notice.due_at) == "2026-12-07 16:00:00+00:00"  # twelve days left of fifteen


def test_a_county_names_its_ruling_body_from_a_day_on_by_a_document(county):
    """Nothing set, whoever is posted rules; set, that office alone and from its day; taken back to the postings by a later row."""
    w = disputed(county)
    petition_office, an = county.units["petition"], {"source_document": "清政发〔2026〕9号", "set_by": "an"}
    day = local_day(w.at)
    with pytest.raises(NotAllowed, match="还没有人任"):
        set_body(county.areas["county"], petition_office, since=day, at=w.at, **an)
    post(county.people["officer"], petition_office, "ruling-body", at=w.at)
    for said, why in (
        ({"source_document": " "}, "依据的公开文件"),
        ({"since": day - DAY}, "从今天或以后"),
        ({"unit": county.units["other-centre"]}, "管不到"),
    ):
        with pytest.raises(NotAllowed, match=why):
            set_body(**{"area": county.areas["liuhe"], "unit": petition_office, "since": day, "at": w.at} | an | said)
    set_body(county.areas["liuhe"], petition_office, since=day + DAY, at=w.at, **an)
    assert rulings.may_rule(w.fresh(), county.actor("su", w.at))  # until the day comes
    w.later(DAY)
    assert not rulings.may_rule(w.fresh(), county.actor("su", w.at))
    with pytest.raises(StepRefused) as no:
        ruled(county, w)
    assert no.value.refusal.rule == "role" and not Precedent.objects.exists()
    set_body(county.areas["liuhe"], None, since=local_day(w.at) + DAY, at=w.at, **an)
    assert rulings.may_rule(w.fresh(), county.actor("su", w.at + 2 * DAY))
    assert ruled(county, w, who="officer").unit_id == petition_office.pk
    assert [line.state for line in lines(w.at)] == ["to-come", "in-force"]
