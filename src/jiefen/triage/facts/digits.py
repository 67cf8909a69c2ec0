"""Runs of digits however they are told: 13800000000, 138 0000 0000, １３８, 1 3 8, 幺三八. Offsets are those of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

SPOKEN = {
    ord(c): str(n)
    for n, cs in enumerate(("零〇○Oo", "一幺么", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for c in cs
}
_SPOKEN = "零〇○幺么一二两三四五六七八九"
_RUN = re.compile(r"[(（]?[0-9](?:[ \u3000\-－—_.·)）]{0,2}[0-9])*(?: ?[Xx×])?")
_SAID = re.compile(rf"[{_SPOKEN}](?:[ \u3000、\-－]{{0,2}}[{_SPOKEN}0-9]){{6,}}")
_SIX = re.compile(r"[0-9](?:[ \u3000\-－—_.·)）]{0,2}[0-9]){5}")
"""Without so much, the runs, which are tried at every character, are not looked for."""
_GROUP = re.compile(r"[0-9]+[Xx×]?|[Xx×]")
LONG = 7
"""Fewer digits than this are no phone and no number of a person."""
MOST_GROUPS = 18


@dataclass(frozen=True, slots=True)
class Digits:
    """Digits that may be one number: where they stand and what they are."""

    start: int
    end: int
    value: str


def runs(text: str) -> Iterator[list[Digits]]:
    """Runs of at least seven digits in a folded text, each as its groups (one where nothing stands between)."""
    for m in _RUN.finditer(text) if _SIX.search(text) else ():
        if m.end() - m.start() >= LONG:
            groups = [
                Digits(m.start() + g.start(), m.start() + g.end(), g[0].upper().replace("×", "X"))
                for g in _GROUP.finditer(m[0])
            ]
            if sum(len(g.value) for g in groups) >= LONG:
                yield groups
    for m in _SAID.finditer(text):
        spots = [i for i in range(m.start(), m.end()) if text[i] in _SPOKEN or text[i].isdigit()]
        yield [Digits(i, i + 1, text[i].translate(SPOKEN)) for i in spots]


def joined(groups: list[Digits], first: int, many: int) -> Digits:
    """Some groups that follow each other, as one number."""
    part = groups[first : first + many]
    return Digits(part[0].start, part[-1].end, "".join(g.value for g in part))
