"""How much speaks for each stretch that may be a name: the sums of `candidates`, worked out without writing the signs.

`candidates` says what the signs are, and the table is fitted on them; this is the same walk over a text for whoever only
reads it. A test holds the two together. Weights are whole hundredths, so a sum does not hang on the order of adding.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path

from .candidates import (
    FIRST,
    LONGEST_CUE,
    NAMELIKE,
    OF_A_FAMILY,
    ROADS,
    SHOPS,
    SURNAMES,
    TITLE,
    TITLE_FIRST,
    Cut,
    edges,
    is_han,
    mark,
)  # fmt: skip
from .lists import COMMON, DOUBLE, DOUBTFUL, EVERYDAY, GIVEN, HOUSE, NEVER, NOBODY, PLACE_ENDS, ROLES, TITLES

TABLE = Path(__file__).with_name("weights.csv")
CALLED = 200
"""What «我叫…» says beyond the fitted weights: no made-up person bears every surname there is."""
MEMO = 50_000
"""Ways a stretch may lie to the words around it that are kept; some thousands occur."""
_ROLE_LAST = frozenset(role[-1] for role in ROLES)
_HOUSE_FIRST = frozenset(house[0] for house in HOUSE)
_HOUSE_LAST = frozenset(house[-1] for house in HOUSE)
_SHOP_FIRST = frozenset(shop[0] for shop in SHOPS)
_DOUBLE_FIRST = frozenset(double[0] for double in DOUBLE)
_SORT = {c: ("e" if c in EVERYDAY else "1") if c in GIVEN else "x" for c in GIVEN | EVERYDAY} | dict.fromkeys(NEVER, "")
Weighed = tuple[int, int, str, int]
"""Where a stretch begins and ends, its form, and the hundredths that speak for it."""
Weight = Callable[[str, int], int]


@cache
def weights() -> dict[str, int]:
    """Sign → weight in hundredths, as fitted on made texts; `*` is what every stretch begins with."""
    with TABLE.open(encoding="utf-8", newline="") as rows:
        return {row["sign"]: round(float(row["weight"]) * 100) for row in csv.DictReader(rows)}


class Side:
    """What the character, the word and its sort say that stand beside a stretch: `l` before, `r` behind."""

    __slots__ = ("chars", "marks", "sorts", "words")

    def __init__(self, side: str) -> None:
        def of(kind: str) -> dict[str, int]:
            return {sign[len(kind) :]: w for sign, w in weights().items() if sign.startswith(kind)}

        self.chars, self.marks = of(f"{side}="), of(f"{side}:")
        self.words, self.sorts = of(f"{side}w="), of(f"{side}t:")

    def char(self, c: str) -> int:
        """What one character says, or the sort of mark it is."""
        return self.chars.get(c, 0) if is_han(c) else self.marks.get(mark(c), 0)


class Scale:
    """The weights where a walk over a text wants them."""

    def __init__(self) -> None:
        known = weights()
        self.of: Weight = known.get  # type: ignore[assignment]
        self.left, self.right = Side("l"), Side("r")
        self.base = self.of("*", 0)
        self.kind = {first: "sC" if first in COMMON else "sD" if first in DOUBTFUL else "sR" for first in SURNAMES}
        self.surname = {
            form: {first: self._surname(form, first) for first in {*SURNAMES, *(d[0] for d in DOUBLE)}}
            for form in "not"
        }
        self.double = self.of("n:double", 0)
        self.titles = {title: self.of(f"t:{title}", 0) for title in TITLES}
        self.place, self.same = self.of("given:place", 0), self.of("given:same", 0)
        self.edges: dict[tuple[object, ...], int] = {}
        self.hows = {
            (size, starts): max(
                w for sign, w in known.items()
                if sign[:3] == f"n{size}:" and sign[3] != "b" and (sign[3:5] == "in") is not starts
            )
            for size in (1, 2) for starts in (True, False)
        }  # fmt: skip
        self.both: dict[tuple[str, str, bool, bool], tuple[int, int]] = {}
        side = self.right
        char = max([0, *side.chars.values(), *side.marks.values()])
        words = max([0, *side.words.values()]) + max([0, *side.sorts.values()])
        house = max(0, self.of("n:house", 0), self.of("n:house2", 0))
        self.most_behind = max(char + words + house, self.of("n:r$", 0), self.of("n:titled", 0))

    def _surname(self, form: str, first: str) -> int:
        kind = self.kind.get(first, "sR")
        own = self.of(form, 0) if form != "n" else 0
        return own + self.of(f"{form}:{kind}", 0) + (self.of(f"s={first}", 0) if kind != "sC" else 0)

    def before(self, said: Cut, start: int, form: str) -> int:
        """What stands before: a cue word, a mark, a character."""
        if start == 0:
            return self.of(f"{form}:l^", 0)
        text = said.text
        c = text[start - 1]
        if c in _ROLE_LAST:
            for n in range(min(LONGEST_CUE, start), 0, -1):
                if text[start - n : start] in ROLES:
                    if c not in "叫名":
                        return self.of(f"{form}:cue", 0)
                    return self.of(f"{form}:called", 0) + (CALLED if form == "n" else 0)
        word, sort = said.tokens[said.token_at[start - 1]]
        side = self.left
        return side.char(c) + side.sorts.get(sort, 0) + (side.words.get(word, 0) if len(word) == 2 else 0)

    def behind(self, said: Cut, end: int, form: str) -> int:
        """What stands behind: a mark, a character, the word and its sort, the name of a house."""
        text = said.text
        if end >= len(text):
            return self.of(f"{form}:r$", 0)
        c = text[end]
        if form == "n" and c in TITLE_FIRST and TITLE.match(text, end):
            return self.of("n:titled", 0)
        side = self.right
        total = side.char(c)
        n = said.token_at[end]
        inside = said.begins[n] != end
        word, sort = said.tokens[n]
        if not inside:
            total += side.sorts.get(sort, 0) + (side.words.get(word, 0) if len(word) == 2 else 0)
        if c in _HOUSE_FIRST and text.startswith(HOUSE, end):
            return total + self.of(f"{form}:house", 0)
        if not inside and sort[:1] == "n" and n + 1 < len(said.tokens):
            after = said.tokens[n + 1][0]
            if (word[-1] in _HOUSE_LAST and word.endswith(HOUSE)) or (
                after[-1] in _HOUSE_LAST and after.endswith(HOUSE)
            ):
                total += self.of(f"{form}:house2", 0)
        return total

    def within(self, said: Cut, start: int, end: int, form: str) -> int:
        """How the stretch lies to the segmenter's words."""
        at, begins, tokens = said.token_at, said.begins, said.tokens
        n = at[start]
        word, sort = tokens[n]
        stops = end == len(at) or begins[at[end]] == end
        last = at[end - 1]
        key: tuple[object, ...]
        if begins[n] != start:
            key = (form, stops, sort, len(word) > 2)
        elif last == n:
            key = (form, stops, sort, None)
        else:
            key = (form, stops, sort, len(word), tokens[n + 1][1], last - n, 0 if stops else len(tokens[last][0]))
        weight = self.edges.get(key)
        if weight is None:
            if len(self.edges) >= MEMO:
                self.edges.clear()
            weight = self.edges[key] = sum([self.of(sign, 0) for sign in edges(said, start, end, form)])
        return weight

    def fits(self, kind: str, given: str, starts: bool, stops: bool) -> tuple[int, int]:
        """What the sorts of a given name's characters, the surname and the words around say together; and the most that
        how it lies to the words may add. Kind `nobody`: surname and first character are a word that names nobody."""
        key = (kind, given, starts, stops)
        found = self.both.get(key)
        if found is None:
            size = len(given)
            lies = f"n{size}:b{int(starts)}e{int(stops)}"
            whole = "n:nobody" if kind == "nobody" else f"n:{kind}|given:{given}|{lies}"
            said = self.of(whole, 0) + self.of(f"given:{given}", 0) + self.of(f"n:{size}", 0)
            found = self.both[key] = said, self.of(lies, 0) + max(0, self.hows[size, starts])
        return found


@cache
def scale() -> Scale:
    """The scale, made once."""
    return Scale()


def weighed(said: Cut, enough: int) -> list[Weighed]:
    """Every stretch for which `enough` hundredths speak or more, by where it begins."""
    text, size = said.text, len(said.text)
    if len(said.token_at) != size:  # the segmenter dropped something: offsets would lie
        return []
    by, found = scale(), list[Weighed]()
    least = enough - by.base
    tokens, token_at, begins = said.tokens, said.token_at, said.begins
    for m in FIRST.finditer(text):
        i = m.start()
        first = text[i]
        pair = text[i : i + 2]
        if first in "老小":
            if i + 1 < size and pair not in NOBODY and pair[1] in SURNAMES and text[i + 1 : i + 3] not in DOUBLE:
                total = by.surname["o"][pair[1]] + by.before(said, i, "o") + by.within(said, i, i + 2, "o")
                total += by.behind(said, i + 2, "o")
                if total >= least:
                    found.append((i, i + 2, "o", by.base + total))
            continue
        double = first in _DOUBLE_FIRST and pair in DOUBLE
        if not double and first not in SURNAMES:
            continue
        at = i + (2 if double else 1)
        if first not in COMMON and not double:
            n = token_at[i]
            word, sort = tokens[n]
            if (
                sort not in NAMELIKE
                and (len(word) > 1 or begins[n] != i)
                and text[i - 1 : i] != "叫"
                and text[max(i - 2, 0) : i] not in ROLES
            ):
                continue
        before: int | None = None
        title = TITLE.match(text, at) if text[at : at + 1] in TITLE_FIRST else None
        if title and text[i : title.end()] not in NOBODY:
            before, end = by.before(said, i, "n"), title.end()
            total = by.titles[title[0]] + by.surname["t"][first] + before
            total += by.within(said, i, end, "t") + by.behind(said, end, "t")
            if total >= least:
                found.append((i, end, "t", by.base + total))
        if at >= size or not (one := _sort(text[at])):
            continue
        kind = "double" if double else by.kind[first]
        surname = by.double if double else by.surname["n"][first]
        starts = begins[token_at[i]] == i
        if before is None:
            before = by.before(said, i, "n")
        for given in (2, 1):
            end, who, sorts = at + given, kind, one
            last = text[at]
            total = surname + before
            if given == 2:
                if end > size or not (two := _sort(text[end - 1])):
                    continue
                sorts += two
                total += by.same if text[end - 1] == last and last not in PLACE_ENDS else 0
                last = text[end - 1]
                if not double and pair in NOBODY:
                    who = "nobody"
            fits, most = by.fits(who, sorts, starts, end == size or begins[token_at[end]] == end)
            total += fits + (by.place if last in PLACE_ENDS else 0)
            # Most stretches are left here, before what costs more is asked.
            if total + most + by.most_behind < least or not _may_be(text, i, at, end):
                continue
            total += by.behind(said, end, "n")
            if total + most >= least:
                total += by.within(said, i, end, "n2" if given == 2 else "n1")
                if total >= least:
                    found.append((i, end, "n", by.base + total))
    return found


def _sort(c: str) -> str:
    """How a character is met in given names, as `candidates` says it; empty where none holds it."""
    sort = _SORT.get(c)
    return sort if sort is not None else "0" if is_han(c) else ""


def _may_be(text: str, start: int, at: int, end: int) -> bool:
    """Whether nothing rules a name out: a word that names nobody, a shop, a village or a road of that surname."""
    after = text[end : end + 1]
    return not (
        text[start:end] in NOBODY
        or (after in _SHOP_FIRST and text.startswith(SHOPS, end))
        or (text[end - 1] == "家" and after in OF_A_FAMILY)
        or (end - at == 2 and text[end - 1] in ROADS)
    )
