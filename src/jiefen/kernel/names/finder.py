"""Which of the stretches that may be names are taken for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .candidates import SURNAMES, Cut, cut
from .lists import DOUBLE, DOUBTFUL, HOUSE, WIDE
from .weighing import weighed

TAKEN = -250
"""From this sum of hundredths on a stretch is taken for a name: a covered word costs less than a missed name."""
SURE = 1.0
"""From here on hardly one in ten is none (the measure says how many)."""
PIECE = 4_000
"""A long text is read in pieces of about so many characters, cut where a sentence ends: time grows with length only."""
_END = re.compile(r"[。！？；\n]")
_DOT = re.compile(r"[\u3400-\u9fff]{1,8}(?:[·•・‧．][\u3400-\u9fff]{1,8}){1,3}")
_SO_AND_SO = re.compile(
    rf"(?:{'|'.join(sorted(DOUBLE))}|[{''.join(sorted(SURNAMES))}])(?:某{{1,2}}[\u3400-\u9fff]?|[×＊*]{{1,2}}(?![×＊*])|[XxＸ]{{1,2}}(?![A-Za-zＸ]))"
)
_SMALL_WORDS = frozenset("于和时方常成向从有对那都别应来能通后连况多每充相原是在")
_AFTER = frozenset("的是在说和与、，。等向对把被将，；：:！？,.打骂欠为因于")


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a text. `form`: n 兰秀英, o 老张, t 王师傅, m 李某某, d 古丽·买买提. `sure`: hardly ever something else."""

    start: int
    end: int
    form: str
    score: float

    @property
    def sure(self) -> bool:
        return self.score >= SURE


def find(text: str) -> list[Named]:
    """Names of people in a text, by where they stand, none overlapping. Any text, of any length: the time is linear."""
    return [Named(n.start + at, n.end + at, n.form, n.score) for at, piece in pieces(text) for n in in_cut(cut(piece))]


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """A text in pieces of at most `PIECE` characters, each with where it begins, cut where a sentence ends if one does."""
    at = 0
    while at < len(text):
        stop = min(at + PIECE, len(text))
        if stop < len(text):
            ends = [m.end() for m in _END.finditer(text, at + PIECE // 2, stop)]
            stop = ends[-1] if ends else stop
        yield at, text[at:stop]
        at = stop


def in_cut(said: Cut) -> list[Named]:
    """The same for a text that was segmented already."""
    text = said.text
    found = [Named(start, end, form, 9.0) for start, end, form in _by_shape(text)]
    found += [Named(start, end, form, total / 100) for start, end, form, total in weighed(said, TAKEN)]
    return _again(text, _best(found))


def _best(found: list[Named]) -> list[Named]:
    """Of overlapping ones those with the highest score."""
    taken: list[Named] = []
    held: set[int] = set()
    for one in sorted(found, key=lambda n: (-n.score, n.start)):
        if held.isdisjoint(range(one.start, one.end)):
            taken.append(one)
            held.update(range(one.start, one.end))
    return sorted(taken, key=lambda n: n.start)


def _again(text: str, chosen: list[Named]) -> list[Named]:
    """Who was surely named once is the same person wherever the full name stands again."""
    taken = [False] * len(text)
    for one in chosen:
        taken[one.start : one.end] = [True] * (one.end - one.start)
    more = []
    for name in {text[n.start : n.end] for n in chosen if n.sure and n.form == "n" and n.end - n.start >= 3}:
        at = text.find(name)
        while at >= 0:
            if not any(taken[at : at + len(name)]):
                more.append(Named(at, at + len(name), "n", SURE))
                taken[at : at + len(name)] = [True] * len(name)
            at = text.find(name, at + len(name))
    return sorted([*chosen, *more], key=lambda n: n.start) if more else chosen


def _by_shape(text: str) -> list[tuple[int, int, str]]:
    """Names that show by their shape alone: 古丽·买买提, 李某某, 王××."""
    found = []
    if any(c in text for c in "·•・‧．"):
        for m in _DOT.finditer(text):
            start, end = m.start(), m.end()
            first = next(i for i in range(start, end) if not "\u3400" <= text[i] <= "\u9fff")
            last = max(i for i in range(start, end) if not "\u3400" <= text[i] <= "\u9fff")
            begin = first
            while begin > start and text[begin - 1] in WIDE:
                begin -= 1
            stop = last + 1
            while stop < end and text[stop] in WIDE:
                stop += 1
            if first - begin >= 2 and stop - last > 1 and not text.startswith(HOUSE, stop):
                found.append((begin, stop, "d"))
    if any(c in text for c in "某×＊*XxＸ"):
        for m in _SO_AND_SO.finditer(text):
            if "某" not in m[0] and (
                m[0][0] in DOUBTFUL or (m.end() < len(text) and text[m.end()].isalnum() and text[m.end()] not in _AFTER)
            ):
                continue
            end = m.end()
            if m[0][-1] not in "某×＊*XxＸ" and (
                text[end - 1] in _AFTER or m[0].count("某") == 2 or text[end : end + 1] not in _AFTER
            ):
                end -= 1  # 张某强 is one, 张某的 is 张某
            if m[0][0] in _SMALL_WORDS and m[0][:2] not in DOUBLE:
                continue
            found.append((m.start(), end, "m"))
    return found
