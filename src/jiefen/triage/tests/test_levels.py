"""Raising and handing down: by the grade table, with reasons, no day gained, and nothing about who asks."""

import inspect
import re
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from jiefen.cases.actions import StepRefused, take_step
from jiefen.cases.models import Case, Deadline, Party, Step
from jiefen.cases.rules import Row
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.mediation.models import Consent
from jiefen.notices.models import Notice
from jiefen.oversight.sponsor import grounds_of
from jiefen.triage import levels
from jiefen.triage.actions import Decision, decide
from jiefen.triage.levels import hand_down, propose, raise_matter, weigh
from jiefen.triage.rules import decide_grade
from jiefen.triage.rules.facts import Facts
from jiefen.triage.setup import shipped_tables
from tests.world import MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def fresh(case):
    return Case.objects.select_related("key", "area").get(pk=case.pk)


def village_matter(county, **kw):
    """Two neighbours of 下坝村, in the hands of their own mediation committee."""
    said = {"kind": "0201", "respondents": ["石建国"], "demands": ["疏通排水沟"]} | kw
    return county.case(unit="village", text="两户为排水沟争吵，沟堵了半年", area_code="450399100201", decision=said)


def dues(case):
    rows = Deadline.objects.filter(case=case, stopped_at__isnull=True)
    return {(d.clock, d.key): (d.started_at, d.due_at) for d in rows}


def refused(do, *args, **kw):
    with pytest.raises(StepRefused) as no:
        do(*args, **kw)
    return no.value.refusal.rule


def test_it_is_proposed_by_the_rows_that_fire_and_says_which(county):
    case = village_matter(county)
    assert propose(case, at=MONDAY).to == ""
    later = propose(case, at=MONDAY + 8 * DAY)
    assert (later.level, later.to, [f.id for f in later.up]) == ("village", "township", ["G24"])
    assert later.lead_name == "柳河镇综治中心" and later.route
    major = propose(village_matter(county, grade="major"), at=MONDAY)
    assert (major.to, [f.id for f in major.up]) == ("county", ["G29"])


def test_raised_it_lies_with_the_level_above_and_gains_no_day(county):
    case = village_matter(county)
    before = dues(case)
    at = MONDAY + 8 * DAY
    county_centre = county.units["county-centre"].pk
    row = raise_matter(
        case,
        "county",
        by=county.actor("zhou", at),
        at=at,
        reason="两户动手，村里调不下来",
        lead=county.units["housing"].pk,
    )
    now = fresh(case)
    assert row.name == "raised" and (now.centre_id, now.lead_unit_id) == (county_centre, county.units["housing"].pk)
    assert now.area_id == case.area_id
    assert dues(now) == before
    # Both levels see it, and why: the committee it was taken from, and whoever has it now.
    assert county.actor("ge", at).keys & set(now.doors)
    assert county.actor("housing_handler", at).keys & set(now.doors)
    told = set(Notice.objects.filter(case=case, code="raised").values_list("person__username", flat=True))
    assert {"ge", "su", "housing_head"} <= told


def test_graded_anew_on_the_way_up_nothing_that_runs_gets_longer(county):
    case = village_matter(county, procedure="screening-hidden-danger")
    for name in ("receive", "register"):
        take_step(
            case,
            name,
            by=county.actor("zhou"),
            at=MONDAY,
            facts={"grade": "ordinary", "flags": []} if name == "register" else {},
        )
    take_step(
        case, "assign", by=county.actor("zhou"), at=MONDAY,
        facts={"lead-unit": county.units["village"].pk, "due-on": "2026-11-23", "measures": "包调处"},
    )  # fmt: skip
    due = Deadline.objects.get(case=case, clock="resolve-by").due_at
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jiefen.triage.levels.decide_grade", lambda *a, **k: _graded("complex"))
        raise_matter(case, "township", by=county.actor("zhou"), at=MONDAY + HOUR, reason="牵出三家的旧账")
    now = fresh(case)
    assert now.grade == "complex"
    assert Deadline.objects.get(case=case, clock="resolve-by").due_at == due


def _graded(value):
    from jiefen.triage.rules.grade import GradeResult

    return GradeResult(value, "G08", "", "", "township", (), False, ("G08 涉及两个部门",))


def test_a_screened_matter_goes_up_by_its_own_step_and_waits_to_be_handed_on(county):
    case = village_matter(county, procedure="screening-hidden-danger")
    zhou, su = county.actor("zhou"), county.actor("su")
    take_step(case, "receive", by=zhou, at=MONDAY)
    take_step(case, "register", by=zhou, at=MONDAY, facts={"grade": "ordinary", "flags": []})
    row = raise_matter(case, "county", by=zhou, at=MONDAY + HOUR, reason="牵涉几个镇")
    now = fresh(case)
    assert row.name == "raise-level" and now.lead_unit_id is None
    assert (now.centre_id, now.responsible_id) == (county.units["county-centre"].pk, county.people["su"].pk)
    with pytest.raises(StepRefused):
        hand_down(case, "village", by=zhou, at=MONDAY + 2 * HOUR, reason="村里能办", agreed=["p1", "p2"])
    assert (
        hand_down(case, "village", by=su, at=MONDAY + 2 * HOUR, reason="村里能办", agreed=["p1", "p2"]).name
        == "hand-down"
    )
    assert fresh(case).centre_id == county.units["centre"].pk


def test_it_goes_down_when_all_agree_and_after_coming_back_only_with_a_new_fact(county):
    case = village_matter(county)
    su, village, justice = county.actor("su"), county.units["village"].pk, county.units["justice"].pk
    raise_matter(case, "township", by=county.actor("zhou"), at=MONDAY + HOUR, reason="村里请镇上帮着调", lead=justice)
    down = {"by": su, "at": MONDAY + 2 * HOUR, "reason": "两家都愿意回村里调", "lead": village}
    assert refused(hand_down, case, "village", agreed=["p1"], **down) == "both-agree"
    assert refused(hand_down, case, "village", agreed=["p1", "p2"], **(down | {"reason": " "})) == "reason"
    assert refused(hand_down, case, "village", agreed=["p1", "p2"], **(down | {"by": county.actor("ming")})) == "role"
    hand_down(case, "village", agreed=["p1", "p2"], **down)
    assert fresh(case).lead_unit_id == village
    raise_matter(case, "township", by=county.actor("zhou"), at=MONDAY + 3 * HOUR, reason="又吵起来", lead=justice)
    again = down | {"at": MONDAY + 4 * HOUR, "agreed": ["p1", "p2"]}
    assert refused(hand_down, case, "village", **again) == "new-facts"
    hand_down(case, "village", new_facts="沟已经修好，只剩工钱怎么分", **again)


def test_what_a_row_would_raise_again_is_not_handed_down(county):
    case = village_matter(county, grade="complex")
    raise_matter(case, "township", by=county.actor("zhou"), at=MONDAY + HOUR, reason="几家人的事")
    assert (
        refused(
            hand_down,
            case,
            "village",
            by=county.actor("su"),
            at=MONDAY + 2 * HOUR,
            reason="交回去",
            agreed=["p1", "p2"],
        )
        == "G25"
    )


def test_a_party_who_asks_is_enough_and_a_stranger_is_not(county):
    case = village_matter(county)
    assert [f.id for f in propose(case, at=MONDAY, asked=True).up] == ["G27"]
    with pytest.raises(StepRefused):
        raise_matter(case, "township", by=county.actor("wen"), at=MONDAY + HOUR, reason="想看看")
    assert refused(raise_matter, case, "township", by=county.actor("zhou"), at=MONDAY + HOUR, reason="") == "reason"
    row = raise_matter(case, "township", by=county.actor("zhou"), at=MONDAY + HOUR, reason="", asked=True)
    assert "asked" in row.codes["level-rules"]


def test_the_village_complained_of_keeps_no_sight_of_it(county):
    case = county.case(
        unit="town", area_code="450399100201",
        decision={"kind": "0406", "respondent_units": [county.units["village"].pk], "demands": ["公开账目"]},
    )  # fmt: skip
    said = propose(case, at=MONDAY)
    assert "G26" not in [f.id for f in said.up]  # it lies with the township already
    raise_matter(
        case, "county", by=county.actor("zhou"), at=MONDAY + HOUR, reason="镇上也牵连", lead=county.units["labour"].pk
    )
    assert not county.actor("ge").keys & set(fresh(case).doors)


def test_one_press_is_one_row(county):
    case = village_matter(county)
    seen = fresh(case).steps
    press = {"by": county.actor("zhou"), "at": MONDAY + HOUR, "reason": "请镇上帮", "expected": seen}
    first = raise_matter(case, "township", **press)
    assert raise_matter(case, "township", **press).pk == first.pk
    assert Step.objects.filter(case=case, name="raised").count() == 1
    assert refused(raise_matter, case, "county", **press) == "newer"


def test_who_complains_and_how_often_changes_no_proposal(county):
    """Complainants change places, and one of them has come a dozen times with other things: every proposal stays."""
    at = MONDAY + 200 * DAY
    cases = [village_matter(county, demands=[f"疏通第{n}段"]) for n in range(3)]
    said = [(propose(c, at=at).to, [f.id for f in propose(c, at=at).up], grounds_of(c, at)) for c in cases]
    assert any(grounds for *_rest, grounds in said) and all(to for to, *_rest in said)
    ones = list(Party.objects.filter(case__in=cases, role="complainant").order_by("pk"))
    columns = ("sealed", "phone_blind", "id_blind", "receipt", "identity")
    was = [{name: getattr(p, name) for name in columns} for p in ones]
    for party, other in zip(ones, [*was[1:], was[0]], strict=True):
        Party.objects.filter(pk=party.pk).update(**other)
    for _n in range(12):
        county.case(unit="labour", text="问问别的事，和排水沟没有关系的一件", decision={"kind": "0703"})
    assert [(propose(c, at=at).to, [f.id for f in propose(c, at=at).up], grounds_of(c, at)) for c in cases] == said


def test_the_highest_row_is_gone_to_and_a_lower_one_says_nothing():
    rules = shipped_tables().grades
    to, up, _down, _held = weigh(Facts(grade="complex", days_at_village=9, returns=2), rules, "village")
    assert to == "county" and up[0].id == "G31"
    assert weigh(Facts(grade="complex", days_at_village=9), rules, "township")[0] == ""
    to, _up, down, held = weigh(Facts(grade="ordinary", both_agree=True), rules, "county")
    assert (to, [f.id for f in down], held) == ("village", ["G33"], ())
    assert weigh(Facts(grade="complex", both_agree=True), rules, "county")[0] == ""


def test_every_fact_the_table_reads_has_a_giver():
    """A row that reads what nobody gives would never fire, and nobody would notice."""
    given = set(re.findall(r"\b(\w+)=", inspect.getsource(levels.facts_of) + inspect.getsource(levels._proposed)))
    read = {r.field for r in shipped_tables().grades if r.sets != "never"} - {"*"}
    assert read <= given, read - given
    assert {f.name for f in fields(Facts)} - {"settle_on_spot"} <= given  # on the spot is said by the grid worker there


def test_a_matter_taken_up_again_after_its_answer_is_graded_by_that(county):
    case = village_matter(county)
    rows = levels.history(case)
    seen = levels.look(case, MONDAY, rows)
    assert seen.facts.unanswered_before == 0
    again = Row(99, "redo", "", "handling", 1, "dispatcher", 1, MONDAY, {})
    facts = levels.look(case, MONDAY, [*rows, again]).facts
    assert facts.unanswered_before == 1
    assert decide_grade(facts, shipped_tables()).fired == "G12"


def test_who_will_not_have_the_grid_worker_and_letters_from_two_places_raise_it(county):
    known = levels.Known("village", "", 0, 0, None, frozenset(), refused=True, villages=2)
    case = village_matter(county)
    seen = levels.look(case, MONDAY)
    at_grid = replace(seen.here, level="grid")
    facts = levels.facts_of(case, seen.standing, at_grid, known)
    rules = shipped_tables().grades
    assert {f.id for f in weigh(facts, rules, "grid")[1]} == {"G23", "G38"}
    assert not levels.facts_of(case, seen.standing, seen.here, known).refuses_grid  # it lies with the village already
    for name, place in (("b", "shiqiao"), ("c", "qingshi")):
        told = county.intake(once_key=name, text="排水沟堵了", home=place)
        decide(Intake.objects.get(pk=told.intake_id), Decision("join", case=case.pk), by=None, at=MONDAY)
        up = [f.id for f in propose(case, at=MONDAY).up]
        assert up == {"b": ["G38"], "c": ["G39", "G38"]}[name]
    Consent.objects.create(case=case, party="p1", to="mediation", given_on=MONDAY.date(), given_at=MONDAY, how="window",
                           refused=True, withdrawn_at=MONDAY)  # fmt: skip
    assert levels.gather(case, seen.standing, MONDAY).refused


def test_what_could_not_be_weighed_is_said(county):
    said = propose(village_matter(county), at=MONDAY).unread
    assert any(line.startswith("G03 跨县") for line in said)
    assert "G04、G09 涉及金额达到：没有写明" in said
