"""Taking areas in from a table: all or nothing, every error with its line and column."""

from datetime import date
from pathlib import Path

import pytest

from jiefen.places.actions import import_areas
from jiefen.places.models import Area
from jiefen.places.tests.squares import TABLE

pytestmark = pytest.mark.django_db

DAY = date(2020, 1, 1)


def test_it_takes_a_county_in_and_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "areas.csv"
    file.write_bytes(TABLE.encode("gb18030"))
    first = import_areas(file, since=DAY)
    assert (first.created, first.changed, first.unchanged, first.errors) == (8, 0, 0, [])
    before = list(Area.objects.order_by("pk").values())
    again = import_areas(file, since=date(2026, 1, 1))
    assert (again.created, again.changed, again.unchanged, again.errors) == (0, 0, 8, [])
    assert list(Area.objects.order_by("pk").values()) == before
    west = Area.objects.get(code="990101100000")
    assert west.aliases == ["西边", "老西镇"]
    assert Area.objects.get(code="99010110020090000001").full_name == "方县西镇石桥村石桥小学"


def test_it_takes_rows_in_any_order() -> None:
    head, *rows = TABLE.splitlines()
    assert import_areas("\n".join([head, *reversed(rows)]).encode(), since=DAY).created == 8


BAD = """代码,名称,级别,上级代码,启用日期,停用日期,图形,须配员,接替代码
990101102000,北镇,乡镇,,2020-01-01,,,,
99010110200,缺位村,村,,,,,,
990101102200,好村,小村,,,,,,
990101102201,=1+1,村,,,,,,
990101102202,日子村,村,,2019/2/30,,,,
990101102203,早亡村,村,,2020-01-01,2019-01-01,,,
990101103200,无上级村,村,,,,,,
990101102204,错上级村,村,990101100000,,,,,
990101102205,坏图村,村,,,,{,,
990101102206,半配村,村,,,,,大概,
990101102207,同名村,村,,,,,,
990101102208,同名村,村,,,,,,
990101102207,又一村,村,,,,,,
990101100200,改名村,村,,,,,,
990101102209,断头村,村,,2020-01-01,2021-01-01,,,990101109999
"""


def test_it_names_line_column_and_reason_of_every_error_and_writes_nothing() -> None:
    import_areas(TABLE.encode(), since=DAY)
    done = import_areas(BAD.encode(), since=DAY)
    assert not done.written
    assert [(error.line, error.column) for error in done.errors] == [
        (3, "代码"),
        (4, "级别"),
        (5, "名称"),
        (6, "启用日期"),
        (7, "停用日期"),
        (8, "上级代码"),
        (9, "上级代码"),
        (10, "图形"),
        (11, "须配员"),
        (13, "名称"),
        (14, "代码"),
        (15, "名称"),
        (16, "接替代码"),
    ]
    assert all(error.reason for error in done.errors)
    assert Area.objects.count() == 8


def test_it_writes_the_rows_that_hold_when_asked_for_a_part() -> None:
    import_areas(TABLE.encode(), since=DAY)
    done = import_areas(BAD.encode(), since=DAY, partial=True)
    assert (done.written, done.created) == (True, 2)
    assert set(Area.objects.filter(code__startswith="990101102").values_list("name", flat=True)) == {"北镇", "同名村"}


def test_it_lets_children_of_a_bad_row_fail_with_it() -> None:
    table = TABLE.replace("990101100000,西镇", "990101100000,=西镇")
    done = import_areas(table.encode(), since=DAY, partial=True)
    assert {error.line for error in done.errors} == {3, 5, 6, 8, 9}
    assert done.created == 3


def test_it_fills_in_what_a_later_file_adds_but_never_renames() -> None:
    import_areas(TABLE.encode(), since=DAY)
    more = "代码,名称,级别,别名\n990101101000,东镇,乡镇,东边\n"
    assert import_areas(more.encode(), since=DAY).changed == 1
    assert Area.objects.get(code="990101101000").aliases == ["东边"]
    assert "现名“东镇”" in import_areas(more.replace("东镇", "新东镇").encode(), since=DAY).errors[0].reason


def test_it_writes_nothing_of_a_file_with_a_broken_line() -> None:
    done = import_areas(TABLE.encode() + b"990101103000\n", since=DAY)
    assert not done.written
    assert [error.line for error in done.errors] == [10]
    assert not Area.objects.exists()
