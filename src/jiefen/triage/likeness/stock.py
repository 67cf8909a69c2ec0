"""Stock phrases, learnt: a run of characters that many tellings share which are otherwise unlike.

«请…加快…建设», greetings and closings are found so in any county's or file's own texts. A place or a firm that many tellings
name is shared too, but those are alike in more than the name.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise

LENGTH = 4
"""Characters of the runs that are counted; a longer phrase is made of several."""
FEWEST = 12
PART = 0.0012
"""A phrase is shared by so many tellings at least, and by this part of all of them."""
UNLIKE = 0.012
"""The middle one of some of its tellings is less close than this to another, the phrase itself left out."""
SAMPLE = 8
MOST = 4_000
READ = 600
"""Characters of a text that are looked through: greetings and closings, and how people begin."""


def runs_of(text: str, length: int = LENGTH) -> set[str]:
    """The runs of a text that are counted: within a line, of whatever characters."""
    return {text[n : n + length] for n in range(len(text) - length + 1) if "\n" not in text[n : n + length]}


def learn(texts: Sequence[str], close: Callable[[int, int, frozenset[str]], float], *, seed: int = 1) -> frozenset[str]:
    """The stock runs of some texts. `close(a, b, without)` says how alike two of them are, some runs left out."""
    held: dict[str, int] = defaultdict(int)
    fewest = max(FEWEST, int(PART * len(texts)))
    for text in texts:
        for run in runs_of(text[:READ]):
            held[run] += 1
    often = {run for run, times in held.items() if times >= fewest}
    where: dict[str, list[int]] = {run: [] for run in sorted(often, key=lambda r: (-held[r], r))[:MOST]}
    pick = random.Random(seed)
    for n, text in enumerate(texts):
        for run in sorted(runs_of(text[:READ]) & where.keys()):  # in an order: chance is drawn for each
            found = where[run]
            if len(found) < 4 * SAMPLE or pick.random() < 0.1:
                found.append(n)
    stock = set()
    for run, found in where.items():
        chosen = pick.sample(found, min(len(found), SAMPLE))
        near = sorted(close(a, b, frozenset({run})) for a, b in pairwise(chosen))
        if near and near[len(near) // 2] < UNLIKE:
            stock.add(run)
    return frozenset(stock)


def without(text: str, stock: frozenset[str], length: int = LENGTH, fewest: int = 2) -> str:
    """A text with its stock phrases taken out, a line break in the place of each. A phrase is at least `fewest` runs that
    follow one another, so that one run of four common characters takes nothing out."""
    gone = bytearray(len(text))
    row = 0
    for n in range(len(text) - length + 1):
        row = row + 1 if text[n : n + length] in stock else 0
        if row >= fewest:
            gone[n - row + 1 : n + length] = b"\1" * (length + row - 1)
    if not any(gone):
        return text
    kept = "".join("\n" if away else c for c, away in zip(text, gone, strict=True))
    return kept
