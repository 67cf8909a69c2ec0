"""How many people or households: 我们37户, 二十多人."""

from __future__ import annotations

from collections.abc import Iterator

from jiefen.triage.rules.numbers import Reading

from .kinds import Fact


def counts(text: str, readings: tuple[Reading, ...]) -> Iterator[Fact]:
    """The numbers of people that were read; sure where the text says it of those who come."""
    for r in readings:
        yield Fact("count", r.start, r.end, text[r.start : r.end], r.value, sure=r.used)
