"""Words that are an alarm only together: 拖欠 and 工资 and 工人, 孩子 and 被打. One sentence, within a reach.

Two tables hold them: harm-groups.csv says which words belong to a group, harm-together.csv which groups make which mark.
Pure; what it costs is per word of a group that occurs, not per character.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

SENTENCE_ENDS = re.compile(r"[。！？!?；;\n]")


@dataclass(frozen=True, slots=True)
class Rule:
    """Groups that make a mark when a word of each stands in one sentence within `reach` characters. `unless` are groups
    whose words there speak against it; `near_holiday` counts only while a holiday is near."""

    flag: str
    weight: int
    groups: tuple[str, ...]
    reach: int
    unless: tuple[str, ...] = ()
    near_holiday: bool = False
    note: str = ""
    needs: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "needs", frozenset(self.groups))

    @property
    def name(self) -> str:
        """How the mark remembers it: the same rule twice in a text counts once."""
        return "+".join(self.groups)


@dataclass(frozen=True, slots=True)
class Together:
    """A rule that holds, with the words that made it, in the order of the text."""

    rule: Rule
    spans: tuple[tuple[int, int], ...]


Part = tuple[int, int, frozenset[str]]


def find(
    text: str, parts: list[Part], rules: Iterable[Rule], *, holiday: bool = False, harmless: Sequence[Part] = ()
) -> Iterator[Together]:
    """Rules that hold in a folded text. `parts` are the words of groups that occur: start, end, groups; by start. `harmless`
    are phrases and the marks they speak against: a word inside one makes no such mark, and none stands in its place."""
    if not parts:
        return
    ends = [m.end() for m in SENTENCE_ENDS.finditer(text)]
    sentences: dict[int, list[Part]] = {}
    for part in parts:
        sentences.setdefault(bisect_left(ends, part[1]), []).append(part)
    spoken = frozenset().union(*[part[2] for part in parts])
    live = [r for r in rules if r.needs <= spoken and (holiday or not r.near_holiday)]
    if not live:
        return
    for found in sentences.values():
        if len(found) < 2:  # no rule is made by one word
            continue
        here = frozenset().union(*[p[2] for p in found])
        for rule in live:
            if rule.needs <= here and (spans := _closest(_spoken(found, rule.flag, harmless), rule)):
                yield Together(rule, spans)


def _spoken(found: list[Part], flag: str, harmless: Sequence[Part]) -> list[Part]:
    """The words that are not part of a phrase harmless for the mark."""
    against = [(a, b) for a, b, flags in harmless if flag in flags or "*" in flags]
    return [p for p in found if not any(a <= p[0] and p[1] <= b for a, b in against)] if against else found


def _closest(found: list[Part], rule: Rule) -> tuple[tuple[int, int], ...]:
    """The words of the rule's groups that stand closest, none of them serving twice; empty where too far or spoken against."""
    first, *others = rule.groups
    best: tuple[int, list[tuple[int, int]]] | None = None
    for start, end, groups in found:
        if first not in groups:
            continue
        spans = [(start, end)]
        for group in others:
            rest = [(s, e) for s, e, g in found if group in g and not any(s < b and a < e for a, b in spans)]
            if not rest:
                break
            spans.append(min(rest, key=lambda x: (abs(x[0] - start), x[0])))
        else:
            width = max(e for _, e in spans) - min(s for s, _ in spans)
            if width <= rule.reach and (best is None or width < best[0]):
                best = (width, spans)
    if best is None:
        return ()
    spans = sorted(best[1])
    low, high = spans[0][0] - rule.reach, spans[-1][1] + rule.reach
    against = any(not g.isdisjoint(rule.unless) and low <= s and e <= high for s, e, g in found)
    return () if against else tuple(spans)
