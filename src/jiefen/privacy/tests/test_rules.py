"""The tables and the rules that read them."""

from datetime import date

import pytest

from jiefen.privacy import rules, shipped
from jiefen.procedures.catalogue import vocabulary
from jiefen.procedures.days import Calendar
from jiefen.procedures.loader import procedure_files

pytestmark = pytest.mark.rules
ENDED = date(2020, 2, 29)


@pytest.fixture
def table():
    return rules.keepings((rules.SHIPPED / "retention.csv").read_text("utf-8"))


def test_it_reads_what_ships_with_the_program():
    assert shipped.keepings() and shipped.answerings().keys() == set(rules.KINDS) and shipped.notices()


def test_it_knows_a_row_for_every_procedure_other_than_the_last(table):
    names = {path.stem.partition(".")[0] for path in procedure_files()}
    assert names and all(rules.keeping_of(table, procedure=name).code != "other" for name in names)
    assert rules.keeping_of(table, procedure="something-new").code == "other"
    assert [rules.keeping_of(table, end=end).code for end in ("void", "recalled", "refuse", "refer", "?")] == [
        "void", "withdrawn", "refused", "referred", "other",
    ]  # fmt: skip


def test_it_names_only_sources_that_are_known(table):
    known = vocabulary().sources
    for row in table:
        assert row.source.split(":")[0] in known, row
        assert not row.law or row.law.split(":")[0] in known, row
    for notice in rules.notices((rules.SHIPPED / "notice.yaml").read_text("utf-8")):
        assert all(one.split(":")[0] in known for one in notice.basis), notice
        assert set(notice.codes) <= {row.code for row in table}
    told = {code for notice in shipped.notices() for code in notice.codes}
    assert told == {row.code for row in table}


@pytest.mark.parametrize(
    ("text", "day"),
    [("10y", date(2030, 2, 28)), ("6m", date(2020, 8, 29)), ("0d", ENDED), ("30d", date(2020, 3, 30))],
)
def test_it_counts_a_term_from_the_end(text, day):
    assert rules.term(text).after(ENDED) == day


@pytest.mark.parametrize("text", ["", "y", "10", "-1y", "1w", "1y6m"])
def test_it_refuses_a_term_it_cannot_read(text):
    with pytest.raises(ValueError, match="保管期限"):
        rules.term(text)


HEAD = "code,label,procedures,ends,keep,least,law,source,mark,note\n"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("a,甲,*,*,1y,2y,,OWN,A,\n", "最短期限"),
        ("a,甲,*,*,1y,1y,,,A,\n", "出处"),
        ("a,甲,*,*,1y,1y,,OWN,X,\n", "标记"),
        ("a,甲,*,*,soon,1y,,OWN,A,\n", "第2行"),
        ("a,甲,*,*,1y,1y,,OWN,A,\na,甲,*,*,1y,1y,,OWN,A,\n", "重复"),
        ("a,甲,hotline-order,,1y,1y,,OWN,A,\n", "最后一行"),
    ],
)
def test_it_refuses_a_table_that_would_mislead(rows, says):
    with pytest.raises(rules.BadTable, match=says):
        rules.keepings(HEAD + rows)


def test_it_answers_a_wish_for_deletion_by_the_law_and_never_by_mood(table):
    order, petition = (rules.keeping_of(table, procedure=p) for p in ("hotline-order", "petition-claim"))
    today = date(2026, 11, 16)
    assert rules.weigh_deletion(order, ended_on=None, today=today).verdict == "open"
    kept = rules.weigh_deletion(petition, ended_on=date(2026, 1, 5), today=today)
    assert (kept.verdict, kept.article, kept.until) == ("kept", "L-XF:21", date(2036, 1, 5))
    soon = rules.weigh_deletion(order, ended_on=date(2026, 11, 1), today=today)
    assert (soon.verdict, soon.until) == ("shortened", date(2027, 5, 1))
    at_once = rules.weigh_deletion(order, ended_on=date(2025, 1, 1), today=today)
    assert at_once.until == today


def test_it_counts_days_to_answer_and_moves_off_a_day_of_rest():
    calendar = Calendar(published_years=[2026])
    natural = shipped.answerings()["copy"]
    assert natural.last_day(date(2026, 11, 5), calendar) == date(2026, 12, 7)  # 5 December is a Saturday
    working = shipped.answerings()["reading"]
    assert working.last_day(date(2026, 11, 16), calendar) == calendar.add_working(date(2026, 11, 16), working.days)
