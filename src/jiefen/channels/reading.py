"""Reading what offices send: xlsx, xls, ods, csv and JSON lines of any real-world kind, a row at a time.

    table = open_table(path)            # Unreadable: not a table at all
    table.choose({"id", "time"})        # which of the first rows is the header
    for row in table.rows():            # Row(line, cells) or BadRow(line, column, reason)

Nothing is guessed silently: a row that cannot be read names its line and column and the next one goes on. Memory is
bounded: a cell over the limit is passed over, not kept.
"""

import json
import os
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jiefen.channels import csvfile
from jiefen.channels.csvfile import CELL_LIMIT, BadCell

Cell = str | float | bool | datetime | date
HEADER_WITHIN = 15  # rows looked through for the header: a title and a note often stand above it
_PIECE = 1 << 20
UNPACKED_LIMIT = 400_000_000  # bytes of an unpacked workbook; a million rows of text are less
JSON_LINE_LIMIT = 1_000_000
EXACT_DIGITS = 10**15  # a number of more digits has lost its last ones when a sheet kept it as a number


class Unreadable(ValueError):
    """The file is no table we can read; the message says what it is and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins on (as an editor or Excel counts, from 1) and its cells by column name."""

    line: int
    cells: dict[str, Cell]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, with the column (empty for the whole row) and why. Never any of its text."""

    line: int
    column: str
    reason: str


class Table:
    """A file opened for reading. `kind` is csv, xlsx or jsonl; `note` says what else the reader should know."""

    def __init__(self, path: Path, kind: str, encoding: str = "", note: str = "", sheet: Any = None):
        self.path, self.kind, self.encoding, self.note, self._sheet = path, kind, encoding, note, sheet
        self.header: list[str] = []
        self._after = 0  # line of the header; rows begin behind it
        self._spot: list[Any] = []

    def total(self, done: int) -> int:
        """About how many rows there are, by how far into the file `done` of them have brought us."""
        if self._sheet is not None:
            return int(self._sheet.total_height) - self._after
        if not self._spot or self._spot[0].closed:
            return done
        size = os.fstat(self._spot[0].fileno()).st_size
        return max(done, round(done * size / max(self._spot[0].tell(), 1)))

    def choose(self, wanted: Collection[str]) -> list[str]:
        """Take as header the first row holding the most of the wanted names, and say which names it has."""
        if self.kind == "jsonl":
            self.header = sorted(wanted)
            return self.header
        best: tuple[int, int, list[str]] | None = None
        for seen, (line, cells) in enumerate(self._raw()):
            if seen >= HEADER_WITHIN:
                break
            if isinstance(cells, BadCell):
                continue
            names = [plain(c) for c in cells]
            score = len(set(names) & set(wanted))
            if any(names) and (best is None or score > best[0]):
                best = (score, line, names)
            if best and best[0] == len(set(wanted)):
                break
        if best is None:
            raise Unreadable("文件里一行内容也没有。")
        _, self._after, self.header = best
        return [name for name in self.header if name]

    def rows(self) -> Iterator[Row | BadRow]:
        """Every row behind the header that has anything in it."""
        width = len(self.header)
        for line, cells in self._raw():
            if line <= self._after:
                continue
            if isinstance(cells, BadCell):
                name = self.header[cells.column] if cells.column is not None and cells.column < width else ""
                place = "" if cells.column is None or name else f"第{cells.column + 1}列："
                yield BadRow(line, name, place + cells.reason)
                continue
            if isinstance(cells, dict):
                yield Row(line, cells)
                continue
            bad = next(((n, c) for n, c in enumerate(cells) if isinstance(c, BadCell)), None)
            if bad:
                name = self.header[bad[0]] if bad[0] < width else ""
                yield BadRow(line, name, ("" if name else f"第{bad[0] + 1}列：") + bad[1].reason)
                continue
            if not any(c != "" for c in cells):
                continue
            if len(cells) > width and any(c != "" for c in cells[width:]):
                yield BadRow(line, "", f"这一行有{len(cells)}格，表头只有{width}格。请检查逗号和引号。")
                continue
            named = {name: cell for name, cell in zip(self.header, cells, strict=False) if name}
            yield Row(line, named)

    def _raw(self) -> Iterator[tuple[int, Any]]:
        if self.kind == "csv":
            yield from csvfile.rows(self.path, self.encoding, self._spot)
        elif self.kind == "jsonl":
            yield from _json_lines(self.path, self._spot)
        else:
            for line, cells in enumerate(self._sheet.iter_rows(), 1):
                yield line, [_sheet_cell(c) for c in cells]


def open_table(path: Path, *, sheet: str = "") -> Table:
    """Open a file by what it is, not by what its name says. Raises Unreadable, OSError."""
    with path.open("rb") as raw:
        head = raw.read(8)
    if not head:
        raise Unreadable("文件是空的。")
    if head.startswith(b"PK") or head.startswith(b"\xd0\xcf\x11\xe0"):
        return _workbook(path, sheet)
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise Unreadable("这不是表格文件。请导出成xlsx或csv再导入。")
    if head.lstrip()[:1] == b"{":
        return Table(path, "jsonl")
    try:
        return Table(path, "csv", encoding=csvfile.encoding_of(path))
    except csvfile.NotText as no:
        raise Unreadable(str(no)) from None


def _workbook(path: Path, sheet: str) -> Table:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
            if sum(i.file_size for i in packed.infolist()) > UNPACKED_LIMIT:
                raise Unreadable("工作簿展开后太大。请分成几个文件，或导出成csv。")
            _weigh(packed)
        if not any(n.startswith(("xl/", "content.xml")) for n in names):
            raise Unreadable("这是压缩包，不是Excel表格。请解开后导入里面的xlsx或csv。")
    try:
        book = CalamineWorkbook.from_path(str(path))
        shown = [
            m.name for m in book.sheets_metadata
            if m.visible == SheetVisibleEnum.Visible and m.typ == SheetTypeEnum.WorkSheet
        ]  # fmt: skip
        if sheet and sheet not in shown:
            raise Unreadable(f"工作簿里没有“{sheet}”这张表，只有：{'、'.join(shown)}。")
        sheets = [book.get_sheet_by_name(name) for name in ([sheet] if sheet else shown)]
    except CalamineError as wrong:
        raise Unreadable("这个Excel文件打不开：可能加了密码，或已损坏。请去掉密码另存一份。") from wrong
    full = [s for s in sheets if s.height]
    if not full:
        raise Unreadable("工作簿里的表都是空的。")
    others = "、".join(s.name for s in full[1:])
    return Table(path, "xlsx", sheet=full[0], note=f"只读了“{full[0].name}”，没有读：{others}。" if others else "")


def _weigh(packed: zipfile.ZipFile) -> None:
    """Unpack every member piece by piece and keep nothing: what a member says of its size may be a lie, and the reader
    below believes it. A member that holds more than it says fails its own sum here. Raises Unreadable."""
    try:
        for member in packed.infolist():
            with packed.open(member) as inside:
                while inside.read(_PIECE):
                    pass
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
        raise Unreadable("这个Excel文件打不开：可能加了密码，或已损坏。请去掉密码另存一份。") from None


def _sheet_cell(cell: Any) -> Cell | BadCell:
    if isinstance(cell, str):
        if len(cell) * 3 > CELL_LIMIT and len(cell.encode("utf-8", "replace")) > CELL_LIMIT:
            return BadCell(None, csvfile.TOO_LARGE)
        return cell.strip()
    if isinstance(cell, float) and not isinstance(cell, bool) and abs(cell) >= EXACT_DIGITS:
        return BadCell(None, "这一格是数字格式，超过15位的末几位已经丢失。请在原表改成文本格式再填。")
    if isinstance(cell, bool | float | int | datetime | date):
        return cell
    return str(cell)


def _json_lines(path: Path, spot: list[Any]) -> Iterator[tuple[int, Any]]:
    with path.open("rb") as raw:
        spot[:] = [raw]
        line = 0
        while piece := raw.readline(JSON_LINE_LIMIT):
            line += 1
            if len(piece) == JSON_LINE_LIMIT and not piece.endswith(b"\n"):
                while piece and not piece.endswith(b"\n"):
                    piece = raw.readline(JSON_LINE_LIMIT)
                yield line, BadCell(None, "这一行太大，最多1兆。")
                continue
            if not piece.strip():
                continue
            try:
                value = json.loads(piece.decode("utf-8-sig"))
            except UnicodeDecodeError:
                yield line, BadCell(None, "这一行不是UTF-8编码。")
            except (ValueError, RecursionError):
                yield line, BadCell(None, '这一行不是一个JSON对象。每行写一张工单：{"order": …}。')
            else:
                flat = isinstance(value, dict) and all(
                    v is None or isinstance(v, str | int | float | bool) for v in value.values()
                )
                if flat:
                    yield line, {k: "" if v is None else v for k, v in value.items()}
                else:
                    yield line, BadCell(None, "这一行不是一层的JSON对象：值只能是文字或数字。")


def plain(cell: Cell | None) -> str:
    """A cell as text: 188006.0 is 188006, a moment is 2019-02-28 11:25:05. What begins with = stays as it stands."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(int(cell)) if float(cell).is_integer() else repr(cell)


def neutral(text: str) -> str:
    """A text for a cell that goes out: what a sheet would run as a formula gets an apostrophe in front."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text[:1] else text


def verbatim(text: str) -> str:
    """The reverse of `neutral`, for our own exports coming back."""
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@\t\r" and text[1:2] else text
