"""Closeness to many tellings at once, as the database hands them over."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

from jiefen.triage.likeness.weights import HEAD_COUNTS, USUAL, Asked

T = TypeVar("T")
_START = 5
"""Words of four bytes before the first element of an array in the database's binary form; each element is its length and
itself."""


def among(asked: Asked, packed: Sequence[tuple[bytes, int]], rows: Sequence[T]) -> Iterator[tuple[float, T, list[int]]]:
    """Closeness of each of some tellings (its pairs in the database's binary form, and how many of them stand at the head) to
    the one asked for, with its row and the pairs that both have. The same arithmetic as `weights.closeness`."""
    if not packed or not asked.own:
        return
    known = np.array(sorted(asked.adds), dtype=np.int64)
    adds = np.array([asked.adds[pair] for pair in known.tolist()])
    if not len(known):
        return
    all_of = [np.frombuffer(data, ">i4")[_START:][1::2] for data, _heads in packed]
    sizes = np.array([len(one) for one in all_of])
    flat = np.concatenate(all_of).astype(np.int64)
    begins = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    owner = np.repeat(np.arange(len(sizes)), sizes)
    heads = np.array([heads for _data, heads in packed])
    at = np.minimum(np.searchsorted(known, flat), len(known) - 1)
    hit = known[at] == flat
    worth = np.where(hit, adds[at], 0.0) * np.where(
        np.arange(len(flat)) - begins[owner] < heads[owner], HEAD_COUNTS, 1.0
    )
    common = np.bincount(owner, weights=worth, minlength=len(sizes))
    mine = 0.5 * USUAL + 0.5 * asked.size**0.5
    theirs = 0.5 * USUAL + 0.5 * np.sqrt(sizes)
    score = np.minimum(1.0, common / asked.own * mine / np.maximum(theirs, 0.5 * mine))
    for n, row in enumerate(rows):
        if score[n] > 0:
            piece = slice(begins[n], begins[n] + sizes[n])
            yield float(score[n]), row, flat[piece][hit[piece]].tolist()
