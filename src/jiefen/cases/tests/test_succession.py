"""Offices and areas merged and split on a day: nothing is lost, nobody gains a day, and the figures add up."""

from datetime import timedelta

import pytest

from jiefen.analytics.asker import Asker
from jiefen.analytics.ledger import COLUMNS
from jiefen.analytics.ledger_rows import Scope, ledger_rows
from jiefen.cases import integrity, rebuild
from jiefen.cases.actions import take_step
from jiefen.cases.models import Assignment, Case, Deadline, Step
from jiefen.cases.rehome import orphans
from jiefen.cases.succession import problems
from jiefen.cases.tests.test_hotline_order import to_replied
from jiefen.channels.models import QueueTicket
from jiefen.channels.window.actions import take_ticket
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.oversight.actions import record_follow_up
from jiefen.people.actions import Refused, post
from jiefen.people.models import Posting, Succession, Unit, UnitHeir
from jiefen.people.successions import Part, call_off, carry_out_due, foresee
from jiefen.places.models import Area, AreaHeir
from jiefen.places.successions import Ground
from jiefen.triage import routing
from tests.changes import merge_areas, merge_units, split_area, split_unit
from tests.world import MONDAY, START

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BASIS = "清政发〔2026〕9号"
LATER = MONDAY + 10 * DAY


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def fresh(case):
    return Case.objects.select_related("key", "area").get(pk=case.pk)


def closed(county, **kw):
    """A matter of 县人社局's, answered, called back about and closed."""
    case = to_replied(county, **kw)
    record_follow_up(
        case,
        by=county.actor("caller"),
        at=MONDAY + 5 * HOUR,
        outcome="reached",
        words="钱到账了",
        satisfied=True,
        solved=True,
    )
    take_step(case, "call-back", by=county.actor("caller"), at=MONDAY + 6 * HOUR, facts={"call-result": "已解决"})
    return case


def dues(case):
    rows = Deadline.objects.filter(case=case)
    return sorted((d.clock, d.key, d.run, d.started_at, d.due_at, d.stopped_at) for d in rows)


def merged(county, *, into="housing", at=LATER, on=None):
    """县人社局 goes into 县住建局."""
    units = [county.units["labour"], county.units["housing"]]
    return merge_units(units, Part(into), on=on or local_day(at), basis=BASIS, by=county.people["an"].pk, at=at)


def clean(at):
    assert problems(at) == [] and orphans(at) == []
    assert integrity.verify(files=False).problems == []
    assert rebuild.rebuild(check=True, at=at).differences == []


def ledger(county, unit=None, *, till, known=None):
    rows = ledger_rows(
        Scope(Asker.machine(), till, known or till, unit=county.units[unit] if isinstance(unit, str) else unit)
    )
    place = [column.key for column in COLUMNS].index("number")
    return {row[place] for row in rows}


def test_duties_pass_as_they_stand_and_history_keeps_the_true_office(county):
    case = county.case(unit="labour", helpers=("town",))
    take_step(case, "sign", by=county.actor("he"), at=MONDAY, facts={"recusal-declared": True})
    before = dues(case)
    row = merged(county)
    assert row.done_at == LATER and row.done["matters"] == 1 and row.done["people"] == 2
    now, labour, housing = fresh(case), county.units["labour"].pk, county.units["housing"].pk
    assert (now.lead_unit_id, now.responsible_id) == (housing, county.people["he"].pk)
    lead = Assignment.objects.get(case=case, part="lead")
    assert (lead.key, lead.unit_id, lead.state) == ("a1", housing, "signed")
    assert dues(case) == before
    assert Step.objects.get(case=case, name="sign").unit_id == labour
    last = Step.objects.filter(case=case).latest("seq")
    assert (last.name, last.codes["moved"]) == ("succeeded", {"a1": housing})
    # He goes on with it at once, at the new desk.
    take_step(
        case, "contact", by=county.actor("he", LATER), at=LATER + timedelta(hours=1), facts={"session-note": "打过电话"}
    )
    clean(LATER + timedelta(hours=2))


def test_the_old_office_ends_its_people_move_and_nothing_is_deleted(county):
    merged(county)
    labour = Unit.objects.get(pk=county.units["labour"].pk)
    assert (labour.until, labour.successor_id) == (local_day(LATER), county.units["housing"].pk)
    assert UnitHeir.objects.get().heir_id == labour.successor_id
    held = Posting.objects.filter(person=county.people["he"]).order_by("pk")
    assert [(p.unit_id, p.until) for p in held] == [(labour.pk, LATER), (labour.successor_id, None)]


def test_what_ended_before_opens_to_whoever_took_over(county):
    old = closed(county)
    assert not fresh(old).is_open
    steps = fresh(old).steps
    head = county.actor("housing_head", LATER)
    assert not head.keys & set(fresh(old).doors)
    merged(county)
    assert head.keys & set(fresh(old).doors) and fresh(old).steps == steps
    clean(LATER)


def test_a_merger_lets_no_office_complained_of_in(county):
    case = county.case(unit="town", decision={"kind": "0904", "respondent_units": [county.units["labour"].pk]})
    seen = county.case(unit="housing", decision={"kind": "0904"})
    merged(county)
    assert not county.actor("housing_head", LATER).keys & set(fresh(case).doors)
    assert county.actor("housing_head", LATER).keys & set(fresh(seen).doors)


def test_rules_that_name_it_are_pointed_at_the_heir_in_a_new_version(county):
    row = merged(county)
    version = routing.in_force(LATER)
    assert version is not None and row.done["rules"] > 5
    used = {r["unit_type"] for r in routing.rows_of(version)} | {
        h for r in routing.rows_of(version) for h in r["helper_units"].split(";")
    }
    assert "human-resources" not in used and "housing" in used
    assert routing.problems_of(routing.rows_of(version)) == []
    # While another office of its kind is left, the rules stay.
    again = merge_units(
        [county.units["other-centre"], county.units["centre"]],
        Part("centre"),
        on=local_day(LATER),
        basis=BASIS,
        by=county.people["an"].pk,
        at=LATER,
    )
    assert "rules" not in again.done


def test_the_preview_counts_what_then_moves_and_writes_nothing(county):
    for _n in range(3):
        county.case(unit="labour")
    plan = {"units": ["labour", "housing"], "parts": [{"code": "housing"}]}
    counts = foresee("merge-units", plan, on=local_day(LATER), basis=BASIS, at=MONDAY)["counts"]
    assert counts["matters"] == 3 and counts["people"] == 2 and counts["rules"] > 5
    assert not Succession.objects.exists() and not Step.objects.filter(name="succeeded").exists()
    assert Unit.objects.get(code="labour").until is None and routing.in_force(LATER) is None
    assert merged(county, at=MONDAY).done == counts


def test_a_dated_change_waits_for_its_day_and_may_be_called_off_before(county):
    case = county.case(unit="labour")
    on = local_day(LATER)
    row = merged(county, at=MONDAY, on=on)
    assert row.done_at is None and Unit.objects.get(code="labour").until is None
    assert carry_out_due(MONDAY) == (0, 0)
    with pytest.raises(Refused, match="为什么"):
        call_off(row, by=None, at=MONDAY, why=" ")
    call_off(row, by=county.people["an"].pk, at=MONDAY, why="文件推迟")
    assert carry_out_due(LATER) == (0, 0) and fresh(case).lead_unit_id == county.units["labour"].pk
    second = merged(county, at=MONDAY, on=on)
    assert carry_out_due(LATER) == (1, 0) and carry_out_due(LATER) == (0, 0)
    with pytest.raises(Refused, match="不能取消"):
        call_off(second, by=None, at=LATER, why="晚了")
    with pytest.raises(Refused, match="已经过去"):
        merged(county, at=LATER, on=on - DAY)
    clean(LATER)


def test_figures_before_across_and_after_add_up(county):
    ended = closed(county)
    across = [county.case(unit="labour"), county.case(unit="housing")]
    eve = LATER - DAY
    was = {name: ledger(county, name, till=eve) for name in ("labour", "housing")}
    merge_units(
        [county.units["labour"], county.units["housing"]], Part("gov", "县建设和人力资源局", "housing"), on=local_day(LATER),
        basis=BASIS, by=county.people["an"].pk, at=LATER,
    )  # fmt: skip
    heir = Unit.objects.get(code="gov")
    county.units["gov"] = heir
    after = county.case(unit="gov", at=LATER + DAY)
    till = LATER + 2 * DAY
    now = {name: ledger(county, name, till=till) for name in ("labour", "housing", "gov")}
    whole = ledger(county, till=till)
    # Each matter stands in one office's table and in no other's, and together they are all there are.
    assert sum(map(len, now.values())) == len(whole) == 4 and set().union(*now.values()) == whole
    assert now["labour"] == {ended.number} and now["housing"] == set()
    assert now["gov"] == {c.number for c in (*across, after)}
    # As of the day before, the tables are what they were then.
    assert {name: ledger(county, name, till=eve) for name in was} == was and ledger(county, "gov", till=eve) == set()
    assert was["labour"] == {ended.number, across[0].number}
    clean(till)


def test_split_the_matters_go_by_kind_and_the_people_by_name(county):
    wages, pension = county.case(unit="labour"), county.case(unit="labour", decision={"kind": "1706"})
    row = split_unit(
        county.units["labour"],
        [Part("hr", "县人社局（新）", kinds=("07",), people=("he_head",)), Part("pension", "县社保中心", "medical-insurance", kinds=("1706",), people=("he",))],
        on=local_day(LATER), basis=BASIS, by=county.people["an"].pk, at=LATER,
    )  # fmt: skip
    hr, office = Unit.objects.get(code="hr"), Unit.objects.get(code="pension")
    assert (fresh(wages).lead_unit_id, fresh(pension).lead_unit_id) == (hr.pk, office.pk)
    assert {p.unit_id for p in Posting.objects.filter(person=county.people["he"], until=None)} == {office.pk}
    assert {p.unit_id for p in Posting.objects.filter(person=county.people["he_head"], until=None)} == {hr.pk}
    assert row.done["matters"] == 2
    clean(LATER)


def test_a_centre_merges_with_its_bench_its_intakes_and_its_queue(county):
    case = county.case(unit="labour")
    waiting = Intake.objects.get(pk=county.intake().intake_id)
    ticket = take_ticket(county.units["centre"].pk, at=MONDAY)
    at = LATER
    # 柳河镇 and 青石镇 become one town: the area, then the centre over it.
    merge_areas(
        ["450399100000", "450399101000"], Ground("450399101000"), on=local_day(at), basis=BASIS, by=county.people["an"].pk, at=at,
        new_codes={"450399100201": "450399101201", "450399100202": "450399101202"},
    )  # fmt: skip
    merge_units(
        [county.units["centre"], county.units["other-centre"]],
        Part("other-centre"),
        on=local_day(at),
        basis=BASIS,
        by=county.people["an"].pk,
        at=at,
    )
    now, there = fresh(case), county.units["other-centre"].pk
    assert (now.centre_id, now.area.code) == (there, "450399101000")
    waiting.refresh_from_db()
    assert waiting.centre_id == there and county.actor("wen", at).keys & set(waiting.doors)
    assert QueueTicket.objects.get(pk=ticket.pk).reason
    assert county.actor("zhou", at).units == {there}
    grid = Area.objects.get(code="45039910020100000001")
    assert grid.until == local_day(at) and grid.successor.code == "45039910120100000001"
    clean(at)


def test_areas_keep_their_codes_and_their_history(county):
    at = LATER
    case = county.case(unit="village", area_code="450399100201", decision={"kind": "0201"})
    old = closed(county, area_code="450399100201")
    post(county.people["ge"], county.units["village"], "grid-worker", area_id=county.areas["grid"].pk, at=START)
    before = dues(case)
    row = merge_areas(
        ["450399100201", "450399100202"], Ground("450399100202"), on=local_day(at), basis=BASIS, by=None, at=at
    )
    shiqiao, xiaba = (Area.objects.get(code=f"45039910020{n}") for n in (2, 1))
    assert row.done["areas"] == 2 and row.done["matters"] == 1
    assert fresh(case).area_id == shiqiao.pk and fresh(old).area_id == xiaba.pk  # what ended stays where it was
    assert dues(case) == before
    assert xiaba.until == local_day(at) and xiaba.successor_id == shiqiao.pk and "下坝村" in shiqiao.aliases
    assert AreaHeir.objects.count() == 2
    assert Unit.objects.get(code="village").area_id == shiqiao.pk
    held = Posting.objects.filter(person=county.people["ge"], until=None)
    assert {p.area.code for p in held} == {"450399100202", "45039910020200000001"}
    # Of the ended matter the township's centre and the office still have it.
    assert county.actor("zhou", at).keys & set(fresh(old).doors)
    clean(at)


def test_an_area_is_split_and_the_rest_goes_to_the_first(county):
    case = county.case(unit="labour", area_code="450399100201")
    split_area(
        "450399100201", [Ground("450399100203", "下坝村"), Ground("450399100204", "上坝村", ("45039910020100000001",))],
        on=local_day(LATER), basis=BASIS, by=None, at=LATER,
    )  # fmt: skip
    assert fresh(case).area.code == "450399100203"
    assert Area.objects.filter(code__startswith="450399100204", until=None).count() == 2
    clean(LATER)


def test_a_village_that_comes_to_another_township_needs_its_code_said(county):
    with pytest.raises(Refused, match="新代码"):
        merge_areas(
            ["450399100000", "450399101000"],
            Ground("450399101000"),
            on=local_day(LATER),
            basis=BASIS,
            by=None,
            at=LATER,
        )
    assert Area.objects.filter(until__isnull=False).count() == 0


def test_an_office_of_nobody_and_a_plan_of_nothing_are_refused(county):
    said = {"on": local_day(LATER), "basis": BASIS, "by": None, "at": LATER}
    for units, into in ((["labour"], Part("labour")), (["labour", "housing"], Part("none"))):
        with pytest.raises(Refused):
            merge_units([county.units[u] for u in units], into, **said)
    with pytest.raises(Refused):
        split_unit(county.units["labour"], [Part("one", "一个")], **said)
    with pytest.raises(Refused):
        merge_units([county.units["labour"], county.units["housing"]], Part("housing"), **(said | {"basis": " "}))
