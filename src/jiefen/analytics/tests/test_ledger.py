"""The overall ledger goes to a workbook and back without a difference, and names the cell that somebody edited."""

from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from jiefen.analytics.asker import Asker
from jiefen.analytics.exports import ask, folder, make
from jiefen.analytics.ledger import COLUMNS, harmless, letters
from jiefen.analytics.ledger_file import (
    BadLedger,
    Difference,
    compare,
    cut,
    note,
    read_ledger,
    write_ledger,
    write_rows,
)
from jiefen.analytics.ledger_rows import ledger_rows
from jiefen.analytics.tests.small import HOUR, local, matters
from jiefen.cases.actions import take_step
from jiefen.cases.actions.recuse import recuse
from jiefen.kernel.marks import Mark, reading_of
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope
from tests.world import MONDAY

AT = local(10, 20)
KEYS = [column.key for column in COLUMNS]


@pytest.fixture
def made(county):
    return matters(county)


def rows(**more):
    asker = more.pop("asker", None) or Asker.machine()
    return [dict(zip(KEYS, row, strict=True)) for row in ledger_rows(cut(asker, at=AT, **more))]


def edit(path: Path, changed: dict[tuple[int, int], str | None], drop: int | None = None) -> Path:
    """The same workbook as somebody saved it: cells changed (line, column from 0), a line taken out."""
    sheet = read_ledger(path)
    lines = [list(values) for line, values in sheet.rows if line != drop]
    for (line, n), value in changed.items():
        lines[line - 4][n] = value
    numbers = {n for n, column in enumerate(COLUMNS) if column.sort == "number"}
    typed = [tuple(int(v) if n in numbers and str(v).isdigit() else v for n, v in enumerate(row)) for row in lines]
    write_rows(path.with_name("edited.xlsx"), typed, sheet.said)
    return path.with_name("edited.xlsx")


def test_it_tells_each_matter_as_its_steps_do(county, made):
    found = {row["number"]: row for row in rows()}
    assert [row["serial"] for row in rows()] == [1, 2, 3, 4, 5]
    a, b, c, e = (found[made[x].number] for x in "abce")
    assert (a["state"], a["received_at"], a["answered_at"], a["ended_at"]) == (
        "已办结", "2026-09-01 09:00", "2026-09-16 23:00", "2026-09-17 15:00",
    )  # fmt: skip
    assert (a["follow_up"], a["satisfied"], a["due_on"], a["responsible"]) == ("联系上了", "满意", "2026-09-15", "何静")
    assert (a["channel"], a["area_code"], a["kind"], a["grade"], a["people"]) == (
        "窗口",
        "450399100000",
        a["kind"],
        "一般",
        1,
    ) and "·" in a["kind"]
    assert b["measures"] == "派单→签收→答复→发回重办→答复"
    assert (b["answered_at"], b["satisfied"]) == ("2026-09-17 00:30", "不满意")
    assert (c["lead"], c["returns"], c["state"]) == ("县住建局", 1, "已派单")
    assert (e["helpers"], e["demands"]) == ("县住建局", "支付拖欠工资9560元")
    assert len(a["intakes"]) == 18


def test_it_names_nobody_who_stepped_back(county):
    """He is the one named at the office, and was shut out of it: who answers in his place stands there."""
    at = local(10, 1, 9)
    case = county.case(once_key="kin", at=at)
    with scope("worker"):
        take_step(case, "sign", by=county.actor("he", at), at=at, facts={"recusal-declared": True})
        assert [row["responsible"] for row in rows()] == ["何静"]
        recuse(case, county.people["he"].pk, by=county.actor("he", at), at=at, reason="申请人是我的堂兄")
    assert [row["responsible"] for row in rows()] == ["何主任"]


def test_it_tells_them_as_they_stood_on_a_day(county, made):
    found = {row["number"]: row for row in rows(day=date(2026, 9, 16))}
    assert sorted(found) == sorted(made[x].number for x in "abc")
    assert (found[made["a"].number]["state"], found[made["a"].number]["ended_at"]) == ("已答复待回访", "")
    assert found[made["b"].number]["answered_at"] == ""


def test_it_cuts_by_area_and_by_the_unit_that_leads(county, made):
    assert rows(area=county.areas["qingshi"]) == []
    assert len(rows(area=county.areas["liuhe"])) == 5
    assert [row["number"] for row in rows(unit=county.units["housing"])] == [made["c"].number]
    assert [row["serial"] for row in rows(unit=county.units["housing"])] == [1]


def test_it_covers_names_phones_and_formulas(county):
    county.case(
        text="=cmd|'/c calc'!A0 兰秀英的电话13800002061",
        decision={"demands": ["=1+1 还兰秀英 13800002061"], "title": "+1 欠薪"},
    )
    [row] = [dict(zip(KEYS, r, strict=True)) for r in ledger_rows(cut(Asker.machine(), at=MONDAY + HOUR))]
    assert row["demands"] == "'=1+1 还兰＊＊ 138****2061"
    assert row["title"] == "'+1 欠薪"


def test_it_shows_a_restricted_matter_without_its_content_and_the_vaults_not_at_all(county, made):
    with scope("worker"):
        type(made["d"]).objects.filter(pk=made["d"].pk).update(stratum=1)
        type(made["e"]).objects.filter(pk=made["e"].pk).update(stratum=2)
    found = {row["number"]: row for row in rows()}
    assert (found[made["d"].number]["title"], found[made["d"].number]["demands"]) == ("（限看，内容不出表）", "")
    assert made["e"].number not in found


def test_a_person_gets_what_their_doors_open(county, made):
    assert len(rows(asker=Asker.of(county.actor("su")))) == 5
    assert rows(asker=Asker.of(county.actor("wen"))) == []
    assert made["c"].number not in {r["number"] for r in rows(asker=Asker.of(county.actor("he")))}


def test_it_comes_back_without_a_difference(county, made, tmp_path: Path):
    for name, more in {
        "all": {},
        "day": {"day": date(2026, 9, 16)},
        "unit": {"unit": county.units["labour"], "area": county.areas["liuhe"]},
    }.items():
        path = tmp_path / f"{name}.xlsx"
        write_ledger(path, cut(Asker.machine("root"), at=AT, **more))
        assert compare(path) == []
    su = Asker.of(county.actor("su"))
    assert write_ledger(path, cut(su, at=AT)) == 5
    assert "苏珩（县综治中心）" in read_ledger(path).said
    assert compare(path) == []


def test_the_readers_mark_stands_in_line_two_at_the_foot_and_in_the_properties(county, made, tmp_path: Path):
    mark = Mark("苏珩", "县综治中心", AT, "0A3K-7Q")
    path = tmp_path / "marked.xlsx"
    assert write_ledger(path, cut(Asker.of(county.actor("su")), at=AT), mark=mark) == 5
    assert compare(path) == [] and read_ledger(path).said.endswith("阅读码 0A3K-7Q")
    with ZipFile(path) as book:
        assert mark.line in book.read("xl/worksheets/sheet1.xml").decode()
        assert mark.line in book.read("docProps/core.xml").decode()
    head, rows, columns = (
        CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[2],
        read_ledger(path).rows,
        COLUMNS,
    )
    assert len(rows) == 5 and len(head) == len(columns)  # no line and no column more: it goes in again as it came out


def test_an_export_asked_for_leaves_the_line_that_its_code_leads_to(county, made, tmp_path: Path, settings):
    settings.HOME = tmp_path
    su = county.actor("su")
    row = ask(su, at=AT)
    done = make(row.pk, AT)
    said = read_ledger(folder() / done.file).said
    line = Reading.objects.get(subject=f"ledger:{row.pk}")
    assert reading_of(said.rpartition("阅读码 ")[2]) == line.pk and (line.name, line.unit) == ("苏珩", "县综治中心")
    assert compare(folder() / done.file) == []


def test_what_is_written_down_later_is_no_difference(county, made, tmp_path: Path):
    write_ledger(tmp_path / "t.xlsx", cut(Asker.machine(), at=AT))
    take_step(made["c"], "sign", by=county.actor("housing_handler"), at=AT + HOUR, facts={"recusal-declared": True})
    county.case(at=AT + HOUR)
    assert compare(tmp_path / "t.xlsx") == []


def test_it_names_the_cell_that_was_edited(county, made, tmp_path: Path):
    path = tmp_path / "t.xlsx"
    write_ledger(path, cut(Asker.machine(), at=AT))
    state, number = KEYS.index("state"), KEYS.index("number")
    assert compare(edit(path, {(4, state): "承办中"})) == [
        Difference(4, f"{letters(state)}4", made["a"].number, "办理状态", "承办中", "已办结")
    ]
    [gone] = compare(edit(path, {}, drop=5))
    assert (gone.cell, gone.number) == ("表里没有", made["b"].number)
    [twice, gone] = compare(edit(path, {(5, number): made["a"].number}))
    assert (twice.line, "第4行" in twice.in_file, gone.number) == (5, True, made["b"].number)
    assert len(compare(edit(path, {(8, number): "清柳〔2026〕9999号"}))) == 2


def test_it_refuses_what_is_no_ledger_of_ours(county, made, tmp_path: Path):
    (tmp_path / "no.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(BadLedger, match="打不开"):
        compare(tmp_path / "no.xlsx")
    write_rows(tmp_path / "said.xlsx", [], "不是说明")
    with pytest.raises(BadLedger, match="第2行"):
        compare(tmp_path / "said.xlsx")
    with pytest.raises(BadLedger, match="还没有到"):
        cut(Asker.machine(), at=AT, day=date(2026, 10, 21))
    of = cut(Asker.machine(), at=AT)
    write_rows(tmp_path / "area.xlsx", [], note(of).replace("区域 *", "区域 000000000000"))
    with pytest.raises(BadLedger, match="没有区划代码"):
        compare(tmp_path / "area.xlsx")


def test_nothing_stands_under_the_name_before_it_is_whole(tmp_path: Path):
    def broken():
        yield tuple(1 if column.sort == "number" else "x" for column in COLUMNS)
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        write_rows(tmp_path / "t.xlsx", broken(), "截至")
    assert list(tmp_path.iterdir()) == []


def test_it_holds_no_formula(county, made, tmp_path: Path):
    row = tuple(1 if column.sort == "number" else harmless("=HYPERLINK(1)") for column in COLUMNS)
    write_rows(tmp_path / "t.xlsx", [row], "x")
    import zipfile

    with zipfile.ZipFile(tmp_path / "t.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    cells = CalamineWorkbook.from_path(str(tmp_path / "t.xlsx")).get_sheet_by_index(0).to_python()
    assert cells[3][1] == "'=HYPERLINK(1)"


def test_a_batch_costs_the_same_queries_whatever_its_size(county, made, monkeypatch):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from jiefen.procedures import catalogue

    monkeypatch.setattr(catalogue, "CHECK_SECONDS", 1e9)
    cost = {}
    for many in (False, True):
        for _twice in range(2 if not many else 1):
            with CaptureQueriesContext(connection) as seen:
                cost[many, "rows"] = len(rows())
            cost[many] = len(seen)
        for hour in range(0 if many else 3):
            county.case(at=local(10, 1) + hour * HOUR)
    assert (cost[False, "rows"], cost[True, "rows"]) == (5, 8)
    assert cost[False] == cost[True] <= 40


@pytest.mark.parametrize(
    ("text", "safe"),
    [("=1", "'=1"), ("+86", "'+86"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"), ("好=1", "好=1"), ("", "")],
)
@pytest.mark.rules
def test_it_takes_the_sting_out_of_formulas(text: str, safe: str):
    assert harmless(text) == safe


@pytest.mark.rules
def test_it_names_columns_as_excel_does():
    assert [letters(n) for n in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]
