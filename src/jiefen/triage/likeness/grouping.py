"""Many tellings into groups of the same matter, without comparing each with each: near-linear in their number.

A telling is compared only with those that share one of its rarest pairs; a group forms around the telling that is closest to
the others, and somebody joins it when close to the group as a whole, so that a chain of faint likenesses makes no heap.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from jiefen.triage.likeness import stock as stocks
from jiefen.triage.likeness.pairs import Telling, parts, plain_number, read
from jiefen.triage.likeness.small import digest, from_both, small
from jiefen.triage.likeness.weights import Asked, Weights, ready

CLOSE = 0.16
"""From this closeness on two tellings may be about the same."""
KEYS = 28
"""So many of its rarest pairs lead from a telling to others."""
LONGEST = 160
"""A pair that more tellings have leads nowhere."""
SEEN = 60
"""With so many of the most promising ones a telling is compared in full."""

PHRASES_FROM = 4_000
"""Stock phrases are learnt from so many tellings, evenly taken: more would not teach others."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt from the tellings: how rare pairs are, which runs are stock."""

    weights: Weights
    stock: frozenset[str]
    tellings: tuple[Telling, ...]  # the same tellings, stock phrases left out


@dataclass(frozen=True, slots=True)
class Link:
    """Two tellings that may be the same, by their places in the list, and how close."""

    one: int
    other: int
    close: float


def told(subject: str, text: str, stock: frozenset[str] = frozenset(), known: dict[int, str] | None = None) -> Telling:
    """A telling ready to be compared, stock phrases left out."""
    head, rest = parts(subject, text)
    if stock:
        head, rest = stocks.without(head, stock), stocks.without(rest, stock)
    return read(head, rest, plain_number, known)


def count(tellings: Iterable[Telling]) -> Weights:
    """In how many tellings each pair stands."""
    times: Counter[int] = Counter()
    size = 0
    for telling in tellings:
        times.update(telling.all())
        size += 1
    return Weights(size, {pair: n for pair, n in times.items() if n > 1})


def learn(rows: Sequence[tuple[str, str]]) -> Learnt:
    """Rarity of pairs and stock phrases of some (subject, text)."""
    return learn_from(lambda: rows)


def learn_from(again: Callable[[], Iterable[tuple[str, str]]]) -> Learnt:
    """The same of rows that are handed out anew each time `again` is called, three times: no text is kept but a sample."""
    weights = count(told(*row) for row in again())
    step = max(1, weights.total // PHRASES_FROM)
    sample = [row for n, row in enumerate(again()) if n % step == 0]
    made: dict[int, Asked] = {}

    def close(a: int, b: int, left_out: frozenset[str]) -> float:
        gone = {plain_number(run[n : n + 2]) for run in left_out for n in range(len(run) - 1)}
        for n in (a, b):
            if n not in made:
                made[n] = ready(told(*sample[n]), weights)
        one, other = made[a], made[b]
        common = sum(min(one.adds[p], other.adds[p]) for p in (one.adds.keys() & other.adds.keys()) - gone)
        return common / max(1.0, (one.own * other.own) ** 0.5)

    stock = stocks.learn(["\n".join(parts(*row)) for row in sample], close)
    made.clear()
    tellings = tuple(small(told(*row, stock)) for row in again())
    return Learnt(count(tellings), stock, tellings)


def links(
    tellings: Sequence[Telling], weights: Weights, tick: Callable[[int], None] = lambda _done: None
) -> list[Link]:
    """Those that may be the same, each pair of them once. Of tellings that say exactly the same only the first is compared
    with the others; the rest are linked to it."""
    first: dict[bytes, int] = {}
    found: list[Link] = []
    posted: dict[int, list[int]] = defaultdict(list)
    own = array("d", bytes(8 * len(tellings)))
    for n, telling in enumerate(tellings):
        tick(n)
        if not telling.size:
            continue
        known = first.setdefault(digest(telling), n)
        if known != n:
            found.append(Link(known, n, 1.0))
            continue
        asked = ready(telling, weights)
        own[n] = asked.own
        keys = sorted(asked.adds, key=lambda p: (weights.times.get(p, 1), p))
        near: dict[int, float] = defaultdict(float)
        for key in [k for k in keys if 1 < weights.times.get(k, 1) <= LONGEST][:KEYS]:
            for other in posted[key]:
                near[other] += asked.adds[key]
            posted[key].append(n)
        place = {pair: at for at, pair in enumerate(telling.all())}
        for other in sorted(near, key=lambda o: (-near[o], o))[:SEEN]:
            close = from_both(asked, place, own[other], tellings[other])
            if close >= CLOSE:
                found.append(Link(other, n, close))
    return found


def groups(size: int, found: Sequence[Link], least: float = CLOSE) -> list[list[int]]:
    """Groups out of links, closest links first: two groups become one when on average their members are that close (a pair
    that was never linked counts nothing). Each at least two; by their first."""
    group_of = list(range(size))
    members: dict[int, list[int]] = {}
    # How close two groups are all together: kept while they grow, so that a link costs a look and no sum over both.
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for link in found:
        near[link.one][link.other] = near[link.other][link.one] = link.close
    for link in sorted(found, key=lambda k: (-k.close, k.one, k.other)):
        a, b = group_of[link.one], group_of[link.other]
        if a == b:
            continue
        one, other = members.get(a) or [a], members.get(b) or [b]
        # What was joined by saying exactly the same has links through its first only.
        if link.close < 1.0 and near[a].get(b, 0.0) < least * 0.55 * len(one) * len(other):
            continue
        # The one that is less work goes into the other.
        if len(one) + len(near[a]) < len(other) + len(near[b]):
            a, b, one, other = b, a, other, one
        one.extend(other)
        members[a] = one
        members.pop(b, None)
        for m in other:
            group_of[m] = a
        mine = near[a]
        for c, close in near.pop(b, {}).items():
            others = near[c]
            others.pop(b)
            if c != a:
                mine[c] = others[a] = mine.get(c, 0.0) + close
    return sorted((sorted(m) for m in members.values() if len(m) > 1), key=lambda m: m[0])


def group(
    tellings: Sequence[Telling], weights: Weights, tick: Callable[[int], None] = lambda _done: None
) -> list[list[int]]:
    """The groups of some tellings, by their places in the list, each at least two: links, close ones first, then those who
    tell the same in other words."""
    return absorb(groups(len(tellings), links(tellings, weights, tick)), tellings, weights)


CORE = 0.5
"""What so many of a group say is what it is about."""
COVERED = 0.5
"""Who says so much of what a group is about belongs to it."""
CHAINED = 0.25
"""Groups that become one through others of theirs share so much themselves."""


def absorb(found: Sequence[Sequence[int]], tellings: Sequence[Telling], weights: Weights) -> list[list[int]]:
    """Groups with those that tell the same in other words: a matter told by dozens is known by what most of its tellers name
    (the place, the firm, the cause), so whoever names these belongs to it, and two groups that are about the same are one."""
    cores = {n: _core([tellings[m] for m in group], weights) for n, group in enumerate(found) if len(group) > 2}
    posted: dict[int, list[int]] = defaultdict(list)
    for n, core in cores.items():
        for pair in sorted(core, key=lambda p: (-core[p], p))[:12]:
            posted[pair].append(n)
    whole = {n: sum(core.values()) for n, core in cores.items()}
    into = list(range(len(found)))

    def root(n: int) -> int:
        while into[n] != n:
            into[n] = into[into[n]]
            n = into[n]
        return n

    def core_of(n: int) -> dict[int, float]:
        if n not in cores:  # a pair of two has one too, once it is asked for; it leads nowhere
            cores[n] = _core([tellings[m] for m in found[n]], weights)
            whole[n] = sum(cores[n].values())
        return cores[n]

    def same(one: int, other: int, least: float = COVERED) -> bool:
        """Whether two groups are about the same: so much of what the lesser is about."""
        first, second = core_of(one), core_of(other)
        shared = sum(w for pair, w in first.items() if pair in second)
        return shared >= least * min(whole[other], whole[one])

    members = {n: list(group) for n, group in enumerate(found)}
    home = {m: n for n, group in enumerate(found) for m in group}
    for place, telling in enumerate(tellings):
        pairs = set(telling.all())
        hits: dict[int, int] = defaultdict(int)
        for pair in pairs:
            for n in posted.get(pair, ()):
                hits[n] += 1
        best, most = -1, COVERED
        for n, times in hits.items():
            if times < 4 or home.get(place) == n:
                continue
            said = sum(w for pair, w in cores[n].items() if pair in pairs) / whole[n]
            if said >= most:
                best, most = n, said
        if best < 0:
            continue
        if place not in home:
            home[place] = best
            members[best].append(place)
            continue
        mine = home[place]
        own, theirs = root(mine), root(best)
        if len(found[mine]) < 2 or own == theirs or not same(mine, best):
            continue
        # Not by a chain: those that either has become one with have to be about the same too.
        if (own, theirs) == (mine, best) or same(own, theirs, CHAINED):
            into[own] = theirs
    joined: dict[int, list[int]] = defaultdict(list)
    for n, group in members.items():
        joined[root(n)] += group
    return sorted((sorted(g) for g in joined.values()), key=lambda g: g[0])


def _core(group: Sequence[Telling], weights: Weights) -> dict[int, float]:
    """What a group is about: pairs that most of it have, and many of it at the head, where people name the matter."""
    times: dict[int, int] = defaultdict(int)
    heads: dict[int, int] = defaultdict(int)
    for telling in group:
        for pair in telling.all():
            times[pair] += 1
        for pair in telling.head:
            heads[pair] += 1
    return {
        pair: w
        for pair, n in times.items()
        if n >= CORE * len(group) and n > 1 and heads[pair] >= CORE * n and (w := weights.of(pair))
    }
