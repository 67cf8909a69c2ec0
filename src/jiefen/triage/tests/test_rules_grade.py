"""Grade, scale and where it is handled; figures read from text."""

import inspect

import pytest

from jiefen.triage.rules import Facts, Tables, decide_grade, suggest
from jiefen.triage.rules import numbers as read

pytestmark = pytest.mark.rules

TABLES = Tables.load()


@pytest.mark.parametrize(
    ("facts", "value", "fired"),
    [
        (Facts(), "ordinary", "G14"),
        (Facts(people=4), "ordinary", "G14"),
        (Facts(people=5), "complex", "G07"),
        (Facts(people=99), "complex", "G07"),
        (Facts(people=100), "major", "G01"),
        (Facts(amount=4_999_999), "ordinary", "G14"),
        (Facts(amount=5_000_000), "complex", "G09"),
        (Facts(amount=50_000_000), "major", "G04"),
        (Facts(flag=frozenset({"death-or-serious-injury"})), "major", "G02"),
        (Facts(units=2), "complex", "G08"),
        (Facts(units=3), "major", "G03"),
        (Facts(kind="1201"), "complex", "G11"),
        (Facts(kind="1203"), "ordinary", "G14"),
        (Facts(failed_tries=1), "complex", "G10"),
        (Facts(unanswered_before=1), "complex", "G12"),
        (Facts(needs_appraisal=True), "complex", "G13"),
        (Facts(route="after-rereview"), "major", "G05"),
        (Facts(same_cause_30d=5), "major", "G06"),
    ],
)
def test_it_grades_by_the_gravest_row_that_holds(facts, value, fired):
    graded = decide_grade(facts, TABLES)
    assert (graded.value, graded.fired) == (value, fired)
    assert graded.reasons[0].startswith(fired)


@pytest.mark.parametrize(("people", "scale"), [(None, "01"), (1, "01"), (4, "01"), (5, "02"), (99, "02"), (100, "03")])
def test_it_sets_the_scale_by_people(people, scale):
    assert decide_grade(Facts(people=people), TABLES).scale == scale


@pytest.mark.parametrize(
    ("facts", "level", "handled"),
    [
        (Facts(), "village", "village"),
        (Facts(settle_on_spot=True), "village", "grid"),
        (Facts(settle_on_spot=True, refuses_grid=True), "village", "village"),
        (Facts(people=12), "village", "township"),
        (Facts(people=120), "village", "county"),
        (Facts(days_at_grid=1), "grid", "village"),
        (Facts(days_at_village=7), "village", "township"),
        (Facts(days_at_township=30), "township", "county"),
        (Facts(village_is_party=True), "village", "township"),
        (Facts(township_is_party=True), "township", "county"),
        (Facts(asked_to_raise=True), "village", "township"),
        (Facts(county_unit_is_party=True), "county", "county"),
        (Facts(both_agree=True), "township", "village"),
        (Facts(both_agree=True, people=12), "township", "township"),
        (Facts(returns=2), "township", "county"),
    ],
)
def test_it_says_where_it_is_handled(facts, level, handled):
    assert decide_grade(facts, TABLES, level=level).handled_at == handled


def test_it_has_no_way_in_for_who_how_often_or_which_channel():
    banned = {"who", "person", "complainant", "channel", "source", "times", "count", "history", "visits", "identity"}
    for function in (decide_grade, suggest, Facts):
        assert not banned & set(inspect.signature(function).parameters), function


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("我们12户都没水", 12),
        ("张某等30余人没拿到钱", 30),
        ("我们十五个人一起干的活", 15),
        ("工友二十多人都没领到", 20),
        ("咱们三十六户联名", 36),
        ("我们三百二十名业主", 320),
        ("我家一家三口", None),
        ("第三人在场", None),
        ("每人二百", None),
        ("一个人在家", None),
        ("小区共3000户", None),
    ],
)
def test_it_reads_how_many_people_speak_of_the_matter(text, value):
    assert read.largest(read.people(text)) == value


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("欠我3.2万元", 3_200_000),
        ("拖欠工资38,600元", 3_860_000),
        ("借了五千块没还", 500_000),
        ("赔偿损失一万五千元", 1_500_000),
        ("欠货款1.5万没给", 1_500_000),
        ("欠三万块钱", 3_000_000),
        ("欠款1200.50元", 120_050),
        ("押金800元不退", 80_000),
        ("投资3亿元的项目", None),
        ("有3.2万人", None),
        ("欠了两块地的租子", None),
        ("今年是2026年", None),
        ("水费每吨2.8元", None),
    ],
)
def test_it_reads_money_claimed_in_fen(text, fen):
    assert read.largest(read.amounts(text)) == fen


def test_it_gives_exact_offsets_of_figures():
    text = "包工头欠我们12户工资3.2万元没给"
    (people,) = read.people(text)
    (money,) = read.amounts(text)
    assert text[people.start : people.end] == "12户"
    assert text[money.start : money.end] == "3.2万元"


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零五", 105),
        ("三百二", 320),
        ("一万五", 15000),
        ("两千", 2000),
        ("猫", None),
    ],
)
def test_it_reads_chinese_numerals(text, n):
    assert read.chinese_number(text) == n
