"""Find many known words in a text in one pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from .text import LAST, points_of

if TYPE_CHECKING:
    import numpy as np

T = TypeVar("T")


class Scanner(Generic[T]):
    """Words of two characters or more are indexed by their first two; the few single characters by themselves.

    `scan` gives (start, end, payload) for every word that occurs, by start and, at one start, longest first. Which
    places are worth a look is worked out for the whole text at once, so the cost is per word found, not per character.
    """

    def __init__(self, words: Iterable[tuple[str, T]]) -> None:
        import numpy as np

        two: dict[str, T] = {}
        longer: dict[str, dict[str, list[tuple[str, T]]]] = {}
        self._singles: list[tuple[str, T]] = []
        for word, payload in words:
            if len(word) == 1:
                self._singles.append((word, payload))
            elif len(word) == 2:
                two[word] = payload
            elif word:
                longer.setdefault(word[:2], {}).setdefault(word[2], []).append((word, payload))
        for thirds in longer.values():
            for same in thirds.values():
                same.sort(key=lambda x: -len(x[0]))
        pairs = sorted(two.keys() | longer.keys())
        # Behind each opening pair: its longer words by third character, and the two-character word itself.
        self._behind: list[tuple[dict[str, list[tuple[str, T]]], bool, T | None]] = [({}, False, None)]
        # Each first and each second character gets a small number (0: none); a square says which pairs open a word.
        firsts = {c: n for n, c in enumerate(sorted({k[0] for k in pairs}), 1)}
        seconds = {c: n for n, c in enumerate(sorted({k[1] for k in pairs}), 1)}
        self._first, self._second = _table(firsts), _table(seconds)
        small = np.int16 if len(pairs) < np.iinfo(np.int16).max else np.int32  # the square is large and read at random
        self._opens = np.zeros((len(firsts) + 1, len(seconds) + 1), dtype=small)
        for k in pairs:
            self._opens[firsts[k[0]], seconds[k[1]]] = len(self._behind)
            self._behind.append((longer.get(k, {}), k in two, two.get(k)))

    def scan(self, text: str, points: np.ndarray | None = None) -> list[tuple[int, int, T]]:
        """Every occurrence, overlapping ones included; the caller decides what covers what. `points` are the text's
        code points where they are already at hand."""
        if points is None:
            points = points_of(text)
        opens = self._opens[self._first[points[:-1]], self._second[points[1:]]]
        at = opens.nonzero()[0]
        behind, out = self._behind, []
        for i, n in zip(at.tolist(), opens[at].tolist(), strict=True):
            thirds, is_word, payload = behind[n]
            if thirds:
                for word, longer in thirds.get(text[i + 2 : i + 3], ()):
                    if text.startswith(word, i):
                        out.append((i, i + len(word), longer))
            if is_word:
                out.append((i, i + 2, payload))
        singles = [(m, m + 1, payload) for word, payload in self._singles for m in _places(text, word)]
        if singles:
            out = sorted(out + singles, key=lambda x: (x[0], -x[1]))
        return out  # type: ignore[return-value]


def _table(numbers: dict[str, int]) -> np.ndarray:
    import numpy as np

    table = np.zeros(LAST + 1, dtype=np.uint16)
    for character, number in numbers.items():
        if ord(character) < LAST:
            table[ord(character)] = number
    return table


SINGLES_KEPT = 200
"""A single character says little; the first places are enough."""


def _places(text: str, character: str) -> list[int]:
    at = text.find(character)
    out: list[int] = []
    while at >= 0 and len(out) < SINGLES_KEPT:
        out.append(at)
        at = text.find(character, at + 1)
    return out
