"""How many people or households: 我们37户, 二十多人."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiefen.triage.rules.numbers import Reading

from .kinds import Fact
from .money import is_vague

_SORT = re.compile(r"[户制座间房桌份组]")
"""四人户, 七人制, 六人间: a sort of household, game or room; nobody is counted."""


def counts(text: str, readings: tuple[Reading, ...]) -> Iterator[Fact]:
    """The numbers of people that were read; sure where the text says it of those who come."""
    for r in readings:
        words = text[r.start : r.end]
        if is_vague(words, text[max(0, r.start - 1) : r.start]):
            continue
        if words.endswith("人") and _SORT.match(text, r.end):
            continue
        yield Fact("count", r.start, r.end, words, r.value, sure=r.used)
