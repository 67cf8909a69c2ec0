"""The one pass over a text that draws every fact out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from jiefen.kernel.names.candidates import cut
from jiefen.kernel.names.finder import in_cut, pieces
from jiefen.triage.rules import numbers
from jiefen.triage.rules.text import fold

from .counts import counts
from .dates import dates
from .kinds import OTHER, Drawn, Fact
from .mask import cover
from .money import money
from .organisations import ENDS, organisations
from .people import people
from .phones import numbers as phones
from .places import places
from .plates import plates
from .sides import phone_side, side_of

if TYPE_CHECKING:
    from jiefen.triage.rules.place import Gazetteer

_COUNTED = re.compile(r"[\d一二两三四五六七八九十百千][多余来几]?[个位名]?[户家名个人]")
"""Without it nobody is counted; the whole is tried at every character."""
_RANK = {
    "identity": 0, "phone": 1, "plate": 2, "date": 3, "amount": 4, "count": 5, "organisation": 6, "place": 7, "person": 8,
}  # fmt: skip


def draw(text: str, gazetteer: Gazetteer | None = None, on: date | None = None, *, home: str = "") -> Drawn:
    """Every fact of a text, with its offsets into the text as it was told. `on` is the day it was told (without it,
    no days are drawn), `home` the area where it was taken in.

    Total: any text, of any length; it is read in pieces that end with a sentence, so the time grows with the length only.
    """
    facts: list[Fact] = []
    for at, piece in pieces(text):
        for fact in _piece(piece, gazetteer, on, home):
            facts.append(_moved(fact, at) if at else fact)
    return Drawn(text, tuple(facts))


def mask(text: str, names: Iterable[str] = ()) -> str:
    """The text with people and their numbers covered, for showing and for learning; as long as the text. `names`: those
    known already, covered wherever they stand."""
    out = []
    for _at, piece in pieces(text):
        said = fold(piece)
        found = [*phones(piece, said), *plates(piece, said)]
        taken = [(f.start, f.end) for f in found]
        found += [f for f in people(piece, in_cut(cut(piece))) if not _inside(f, taken)]
        out.append(cover(piece, found, names))
    return "".join(out)


def _piece(text: str, gazetteer: Gazetteer | None, on: date | None, home: str) -> list[Fact]:
    said = fold(text)
    words = cut(text)
    names = in_cut(words)
    found = [*phones(text, said), *plates(text, said)]
    found = [_sided(f, said) for f in found]
    found += dates(text, said, on) if on else ()
    found += money(text, numbers.amounts(said))
    found += counts(text, numbers.people(said)) if _COUNTED.search(said) else ()
    firms = [
        Fact(f.kind, f.start, f.end, f.words, f.value, side_of(said, f.start, f.end, organisation=True), f.sure)
        for f in organisations(words, [(n.start, n.end) for n in names])
    ]
    # 公司, 学校, 法院 by themselves name nobody; of one that is complained of it is worth knowing all the same.
    found += [f for f in firms if f.side != OTHER or f.words not in ENDS]
    found += places(text, said, gazetteer, home)
    found += people(text, names)
    return list(_apart(found))


def _sided(fact: Fact, said: str) -> Fact:
    if fact.kind != "phone":
        return fact
    side = phone_side(said, fact.start)
    return Fact(fact.kind, fact.start, fact.end, fact.words, fact.value, side, fact.sure)


def _apart(found: list[Fact]) -> Iterator[Fact]:
    """Facts that do not overlap, the more certain kind first; a place may lie within an organisation's name."""
    taken: list[Fact] = []
    held: dict[int, str] = {}
    for fact in sorted(found, key=lambda f: (_RANK[f.kind], f.start)):
        by = {held[i] for i in range(fact.start, fact.end) if i in held}
        if not by or (by == {"organisation"} and fact.kind == "place" and fact.sure):
            taken.append(fact)
            held.update(dict.fromkeys(range(fact.start, fact.end), fact.kind))
    return iter(sorted(taken, key=lambda f: (f.start, -f.end)))


def _inside(fact: Fact, taken: list[tuple[int, int]]) -> bool:
    return any(fact.start < end and start < fact.end for start, end in taken)


def _moved(fact: Fact, by: int) -> Fact:
    return Fact(fact.kind, fact.start + by, fact.end + by, fact.words, fact.value, fact.side, fact.sure)
