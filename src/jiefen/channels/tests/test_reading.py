"""Files as offices send them. No database."""

import datetime
from datetime import UTC

import pytest
import xlsxwriter

from jiefen.channels.dates import BadDate, moment
from jiefen.channels.ledger.fitted import BadField, Fitted
from jiefen.channels.ledger.profile import BadProfile, read_profile, shipped
from jiefen.channels.reading import BadRow, Row, Unreadable, neutral, open_table, plain, verbatim

pytestmark = pytest.mark.rules
AT = datetime.datetime(2026, 11, 20, tzinfo=UTC)


def read(tmp_path, data: bytes, wanted=("编号", "内容"), name="t.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    table = open_table(path)
    table.choose(set(wanted))
    return list(table.rows())


@pytest.mark.parametrize(
    "data",
    [
        "编号,内容\n1,路灯不亮\n".encode(),
        "\ufeff编号,内容\r\n1,路灯不亮\r\n".encode(),
        "编号,内容\n1,路灯不亮\n".encode("gb18030"),
        "编号\t内容\n1\t路灯不亮\n".encode("utf-16"),
        "编号;内容\r1;路灯不亮\r".encode(),
        "二〇二六年台账,\n编号,内容\n1,路灯不亮\n".encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16", "old-line-ends", "title-above"],
)
def test_it_reads_any_encoding(tmp_path, data):
    (row,) = read(tmp_path, data)
    assert row.cells == {"编号": "1", "内容": "路灯不亮"}


def test_it_names_line_and_column_of_another_encoding(tmp_path):
    data = "编号,内容\n1,".encode() + "路灯".encode("gb18030") + "\n2,水管漏水\n".encode()
    bad, good = read(tmp_path, data)
    assert isinstance(bad, BadRow) and (bad.line, bad.column) == (2, "内容") and "UTF-8" in bad.reason
    assert good.line == 3
    data = "编号,内容\n1,路灯坏了\n".encode("gb18030") + "2,水管漏水".encode() + "\n3,井盖没了\n".encode("gb18030")
    rows = read(tmp_path, data)
    assert [type(r) for r in rows] == [Row, BadRow, Row] and rows[1].line == 3


def test_it_refuses_a_huge_cell_without_keeping_it(tmp_path):
    import tracemalloc

    path = tmp_path / "huge.csv"
    with path.open("wb") as out:
        out.write("编号,内容\n1,".encode())
        for _ in range(50):
            out.write(b"x" * 1_000_000)
        out.write(b'\n2,"')
        for _ in range(5):
            out.write((b"y" * 999 + b"\n") * 1_000)
        out.write('"\n3,好\n'.encode())
    tracemalloc.start()
    table = open_table(path)
    table.choose({"编号", "内容"})
    first, second, third = list(table.rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (first.line, first.column) == (2, "内容") and "一百万字节" in first.reason
    assert (second.line, second.column) == (3, "内容")
    assert third.cells["内容"] == "好"
    assert peak < 40_000_000


def test_it_says_that_a_quote_was_left_open(tmp_path):
    good, bad = read(tmp_path, '编号,内容\n1,好\n2,"没有收尾\n3,好\n'.encode())
    assert good.line == 2 and (bad.line, bad.column) == (3, "内容") and "引号" in bad.reason


def test_it_says_that_a_row_has_too_many_cells(tmp_path):
    (bad,) = read(tmp_path, "编号,内容\n1,好,多了\n".encode())
    assert "3格" in bad.reason


def test_it_keeps_formulas_as_they_stand_and_neutralises_them_on_the_way_out(tmp_path):
    (row,) = read(tmp_path, "编号,内容\n1,=HYPERLINK(1)\n".encode())
    assert row.cells["内容"] == "=HYPERLINK(1)"
    for text in ("=1", "+1", "-1", "@x", "\tx"):
        assert neutral(text) == f"'{text}" and verbatim(neutral(text)) == text
    assert neutral("好") == "好" and neutral("") == ""


def test_it_reads_a_workbook_by_what_the_cells_hold(tmp_path):
    path = tmp_path / "台账.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("一")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_string(0, 0, "某县台账")
    for n, title in enumerate(("编号", "内容", "收件时间")):
        sheet.write_string(2, n, title)
    sheet.write_number(3, 0, 188006)
    sheet.write_formula(3, 1, '="a"&"b"', None, "ab")
    sheet.write_datetime(3, 2, datetime.datetime(2019, 2, 28), day)  # noqa: DTZ001
    sheet.write_number(4, 0, 110101199001011234)
    book.add_worksheet("空")
    second = book.add_worksheet("二")
    second.write(0, 0, "x")
    book.close()
    table = open_table(path)
    table.choose({"编号", "内容", "收件时间"})
    row, bad = list(table.rows())
    assert (row.line, plain(row.cells["编号"]), row.cells["内容"]) == (4, "188006", "ab")
    assert moment(row.cells["收件时间"]) == datetime.datetime(2019, 2, 27, 16, tzinfo=UTC)
    assert (bad.line, bad.column) == (5, "编号") and "15位" in bad.reason
    assert "二" in table.note


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"", "空"), (b"%PDF-1.7", "不是表格"), (b"PK\x03\x04rubbish", "打不开"), (b"ab\0cd\n", "文本")],
)
def test_it_refuses_what_is_no_table(tmp_path, data, says):
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    with pytest.raises(Unreadable, match=says):
        open_table(path)


def test_it_reads_json_lines(tmp_path):
    rows = read(tmp_path, '{"order": "1", "text": "好"}\n[1]\n{"order": {"a": 1}}\n{bad\n'.encode(), name="o.jsonl")
    assert rows[0].cells == {"order": "1", "text": "好"}
    assert [r.line for r in rows[1:]] == [2, 3, 4] and all(isinstance(r, BadRow) for r in rows[1:])


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        ("2018/6/14 17:32:20", "2018-06-14T09:32:20+00:00"),
        ("2019-02-28 11:25:05", "2019-02-28T03:25:05+00:00"),
        ("2019.2.28", "2019-02-27T16:00:00+00:00"),
        ("2019年2月28日 8时5分", "2019-02-28T00:05:00+00:00"),
        ("20190228", "2019-02-27T16:00:00+00:00"),
        ("43524", "2019-02-27T16:00:00+00:00"),
        (43524.5, "2019-02-28T04:00:00+00:00"),
        ("2019-02-28T11:25:05Z", "2019-02-28T11:25:05+00:00"),
    ],
)
def test_it_reads_moments_as_they_are_written(cell, iso):
    assert moment(cell).isoformat() == iso


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("2019/2/30", "2019年2月没有30日"),
        ("2019/13/1", "没有13月"),
        ("2019-02-28 25:00", "钟点"),
        ("1019-02-28", "年份"),
        ("12", "写法"),
        (12.0, "序号"),
        (True, "不是日期"),
    ],
)
def test_it_refuses_days_that_no_calendar_has(cell, says):
    with pytest.raises(BadDate, match=says):
        moment(cell)


def test_it_repeats_nothing_of_a_cell_that_is_no_date():
    with pytest.raises(BadDate) as bad:
        moment("兰秀英")
    assert "兰" not in str(bad.value)


def test_it_says_which_columns_are_missing_and_which_it_saw():
    with pytest.raises(BadProfile) as bad:
        Fitted(shipped()["upper-messages"], ["id", "标题"], {}, at=AT)
    assert all(name in str(bad.value) for name in ("subject", "time", "detail", "标题"))
    assert "缺少这几列：subject、time、detail" in str(bad.value)


def test_it_maps_a_row_and_names_the_column_of_each_fault():
    fitted = Fitted(
        shipped()["ledger-general"],
        ["编号", "内容", "收件时间", "涉及人数", "乡镇", "备注"],
        {"柳河镇": "450399100000"},
        at=AT,
    )
    cells = {
        "编号": 7.0,
        "内容": "'=1+1路面塌陷",
        "收件时间": "2026-11-02",
        "涉及人数": "12人",
        "乡镇": "柳河镇",
        "备注": "急",
    }
    made = fitted.draft(Row(2, cells)).draft
    assert (made.once_key, made.text, made.people) == ("ledger-general:7", "=1+1路面塌陷", 12)
    assert made.area_code == "450399100000" and made.extra == {"columns": {"备注": "急"}}
    for change, column in (
        ({"收件时间": "2026-02-30"}, "收件时间"), ({"收件时间": "2027-01-01"}, "收件时间"), ({"涉及人数": "-1"}, "涉及人数"),
        ({"乡镇": "无此镇"}, "乡镇"), ({"编号": ""}, "编号"),
    ):  # fmt: skip
        with pytest.raises(BadField) as bad:
            fitted.draft(Row(2, {**cells, **change}))
        assert bad.value.column == column


def test_it_refuses_a_mapping_with_faults_and_names_each():
    with pytest.raises(BadProfile) as bad:
        read_profile({"profile": "x", "columns": {"nonsense": {"names": ["a"]}}, "colour": "red"})
    assert all(word in str(bad.value) for word in ("nonsense", "colour", "渠道", "once_key"))
