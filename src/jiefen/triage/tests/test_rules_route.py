"""The routing table is its own test."""

import pytest

from jiefen.triage.rules import Tables, exclude, find_route
from jiefen.triage.rules import names as house
from jiefen.triage.rules.route import matching

pytestmark = pytest.mark.rules

TABLES = Tables.load()


@pytest.mark.parametrize("rule", TABLES.routes, ids=lambda r: r.id)
def test_it_sends_each_example_where_its_row_expects(rule):
    level, kind, grade, flag = rule.try_.split()
    found = find_route(kind, level=level, grade=grade, flags=() if flag == "-" else (flag,), tables=TABLES)
    assert found.unit_type == rule.expected


def test_it_reaches_every_row_by_some_example():
    fired = set()
    for rule in TABLES.routes:
        level, kind, grade, flag = rule.try_.split()
        fired.add(find_route(kind, level=level, grade=grade, flags=() if flag == "-" else (flag,), tables=TABLES).fired)
    assert fired == {r.id for r in TABLES.routes}


def test_it_answers_every_kind_level_and_grade_once():
    for kind in (*TABLES.kinds, "9801", ""):
        for level in house.LEVELS:
            for grade in house.GRADES:
                found = find_route(kind, level=level, grade=grade, tables=TABLES)
                strengths = [r.strength for r in matching(TABLES.routing, kind or "9905", level, grade)]
                assert found.unit_type and strengths == sorted(set(strengths), reverse=True)


def test_it_never_lets_an_accusation_out_of_the_vault():
    for kind in ("24", "2401", "2402", "2403"):
        for level in house.LEVELS:
            for grade in house.GRADES:
                for flags in ((), ("unit-complained-of",), ("crime-suspected", "group"), ("retaliation",)):
                    found = find_route(kind, level=level, grade=grade, flags=flags, tables=TABLES)
                    assert (found.unit_type, found.sealed) == ("vault", True)


def test_it_calls_110_for_the_harm_and_keeps_the_accusation_sealed():
    found = find_route(
        "2402", level="village", grade="ordinary", flags={"official-accused", "imminent-harm"}, tables=TABLES
    )
    assert found.unit_type == "joint-duty"
    assert found.sealed
    assert [d.unit_type for d in found.duties] == ["vault"]


def test_it_says_why_each_other_row_lost():
    found = find_route("0201", level="village", grade="ordinary", flags=("self-harm",), tables=TABLES)
    assert found.fired == "R004"
    assert {x.rule for x in found.lost} == {"R031", "R016"}
    assert all(x.why and len(x.why) < 40 for x in found.lost)
    found = find_route("0107", level="village", grade="ordinary", tables=TABLES)
    assert [(x.rule, x.why) for x in found.lost] == [
        ("R028", "R079 写到了细类，比只写一级类别的更具体"),
        ("R016", "R079 写明了类别，本条不分类别"),
    ]


def test_it_ranks_marks_in_the_order_of_their_rows():
    both = ("unit-complained-of", "domestic-violence")
    found = find_route("0107", level="village", grade="ordinary", flags=both, tables=TABLES)
    assert found.fired == "R002"
    assert "排在" in found.lost[0].why
    assert found.duties[0].flag == "unit-complained-of"


def test_it_ignores_marks_that_no_rule_asks_for():
    plain = find_route("0201", level="village", grade="ordinary", tables=TABLES)
    marked = find_route("0201", level="village", grade="ordinary", flags=("group", "interpreter"), tables=TABLES)
    assert plain == marked


def test_it_passes_over_the_office_complained_of():
    found = find_route("1802", level="village", grade="ordinary", tables=TABLES)
    assert found.unit_type == "township-government"
    up = exclude(found, {"township-government"}, tables=TABLES)
    assert (up.unit_type, up.excluded) == ("county-centre", ("township-government",))
    assert "回避" in up.note
    twice = exclude(found, {"township-government", "county-centre"}, tables=TABLES)
    assert twice.unit_type == "upper-authority"


def test_it_passes_over_a_real_unit_by_its_id_and_drops_helpers_complained_of():
    found = find_route("0304", level="township", grade="ordinary", tables=TABLES)
    ids = {"city-management": "QH-CG", "natural-resources": "QH-ZR"}
    up = exclude(found, {"QH-CG", "QH-ZR"}, tables=TABLES, unit_ids=ids)
    assert up.unit_type == "upper-authority"
    assert "natural-resources" not in up.helpers
    assert exclude(found, {"QH-XX"}, tables=TABLES, unit_ids=ids) == found


def test_it_takes_every_unit_type_up_to_an_end():
    for unit in house.UNIT_TYPES:
        seen = set()
        while TABLES.upward.get(unit, unit) != unit:
            assert unit not in seen
            seen.add(unit)
            unit = TABLES.upward[unit]
        assert unit in ("upper-authority", "vault")


def test_it_keeps_the_vault_closed_even_when_it_is_complained_of():
    found = find_route("2401", level="county", grade="ordinary", tables=TABLES)
    assert exclude(found, {"vault"}, tables=TABLES).unit_type == "vault"
