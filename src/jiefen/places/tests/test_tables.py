"""Reading area tables as counties send them."""

import pytest

from jiefen.places import tables

pytestmark = pytest.mark.rules

TEXT = "代码,名称,级别\r\n450399000000,清和县,县级\r\n450399101000,柳河镇,乡镇\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("between", [",", "\t"])
def test_it_reads_every_usual_encoding(encoding: str, between: str) -> None:
    rows, errors = tables.read(TEXT.replace(",", between).encode(encoding))
    assert not errors
    assert [(row.line, row.cells["name"]) for row in rows] == [(2, "清和县"), (3, "柳河镇")]


def test_it_names_the_line_where_encodings_are_mixed() -> None:
    data = TEXT.encode() + "450399102000,河湾镇,乡镇\n".encode("gb18030")
    assert tables.read(data)[1][0].line == 4
    assert "两种编码" in tables.read(data)[1][0].reason


def test_it_names_the_line_that_is_no_text() -> None:
    rows, errors = tables.read(TEXT.encode("gb18030") + b"\xff\xff\xff\n")
    assert not rows
    assert errors[0].line == 4


def test_it_says_which_columns_are_missing_or_double() -> None:
    assert [str(e) for e in tables.read("代码,级别\n1,2\n".encode())[1]] == ["第1行“名称”：表头里没有这一列"]
    assert "两列" in tables.read("代码,名称,级别,名称\n".encode())[1][0].reason


@pytest.mark.parametrize("data", [b"", b"\0\0\0"])
def test_it_refuses_what_is_no_table(data: bytes) -> None:
    assert tables.read(data)[1]


def test_it_keeps_the_first_line_of_a_record_that_spans_lines() -> None:
    rows, errors = tables.read(b'code,name,level,aliases\n1,"a\nb",x,\n\n2,c,y,\n3,d\n')
    assert [(row.line, row.cells["code"]) for row in rows] == [(2, "1"), (5, "2")]
    assert [error.line for error in errors] == [6]


def test_it_stops_at_a_cell_of_fifty_megabytes() -> None:
    rows, errors = tables.read(TEXT.encode() + b"450399102000," + b"a" * 50_000_000 + ",乡镇\n".encode())
    assert len(rows) == 2
    assert errors[0].line == 4
    assert tables.read(b"a" * (tables.MAX_BYTES + 1))[1][0].line == 0
