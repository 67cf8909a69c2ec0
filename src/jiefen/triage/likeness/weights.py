"""How much a pair counts, by how many tellings have it; and how close two tellings are by what they share."""

import math
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from jiefen.triage.likeness.pairs import Telling

COMMON = 0.02
"""A pair that more than this part of all tellings have is everybody's and nobody's, once there are `ENOUGH`."""
ENOUGH = 200
HEAD_COUNTS = 2.0
"""A pair at the head counts so many times, on each side."""
POWER = 3.0
"""The rarity (a logarithm) to this power is what a shared pair adds."""
USUAL = 11.0
"""Square root of the usual number of pairs: half of a telling's length counts against it, half is taken as usual."""


@dataclass(frozen=True, slots=True)
class Weights:
    """`total` tellings were counted, `times` in how many of them a pair stands (one that is not there stands in one);
    `stock` pairs count nothing."""

    total: int
    times: Mapping[int, int]
    stock: AbstractSet[int] = field(default_factory=frozenset)

    def of(self, pair: int) -> float:
        """What a shared pair adds; nothing for what everybody has."""
        times = self.times.get(pair, 1)
        if pair in self.stock or (self.total > ENOUGH and times > self.total * COMMON):
            return 0.0
        return math.log((self.total + 10) / times) ** POWER

    def rare(self, pairs: Iterable[int], leads_to: int) -> list[int]:
        """The rarest of some pairs, so many that they lead to at most `leads_to` tellings all together."""
        chosen: list[int] = []
        led = 0
        for pair in sorted(pairs, key=lambda p: self.times.get(p, 1)):
            if not self.of(pair):
                continue
            led += self.times.get(pair, 1)
            if led > leads_to:
                break
            chosen.append(pair)
        return chosen


@dataclass(frozen=True, slots=True)
class Asked:
    """A telling made ready to be compared with many: what each of its pairs adds."""

    adds: Mapping[int, float]
    own: float
    size: int


def ready(telling: Telling, weights: Weights, whole: Telling | None = None) -> Asked:
    """A telling with what its pairs add. `whole`: the same with what was left out of it, against which the rest is set."""
    adds = {pair: w * HEAD_COUNTS for pair in telling.head if (w := weights.of(pair))}
    adds |= {pair: w for pair in telling.rest if (w := weights.of(pair))}
    own = sum(adds.get(pair, 0.0) * HEAD_COUNTS for pair in telling.head) + sum(adds.get(p, 0.0) for p in telling.rest)
    if whole is not None:
        return Asked(adds, ready(whole, weights).own, whole.size)
    return Asked(adds, own, telling.size)


def long_counts(size: int) -> float:
    """What a telling's length counts against it: half as it is, half as usual."""
    return 0.5 * USUAL + 0.5 * math.sqrt(size)


def closeness(asked: Asked, theirs: Sequence[int], heads: int) -> float:
    """How close another telling is to the one asked for, 0 to 1: what the two share of what the asked one says, less where
    the other says much else. `theirs` are its pairs, the first `heads` of them at its head."""
    if not asked.own or not theirs:
        return 0.0
    adds = asked.adds
    common = 0.0
    for n, pair in enumerate(theirs):
        if pair in adds:
            common += adds[pair] * (HEAD_COUNTS if n < heads else 1.0)
    return min(
        1.0, common / asked.own * long_counts(asked.size) / max(long_counts(len(theirs)), 0.5 * long_counts(asked.size))
    )


def both_ways(one: Asked, other: Asked, first: Telling, second: Telling) -> float:
    """How close two are, the same from either side: for putting tellings into groups."""
    there, back = closeness(one, second.all(), len(second.head)), closeness(other, first.all(), len(first.head))
    return math.sqrt(there * back)
