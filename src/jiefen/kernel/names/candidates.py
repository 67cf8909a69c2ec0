"""Where a name may stand in a text, and what speaks for and against it there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from .lists import COMMON, DOUBLE, DOUBTFUL, EVERYDAY, GIVEN, HOUSE, NEVER, NOBODY, PLACE_ENDS, RARE, ROLES, TITLES

SURNAMES = COMMON | DOUBTFUL | RARE
_SELDOM = NEVER - {d[1] for d in DOUBLE} - {title[0] for title in TITLES} - SURNAMES
FIRST = re.compile(
    f"[{''.join(sorted(SURNAMES | {d[0] for d in DOUBLE} | set('老小')))}](?=[\u3400-\u9fff\U00020000-\U0010ffff])"
    f"(?![{''.join(sorted(_SELDOM))}])"
)
"""Where a name may begin; what is no character, or one of grammar, never goes on as one."""
TITLE = re.compile("|".join(sorted(TITLES, key=len, reverse=True)))
SHOPS = tuple(house for house in HOUSE if len(house) > 1 and house != "公司")
"""金沙装饰 is nobody; but people say 张伟公司 of somebody's firm."""
OF_A_FAMILY = frozenset("村镇湾组冲坳岭庄庙塘坪垅屋的界")
ROADS = frozenset("镇乡村路街")
TITLE_FIRST = frozenset(title[0] for title in TITLES)
PERSON = frozenset({"nr", "nrfg", "nrt"})
NAMELIKE = PERSON | {"x", "ns", "nz", "zg", "nt"}
"""Sorts of word that the segmenter gives to names it does not know."""
LONGEST_CUE = 4


class Candidate(NamedTuple):
    """A stretch that may be a name. `form`: n (surname and given name), o (老张), t (王师傅)."""

    start: int
    end: int
    form: str
    signs: tuple[str, ...]


@dataclass(slots=True)
class Cut:
    """A text as the segmenter cut it: for each position where a token begins, its number; the tokens themselves."""

    text: str
    tokens: list[tuple[str, str]]
    token_at: list[int]  # for each character the number of its token
    begins: list[int]  # for each token where it begins


def cut(text: str) -> Cut:
    """The text segmented, once."""
    import rjieba  # 4 MB of dictionary: loaded by whoever reads a text, not by every process

    tokens = rjieba.tag(text)
    begins = list(accumulate([len(word) for word, _sort in tokens], initial=0))
    begins.pop()
    return Cut(text, tokens, [n for n, (word, _sort) in enumerate(tokens) for _c in word], begins)


def candidates(said: Cut) -> Iterator[Candidate]:
    """Every stretch worth weighing, by where it begins."""
    text, size = said.text, len(said.text)
    if len(said.token_at) != size:  # the segmenter dropped something: offsets would lie
        return
    for m in FIRST.finditer(text):
        i = m.start()
        first = text[i]
        if first in "老小":
            if (
                text[i : i + 2] not in NOBODY
                and i + 1 < size
                and text[i + 1] in SURNAMES
                and text[i + 1 : i + 3] not in DOUBLE
            ):
                signs = ("o", *_surname("o", text[i + 1]), *_left(said, i, "o"))
                yield Candidate(i, i + 2, "o", (*signs, *edges(said, i, i + 2, "o"), *_right(said, i + 2, "o")))
            continue
        pair = text[i : i + 2]
        double = pair in DOUBLE
        if not double and first not in SURNAMES:
            continue
        at = i + (2 if double else 1)
        n = said.token_at[i]
        word, sort = said.tokens[n]
        if (
            first not in COMMON
            and not double
            and sort not in NAMELIKE
            and (len(word) > 1 or said.begins[n] != i)
            and text[i - 1 : i] != "叫"
            and text[max(i - 2, 0) : i] not in ROLES
        ):
            continue  # a doubtful surname within an everyday word, and nothing before it that asks for a name
        before = _left(said, i, "n")
        title = TITLE.match(text, at) if text[at : at + 1] in TITLE_FIRST else None
        if title and text[i : title.end()] not in NOBODY:
            end = title.end()
            signs = ("t", f"t:{title[0]}", *_surname("t", first), *before)
            yield Candidate(i, end, "t", (*signs, *edges(said, i, end, "t"), *_right(said, end, "t")))
        surname = ("n:double",) if double else _surname("n", first)
        signs, signs_of = (*before, *surname), surname[0]
        for given in (2, 1):
            end = at + given
            name = text[at:end]
            if (
                text[i:end] in NOBODY
                or text.startswith(SHOPS, end)
                or (name[-1:] == "家" and text[end : end + 1] in OF_A_FAMILY)
                or (given == 2 and name[1:] in ROADS)
            ):
                continue
            if len(name) < given or not NEVER.isdisjoint(name) or not is_han(name[0]) or not is_han(name[-1]):
                continue
            given_signs, lies = _given(name), edges(said, i, end, f"n{given}")
            both = f"{signs_of}|{given_signs[0]}|{lies[0]}"
            if given == 2 and not double and pair in NOBODY:
                both = "n:nobody"
            around = (*given_signs, *lies, both, *_right(said, end, f"n{given}"))
            yield Candidate(i, end, "n", (f"n:{given}", *signs, *around))


def _surname(form: str, first: str) -> tuple[str, ...]:
    sort = "C" if first in COMMON else "D" if first in DOUBTFUL else "R"
    return (f"{form}:s{sort}", f"s={first}") if sort != "C" else (f"{form}:sC",)


def _given(name: str) -> tuple[str, ...]:
    known = "".join(("e" if c in EVERYDAY else "1") if c in GIVEN else ("x" if c in EVERYDAY else "0") for c in name)
    if name[-1] in PLACE_ENDS:
        return (f"given:{known}", "given:place")
    return (f"given:{known}", *(("given:same",) if len(name) == 2 and name[0] == name[1] else ()))


def edges(said: Cut, start: int, end: int, form: str) -> tuple[str, ...]:
    """How the stretch lies to the segmenter's words."""
    n = said.token_at[start]
    word, sort = said.tokens[n]
    begins = said.begins[n] == start
    size = len(said.text)
    stops = end == size or said.begins[said.token_at[end]] == end
    last = said.token_at[end - 1]
    sort = "nr" if sort in PERSON else sort
    if not begins:
        how = f"in{sort if len(word) > 2 else sort + '2'}"
    elif last == n:
        how = f"{'is' if stops else 'of'}{sort}"
    else:
        _second, kind = said.tokens[n + 1]
        kind = "nr" if kind in PERSON else kind
        how = f"{len(word)}{sort if len(word) > 1 else ('nr' if sort == 'nr' else '')}+{last - n}{kind if last == n + 1 and stops else ''}"
        if not stops:
            how += f"|{len(said.tokens[last][0])}"
    return (f"{form}:b{int(begins)}e{int(stops)}", f"{form}:{how}")


def _left(said: Cut, start: int, form: str) -> tuple[str, ...]:
    """What stands before: a cue word, a mark, a character."""
    if start == 0:
        return (f"{form}:l^",)
    text = said.text
    before = text[start - 1]
    for n in range(min(LONGEST_CUE, start), 0, -1):
        if text[start - n : start] in ROLES:  # says enough by itself: «头» before a name says something else in 包工头
            return (f"{form}:called",) if before in "叫名" else (f"{form}:cue",)
    out = [f"l={before}" if is_han(before) else f"l:{mark(before)}"]
    n = said.token_at[start - 1]
    word, sort = said.tokens[n]
    out.append(f"lt:{sort}")
    if len(word) == 2:
        out.append(f"lw={word}")
    return tuple(out)


def _right(said: Cut, end: int, form: str) -> tuple[str, ...]:
    """What stands behind: a mark, a character, the word and its sort, the name of a house."""
    text = said.text
    if end >= len(text):
        return (f"{form[0]}:r$",)
    if form[0] == "n" and text[end] in TITLE_FIRST and TITLE.match(text, end):
        return ("n:titled",)
    after = text[end]
    n = said.token_at[end]
    word, sort = said.tokens[n]
    inside = said.begins[n] != end
    out = [f"r={after}" if is_han(after) else f"r:{mark(after)}"]
    if not inside:
        out.append(f"rt:{sort}")
        if len(word) == 2:
            out.append(f"rw={word}")
    if text.startswith(HOUSE, end):
        out.append(f"{form[0]}:house")
    elif (
        not inside
        and n + 1 < len(said.tokens)
        and (word.endswith(HOUSE) or said.tokens[n + 1][0].endswith(HOUSE))
        and sort.startswith("n")
    ):
        out.append(f"{form[0]}:house2")
    return tuple(out)


def is_han(c: str) -> bool:
    return "\u3400" <= c <= "\u9fff" or c > "\U0001ffff"


def mark(c: str) -> str:
    if c in "、":
        return "、"
    if c in "，。！？；,.!?;…\n":
        return "."
    if c in "：:":
        return ":"
    if c in '（([【“"《':
        return "("
    if c in "）)]】”》":
        return ")"
    if c == " " or c == "\u3000":
        return "_"
    return "0" if c.isdigit() else "a" if c.isalpha() else "?"
