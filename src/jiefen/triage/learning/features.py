"""Masked text to counted character grams, with numpy only: the same for training, for files and for a page.

A gram is one to three characters packed into sixty-four bits, sixteen each, so no two grams share a key and a key can be
written out again. Digits all count as one character and spaces as none: a number says nothing here, and no name or
number is in a text that was masked before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from jiefen.triage.rules.text import fold_points

LONGEST_GRAM = 3
READ = 2_500
"""Characters of a message that are read: people name the matter first; a megabyte costs no more than a page."""
OPENING = 40
OPENING_COUNTS = 2.0
"""A gram in the opening characters counts so many times: subject and first clause say what it is about."""
DIGIT = ord("0")
GAP = 0
"""Stands between messages, and for what is no word: no gram reaches over it."""
_MASKED = ord("＊")


@cache
def _table() -> np.ndarray:
    """Code point → what is counted: GAP for marks and covered characters, one digit for all, LAST for signs beyond."""
    table = np.arange(0x10000, dtype=np.uint16)
    for point in range(0x10000):
        c = chr(point)
        if c.isdigit():
            table[point] = DIGIT
        elif not (c.isalnum()):
            table[point] = GAP
    table[_MASKED] = GAP
    table[0xD800:0xE000] = GAP
    table[0xFFFF] = GAP
    return table


def _spaces() -> np.ndarray:
    table = np.zeros(0x10000, dtype=bool)
    for point in (9, 10, 11, 12, 13, 32, 0x85, 0xA0, 0x3000, 0x200B, 0x200C, 0x200D, 0xFEFF):
        table[point] = True
    return table


_SPACE = _spaces()


@dataclass(frozen=True, slots=True)
class Read:
    """One message as it is counted: `points` (uint16) and, for each, its offset in the text as it was handed in."""

    points: np.ndarray
    places: np.ndarray


def read(text: str) -> Read:
    """The characters that count. Total: any text, also empty or of a megabyte."""
    _folded, points = fold_points(text[: 2 * READ])
    places = np.flatnonzero(~_SPACE[points])[:READ]
    return Read(_table()[points[places]], places)


def keys_of(points: np.ndarray, longest: int = LONGEST_GRAM) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every gram of a run of points: (key, start, length), by length and then by start."""
    wide = points.astype(np.uint64)
    keys, starts, lengths = [], [], []
    packed = wide
    whole = points != GAP
    for n in range(1, longest + 1):
        if n > 1:
            if len(wide) < n:
                break
            packed = (packed[:-1] << np.uint64(16)) | wide[n - 1 :]
            whole = whole[:-1] & (points[n - 1 :] != GAP)
        at = np.flatnonzero(whole)
        keys.append(packed[at])
        starts.append(at)
        lengths.append(np.full(len(at), n, dtype=np.int8))
    if not keys:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing.astype(np.uint64), nothing, nothing.astype(np.int8)
    return np.concatenate(keys), np.concatenate(starts), np.concatenate(lengths)


def word_of(key: int) -> str:
    """A key written out again."""
    return "".join(chr((key >> shift) & 0xFFFF) for shift in (48, 32, 16, 0) if (key >> shift) & 0xFFFF)


def weights_of(starts: np.ndarray) -> np.ndarray:
    """How often each occurrence counts, by where in its message it stands."""
    return np.where(starts < OPENING, OPENING_COUNTS, 1.0)


SHORT = 2
"""Grams up to this length are weighed against each other, longer ones apart from them and less."""
LONGER_COUNT = 0.6


def valued(
    times: np.ndarray, idf: np.ndarray, short: np.ndarray, owner: np.ndarray | None = None, size: int = 1
) -> np.ndarray:
    """What each gram of a message is worth: sublinear, by rarity, short and longer ones of length one each. With `owner`:
    the grams of `size` messages, and whose each is."""
    value = (1.0 + np.log(times)) * idf
    for part, worth in ((short, 1.0), (~short, LONGER_COUNT)):
        if owner is None:
            norm = float(np.sqrt((value[part] ** 2).sum()))
            if norm:
                value[part] *= worth / norm
            continue
        norms = np.sqrt(np.bincount(owner[part], weights=value[part] ** 2, minlength=size))
        value[part] *= (worth / np.where(norms > 0, norms, 1.0))[owner[part]]
    return np.asarray(value)


class Finder:
    """The place of a key among sorted keys, for thousands at once: two tables of slots, and a short list for the rest."""

    def __init__(self, keys: np.ndarray) -> None:
        self._keys = np.append(keys, np.uint64(0)).astype(np.uint64)
        self._none = len(keys)
        self._tables = []
        left = np.arange(len(keys))
        for odd in (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)):
            bits = max(int(4 * len(left)).bit_length(), 4)
            shift = np.uint64(64 - bits)
            table = np.full(1 << bits, self._none, dtype=np.int32)
            slot = (keys[left] * odd) >> shift
            _own, first = np.unique(slot, return_index=True)
            table[slot[first]] = left[first]
            self._tables.append((odd, shift, table))
            left = np.delete(left, first)
        self._left = left  # sorted, a few in a hundred thousand

    def find(self, keys: np.ndarray) -> np.ndarray:
        """For each key its place; the number of keys where it is none of them."""
        odd, shift, table = self._tables[0]
        at = table[(keys * odd) >> shift]
        off = np.flatnonzero((self._keys[at] != keys) & (at != self._none))
        if len(off):
            odd, shift, table = self._tables[1]
            wanted = keys[off]
            second = table[(wanted * odd) >> shift]
            wrong = self._keys[second] != wanted
            if len(self._left) and wrong.any():
                rest = self._keys[self._left]
                near = np.minimum(np.searchsorted(rest, wanted), len(rest) - 1)
                second = np.where(wrong & (rest[near] == wanted), self._left[near], second)
                wrong = self._keys[second] != wanted
            at[off] = np.where(wrong, self._none, second)
        return np.asarray(at)


@dataclass(frozen=True, slots=True)
class Counted:
    """Many messages: for each (message, gram) once, how often it counts. Messages ascend."""

    rows: np.ndarray
    keys: np.ndarray
    times: np.ndarray
    size: int


def count(texts: Sequence[str], longest: int = LONGEST_GRAM) -> Counted:
    """Count the grams of masked texts."""
    rows, keys, times = [], [], []
    for n, text in enumerate(texts):
        key, start, _length = keys_of(read(text).points, longest)
        weight = weights_of(start)
        own, inverse = np.unique(key, return_inverse=True)
        keys.append(own)
        times.append(np.bincount(inverse, weights=weight, minlength=len(own)).astype(np.float32))
        rows.append(np.full(len(own), n, dtype=np.int32))
    if not rows:
        return Counted(np.zeros(0, np.int32), np.zeros(0, np.uint64), np.zeros(0, np.float32), 0)
    return Counted(np.concatenate(rows), np.concatenate(keys), np.concatenate(times), len(rows))
