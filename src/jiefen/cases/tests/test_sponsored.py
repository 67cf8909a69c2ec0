"""A hard case with a leader who answers for it: every step of the file, every end, every guard's refusal."""

from datetime import date, timedelta

import pytest

from jiefen.cases.access import roles_on, visible_cases
from jiefen.cases.actions import StepRefused
from jiefen.cases.models import Case
from jiefen.cases.rebuild import rebuild
from jiefen.cases.standing import standing_of
from jiefen.cases.tests.petitions import DAY, walked
from jiefen.kernel.scope import scope
from jiefen.mediation.tests.walk import Mediation, clean
from jiefen.notices.models import Notice
from jiefen.oversight.sponsor import Matter, NoGround, five_ones, grounds, proposals, propose, sponsored_by
from jiefen.people.actions import post
from jiefen.people.models import Person
from tests.world import MONDAY, START

HARD = "long-standing-case"
ROUTES = "可向清和县人民法院起诉，最晚2029年11月1日。"
LONG_AGO = MONDAY - timedelta(days=200)


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def person(county, name: str, label: str, *roles: str, unit: str = "county-centre") -> None:
    who = Person(username=name, name=label)
    who.set_unusable_password()
    who.save()
    county.people[name] = who
    for role in roles:
        post(who, county.units[unit], role, at=START)


def proposed(county, once: str = "old", **kw) -> Mediation:
    """A matter that nobody solved in two hundred days is proposed by Su."""
    case = county.case(
        unit=None, by="su", at=LONG_AGO, once_key=once, text="拖了半年的排水沟",
        decision={"procedure": HARD, "kind": "0201", "demands": ["疏通排水沟"]} | kw,
    )  # fmt: skip
    w = Mediation(county, case, MONDAY, leads="lin")
    w.fresh()
    return w


def listed(county, once: str = "old", **kw) -> Mediation:
    w = proposed(county, once, **kw)
    w.step("list", "su", lead_unit=county.units["labour"].pk)
    return w


def sponsored(county, once: str = "old", *, helpers: tuple[str, ...] = ("housing",), **kw) -> Mediation:
    w = listed(county, once, **kw)
    w.leads = "su"
    w.papers("appoint-sponsor")
    w.step(
        "appoint-sponsor", "su", sponsor_person={"person": county.people["lin"].pk}, responsible_person=county.people["he"].pk,
        helper_units=[county.units[h].pk for h in helpers], due_on="2027-02-14",
    )  # fmt: skip
    w.leads = "lin"
    return w


def planned(county, once: str = "old", **kw) -> Mediation:
    w = sponsored(county, once, **kw)
    w.does("make-plan", measures="一案一策：改道、补偿、回访", due_on="2027-02-01")
    return w


def to_the_end(county) -> Mediation:
    """The five ones: one case, one leader, one team, one plan, carried through and released by somebody outside."""
    w = sponsored(county)
    w.step("sign-assignment", "he", assignment="a1")
    w.step("sign-assignment", "housing_handler", assignment="a2")
    w.step("meet", "lin", session_note="到户面谈，听本人说")
    w.does("make-plan", measures="一案一策", due_on="2027-02-01")
    w.does("confer", session_note="专班会商")
    w.consent("p1", to="help")
    w.does("offer-help", session_note="")
    w.step("extend", "su", extensions=[{"clock": "settle-by", "days": 90, "reason": "等汛期过"}])
    w.step("answer-assignment", "housing_handler", assignment="a2", assignment_answer="沟已改道")
    w.answer()
    w.evidence()
    w.step("settle", "lin")
    w.step("send-back", "su")
    w.step("settle", "he")
    w.heard("改好了")
    w.step("release", "su")
    return w


def broke_out_again(county) -> Mediation:
    """Released, and then the same thing again: the same leader goes on; then another takes over and leads it to court."""
    person(county, "lin2", "林二", "sponsor")
    w = planned(county, "again", helpers=())
    w.answer()
    w.evidence()
    w.step("settle", "he")
    w.heard()
    w.step("release", "su")
    w.step("reopen", "su", after=20 * DAY, new_facts="又淹了")
    w.leads = "su"
    w.papers("change-sponsor")
    w.step("change-sponsor", "su", sponsor_person={"person": county.people["lin2"].pk})
    assert w.refused("make-plan", "lin", measures="…", due_on="2027-01-01") == "role"
    w.leads = "lin2"
    w.does("make-plan", measures="走诉讼", due_on="2027-02-01")
    w.step("move", "lin2", routes_text=ROUTES, external_case="清和县人民法院")
    return w


def not_listed(county) -> Mediation:
    w = proposed(county, "no")
    w.step("reject", "su")
    return w


def helper_objects(county) -> Mediation:
    w = sponsored(county, "objects")
    w.step(
        "object-assignment",
        "housing_handler",
        assignment="a2",
        objection_reasons="没有在建工程",
        proper_unit="县水利局",
    )
    w.step("keep-assignment", "su", assignment="a2")
    w.step("release-assignment", "su", assignment="a2")
    w.step("add-helpers", "su", helper_units=[county.units["justice"].pk])
    return w


WALKS = (to_the_end, broke_out_again, not_listed, helper_objects)


def test_every_step_is_taken_and_every_end_reached(county):
    ends = {walk.__name__: (w := walk(county)).state for walk in WALKS}
    assert ends == {
        "to_the_end": "released", "broke_out_again": "moved", "not_listed": "rejected", "helper_objects": "sponsored",
    }  # fmt: skip
    assert walked(HARD) == (set(), set())
    clean(w.at + 25 * DAY)


def test_a_leader_is_sponsor_of_the_cases_she_is_named_in_and_of_no_other(county):
    w, other = sponsored(county), listed(county, "other")
    lin = county.actor("lin")
    assert "sponsor" in roles_on(lin, w.fresh()) and "sponsor" not in roles_on(lin, other.fresh())
    assert [c.pk for c in sponsored_by(lin)] == [w.case.pk]
    Case.objects.filter(pk=w.case.pk).update(sponsor=None, doors=[])
    assert len(rebuild(check=False, at=w.at)) == 1  # who sponsors it, and their door, follow from the rows
    assert w.fresh().sponsor_id == lin.person_id and rebuild(check=True, at=w.at).differences == []


def test_a_leader_from_elsewhere_comes_in_by_her_own_door_and_loses_it_with_the_case(county):
    person(county, "lin2", "林二", "sponsor", unit="town")
    w = listed(county)
    w.leads = "su"
    w.papers("appoint-sponsor")
    w.step("appoint-sponsor", "su", sponsor_person=county.people["lin2"].pk, responsible_person=county.people["he"].pk)
    two = county.actor("lin2")
    assert visible_cases(two).filter(pk=w.case.pk).exists() and roles_on(two, w.fresh()).keys() == {"sponsor"}
    w.step("change-sponsor", "su", sponsor_person=county.people["lin"].pk)
    assert not visible_cases(two).filter(pk=w.case.pk).exists() and roles_on(two, w.fresh()) == {}


def test_the_named_leader_is_told_and_not_every_leader(county):
    person(county, "lin2", "林二", "sponsor")
    w = sponsored(county)
    told = set(Notice.objects.filter(case=w.case, code="appoint-sponsor").values_list("person_id", flat=True))
    assert county.people["lin"].pk in told and county.people["lin2"].pk not in told


def test_a_leader_of_the_office_complained_of_sponsors_nothing(county):
    person(county, "lin2", "林二", "sponsor", unit="town")
    w = listed(county, respondent_units=[county.units["town"].pk])
    w.leads = "su"
    w.papers("appoint-sponsor")
    with pytest.raises(StepRefused, match="须回避"):
        w.step("appoint-sponsor", "su", sponsor_person=county.people["lin2"].pk)
    with pytest.raises(StepRefused, match="没有包案领导的职责"):
        w.step("appoint-sponsor", "su", sponsor_person=county.people["he"].pk)
    with pytest.raises(StepRefused, match="哪位领导"):
        w.step("appoint-sponsor", "su")


def test_it_is_listed_for_the_matter_alone(county):
    w = proposed(county)
    assert (
        w.refused("list", "su", lead_unit=county.units["labour"].pk, listing_reasons=[{"ground": "came-often"}])
        == "listing-ground"
    )
    young = county.case(
        unit=None, by="su", once_key="young", text="昨天才说的事", decision={"procedure": HARD, "kind": "0202"}
    )
    fresh = Mediation(county, young, MONDAY)
    assert (
        fresh.refused("list", "su", lead_unit=county.units["labour"].pk, listing_reasons=[{"ground": "long-unsolved"}])
        == "listing-ground"
    )
    w.step("list", "su", lead_unit=county.units["labour"].pk, listing_reasons=[{"ground": "long-unsolved"}])


BEGAN = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("matter", "day", "expected"),
    [
        (Matter(BEGAN, True, False, False, 1), date(2026, 6, 29), []),
        (Matter(BEGAN, True, False, False, 1), date(2026, 6, 30), ["long-unsolved"]),
        (Matter(BEGAN, False, False, False, 9), date(2027, 6, 30), []),
        (Matter(BEGAN, False, True, False, 1), date(2026, 2, 1), []),
        (Matter(BEGAN, False, True, True, 1), date(2026, 2, 1), ["hardship-after-rereview"]),
        (Matter(BEGAN, True, False, False, 3), date(2026, 2, 1), ["same-cause"]),
        (
            Matter(BEGAN, True, True, True, 4),
            date(2026, 12, 1),
            ["long-unsolved", "hardship-after-rereview", "same-cause"],
        ),
    ],
)
def test_the_rule_is_about_the_matter(matter, day, expected):
    assert grounds(matter, on=day, listing_days=180, same_cause=3) == expected


def test_the_rule_knows_nobody():
    """How often, by which way, or who: none of it is a field of what the rule looks at."""
    assert set(Matter.__dataclass_fields__) == {"began", "unsolved", "reviewed_twice", "hardship", "of_one_cause"}


def test_the_list_of_proposals_holds_nothing_personal_and_only_the_askers_matters(county):
    old = county.case(at=LONG_AGO, once_key="one", text="王某家排水沟")
    county.case(once_key="two", text="新的事")
    found = proposals(county.actor("su"), MONDAY)
    assert [(p.number, p.days, p.grounds) for p in found] == [(old.number, 200, ("long-unsolved",))]
    assert set(found[0].__dataclass_fields__) == {"number", "slug", "kind", "area", "unit", "days", "grounds", "waits"}
    assert "不直接列入积案" in found[0].waits
    assert proposals(county.actor("wen"), MONDAY) == []


def test_it_is_proposed_out_of_the_matter_it_is_about(county):
    from jiefen.cases.tests.test_screening import assigned

    w = assigned(county, "long")
    w.step("sign", "he")
    with pytest.raises(NoGround):
        propose(w.case, by=county.actor("su"), at=w.later())
    w.at += 200 * DAY
    made = propose(w.case, by=county.actor("su", w.at), at=w.at)
    assert made.arose_from_id == w.case.pk and made.procedure == HARD
    assert proposals(county.actor("su", w.at), w.at) == []  # a leader will answer for it; it is not proposed twice
    hard = Mediation(county, made, w.at)
    hard.step("list", "su", lead_unit=county.units["labour"].pk)


def test_the_five_ones_are_steps(county):
    w = planned(county)
    state = {one.name: one.done for one in five_ones(standing_of(w.fresh()))}
    assert state == {"一案": True, "一名领导": True, "一个班子": True, "一个方案": True, "一抓到底": False}
    assert five_ones(standing_of(w.case))[-1].left == ("meet", "settle", "release")


def test_neither_the_leader_nor_the_office_releases_it(county):
    w = planned(county, helpers=())
    post(county.people["lin"], county.units["county-centre"], "supervisor", at=START)
    post(county.people["he"], county.units["county-centre"], "supervisor", at=START)
    w.answer()
    w.evidence()
    w.step("settle", "lin")
    w.heard()
    assert w.refused("release", "lin") == "sponsor-outside"
    assert w.refused("release", "he") in ("sponsor-outside", "second-person")
    w.step("release", "su")


def test_it_refuses_what_the_guards_refuse(county):
    w = sponsored(county)
    assert w.refused("make-plan", "lin", measures="…", due_on="2027-01-01") == "paper"
    w.papers("offer-help")
    assert w.refused("offer-help", "lin") == "help-consented"
    assert w.refused("sign-assignment", "housing_handler", assignment="a2", recusal_declared=False) == "no-interest"
    assert (
        w.refused("object-assignment", "housing_handler", assignment="a2", proper_unit="县水利局")
        == "objection-reasoned"
    )
    w.does("make-plan", measures="一案一策", due_on="2027-02-01")
    assert w.refused("settle", "lin") == "every-demand-answered"
    assert w.refused("move", "lin") == "routes-told"
    w.answer()
    assert w.refused("settle", "lin") == "evidence-on-file"
    w.evidence()
    w.step("settle", "lin")
    assert w.refused("release", "su") == "paper"
    w.heard()
    assert w.refused("release", "su") == "assignments-answered"
    assert w.refused("extend", "su", extensions=[{"clock": "settle-by", "days": 10, "reason": "…"}]) == "state"


def test_only_outsiders_reject_it(county):
    w = proposed(county)
    assert w.refused("reject", "wen") == "role"
