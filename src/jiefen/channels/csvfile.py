"""CSV as it comes: any encoding, also several in one file, any line end, cells that are too large.

The file is parsed as bytes (each byte one latin-1 character), for no delimiter or quote can occur inside a character of
UTF-8 or GB18030. Each cell is then decoded by itself, so a row in another encoding names its column.
"""

import csv
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CELL_LIMIT = 1_000_000  # bytes
TOO_LARGE = "这一格超过一百万字节。请把长材料另存为附件，表里只写要点；也请检查引号是否成对。"
LOOSE_END = "这一格里有换行，却没有放在引号里。请给这一格加上引号。"
UNCLOSED = "从这一行起引号没有成对，后面的内容都并进了这一格。请补上引号。"
OTHER_CODE = "这一格的文字编码和整个文件不同（{file}），不能读。请把文件统一另存为UTF-8。"
SAMPLE = 4_000_000
NAMES = {"utf-8": "UTF-8", "gb18030": "GB18030", "utf-16": "UTF-16"}


class NotText(ValueError):
    """The file is no text in an encoding we know."""


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell (or a row, column None) that cannot be used, and why."""

    column: int | None
    reason: str


def encoding_of(path: Path) -> str:
    """utf-8, gb18030 or utf-16: the one that most lines with other than ASCII can be read in. Raises NotText."""
    with path.open("rb") as raw:
        head = raw.read(SAMPLE)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in head:
        raise NotText("这不是文本文件。请导出成xlsx或csv再导入。")
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    lines = [line for line in head.splitlines()[:20_000] if not line.isascii()]
    if len(head) == SAMPLE and len(lines) > 1:
        lines = lines[:-1]  # the last one may be cut in the middle of a character
    utf8 = sum(_reads(line, "utf-8") for line in lines)
    gb = sum(_reads(line, "gb18030") and not _reads(line, "utf-8") for line in lines)
    return "gb18030" if gb > utf8 else "utf-8"


def _reads(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


class _Lines:
    """Lines of the file as latin-1, never more of one than the limit; knows where it is and what the row was so far."""

    def __init__(self, raw: BinaryIO):
        self.raw, self.line = raw, 0
        self.held: list[str] = []
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        piece = self.raw.readline(CELL_LIMIT * 2)
        if not piece:
            self.ended = True
            raise StopIteration
        whole = piece.endswith(b"\n") or len(piece) < CELL_LIMIT * 2
        self.line += whole
        text = piece.decode("latin-1")
        self.held.append(text)
        if not whole:
            raise _TooLong
        return text


class _TooLong(Exception):
    """A line that is longer than any row may be."""


def rows(path: Path, encoding: str, spot: list[BinaryIO]) -> Iterator[tuple[int, list[str | BadCell] | BadCell]]:
    """(line it begins on, its cells) for every row; a BadCell in place of the list where the row cannot be parsed.
    The file being read is put into `spot`, so that somebody may ask how far we are."""
    csv.field_size_limit(CELL_LIMIT)
    with path.open("rb") as file:
        old = _old_line_ends(file)
        raw: BinaryIO = _rewritten(path, encoding) if encoding == "utf-16" or old else file
        code = "utf-8" if encoding == "utf-16" else encoding
        spot[:] = [raw]
        if raw.read(3) != b"\xef\xbb\xbf":
            raw.seek(0)
        lines = _Lines(raw)
        delimiter = _delimiter(lines)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            lines.held.clear()
            begins = lines.line + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _TooLong) as wrong:
                column = _pass_over(lines, delimiter)
                yield begins, BadCell(column, LOOSE_END if "new-line" in str(wrong) else TOO_LARGE)
                reader = csv.reader(lines, delimiter=delimiter)
                continue
            if lines.ended and len(lines.held) > 1 and _State(delimiter).feed("".join(lines.held)).inside:
                yield begins, BadCell(len(cells) - 1, UNCLOSED)
                return
            yield begins, _decoded(cells, code)


def _old_line_ends(raw: BinaryIO) -> bool:
    """Lines that end in a carriage return alone, as old machines wrote them."""
    head = raw.read(1 << 16)
    raw.seek(0)
    return b"\r" in head and b"\n" not in head


def _rewritten(path: Path, encoding: str) -> BinaryIO:
    """A copy in a temporary file: UTF-16 as UTF-8, old line ends as new ones."""
    spare = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the last reference, when the rows are read
    # Latin-1 keeps every byte as it is where only the line ends change.
    code = ("utf-16", "utf-8") if encoding == "utf-16" else ("latin-1", "latin-1")
    with path.open("r", encoding=code[0], newline=None) as text:
        try:
            while piece := text.read(1 << 16):
                spare.write(piece.encode(code[1], "replace"))
        except UnicodeError:
            raise NotText("文件不是完整的UTF-16文本。请另存为UTF-8的csv。") from None
    spare.seek(0)
    return spare  # type: ignore[return-value]


def _delimiter(lines: _Lines) -> str:
    """Comma, tab or semicolon: what the first line has most of."""
    at = lines.raw.tell()
    first = lines.raw.readline(CELL_LIMIT)
    lines.raw.seek(at)
    return max((",", "\t", ";"), key=lambda d: first.count(d.encode()))


def _decoded(cells: list[str], code: str) -> list[str | BadCell]:
    out: list[str | BadCell] = []
    for n, cell in enumerate(cells):
        if cell.isascii():
            out.append(cell.strip())
            continue
        said = cell.encode("latin-1")
        try:
            text = said.decode(code)
        except UnicodeDecodeError:
            return [*out, BadCell(n, OTHER_CODE.format(file=NAMES[code]))]
        # UTF-8 inside a GB18030 file decodes to nonsense without an error; three characters of it are no accident.
        if code == "gb18030" and len(said) >= 9 and _reads(said, "utf-8"):
            return [*out, BadCell(n, OTHER_CODE.format(file=NAMES[code]))]
        out.append(text.strip().replace("\r\n", "\n"))
    return out


class _State:
    """Where in a row we are, by the same rules as the csv reader: a quote counts only at the start of a cell."""

    def __init__(self, delimiter: str):
        self.delimiter, self.inside, self.start, self.column, self.length = delimiter, False, True, 0, 0
        self.large: int | None = None
        self.ended = False  # at the end of a row
        self._quote = False  # the last character was a quote inside quotes: the end of them, or a doubled one

    def feed(self, text: str) -> "_State":
        """Go through a piece. Stops at nothing: the caller looks at `ended` after each line."""
        at, size = 0, len(text)
        while at < size:
            here = text[at]
            if self.inside:
                if self._quote:
                    self._quote = False
                    if here == '"':
                        at += 1
                        continue
                    self.inside = False
                    continue
                stop = text.find('"', at)
                stop = size if stop < 0 else stop
                self._grow(stop - at)
                self._quote = stop < size
                at = stop + 1
            elif here == self.delimiter:
                self.column, self.start, self.length = self.column + 1, True, 0
                at += 1
            elif here == '"' and self.start:
                self.inside, self.start = True, False
                at += 1
            elif here in "\r\n":
                self.ended, self.start = True, True
                at += 1
            else:
                ends = [e for e in (text.find(c, at) for c in (self.delimiter, "\n", "\r")) if e >= 0]
                stop = min(ends, default=size)
                self._grow(stop - at)
                self.start = False
                at = stop
        return self

    def _grow(self, by: int) -> None:
        self.length += by
        if self.length > CELL_LIMIT and self.large is None:
            self.large = self.column


def _pass_over(lines: _Lines, delimiter: str) -> int | None:
    """Go to the end of a row that was given up, keeping nothing of it. Returns the column that was too large."""
    state = _State(delimiter)
    for piece in lines.held:
        state.feed(piece)
    while not state.ended or state.inside:
        lines.held.clear()
        state.ended = False
        while state.inside and (block := lines.raw.read(1 << 20)):
            if b'"' in block:
                lines.raw.seek(-len(block), 1)
                break
            lines.line += block.count(b"\n")
            state.feed(block.decode("latin-1"))
        line = lines.raw.readline(CELL_LIMIT * 2)
        if not line:
            break
        lines.line += line.endswith(b"\n")
        state.feed(line.decode("latin-1"))
    return state.large if state.large is not None else state.column
