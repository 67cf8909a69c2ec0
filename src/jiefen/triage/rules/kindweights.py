"""Estimated weights of ordinary words for kinds (`kind-weights.csv`), beside the hand-made word list.

A row is a word of two to four characters and what it weighs for some kinds, in whole numbers; a kind of two digits stands
for all its sub kinds. They were fitted on messages that readers labelled (`bench/understanding/weights.py`). What a text
says for a kind is a sum over its words, so each suggestion can be taken apart into them. The array library is loaded by
whoever weighs a text, as for the scanner.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from .text import fold

if TYPE_CHECKING:
    import numpy as np

SCALE = 10.0
"""A weight of ten is one unit of log-odds for a text that consists of this word alone."""
SUBJECT_COUNTS, OPENING_COUNTS, OPENING = 3.0, 1.5, 80
"""A word in the subject, and in the opening of the body, counts so many times."""
STILL = 4.0
"""So much silence is added to every text: a few words weigh little."""
FEWEST = 12
"""Fewer known words than this say nothing."""
READ = 600
"""Characters that are read: people name the matter first."""
FIRST_LOG, FIRST_SHARE, SUB_LOG = 0.30, 0.22, 0.57
"""What the hand-made list counts beside the words: the logarithm of how loudly it speaks for the first-level kind, its part
of the loudest one, and the logarithm for the sub kind. Fitted with the weights."""
MOST = 127
SHOWN, LEAST_SHOWN = 5, 0.12
"""So many words are shown, each of which moved the kind by so much."""


class Said(NamedTuple):
    """The known words of a text: their rows in the table, how much each counts, where each stands first."""

    rows: np.ndarray
    counts: np.ndarray
    starts: list[int]


@dataclass(frozen=True)
class Weights:
    """The table, ready to be asked. `words` in the order of its rows; weights as (row, column) → weight, columns being first
    the first-level kinds of `codes` and then `codes` themselves (the kinds of four digits, sorted)."""

    words: Sequence[str]
    codes: Sequence[str]
    at: tuple[Sequence[int], Sequence[int]] = ((), ())
    weights: Sequence[int] = ()

    @cached_property
    def firsts(self) -> list[str]:
        """The first-level kinds, sorted."""
        return sorted({code[:2] for code in self.codes})

    @cached_property
    def place(self) -> dict[str, int]:
        """Kind → its column among `codes`."""
        return {code: n for n, code in enumerate(self.codes)}

    @cached_property
    def inside(self) -> dict[str, slice]:
        """First-level kind → the columns of its sub kinds."""
        own = [code[:2] for code in self.codes]
        return {f: slice(own.index(f), own.index(f) + own.count(f)) for f in self.firsts}

    @cached_property
    def matrix(self) -> np.ndarray:
        """Words × codes, in whole tenths; a weight of a first-level kind counts for each of its sub kinds. Small, so that it
        stays close to the processor."""
        import numpy as np

        out = np.zeros((len(self.words), len(self.firsts) + len(self.codes)), dtype=np.int16)
        out[self.at] = self.weights
        own = [self.firsts.index(code[:2]) for code in self.codes]
        both = out[:, len(self.firsts) :] + out[:, own]
        return np.ascontiguousarray(both.clip(-MOST, MOST).astype(np.int8))

    @cached_property
    def _mean(self) -> np.ndarray:
        mean: np.ndarray = self.matrix.mean(axis=1)  # of tenths
        return mean

    def said(self, found: Iterable[tuple[int, int]], body_at: int) -> Said:
        """The words of a text whose body begins at `body_at`, of (start, row) as the scanner found them."""
        import numpy as np

        first: dict[int, int] = {}
        for start, row in found:
            if start >= READ:
                break
            first.setdefault(row, start)
        early = body_at + OPENING
        counts = [SUBJECT_COUNTS if at < body_at else OPENING_COUNTS if at < early else 1.0 for at in first.values()]
        norm = math.sqrt(STILL + sum(count * count for count in counts))
        return Said(np.array([*first], dtype=np.intp), np.array(counts, dtype=np.float32) / norm, [*first.values()])

    def scores(self, said: Said, firsts: Mapping[str, float], subs: Mapping[str, float], top: float) -> np.ndarray:
        """Log-odds of the kinds, up to a constant: the words, and how loudly the hand-made list speaks (`firsts`, `subs`)."""
        import numpy as np

        # Not by a product of matrices: its library wakes other processors for so little.
        out = np.einsum("i,ij->j", said.counts, self.matrix[said.rows].astype(np.float32))
        out /= SCALE
        for first, value in firsts.items():
            inside = self.inside.get(first)
            if inside is not None:
                out[inside] += FIRST_LOG * math.log1p(value) + FIRST_SHARE * value / (top or 1.0)
        place = self.place
        heard = [(place[code], SUB_LOG * math.log1p(value)) for code, value in subs.items() if code in place]
        if heard:
            at, more = zip(*heard, strict=True)
            out[list(at)] += more
        return out

    def loudest(self, said: Said, code: str) -> list[tuple[int, int, str, float]]:
        """(start, end, word, how much it moved `code` against the others) of the words to be shown, loudest first."""
        own = self.matrix[said.rows, self.place[code]]
        moved = said.counts * (own - self._mean[said.rows]) / SCALE
        moved[own <= 0] = 0.0
        best = (-moved).argsort(kind="stable")[:SHOWN].tolist()
        shown = [(said.starts[n], self.words[said.rows[n]], float(moved[n])) for n in best if moved[n] >= LEAST_SHOWN]
        return [(start, start + len(word), word, by) for start, word, by in shown]


def read(rows: Iterable[Mapping[str, str]], kinds: Iterable[str], problems: list[str]) -> Weights | None:
    """kind-weights.csv: words of two to four characters, each once and folded; kinds known; weights whole numbers. None
    without rows."""
    codes = sorted(code for code in kinds if len(code) == 4)
    listed = list(rows)
    words = [row.get("word", "") for row in listed]
    if not words:
        return None
    where = "kind-weights.csv 第{}行：".format
    together = "\n".join(words)
    if fold(together) != together or len(set(words)) < len(words) or not all(2 <= len(word) <= 4 for word in words):
        before: set[str] = set()
        for n, word in enumerate(words, 2):
            if not 2 <= len(word) <= 4 or word in before or fold(word) != word:
                problems.append(f"{where(n)}“{word}”应为二至四个字，写作“{fold(word)}”，且只出现一次")
            before.add(word)
    column = {kind: n for n, kind in enumerate([*Weights((), codes).firsts, *codes])}
    at: tuple[list[int], list[int]] = ([], [])
    weights: list[int] = []
    for n, row in enumerate(listed):
        try:
            for part in row.get("weights", "").split(";"):
                kind, weight = part.split(":")
                at[1].append(column[kind])
                weights.append(int(weight))
                at[0].append(n)
        except (ValueError, KeyError):
            problems.append(f"{where(n + 2)}“{part}”应写作“类别:整数”，类别须在类别表里")
            return None
    return Weights(words, codes, at, weights)
