"""The deepest place a text names, from the areas of this county only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .scan import Scanner
from .text import fold

if TYPE_CHECKING:
    import numpy as np

DEPTH = {"county": 1, "township": 2, "village": 3, "grid": 4, "micro-grid": 5, "dedicated": 4}
SUFFIXES = {
    "county": ("县", "区", "市"),
    "township": ("街道办事处", "街道", "民族乡", "镇", "乡"),
    "village": ("村民委员会", "居民委员会", "社区", "村", "居"),
}
ENDINGS = tuple(x for suffixes in SUFFIXES.values() for x in suffixes)
UNDER = ("grid", "micro-grid", "dedicated")
LONGER = (
    "路", "街", "大道", "大桥", "河", "小区", "花园", "小学", "中学", "医院", "银行", "广场", "公司", "学校", "水库",
    "火车", "高速", "国道", "省道", "酒店", "饭店", "超市", "市场", "幼儿园", "公园", "苑", "城", "厂",
)  # fmt: skip
"""After a bare stem these make another name (柳河路, 柳河小学)."""

_N = r"第?([一二三四五六七八九十]{1,3}|\d{1,3})号?"
_UNIT = r"(?:村民小组|小组|组|社|队|微网格|网格)"
_GROUP = re.compile(rf"[的、\s，:：]?{_N}{_UNIT}")
_NUMBERED = re.compile(rf"{_N}{_UNIT}")
PLACE_BEFORE = "在住到去回从于是们镇乡村，。；、：:,;！？\n "
_DIGIT = {c: n for n, c in enumerate("零一二三四五六七八九")}
GRID_FORM = 3
"""A shorter name of a grid is never taken for a place by itself."""
MENTIONS_KEPT = 200
CANDIDATES_KEPT = 20


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area as the gazetteer needs it; `level` as in the areas tree."""

    code: str
    name: str
    level: str
    parent_code: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """`code` is empty when the name fits several areas: `candidates` then lists them. Offsets are into `where`
    ("subject" or "body"); a place taken from `home` alone has start = end = 0 and `where` "home"."""

    code: str
    name: str
    level: str
    where: str
    start: int
    end: int
    candidates: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class _Mention:
    where: str
    start: int
    end: int
    codes: tuple[str, ...]
    form: str


class Gazetteer:
    """Names of one county's areas. Build once from rows (code, name, level, parent_code, aliases); lookups are pure.

    Full names, aliases, and bare stems are known (下坝村, 下坝); a two-character stem that is a common word or a
    lexicon word never is. Grids and micro-grids are found by their own full name when only one area bears it, and
    right behind the name of their village (下坝村三组) always.
    """

    def __init__(self, rows: Iterable[AreaRow | Sequence[object]], *, common: Iterable[str] = ()) -> None:
        self.areas: dict[str, AreaRow] = {}
        for row in rows:
            area = row if isinstance(row, AreaRow) else _area(row)
            self.areas[area.code] = area
        common = set(common)
        forms: dict[str, set[str]] = {}
        self._stems: set[str] = set()
        self._numbered: dict[tuple[str, int], list[str]] = {}
        self._named: dict[str, list[tuple[str, str]]] = {}
        for area in self.areas.values():
            for alias in (area.name, *area.aliases):
                if len(alias) >= 2 and not (alias != area.name and len(alias) == 2 and alias in common):
                    forms.setdefault(fold(alias), set()).add(area.code)
                    if alias != area.name and not alias.endswith(ENDINGS):
                        self._stems.add(fold(alias))
            if area.level in UNDER:
                self._under(area)
        bearing = {form for form in forms}
        for area in self.areas.values():
            stem = _stem(area)
            if stem and fold(stem) not in bearing and not (len(stem) == 2 and stem in common):
                forms.setdefault(fold(stem), set()).add(area.code)
                self._stems.add(fold(stem))
        # A name like 三组 that many villages share says nothing without its village; nor does 下坝村三组 decide
        # between two villages called 下坝村: then the village is found first, and the grid behind it.
        shared = tuple(form for form, codes in forms.items() if len(codes) > 1)
        self._forms = {
            form: tuple(sorted(codes))
            for form, codes in forms.items()
            if not all(self.areas[c].level in UNDER for c in codes)
            or (
                len(codes) == 1
                and len(form) >= GRID_FORM
                and form not in common
                and not _NUMBERED.fullmatch(form)
                and not form.startswith(shared)
            )
        }
        self._scanner: Scanner[str] = Scanner((form, form) for form in sorted(self._forms))

    def _under(self, area: AreaRow) -> None:
        """Remember a grid by its number and by its name without the village's, under every area above it."""
        for above in self.ancestors(area.code)[1:]:
            parent = self.areas[above]
            if parent.level not in ("village", "grid"):
                continue
            heads = (fold(parent.name), fold(_stem(parent)))
            for name in dict.fromkeys(map(fold, (area.name, *area.aliases))):
                # Both with and without the village's name in front: 燕子岩 in 燕子村 is no 岩.
                shorts = {name, *(name[len(h) :] for h in heads if h and name.startswith(h) and name != h)}
                for short in shorts:
                    self._named.setdefault(above, []).append((short, area.code))
                    numbered = _NUMBERED.fullmatch(short)
                    if numbered:
                        self._numbered.setdefault((above, _number(numbered[1])), []).append(area.code)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The area itself first, then upwards; stops at an unknown or circling parent."""
        out: list[str] = []
        while code in self.areas and code not in out:
            out.append(code)
            code = self.areas[code].parent_code
        return tuple(out)

    def find(self, text: str, body_at: int = 0, *, home: str = "", points: np.ndarray | None = None) -> Place | None:
        """The deepest place named in a folded text whose body begins at `body_at` (before it: the subject), or None.
        `home` is the code of the area where the matter was taken in: it decides between two villages of one name,
        never against a township that is named."""
        mentions = self._mentions(text, body_at, points)
        if not mentions:
            return None
        towns = {m.codes[0] for m in mentions if len(m.codes) == 1 and self._depth(m.codes[0]) == DEPTH["township"]}
        home_line = set(self.ancestors(home))
        best: tuple[tuple[int, int, int], Place] | None = None
        for n, m in enumerate(mentions):
            place = self._resolve(m, towns, home_line)
            depth = max(self._depth(c) for c in (place.code and (place.code,)) or m.codes)
            rank = (depth, 1 if place.code else 0, -n)
            if best is None or rank > best[0]:
                best = (rank, place)
        assert best is not None
        others = {c for m in mentions for c in m.codes if self._depth(c) == self._depth(best[1].code)} - {best[1].code}
        place = best[1]
        if not place.code or not others:
            return place
        also = tuple(sorted(others))[:CANDIDATES_KEPT]
        why = f"{place.why}；文中还提到{'、'.join(self.areas[c].name for c in also[:3])}，取先提到的"
        return Place(place.code, place.name, place.level, place.where, place.start, place.end, also, why)

    def every(self, text: str, *, home: str = "") -> list[Place]:
        """Every place a folded text names, each once, by where it stands first; those of several areas with their candidates."""
        mentions = self._mentions(text, 0, None)
        towns = {m.codes[0] for m in mentions if len(m.codes) == 1 and self._depth(m.codes[0]) == DEPTH["township"]}
        home_line = set(self.ancestors(home))
        return [self._resolve(m, towns, home_line) for m in mentions]

    def _resolve(self, m: _Mention, towns: set[str], home_line: set[str]) -> Place:
        """One area for a mention: by the townships named, else by home; else none, with all that bear the name."""
        if len(m.codes) == 1:
            return self._place(m.codes[0], m, f"文中写了“{m.form}”")
        same = f"“{m.form}”有{len(m.codes)}处同名"
        inside = [c for c in m.codes if self._town(c) in (towns or home_line)]
        if len(inside) == 1:
            town = self.areas[self._town(inside[0])].name
            return self._place(inside[0], m, f"{same}，文中写了{town}" if towns else f"{same}，按收件地{town}取")
        why = f"{same}，请问清是哪个乡镇的"
        return Place("", m.form, "", m.where, m.start, m.end, m.codes[:CANDIDATES_KEPT], why)

    def _town(self, code: str) -> str:
        """Code of the township an area lies in, or empty."""
        return next((c for c in self.ancestors(code) if self.areas[c].level == "township"), "")

    def _place(self, code: str, m: _Mention, why: str) -> Place:
        area = self.areas[code]
        return Place(code, area.name, area.level, m.where, m.start, m.end, (), why)

    def _depth(self, code: str) -> int:
        return DEPTH.get(self.areas[code].level, 0) if code in self.areas else 0

    def _mentions(self, text: str, body_at: int, points: np.ndarray | None) -> list[_Mention]:
        out: list[_Mention] = []
        seen: set[tuple[str, ...]] = set()
        covered = 0
        for start, end, form in self._scanner.scan(text, points):
            if start < covered or (form in self._stems and not _stands_alone(text, start, end, covered)):
                continue
            covered = end
            codes = self._forms[form]
            deeper, stop = self._behind(codes, text, end)
            if deeper:
                codes, covered = deeper, stop
            if codes not in seen and len(out) < MENTIONS_KEPT:
                seen.add(codes)
                where, offset = ("subject", 0) if start < body_at else ("body", body_at)
                out.append(_Mention(where, start - offset, covered - offset, codes, text[start:covered]))
        return out

    def _behind(self, codes: tuple[str, ...], text: str, end: int) -> tuple[tuple[str, ...], int]:
        """The grid named right behind its village: 三组, 第3村民小组, or the grid's own short name."""
        tail = text[end : end + 16]
        found: list[str] = []
        stop = end
        group = _GROUP.match(tail)
        for code in codes:
            for short, under in self._named.get(code, ()):
                if tail.startswith(short) and end + len(short) >= stop:
                    if end + len(short) > stop:
                        found = []
                    found.append(under)
                    stop = end + len(short)
        if not found and group:
            for code in codes:
                found += self._numbered.get((code, _number(group[1])), ())
            stop = end + group.end()
        unique = tuple(sorted(set(found)))
        return (unique, stop) if unique and (len(unique) == 1 or len(codes) > 1) else ((), end)


def _area(row: Sequence[object]) -> AreaRow:
    code, name, level, parent, *rest = row
    aliases = rest[0] if rest else ()
    if isinstance(aliases, str):
        aliases = tuple(a for a in aliases.split(";") if a)
    return AreaRow(str(code), str(name), str(level), str(parent or ""), tuple(str(a) for a in aliases or ()))  # type: ignore[attr-defined]


def _stem(area: AreaRow) -> str:
    """下坝村 → 下坝, 柳河镇 → 柳河; empty where nothing useful is left."""
    for suffix in SUFFIXES.get(area.level, ()):
        if area.name.endswith(suffix) and len(area.name) - len(suffix) >= 2:
            return area.name[: -len(suffix)]
    return ""


def _stands_alone(text: str, start: int, end: int, last: int) -> bool:
    """Whether a bare stem is said as a place: no longer name goes on behind it, and one of two characters opens a
    clause, follows a word of place, or follows another place (`last` is where that ended)."""
    if text.startswith(LONGER, end):
        return False
    if end - start > 2 or start == 0 or text[start - 1] in PLACE_BEFORE:
        return True
    return last > 0 and start - last <= 1


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(str(_DIGIT.get(c, 0)) for c in text))
    return (_DIGIT.get(tens, 1) if tens else 1) * 10 + (_DIGIT.get(ones, 0) if ones else 0)
