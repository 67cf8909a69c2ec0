"""Sums of money to the fen: 3.2万元, 三万五, 两千块, 壹万贰仟元整, 5000多."""

from __future__ import annotations

from collections.abc import Iterator

from jiefen.triage.rules.numbers import Reading

from .kinds import Fact

_MORE = frozenset("多余几来近约")


def money(text: str, readings: tuple[Reading, ...]) -> Iterator[Fact]:
    """The sums that were read, each with its words. A round figure (多, 余, 来) is one, but not a sure one."""
    for r in readings:
        words = text[r.start : r.end]
        round_one = bool(_MORE & {*words, text[r.start - 1 : r.start]})
        yield Fact("amount", r.start, r.end, words, r.value, sure=r.used and not round_one)
