"""Sums of money to the fen: 3.2万元, 三万五, 两千块, 壹万贰仟元整, 5000多."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiefen.triage.rules.numbers import Reading

from .kinds import Fact

_MORE = frozenset("多余几来近约")
_SOME = re.compile(r"[数几]$")
_NO_FIGURE = re.compile(r"[十百千万亿]")
_PIECES = re.compile(r"[一二两三四五六七八九十1-9]块$|10块$")
_PAID = re.compile(r"(?:收|交|付|缴|罚|掏|花|涨|降|卖|价|费|欠|还|赔|退|票|￥)(?:了|到|我|你|您|他|她)?$")
"""A few 块 without 钱 are money where somebody pays them; else they are pieces (一块木牌), or together (一块去)."""


def is_vague(words: str, ahead: str) -> bool:
    """数万元, 几百人: so many, but how many is not said. `ahead`: what stands before the words."""
    return bool(_NO_FIGURE.match(words) and _SOME.search(ahead))


def money(text: str, readings: tuple[Reading, ...]) -> Iterator[Fact]:
    """The sums that were read, each with its words. A round figure (多, 余, 来) is one, but not a sure one."""
    for r in readings:
        words, ahead = text[r.start : r.end], text[max(0, r.start - 3) : r.start]
        if not r.value or is_vague(words, ahead):
            continue
        if _PIECES.fullmatch(words) and not _PAID.search(ahead):
            continue
        round_one = bool(_MORE & {*words, text[r.start - 1 : r.start]})
        yield Fact("amount", r.start, r.end, words, r.value, sure=r.used and not round_one)
