"""Covering what was drawn. One character for one, so that every offset of the text is an offset of the covered text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from jiefen.kernel.masking import STAR

from .kinds import Fact

_TITLED = re.compile(r".(?:师傅|老师|医生|先生|女士|老板|主任|经理|某)")
_LONG = re.compile(r"[0-9０-９]{12,}")
"""A bank card, an account: longer than any phone, and nobody's business."""


def cover(text: str, facts: Iterable[Fact], names: Iterable[str] = ()) -> str:
    """The text with people's names (but for the first character), phones, ID numbers, plates and other long numbers
    covered; also each of `names` wherever it stands. 王师傅 and 李某 name nobody and stay."""
    out = list(text)
    for fact in facts:
        hide = _HOW.get(fact.kind)
        if hide:
            hide(out, fact.start, fact.end)
    for m in _LONG.finditer(text):
        _stars(out, [i for i in range(*m.span()) if out[i].isdigit()][1:-4])
    for name in {n for n in names if len(n) >= 2}:
        at = text.find(name)
        while at >= 0:
            out[at + 1 : at + len(name)] = STAR * (len(name) - 1)
            at = text.find(name, at + len(name))
    return "".join(out)


def _name(out: list[str], start: int, end: int) -> None:
    """Everything behind the first character; a surname with a title, or 某, is nobody's name."""
    words = "".join(out[start:end])
    if "某" in words or len(words) < 2 or (len(words) >= 3 and _TITLED.fullmatch(words)):
        return
    out[start + 1 : end] = STAR * (end - start - 1)


def _number(keep: int, tail: int) -> Callable[[list[str], int, int], None]:
    def hide(out: list[str], start: int, end: int) -> None:
        spots = [i for i in range(start, end) if out[i].isalnum()]
        _stars(out, spots[keep : len(spots) - tail])

    return hide


def _stars(out: list[str], spots: list[int]) -> None:
    for i in spots:
        out[i] = "*"


_HOW: dict[str, Callable[[list[str], int, int], None]] = {
    "person": _name, "phone": _number(3, 4), "identity": _number(1, 1), "plate": _number(2, 1),
}  # fmt: skip
