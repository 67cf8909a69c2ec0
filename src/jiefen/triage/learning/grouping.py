"""Put near-duplicates into one group, so that no message stands on both sides of a split. Deterministic, numpy only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from .features import keys_of, read

HASHES, BAND = 64, 2
LIKE = 0.3
"""Messages that share so much of their runs of three characters are one: the same letter with another opening."""
_ODD = np.uint64(0x9E3779B97F4A7C15)


def _multipliers() -> np.ndarray:
    """The same odd numbers every time, on every machine."""
    numbers, state = [], 0x243F6A8885A308D3
    for _ in range(HASHES):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        numbers.append(state | 1)
    return np.array(numbers, dtype=np.uint64)


_TIMES = _multipliers()


def signatures(texts: Sequence[str]) -> np.ndarray:
    """A row of least hashes for each text (n × 64, uint64): equal places estimate the share in common."""
    out = np.full((len(texts), HASHES), np.uint64(2**64 - 1))
    for n, text in enumerate(texts):
        keys, _starts, lengths = keys_of(read(text).points, 3)
        keys = np.unique(keys[lengths == 3])
        if not len(keys):  # nothing to compare: only the very same text is like it
            keys = np.array([hash_of(text)], dtype=np.uint64)
        out[n] = ((keys[:, None] ^ (keys[:, None] >> np.uint64(29))) * _TIMES[None, :] >> np.uint64(8)).min(axis=0)
    return out


def hash_of(text: str) -> int:
    """A number for a text that has no run of three characters."""
    value = 0xCBF29CE484222325
    for byte in text.strip().encode("utf-8", "replace")[:200]:
        value = ((value ^ byte) * 0x100000001B3) % 2**64
    return value


def groups(texts: Sequence[str], like: float = LIKE, progress: Callable[[int, int], None] | None = None) -> np.ndarray:
    """For each text the number of the first text of its group (n, int64)."""
    marks = signatures(texts)
    parent = np.arange(len(texts))

    def top(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for at in range(0, HASHES, BAND):
        same: dict[bytes, list[int]] = defaultdict(list)
        for n in range(len(texts)):
            same[marks[n, at : at + BAND].tobytes()].append(n)
        for found in same.values():
            for other in found[1:]:
                a, b = top(found[0]), top(other)
                if a != b and float((marks[found[0]] == marks[other]).mean()) >= like:
                    parent[max(a, b)] = min(a, b)
        if progress:
            progress(at + BAND, HASHES)
    return np.array([top(n) for n in range(len(texts))], dtype=np.int64)


def folds(group: np.ndarray, labels: np.ndarray, n: int, turn: int = 0) -> np.ndarray:
    """A fold 0…n-1 for each row; a group stays whole, kinds are spread evenly. `turn` gives another, equally fixed, dealing."""
    order = sorted(
        {int(g) for g in group}, key=lambda g: (int(labels[g]), (g * 2654435761 + turn * 40503 * 65537) % 2**32)
    )
    dealt = {g: place % n for place, g in enumerate(order)}
    return np.array([dealt[int(g)] for g in group], dtype=np.int64)
