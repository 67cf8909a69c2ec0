"""A tiny reader of area tables (CSV): finds the encoding, keeps line numbers, refuses what it cannot read whole."""

import csv
import io
from dataclasses import dataclass
from typing import Any

MAX_BYTES = 64 * 1024 * 1024
MAX_CELL = 120_000
"""Characters of one cell; a shape of some thousand points fits, a pasted file does not."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("代码", "区域代码", "统计代码"),
    "name": ("名称", "区域名称"),
    "level": ("级别", "层级"),
    "parent": ("上级代码", "上级"),
    "full_name": ("全称",),
    "aliases": ("别名", "俗称"),
    "since": ("启用日期",),
    "until": ("停用日期",),
    "successor": ("接替代码",),
    "shape": ("图形",),
    "staff_needed": ("须配员", "是否配员"),
}
LABELS = {key: words[0] for key, words in COLUMNS.items()}
NEEDED = ("code", "name", "level")


@dataclass(frozen=True)
class RowError:
    """What is wrong in one cell. `line` is the line of the file (1 = heading), 0 for the file as a whole."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = f"第{self.line}行" if self.line else "文件"
        return f"{where}{f'“{self.column}”' if self.column else ''}：{self.reason}"


@dataclass(frozen=True)
class Row:
    """One record: the line it begins on, and its cells by our column keys (stripped; absent columns are '')."""

    line: int
    cells: dict[str, str]


def decode(data: bytes) -> tuple[str, str] | RowError:
    """Bytes to (text, encoding). UTF-8 (with or without BOM), UTF-16 with BOM, GB18030; mixtures are an error."""
    if len(data) > MAX_BYTES:
        return RowError(0, "", f"文件有{len(data) // 1024 // 1024}MB，超过{MAX_BYTES // 1024 // 1024}MB")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), "utf-16"
        except UnicodeDecodeError:
            return RowError(0, "", "文件开头写着UTF-16，内容却不是")
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    return _decode_by_line(data.removeprefix(b"\xef\xbb\xbf"))


def _decode_by_line(body: bytes) -> tuple[str, str] | RowError:
    """What is not UTF-8 as a whole: GB18030 as a whole, or the first line that stands out."""
    utf8: list[int] = []
    gb18030: list[int] = []
    for number, line in enumerate(body.split(b"\n"), 1):
        # Several letters of three bytes that read as Chinese in UTF-8 are hardly ever GB18030 by chance.
        if _reads_as_utf8(line):
            utf8.append(number)
            continue
        try:
            if not line.decode("gb18030").isascii():
                gb18030.append(number)
        except UnicodeDecodeError:
            return RowError(number, "", "这一行既不是UTF-8，也不是GB18030编码")
    if utf8:
        odd, name, rest = (utf8, "UTF-8", "GB18030") if len(utf8) < len(gb18030) else (gb18030, "GB18030", "UTF-8")
        return RowError(odd[0], "", f"文件里混着两种编码：这一行是{name}，别的行是{rest}")
    return body.decode("gb18030"), "gb18030"


def _reads_as_utf8(line: bytes) -> bool:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return sum("一" <= letter <= "鿿" for letter in text) >= 2


def read(data: bytes) -> tuple[list[Row], list[RowError]]:
    """Rows of a CSV with a heading, and what is wrong with the file. Wrong columns or encoding give no rows at all."""
    decoded = decode(data)
    if isinstance(decoded, RowError):
        return [], [decoded]
    text, _ = decoded
    if "\0" in text:
        return [], [RowError(text[: text.index("\0")].count("\n") + 1, "", "有空字符，不像是文本表格")]
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if first.count("\t") > first.count(",") else ",")
    try:
        heading = [cell.strip() for cell in next(reader)]
    except StopIteration:
        return [], [RowError(0, "", "文件是空的")]
    except csv.Error:
        return [], [RowError(1, "", "表头读不出来")]
    keys, problems = _columns(heading)
    if problems:
        return [], problems
    return _records(reader, keys)


def _columns(heading: list[str]) -> tuple[list[str | None], list[RowError]]:
    """Our key for each column of the heading (None = not ours), and what the heading lacks."""
    known = {word: key for key, words in COLUMNS.items() for word in (key, *words)}
    keys = [known.get(cell) for cell in heading]
    problems = [RowError(1, LABELS[key], "表头里没有这一列") for key in NEEDED if key not in keys]
    problems += [RowError(1, LABELS[key], "表头里有两列") for key in COLUMNS if keys.count(key) > 1]
    return keys, problems


def _records(reader: Any, keys: list[str | None]) -> tuple[list[Row], list[RowError]]:
    rows: list[Row] = []
    errors: list[RowError] = []
    while True:
        line = reader.line_num + 1  # a record may span lines; it is named by its first
        try:
            cells = next(reader)
        except StopIteration:
            return rows, errors
        except csv.Error:
            # The csv module stops at a cell over its limit; what follows it can no longer be told apart.
            errors.append(RowError(line, "", f"有一格超过{MAX_CELL}个字，或引号没有合上；从这一行起没有读"))
            return rows, errors
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(keys):
            errors.append(RowError(line, "", f"有{len(cells)}格，表头有{len(keys)}列"))
            continue
        big = next((key for key, cell in zip(keys, cells, strict=True) if key and len(cell) > MAX_CELL), None)
        if big:
            errors.append(RowError(line, LABELS[big], f"这一格超过{MAX_CELL}个字"))
            continue
        found = {key: cell.strip() for key, cell in zip(keys, cells, strict=True) if key}
        rows.append(Row(line, {key: found.get(key, "") for key in COLUMNS}))
