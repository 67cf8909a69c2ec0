"""The overall ledger as a workbook: written row by row, read back, and compared cell by cell with what the steps say."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from jiefen.analytics.asker import Asker
from jiefen.analytics.ledger import COLUMNS, HEADER_LINE, TITLE, letters
from jiefen.analytics.ledger_rows import Scope, Values, ledger_rows, whole_second
from jiefen.kernel.clock import day_end, local, local_day, local_moment
from jiefen.kernel.marks import Mark
from jiefen.kernel.progress import Progress, silent
from jiefen.people.actor import actor_for
from jiefen.people.models import Person, Unit
from jiefen.places.models import Area
from jiefen.places.queries import area_by_code

MOST_ROWS = 1_048_576 - HEADER_LINE
"""Lines that a sheet of this format holds."""
_NUMBER = next(n for n, column in enumerate(COLUMNS) if column.key == "number")
_FIXED = ("-", "*")


class BadLedger(ValueError):
    """The file is no overall ledger of ours, or the cut cannot be made; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell, or one row, that is not what the steps say. `line` as Excel counts."""

    line: int
    cell: str
    number: str
    column: str
    in_file: str
    in_house: str

    def __str__(self) -> str:
        if not self.column:
            return f"{self.cell} {self.number}：{self.in_file}"
        return f"{self.cell} {self.number}“{self.column}”：表里是“{self.in_file}”，现在是“{self.in_house}”"


def cut(
    asker: Asker, *, at: datetime, day: date | None = None, area: Area | None = None, unit: Unit | None = None
) -> Scope:
    """The cut of a table made at a moment. Raises BadLedger for a day to come."""
    if day and day > local_day(at):
        raise BadLedger(f"{day}还没有到，最晚只能截至今天。")
    known = whole_second(at)
    return Scope(asker, min(day_end(day), known) if day else known, known, area, unit)


def note(of: Scope) -> str:
    """Line 2: everything that is needed to make the same table again, and the reader's mark."""
    return (
        f"截至 {local(of.till):%Y-%m-%d_%H:%M:%S} · 区域 {of.area.code if of.area else '*'} · 单位 {of.unit.code if of.unit else '*'}"
        f" · 制表 {local(of.known):%Y-%m-%d_%H:%M:%S} · 制表人 {of.asker.username} {of.asker.name}"
        " · 姓名、电话、证件号已遮盖，限看事项不显示内容，检举控告不在表内 · 内部资料，谁制表谁负责"
    )


_NOTE = re.compile(r"截至 (\S+) · 区域 (\S+) · 单位 (\S+) · 制表 (\S+) · 制表人 (\S+) (.*?) · ")


def write_ledger(path: Path, of: Scope, *, mark: Mark | None = None, progress: Progress = silent) -> int:
    """Write the workbook; nothing stands under its name before it is whole. `mark`: the reader's, in line 2, at the foot of
    every printed page and in the file's properties. Returns how many matters it holds."""
    said = note(of) + (f" · 阅读码 {mark.code}" if mark else "")
    return write_rows(path, ledger_rows(of, progress=progress), said, mark=mark.line if mark else of.asker.name)


def write_rows(path: Path, rows: Iterable[Values], said: str, *, mark: str = "") -> int:
    """The same for rows from anywhere. Every text is written as text, never as a formula or a link."""
    import xlsxwriter  # 0.1 seconds to load: not in every web process

    spare = path.with_name(f".{path.name}.part")
    count = 0
    try:
        book = xlsxwriter.Workbook(
            str(spare), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        book.set_properties({"title": TITLE, "author": mark, "comments": mark})
        sheet = book.add_worksheet("总表")
        _dress(book, sheet, said, mark)
        text = {n for n, column in enumerate(COLUMNS) if column.sort == "text"}
        for count, row in enumerate(rows, 1):
            if count > MOST_ROWS:
                raise BadLedger(f"超过{MOST_ROWS}件，一张表放不下。请按区域或单位分开导出。")
            line = HEADER_LINE + count - 1
            for n, value in enumerate(row):
                if n not in text:
                    sheet.write_number(line, n, value)
                elif value:
                    sheet.write_string(line, n, value)
        book.close()
        os.chmod(spare, 0o600)
        spare.replace(path)
    finally:
        spare.unlink(missing_ok=True)
    return count


def _dress(book: Any, sheet: Any, said: str, mark: str) -> None:
    for n, column in enumerate(COLUMNS):
        sheet.set_column(n, n, column.width)
    sheet.freeze_panes(HEADER_LINE, 2)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_LINE - 1)
    sheet.set_footer(f"&L{mark.replace('&', '&&')}&C第&P页／共&N页&R&D &T")
    sheet.write_string(0, 0, TITLE, book.add_format({"bold": True, "font_size": 16}))
    sheet.write_string(1, 0, said)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    for n, column in enumerate(COLUMNS):
        sheet.write_string(HEADER_LINE - 1, n, column.title, bold)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A workbook read back: its second line, and its rows as text with the line each stands on."""

    said: str
    rows: list[tuple[int, tuple[str, ...]]]


def read_ledger(path: Path) -> Sheet:
    """Read an overall ledger, also one that somebody edited. Raises BadLedger."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        lines = book.get_sheet_by_index(0).iter_rows()
    except (CalamineError, OSError, IndexError) as broken:
        raise BadLedger(f"打不开这个文件，它不是完整的 xlsx：{broken}") from broken
    said = ""
    head: tuple[str, ...] = ()
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, cells in enumerate(lines, 1):
        values = tuple(_text(cell) for cell in cells[: len(COLUMNS)])
        if number < HEADER_LINE:
            said = values[0] if number == HEADER_LINE - 1 and values else said
        elif number == HEADER_LINE:
            head = values
            _check_head(head)
        elif any(values):
            rows.append((number, values + ("",) * (len(COLUMNS) - len(values))))
    if not head:
        raise BadLedger("这不是总表：没有表头。请用 jiefen export ledger --to 导出的文件。")
    return Sheet(said, rows)


def _check_head(head: tuple[str, ...]) -> None:
    for n, column in enumerate(COLUMNS):
        have = head[n] if n < len(head) else ""
        if have != column.title:
            raise BadLedger(
                f"表头{letters(n)}{HEADER_LINE}应是“{column.title}”，表里是“{have}”。请不要改动表头和列的次序。"
            )


def _text(value: Any) -> str:
    """A cell as our own writer put it: a whole number without its .0, a time that a spreadsheet recognised as we print it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}" if (value.hour, value.minute) != (0, 0) else f"{value:%Y-%m-%d}"
    return str(value)


def compare(path: Path, *, progress: Progress = silent) -> list[Difference]:
    """Make the same table again, for the same eyes and as of the same moment, and say what differs. Raises BadLedger."""
    sheet = read_ledger(path)
    of = _scope_of(sheet.said)
    return list(differences(sheet, ledger_rows(of, progress=progress)))


def differences(sheet: Sheet, rows: Iterable[Values]) -> Iterator[Difference]:
    """Cell by cell, rows found by the matter's number; then rows of the file that are no matter, or stand there twice."""
    told: dict[str, tuple[int, tuple[str, ...]]] = {}
    for line, values in sheet.rows:
        number = values[_NUMBER]
        if number in told:
            yield Difference(line, f"第{line}行", number, "", f"这个编号在第{told[number][0]}行已经有了", "")
        else:
            told[number] = (line, values)
    for row in rows:
        number = row[_NUMBER]
        if number not in told:
            yield Difference(0, "表里没有", number, "", "这件事项应在表里", "")
            continue
        line, values = told.pop(number)
        for n, column in enumerate(COLUMNS):
            if values[n] != str(row[n]):
                yield Difference(line, f"{letters(n)}{line}", number, column.title, values[n], str(row[n]))
    for number, (line, _) in told.items():
        yield Difference(line, f"第{line}行", number, "", "多出来的行：这个范围里没有这件事项", "")


def _scope_of(said: str) -> Scope:
    found = _NOTE.search(said)
    if not found:
        raise BadLedger(f"第{HEADER_LINE - 1}行的制表说明读不出来。请不要改动它。")
    till, area, unit, known, username, name = found.groups()
    try:
        till_at, known_at = (local_moment(text.replace("_", " ")) for text in (till, known))
    except ValueError as wrong:
        raise BadLedger(f"第{HEADER_LINE - 1}行的日期不对：{wrong}") from wrong
    return Scope(_asker_of(username, name, known_at), till_at, known_at, _area_of(area), _unit_of(unit))


def _asker_of(username: str, name: str, at: datetime) -> Asker:
    if username in _FIXED:
        return Asker.machine(name)
    person = Person.objects.filter(username=username).first()
    actor = actor_for(person, at - timedelta(seconds=1)) if person else None
    if actor is None:
        raise BadLedger(f"制表人 {username} 当时没有任职，无法按他看得到的范围重做。")
    return Asker.of(actor)


def _area_of(code: str) -> Area | None:
    area = None if code in _FIXED else area_by_code(code)
    if area is None and code not in _FIXED:
        raise BadLedger(f"没有区划代码 {code}")
    return area


def _unit_of(code: str) -> Unit | None:
    unit = None if code in _FIXED else Unit.objects.filter(code=code).first()
    if unit is None and code not in _FIXED:
        raise BadLedger(f"没有单位代码 {code}")
    return unit
