"""Estimate the points of triage/tables/harm-weights.csv from labelled sentences. Run by hand, never by the house:

    python -m bench.understanding.harm_fit LABELS.jsonl [--out TABLE.csv] [--keep TABLE.csv]

LABELS holds one sentence a line, `{"text", "harm": 0 or 1, "sort", "weight", "group", "measure": true or false}`; it lies where the
real texts lie and never in the project. Regularised logistic regression on three sorts of features, each present or not in
a sentence: words (as cut by the segmenter, names covered, in at least three unlike sentences), the word groups of the rules,
and the marks the rules made. Points are the weights times ten, rounded. `--keep` takes words, marks and lines of a table that
somebody has read over, and estimates only the points anew. What is printed comes from ten folds: like messages never stand on both sides, and
words are chosen inside each fold.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import rjieba
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from jiefen.triage.learning.mask import cover
from jiefen.triage.rules import Tables, weigh
from jiefen.triage.rules.harm import URGENT, find
from jiefen.triage.rules.text import fold_points

TEN, LEAST, STRENGTH = 10, 3, 0.07
"""Points to one unit of log odds; unlike sentences a word must stand in; how freely weights may grow (C)."""
SPEAKS = 0.2
"""A feature speaks for a mark where so large a part of its sentences is urgent."""
BY_HAND = "人定"
"""A row whose note begins so keeps its points, whatever is estimated."""
PLACE = re.compile(r"[省市县区镇乡村街路]$")
HAN = re.compile(r"[一-鿿]{2,5}")
FLAG_OF = {
    "violence": "imminent-harm",
    "minor": "minor-harmed",
    "self-harm": "self-harm",
    "wages": "wages-before-holiday",
    "building": "public-danger",
    "other": "public-danger",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A labelled sentence with what is in it. `covered` has no names; `keys` are groups and marks; `cut` its words."""

    harm: bool
    sort: str
    weight: float
    group: str
    measure: bool
    rung: bool
    covered: str
    keys: frozenset[str]
    cut: frozenset[str]


def read(path: Path, tables: Tables) -> list[Sentence]:
    """Labelled sentences with their features. `tables` must have no weights of its own, so that only the rules mark."""
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        whole, points = fold_points("\n" + row["text"])
        scan = tables.scanner.scan(whole, points)
        flags = find(whole, 1, scan, tables)
        covered = cover(whole[1:])
        groups = {"@" + g for _, _, entry in scan for g in entry.groups}
        made = {"#" + k for k in weigh.marks((f.name, h.weight) for f in flags for h in f.hits)}
        cut = {w for w in rjieba.cut(covered) if HAN.fullmatch(w) and not PLACE.search(w)}
        out.append(
            Sentence(
                bool(row["harm"]), row.get("sort", ""), row.get("weight", 1.0), str(row["group"]), row.get("measure", True),
                any(f.urgent for f in flags), covered, frozenset(groups | made), frozenset(cut),
            )
        )  # fmt: skip
    return out


@dataclass(frozen=True, slots=True)
class Grid:
    """Sentences × features, 1 where present. `groups` numbers what is alike."""

    names: list[str]
    on: csr_matrix
    harm: np.ndarray
    weight: np.ndarray
    groups: np.ndarray

    def of(self, rows: np.ndarray) -> Grid:
        """The same for some of the sentences."""
        return Grid(self.names, self.on[rows], self.harm[rows], self.weight[rows], self.groups[rows])


def grid(sentences: list[Sentence], words: frozenset[str] | None) -> Grid:
    """All that could have a weight: groups, marks, and words (or only those of `words`)."""
    keys = sorted(frozenset().union(*[s.keys for s in sentences]))
    spoken = sorted(words if words is not None else frozenset().union(*[s.cut for s in sentences]))
    rows, columns = [], []
    for n, s in enumerate(sentences):
        found = [m for m, key in enumerate(keys) if key in s.keys]
        found += [m for m, word in enumerate(spoken, len(keys)) if word in s.covered]
        rows += [n] * len(found)
        columns += found
    on = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(sentences), len(keys) + len(spoken)))
    numbers = {g: n for n, g in enumerate(dict.fromkeys(s.group for s in sentences))}
    return Grid(
        keys + spoken, on, np.array([s.harm for s in sentences]), np.array([s.weight for s in sentences]),
        np.array([numbers[s.group] for s in sentences]),
    )  # fmt: skip


def fit(grid: Grid, least: int) -> np.ndarray:
    """Points of each feature. Both classes weigh the same in all. A feature must stand in LEAST unlike sentences; words of less
    than `least` points are dropped, and what is left is estimated once more."""
    weight = grid.weight.copy()
    weight[grid.harm] *= weight[~grid.harm].sum() / weight[grid.harm].sum()
    unlike = np.zeros(len(grid.names), dtype=int)
    column = grid.on.tocsc()
    for m in range(len(grid.names)):
        unlike[m] = len(set(grid.groups[column.indices[column.indptr[m] : column.indptr[m + 1]]]))
    kept = np.flatnonzero(unlike >= LEAST)
    floor = np.array([1 if n[0] in "@#" else least for n in grid.names])
    points = np.zeros(len(grid.names), dtype=int)
    for _ in range(2):
        model = LogisticRegression(C=STRENGTH, max_iter=3000)
        model.fit(grid.on[:, kept], grid.harm, sample_weight=weight)
        points[:] = 0
        points[kept] = np.round(model.coef_[0] * TEN).astype(int)
        kept = np.flatnonzero(np.abs(points) >= floor)
    points[np.abs(points) < floor] = 0
    return points


def flags_of(sentences: list[Sentence], grid: Grid, points: np.ndarray) -> dict[str, str]:
    """For which mark a feature speaks: where most urgent sentences that hold it were put. One that stands in other sentences as
    a rule (less than SPEAKS of its sentences are urgent) only strengthens, and so do marks that call nobody."""
    out = {}
    column = grid.on.tocsc()
    for m in np.flatnonzero(points > 0):
        name = grid.names[m]
        held = [sentences[n] for n in column.indices[column.indptr[m] : column.indptr[m + 1]]]
        if name[0] == "#":
            if name[1:] in URGENT:
                out[name] = name[1:]
            continue
        sorts = Counter(FLAG_OF[s.sort] for s in held if s.harm and s.sort in FLAG_OF)
        if sorts and sum(s.harm for s in held) >= SPEAKS * len(held):
            out[name] = sorts.most_common(1)[0][0]
    return out


def across(sentences: list[Sentence], grid: Grid, least: int) -> np.ndarray:
    """The points of each sentence by a table estimated without it and what is like it; very few where nothing speaks for a mark."""
    out = np.zeros(len(grid.harm))
    for learn, test in GroupKFold(10).split(grid.on, groups=grid.groups):
        told = grid.of(learn)
        points = fit(told, least)
        flags = flags_of([sentences[n] for n in learn], told, points)
        speaks = np.array([name in flags for name in grid.names])
        out[test] = np.where(grid.on[test] @ speaks > 0, grid.on[test] @ points, -99)
    return out


def main() -> None:
    """Fit, print what the folds say, write the table."""
    ask = argparse.ArgumentParser()
    ask.add_argument("labels", type=Path)
    ask.add_argument("--out", type=Path)
    ask.add_argument("--keep", type=Path)
    ask.add_argument("--least", type=int, default=2)
    asked = ask.parse_args()
    tables = replace(Tables.load(), weights=weigh.NONE)
    sentences = read(asked.labels, tables)
    words, old = None, {}
    if asked.keep:
        with asked.keep.open(encoding="utf-8", newline="") as f:
            old = {(r["sort"], r["what"]): r for r in csv.DictReader(f)}
        words = frozenset(what for sort, what in old if sort == "word")
    told = grid(sentences, words)
    seen = across(sentences, told, asked.least)
    measured = np.array([s.measure for s in sentences])
    harm, rung = (np.array([getattr(s, name) for s in sentences]) for name in ("harm", "rung"))
    yes, no = measured & harm, measured & ~harm
    print(
        f"sentences {measured.sum()}, urgent {yes.sum()}; the rules alone: {rung[yes].sum()} found, {rung[no].sum()} others"
    )
    for line in range(-40, 31, 2):
        rings = rung | (seen >= line)
        print(f"{line:4d}  found {rings[yes].sum() / yes.sum():.3f}  others {rings[no].sum()} = {rings[no].mean():.3f}")
    fitted = fit(told, asked.least)
    flags = flags_of(sentences, told, fitted)
    points = {told.names[m]: int(fitted[m]) for m in np.flatnonzero(fitted)}
    print(len(points), "rows")
    if asked.out:
        with asked.out.open("w", encoding="utf-8", newline="") as f:
            write = csv.writer(f, lineterminator="\n")
            write.writerow(("sort", "what", "points", "flag", "note"))
            for (sort, what), row in old.items():
                if sort == "line":
                    write.writerow((sort, what, row["points"], "", row["note"]))
            sorts = {"@": "group", "#": "mark"}
            for (sort, what), row in old.items():
                if row["note"].startswith(BY_HAND):
                    points[{"group": "@", "mark": "#"}.get(sort, "") + what] = int(row["points"])
            for name in sorted(points, key=lambda n: (n[0] not in "@#", n[0] == "@", -points[n], n)):
                sort = sorts.get(name[0], "word")
                what = name.lstrip("@#")
                read_over = old.get((sort, what), {"flag": flags.get(name, ""), "note": ""})
                write.writerow((sort, what, points[name], read_over["flag"], read_over["note"]))


if __name__ == "__main__":
    main()
