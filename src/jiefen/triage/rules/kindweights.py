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

from .text import fold, points_of

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
MOST = 127
FIRST_LOG, FIRST_SHARE, SUB_LOG = 0.35, 0.24, 0.65
"""What the hand-made list counts beside the words: the logarithm of how loudly it speaks for the first-level kind, its part
of the loudest one, and the logarithm for the sub kind. Fitted with the weights."""
SHOWN, LEAST_SHOWN = 5, 0.12
"""So many words are shown, each of which moved the kind by so much."""


class Said(NamedTuple):
    """The known words of a text: their rows in the table, how much each counts, where each stands first."""

    rows: list[int]
    counts: list[float]
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
    def _mean(self) -> list[float]:
        return [float(x) for x in self.matrix.mean(axis=1)]  # of tenths

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {word: n for n, word in enumerate(self.words)}

    @cached_property
    def _longer(self) -> frozenset[str]:
        return frozenset(word[:2] for word in self.words if len(word) > 2)

    @cached_property
    def _opens(self) -> np.ndarray:
        """Whether two characters may open a word, by a number of eighteen bits made of them."""
        import numpy as np

        out = np.zeros(1 << 18, dtype=bool)
        points = points_of("".join(word[:2] for word in self.words))
        out[_slot(points[::2], points[1::2])] = True
        return out

    def said(self, text: str, points: np.ndarray, body_at: int) -> Said:
        """The known words of a folded text whose body begins at `body_at`; `points` are its code points."""
        points = points[:READ]
        rows, counts, starts = [], [], []
        known, longer = self._rows, self._longer
        seen: set[int] = set()
        square = STILL
        for i in self._opens[_slot(points[:-1], points[1:])].nonzero()[0].tolist():
            pair = text[i : i + 2]
            for word in (pair, text[i : i + 3], text[i : i + 4]) if pair in longer else (pair,):
                row = known.get(word)
                if row is None or row in seen:
                    continue
                seen.add(row)
                count = SUBJECT_COUNTS if i < body_at else OPENING_COUNTS if i < body_at + OPENING else 1.0
                rows.append(row)
                counts.append(count)
                starts.append(i)
                square += count * count
        norm = math.sqrt(square)
        return Said(rows, [count / norm for count in counts], starts)

    def scores(self, said: Said, firsts: Mapping[str, float], subs: Mapping[str, float], top: float) -> np.ndarray:
        """Log-odds of the kinds, up to a constant: the words, and how loudly the hand-made list speaks (`firsts`, `subs`)."""
        import numpy as np

        counts = np.array(said.counts, dtype=np.float32)
        # Not by a product of matrices: its library wakes other processors for so little.
        out = np.einsum("i,ij->j", counts, self.matrix[said.rows].astype(np.float32))
        out /= SCALE
        for first, value in firsts.items():
            inside = self.inside.get(first)
            if inside is not None:
                out[inside] += FIRST_LOG * math.log1p(value) + FIRST_SHARE * value / (top or 1.0)
        for code, value in subs.items():
            n = self.place.get(code)
            if n is not None:
                out[n] += SUB_LOG * math.log1p(value)
        return out

    def loudest(self, said: Said, code: str) -> list[tuple[int, int, str, float]]:
        """(start, end, word, how much it moved `code` against the others) of the words to be shown, loudest first."""
        column, mean = self.matrix[said.rows, self.place[code]].tolist(), self._mean
        moved = [
            (count * (own - mean[row]) / SCALE, row, start)
            for count, own, row, start in zip(said.counts, column, said.rows, said.starts, strict=True)
            if own > 0
        ]
        moved.sort(key=lambda x: (-x[0], x[2]))
        return [(s, s + len(self.words[r]), self.words[r], m) for m, r, s in moved[:SHOWN] if m >= LEAST_SHOWN]


def _slot(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """A number of eighteen bits for two characters."""
    return (first * 40503 ^ second * 29) & 0x3FFFF


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
        said: set[str] = set()
        for n, word in enumerate(words, 2):
            if not 2 <= len(word) <= 4 or word in said or fold(word) != word:
                problems.append(f"{where(n)}“{word}”应为二至四个字，写作“{fold(word)}”，且只出现一次")
            said.add(word)
    firsts = sorted({code[:2] for code in codes})
    column = {kind: n for n, kind in enumerate([*firsts, *codes])}
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
