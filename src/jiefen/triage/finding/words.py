"""Words as the index of matters knows them: keyed marks of two neighbouring units, with their positions.

A unit is one Chinese character, or a run of letters or digits. A text of n units has a mark for each pair, at the place where
the pair stands, so that a word is found wherever it stands in a longer one: 拖欠工资 is 拖欠 followed by 欠工 followed by 工资.
A run of letters or digits has a mark of its own too. Nothing can be read from a mark without the master key.
"""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from jiefen.kernel.clock import local
from jiefen.kernel.masking import mask_names, mask_text
from jiefen.kernel.seal import derived
from jiefen.triage.rules.text import fold

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
SEGMENT = re.compile(r"[^\W_]+")
UNIT = re.compile(f"[{HAN}]|[^{HAN}]+")
ONE_HAN = re.compile(f"[{HAN}]")
ALL_HAN = re.compile(f"[{HAN}]+\\Z")
MOST_CHARACTERS = 8000
"""Of one text; the rest of a longer one is not looked into."""
MOST_PLACES = 16_000
"""The database counts places up to 16,383."""
MOST_AT = 250
"""Places of one mark that are kept: the database keeps 255."""
MOST_TERMS = 8


@lru_cache(maxsize=1)
def _key() -> bytes:
    return derived("search")[:32]


@lru_cache(maxsize=30_000)
def mark(*units: str) -> str:
    """The keyed mark of one unit or of two neighbours: five letters, thirty bits."""
    said = "\x1f".join(units).encode("utf-8", "surrogatepass")
    return urlsafe_b64encode(hashlib.blake2b(said, key=_key(), digest_size=4).digest()).decode()[:5]


def masked(text: str, names: Sequence[str] = ()) -> str:
    """A text as it is looked into: names, phones and numbers of people covered, letter for letter as long as before."""
    return mask_names(mask_text(text[:MOST_CHARACTERS], tuple(names)))


def segments(text: str) -> Iterator[list[str]]:
    """The units of each unbroken piece of a folded text."""
    for found in SEGMENT.finditer(text):
        yield list(found[0]) if ALL_HAN.match(found[0]) else UNIT.findall(found[0])


def _marks(units: list[str]) -> Iterator[tuple[int, str]]:
    """The marks of a piece, each with the place where it stands."""
    for n, unit in enumerate(units):
        if len(unit) > 1 or unit < "\u3400" or not ONE_HAN.match(unit):
            yield n, mark(unit)
    for n, (one, next_) in enumerate(pairwise(units)):
        yield n, mark(one, next_)


def document(titles: Iterable[str], texts: Iterable[str], codes: Iterable[str]) -> str:
    """What is written down of a matter, as the database's own text of a `tsvector`. Titles and texts are masked already;
    a title's places are marked A, since more people read titles than contents. Codes have no place."""
    found: dict[str, list[str]] = {}
    at = 1
    for weight, said in [*(("A", t) for t in titles), *(("", t) for t in texts)]:
        for units in segments(fold(said)):
            if at + len(units) >= MOST_PLACES:
                break
            for n, one in _marks(units):
                if one in found:
                    found[one].append(f"{at + n}{weight}")
                else:
                    found[one] = [f"{at + n}{weight}"]
            at += len(units) + 1
    rows = [f"'{one}':{','.join(places[:MOST_AT])}" for one, places in found.items()]
    return " ".join([*rows, *(f"'{code}'" for code in codes)])


# ---------- codes: they begin with a point, which no mark does ----------


def door_code(door: int) -> str:
    return f".d{door}"


def area_code(area: int) -> str:
    return f".a{area}"


def day_codes(at: datetime) -> tuple[str, str]:
    """The year and the month a matter began in, so that a common word is looked for in the newest ones first."""
    here = local(at)
    return f".y{here.year}", f".m{here:%Y%m}"


# ---------- what somebody typed ----------


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed, ready to be asked: `query` and `titled` in the database's words (empty: no word long enough),
    `terms` as typed and folded, for marking; `short` are single characters, too little to look for."""

    query: str = ""
    titled: str = ""
    terms: tuple[str, ...] = ()
    short: tuple[str, ...] = ()


def wanted(typed: str) -> Wanted:
    """Read the box. Words apart must all occur, in any order; what stands together must stand together."""
    parts: list[list[str]] = []
    terms: list[str] = []
    short: list[str] = []
    for word in fold(typed).split()[:MOST_TERMS]:
        for found in SEGMENT.finditer(word):
            units = UNIT.findall(found[0])
            if len(units) == 1 and ONE_HAN.match(units[0]):
                short.append(units[0])
                continue
            chain = [mark(a, b) for a, b in pairwise(units)] or [mark(units[0])]
            parts.append(chain)
            terms.append(found[0])
    said = [" <-> ".join(f"'{one}'{{w}}" for one in chain) for chain in parts]
    query = " & ".join(f"({one})" for one in said)
    return Wanted(query.format(w=""), query.format(w=":A"), tuple(terms), tuple(short))


# ---------- the words around a find ----------

BEFORE, AFTER, ROUND = 24, 66, 120


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an excerpt, and whether it is what was looked for."""

    text: str
    hit: bool


def excerpt(text: str, terms: Sequence[str], names: Sequence[str] = ()) -> tuple[Piece, ...]:
    """The stretch of a text around the first find, names covered, in pieces; empty where no term occurs.

    Only so much is covered as is shown, and a good deal around it, since names are told from what stands beside them.
    """
    plain = mask_text(" ".join(text[:MOST_CHARACTERS].split()), tuple(names))
    folded = fold(plain)
    places = [at for term in terms if (at := _place(folded, term)) is not None]
    if not places:
        return ()
    first = min(places)
    begin, end = max(0, first - BEFORE), min(len(plain), first + AFTER)
    left = max(0, begin - ROUND)
    shown = mask_names(plain[left : end + ROUND])[begin - left : end - left]
    same = folded[begin:end] if shown == plain[begin:end] else fold(shown)
    before, after = "…" if begin else "", "…" if end < len(plain) else ""
    return tuple(_pieces(before + shown + after, before + same + after, terms))


def marked(text: str, terms: Sequence[str]) -> tuple[Piece, ...]:
    """A whole short text in pieces."""
    return tuple(_pieces(text, fold(text), terms))


def _place(folded: str, term: str) -> int | None:
    found = _pattern(term).search(folded)
    return found.start() if found else None


@lru_cache(maxsize=200)
def _pattern(*terms: str) -> re.Pattern[str]:
    """Each term where it stands; letters and digits only as whole runs, as they are found."""
    edge = f"[^\\W_{HAN}]"
    parts = []
    for term in sorted(terms, key=len, reverse=True):
        before = f"(?<!{edge})" if not ONE_HAN.match(term[0]) else ""
        after = f"(?!{edge})" if not ONE_HAN.match(term[-1]) else ""
        parts.append(before + re.escape(term) + after)
    return re.compile("|".join(parts))


def _pieces(shown: str, folded: str, terms: Sequence[str]) -> Iterator[Piece]:
    last = 0
    for found in _pattern(*terms).finditer(folded) if terms else ():
        if found.start() > last:
            yield Piece(shown[last : found.start()], False)
        yield Piece(shown[found.start() : found.end()], True)
        last = found.end()
    if last < len(shown):
        yield Piece(shown[last:], False)
