"""Tellings kept small, a hundred thousand of them: eight bytes a pair; and two of them compared without keeping what each adds."""

import hashlib
import math
from array import array
from collections.abc import Mapping
from typing import cast

from jiefen.triage.likeness.pairs import Telling
from jiefen.triage.likeness.weights import HEAD_COUNTS, Asked, long_counts


class Small:
    """A telling as bytes; to whoever reads it, the same as a `Telling`."""

    __slots__ = ("_heads", "_pairs")

    def __init__(self, telling: Telling) -> None:
        self._pairs, self._heads = array("q", telling.all()), len(telling.head)

    @property
    def head(self) -> tuple[int, ...]:
        """As in `Telling`."""
        return tuple(self._pairs[: self._heads])

    @property
    def rest(self) -> tuple[int, ...]:
        """As in `Telling`."""
        return tuple(self._pairs[self._heads :])

    @property
    def size(self) -> int:
        """As in `Telling`."""
        return len(self._pairs)

    def all(self) -> tuple[int, ...]:
        """As in `Telling`."""
        return tuple(self._pairs)


def small(telling: Telling) -> Telling:
    """The same telling in an eighth of the room."""
    return cast(Telling, Small(telling))


def digest(telling: Telling) -> bytes:
    """Equal for tellings that say exactly the same."""
    return hashlib.blake2b(array("q", (len(telling.head), *telling.all())).tobytes(), digest_size=16).digest()


def from_both(asked: Asked, place: Mapping[int, int], own: float, second: Telling) -> float:
    """`weights.both_ways` for one that is ready and another of which only its own sum is known, to the last bit: what both
    have is added in the order of either. `place`: where each pair of the first stands."""
    if not asked.own or not own:
        return 0.0
    adds, heads, pairs = asked.adds, len(second.head), second.all()
    common = other = 0.0
    both: list[tuple[int, float]] = []
    for n, pair in enumerate(pairs):
        if pair in adds:
            weight = adds[pair] * (HEAD_COUNTS if n < heads else 1.0)
            common += weight
            both.append((place[pair], weight))
    for _at, weight in sorted(both):
        other += weight
    mine, theirs = long_counts(len(place)), long_counts(len(pairs))
    there = min(1.0, common / asked.own * mine / max(theirs, 0.5 * mine))
    back = min(1.0, other / own * theirs / max(mine, 0.5 * theirs))
    return math.sqrt(there * back)
