"""How plainly a sentence speaks of urgent harm, in points: what harm-weights.csv gives its words, their groups and the
marks of the rules, each once, added up. Pure; the points were estimated from labelled sentences
(`bench/understanding/harm_fit.py`) and read over by a person.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .text import fold

SORTS = ("word", "group", "mark", "line")
LINES = ("alone", "subject", "other-subject", "short", "feared", "one-word", "hold")
ENDS = re.compile(r"[。！？!?\n]")
STRONG, PLAIN = ("strong", 4), ("plain", 5)
"""Beside its name, a mark of the rules also counts by how strong its strongest word is."""


@dataclass(frozen=True, slots=True)
class Point:
    """One row: what it is, what it is worth, and the mark it speaks for (none: it only strengthens or weakens)."""

    key: str
    points: int
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Weights:
    """The table: by surface word, by group, by mark, and the lines (none: nothing is weighed)."""

    words: Mapping[str, Point] = field(default_factory=dict)
    groups: Mapping[str, Point] = field(default_factory=dict)
    marks: Mapping[str, Point] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def of(self, word: str, groups: Iterable[str]) -> tuple[Point, ...]:
        """What a surface word is worth: by itself and for each group it belongs to."""
        own = (self.words[word],) if word in self.words else ()
        return (*own, *(self.groups[g] for g in sorted(groups) if g in self.groups))


NONE = Weights()
Spoken = tuple[int, int, tuple[Point, ...]]
"""Start and end of a word, and what it is worth."""
Marked = tuple[int, int, str, int]
"""Start, end, mark and weight of a word that the rules marked."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One sentence: its points, the mark they speak for most, and the words that speak for it with their points, 0 for one that
    only the rules mark. `flag` is empty where no word speaks for any: such a sentence never rings. `marked`: whether the
    rules themselves mark a word here, be it too weakly to call anybody."""

    start: int
    points: int
    flag: str
    spans: tuple[tuple[int, int, int], ...]
    marked: bool


def marks(marked: Iterable[tuple[str, int]]) -> set[str]:
    """The mark keys of one sentence whose words the rules marked: (mark, weight)."""
    out: set[str] = set()
    for name, weight in marked:
        out.add(name)
        out.update(key for key, least in (STRONG, PLAIN) if weight >= least)
    return out


def sentences(text: str, spoken: Iterable[Spoken], marked: Iterable[Marked], weights: Weights) -> list[Weighed]:
    """The sentences of a folded text in which something has points, in their order."""
    ends = [m.end() for m in ENDS.finditer(text)]
    said: dict[int, tuple[list[Spoken], list[Marked]]] = {}
    for word in spoken:
        said.setdefault(bisect_right(ends, word[0]), ([], []))[0].append(word)
    for mark in marked:
        said.setdefault(bisect_right(ends, mark[0]), ([], []))[1].append(mark)
    return [_weigh(ends[n - 1] if n else 0, *found, weights) for n, found in sorted(said.items())]


def _weigh(start: int, spoken: list[Spoken], marked: list[Marked], weights: Weights) -> Weighed:
    found = {point.key: point for _, _, worth in spoken for point in worth}
    for key in marks((name, weight) for _, _, name, weight in marked):
        if key in weights.marks:
            found["#" + key] = weights.marks[key]
    speaks: dict[str, int] = {}
    for point in found.values():
        if point.flag and point.points > 0:
            speaks[point.flag] = speaks.get(point.flag, 0) + point.points
    flag = max(sorted(speaks), key=lambda name: speaks[name], default="")
    spans: list[tuple[int, int, int]] = []
    if flag:
        spans = [(a, b, sum(p.points for p in worth if p.flag == flag and p.points > 0)) for a, b, worth in spoken]
        spans = [s for s in spans if s[2]] + [(a, b, 0) for a, b, name, _ in marked if name == flag]
    ours = any(name in weights.marks for _, _, name, _ in marked)
    return Weighed(start, sum(p.points for p in found.values()), flag, _apart(spans), ours)


def _apart(spans: list[tuple[int, int, int]]) -> tuple[tuple[int, int, int], ...]:
    """Spans in the order of the text, none over another; points of their own go before the rules' marks."""
    out: list[tuple[int, int, int]] = []
    for span in sorted(spans, key=lambda s: (s[0], not s[2], -s[1])):
        if not out or span[0] >= out[-1][1]:
            out.append(span)
    return tuple(out)


def read(
    rows: Sequence[Mapping[str, str]], flags: Iterable[str], groups: Iterable[str], problems: list[str]
) -> Weights:
    """harm-weights.csv: known sorts, marks and groups, whole points, nothing twice. What does not hold goes to `problems`."""
    flags, groups = frozenset(flags), frozenset(groups)
    found: dict[str, dict[str, Point]] = {sort: {} for sort in SORTS}
    known = {"group": groups, "mark": flags | {STRONG[0], PLAIN[0]}, "line": frozenset(LINES)}
    for n, row in enumerate(rows, 2):
        where, sort, what = f"harm-weights.csv 第{n}行", row["sort"], row["what"]
        if sort not in SORTS or not row["points"].lstrip("-").isdigit():
            problems.append(f"{where}：须有种类（{'、'.join(SORTS)}）和整数分")
            continue
        key = fold(what) if sort == "word" else what
        if len(key) < 2 or what not in known.get(sort, {what}) or (row["flag"] and row["flag"] not in flags):
            problems.append(f"{where}：不认识的“{what}”或标记“{row['flag']}”")
        if key in found[sort]:
            problems.append(f"{where}：“{what}”写了两次")
        named = {"word": key, "group": "@" + key, "mark": "#" + key}.get(sort, key)
        found[sort][key] = Point(named, int(row["points"]), row["flag"])
    lines = {key: point.points for key, point in found["line"].items()}
    if rows and set(lines) != set(LINES):
        problems.append(f"harm-weights.csv：须有各条线（{'、'.join(LINES)}）")
    return Weights(found["word"], found["group"], found["mark"], lines)
