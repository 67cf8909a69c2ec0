"""A paper as a sheet: title, number, whom it is to, numbered sections, signatures, seal, date. Pure.

The PDF, the Word file and the page are three ways of setting the same sheet, so they say the same.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jiefen.kernel.clock import local
from jiefen.papers.glyphs import printable
from jiefen.papers.kinds import Kind

APART = frozenset({"number", "unit", "date"})
"""Fields with a place of their own: under the title, and at the end."""
_BLANK = re.compile(r"\{([^{}]+)\}")
_PART = re.compile(r"\[([^\[\]]*)\]")
_NUMERALS = "一二三四五六七八九十"
_LABELS = {"applicant": "当事人", "proposed-on": "提出日期"}
LINES = 300
"""Of one thing said, so many lines stand as written; what follows runs on, so that no paper becomes a book."""
INLINE = 60
"""A section of one line up to this many characters stands beside its name."""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece: `lead` (the opening), `head` (一、), `para`, `item` (（一）), `line` (a label and its value), `end`."""

    sort: str
    text: str
    label: str = ""


@dataclass(slots=True)
class Sheet:
    """What is printed. `rows` only on forms; `seal` is an image; `void` the sentence across a voided paper."""

    kind: str
    style: str
    title: str
    number: str = ""
    to: str = ""
    blocks: list[Block] = field(default_factory=list)
    rows: list[tuple[str, list[str]]] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)
    unit: str = ""
    date: str = ""
    seal_place: bool = False
    seal: str = ""
    void: str = ""
    lost: list[str] = field(default_factory=list)


def day(at: datetime | None) -> str:
    """2026年11月20日."""
    return f"{local(at):%Y年%-m月%-d日}" if at else ""


def numeral(n: int) -> str:
    """1 → 一, 12 → 十二, 20 → 二十."""
    if n <= 10:
        return _NUMERALS[n - 1]
    tens, ones = divmod(n, 10)
    return (_NUMERALS[tens - 1] if tens > 1 else "") + "十" + (_NUMERALS[ones - 1] if ones else "")


def bare(label: str) -> str:
    """请求事项（逐项） → 请求事项: what is asked of the writer is not printed."""
    return label.partition("（")[0] if label.endswith("）") else label


def sheet_of(
    kind: Kind, words: Mapping[str, Any], fields: Mapping[str, Any], *, number: str, made_at: datetime, unit: str = "",
    shown: Collection[int] | None = None, seal: str = "", void: str = "",
) -> Sheet:  # fmt: skip
    """Lay out a paper. `words`: its entry in the papers' definitions; `fields`: name → text, number, truth or list.

    `shown`: what the fonts can show; None leaves every character. Never raises for any text.
    """
    lost: dict[str, None] = {}

    def clean(value: Any) -> str:
        text, gone = printable(_said(value), shown)
        lost.update(dict.fromkeys(gone))
        lines = text.strip().split("\n")
        return "\n".join([*lines[:LINES], " ".join(lines[LINES:])]).rstrip()

    def in_a_line(value: Any) -> str:
        return clean(value).replace("\n", " ")

    plain = {name: _values(value, clean) for name, value in fields.items()}
    plain = {name: values for name, values in plain.items() if values}
    sheet = Sheet(kind.kind, kind.style, str(words["label"]), number=in_a_line(number), seal=seal, void=in_a_line(void))
    used = set(APART)
    if kind.to and all(name in plain for name in kind.to):
        sheet.to = "、".join(plain[name][0].replace("\n", " ") for name in kind.to) + "："
        used |= set(kind.to)
    you = "你们" if _many(plain, kind) else "你"
    lead = _sentence(kind.opening, plain, you, used)
    rest = [f for f in words["fields"] if f["name"] not in used and f["name"] in plain]
    if kind.style in ("form", "cover"):
        sheet.rows = [(bare(f["label"]), _items(plain[f["name"]])) for f in rest]
    else:
        if lead:
            sheet.blocks.append(Block("lead", lead))
        sheet.blocks += (
            _records(rest, plain) if kind.style == "record" else _sections(rest, plain, kind, one=bool(lead))
        )
        end = _sentence(kind.closing, plain, you, set())
        if end:
            sheet.blocks.append(Block("end", end))
    signatures = [str(s) for s in words.get("signatures", ())]
    sheet.seal_place = has_seal_place(words)
    sheet.signs = [s for s in signatures if "章" not in s or "签" in s]
    sheet.unit = "、".join(plain.get("unit") or ([clean(unit)] if unit else [])).replace("\n", " ")
    sheet.date = (plain.get("date") or [day(made_at)])[0].replace("\n", " ")
    sheet.lost = list(lost)
    return sheet


def has_seal_place(words: Mapping[str, Any]) -> bool:
    """Whether a seal of an office belongs on this kind of paper."""
    return any("印章" in str(s) or "签章" in str(s) for s in words.get("signatures", ()))


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return day(value)
    return "" if value is None else str(value)


def _values(value: Any, clean: Any) -> list[str]:
    """One text for each thing said; what is empty is left out."""
    if isinstance(value, Mapping):
        value = [f"{name}：{what}" for name, what in value.items()]
    many: Sequence[Any] = value if isinstance(value, list | tuple) else [value]
    return [text for one in many if (text := clean(one))]


def _items(values: list[str]) -> list[str]:
    """The lines of a field; more than one thing said is numbered."""
    return [f"{n}．{text}" for n, text in enumerate(values, 1)] if len(values) > 1 else values[0].split("\n")


def _many(plain: Mapping[str, list[str]], kind: Kind) -> bool:
    name = (plain.get(kind.to[0]) if kind.to else None) or [""]
    return bool(re.search(r"等[0-9一二三四五六七八九十]+人|、", name[0]))


def _sentence(template: str, plain: Mapping[str, list[str]], you: str, used: set[str]) -> str:
    """A fixed sentence with its blanks filled; empty where a blank has nothing to say. Names what it used."""
    template = _PART.sub(lambda m: m[1] if all(n in plain for n in _BLANK.findall(m[1])) else "", template)
    names = [name for name in _BLANK.findall(template) if name != "你"]
    if not template or any(name not in plain for name in names):
        return ""
    used |= set(names)
    return _BLANK.sub(lambda m: you if m[1] == "你" else "、".join(plain[m[1]]).replace("\n", ""), template)


def _sections(rest: list[Any], plain: Mapping[str, list[str]], kind: Kind, *, one: bool) -> Iterator[Block]:
    """一、二、三、: a short one in a line with its name, a longer one below it."""
    for n, f in enumerate(rest, 1):
        values = plain[f["name"]]
        label = kind.labels.get(f["name"]) or _LABELS.get(f["name"], bare(f["label"]))
        head = f"{numeral(n)}、{label}" if len(rest) > 1 or not one else label
        if len(values) == 1 and "\n" not in values[0] and len(values[0]) <= INLINE:
            yield Block("line", values[0], head)
            continue
        yield Block("head", head)
        if len(values) == 1:
            for line in filter(str.strip, values[0].split("\n")):
                yield Block("para", line.strip())
        else:
            for k, text in enumerate(values, 1):
                yield Block("item", text.replace("\n", ""), f"（{numeral(k)}）")


def _records(rest: list[Any], plain: Mapping[str, list[str]]) -> Iterator[Block]:
    """A record: 时间、地点 and who was there as lines, then what was said."""
    for f in rest:
        values = plain[f["name"]]
        label = bare(f["label"])
        if f["type"] == "long":
            yield Block("head", f"{label}：")
            for line in filter(str.strip, "\n".join(values).split("\n")):
                yield Block("para", line.strip())
        else:
            yield Block("line", "、".join(values).replace("\n", ""), label)
