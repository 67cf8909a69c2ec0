"""Training the classifier of kinds: jobs and commands only (scikit-learn is imported when it is called, never by a page).

One linear machine a kind on log-count ratios (Wang and Manning 2012, “NB-SVM”) of character grams, beside what the word
list says; temperature by grouped folds. Everything is fixed by the rows and their order: no dice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jiefen.triage.rules.tables import Tables

from . import calibrate
from .calibrate import Figures, figures, softmax
from .features import LONGEST_GRAM, READ, SHORT, count, valued, word_of
from .grouping import folds, groups
from .mask import cover
from .model import FORMAT, LONGER_FROM, WORDS_COUNT, Model, evidence, scanned

FOLDS = 5
INNER = 3
LEAST_GROUPS = 3
"""A gram counts when so many unlike messages hold it."""
MOST_GRAMS = 120_000
MOST_BYTES = 24_000_000
"""Of weights; with many kinds fewer grams are kept, the commonest first."""
SMOOTH = 0.1
C = 0.5
Said = Callable[[str], None]


class TooFew(ValueError):
    """There is too little to learn from; the message says what is missing."""


@dataclass(frozen=True)
class Matrix:
    """Messages ready for training: grams and words as sparse rows, keys of the columns, codes of the words."""

    counts: Any
    keys: np.ndarray
    words: Any
    codes: list[str]
    group: np.ndarray

    @property
    def size(self) -> int:
        return int(self.counts.shape[0])


def prepare(texts: Sequence[str], tables: Tables, said: Said = lambda _: None, *, covered: bool = False) -> Matrix:
    """Mask, group and count texts. `covered`: they were masked already."""
    from scipy import sparse

    said(f"遮住姓名、号码、住址等：{len(texts)}件 …")
    masked = list(texts) if covered else [cover(t[: 2 * READ]) for t in texts]
    said("把近乎相同的归为一组 …")
    group = groups(masked)
    said("数字词 …")
    found = count(masked)
    keys, column = np.unique(found.keys, return_inverse=True)
    # A column for every gram that enough unlike messages hold.
    pairs = np.unique(column.astype(np.int64) * (int(group.max(initial=0)) + 1) + group[found.rows])
    spread = np.bincount(pairs // (int(group.max(initial=0)) + 1), minlength=len(keys))
    kept = (spread >= LEAST_GROUPS) & nameless(keys, spread >= LEAST_GROUPS)
    if kept.sum() > MOST_GRAMS:
        order = np.lexsort((keys, -spread))
        chosen = np.zeros(len(keys), dtype=bool)
        chosen[order[np.isin(order, np.flatnonzero(kept))][:MOST_GRAMS]] = True
        kept = chosen
    number = np.cumsum(kept) - 1
    inside = kept[column]
    counts = sparse.csr_matrix(
        (found.times[inside], (found.rows[inside], number[column[inside]])), shape=(len(texts), int(kept.sum()))
    )
    codes = sorted({w.kind for w in tables.words if w.kind} | {w.kind[:2] for w in tables.words if w.kind})
    row_of = {code: n for n, code in enumerate(codes)}
    rows, columns, values = [], [], []
    for n, text in enumerate(masked):
        loud = evidence(scanned(text, tables))
        value = np.log1p(np.array(list(loud.values())))
        value = WORDS_COUNT * value / (float(np.sqrt((value * value).sum())) or 1.0)
        rows += [n] * len(loud)
        columns += [row_of[c] for c in loud]
        values += value.tolist()
    words = sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), len(codes)))
    return Matrix(counts, keys[kept], words, codes, group)


def nameless(keys: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Which grams are no person's name by themselves: what the masking missed in a text does not become a column."""
    from jiefen.kernel.masking import mask_names

    out = np.ones(len(keys), dtype=bool)
    for n in np.flatnonzero(asked & (keys >= np.uint64(1 << 16))):
        word = word_of(int(keys[n]))
        out[n] = mask_names(word) == word
    return out


@dataclass(frozen=True)
class Weights:
    """What training leaves: see `model.Model`."""

    idf: np.ndarray
    grams: np.ndarray
    words: np.ndarray
    bias: np.ndarray


def _valued(counts: Any, idf: np.ndarray, short: np.ndarray) -> Any:
    out = counts.copy().astype(np.float64)
    for n in range(out.shape[0]):
        a, b = out.indptr[n], out.indptr[n + 1]
        at = out.indices[a:b]
        out.data[a:b] = valued(out.data[a:b], idf[at], short[at])
    return out


def fit(data: Matrix, rows: np.ndarray, truth: np.ndarray, kinds: int) -> Weights:
    """Train on some rows; `truth` are numbers of kinds for these rows."""
    from scipy import sparse
    from sklearn.svm import LinearSVC

    part = data.counts[rows]
    held = np.bincount(part.indices, minlength=part.shape[1])
    idf = np.where(held > 0, np.log((1 + len(rows)) / (1 + held)) + 1.0, 0.0)
    short = data.keys < LONGER_FROM
    values = _valued(part, idf, short)
    sums = np.stack([np.asarray(values[truth == k].sum(axis=0)).ravel() for k in range(kinds)]) + SMOOTH
    whole = sums.sum(axis=0)
    grams = np.zeros((part.shape[1], kinds))
    words = np.zeros((data.words.shape[1], kinds))
    bias = np.zeros(kinds)
    for k in range(kinds):
        rest = whole - sums[k]
        ratio = np.abs(np.log((sums[k] / sums[k].sum()) / (rest / rest.sum())))
        both = sparse.hstack([values @ sparse.diags(ratio), data.words[rows]]).tocsr()
        machine = LinearSVC(C=C, class_weight="balanced", random_state=0, max_iter=3000).fit(both, truth == k)
        grams[:, k] = ratio * machine.coef_[0, : part.shape[1]]
        words[:, k] = machine.coef_[0, part.shape[1] :]
        bias[k] = machine.intercept_[0]
    return Weights(idf, grams, words, bias)


def scores(data: Matrix, rows: np.ndarray, w: Weights) -> np.ndarray:
    """Scores of some rows (n × kinds)."""
    values = _valued(data.counts[rows], w.idf, data.keys < LONGER_FROM)
    return np.asarray(values @ w.grams + data.words[rows] @ w.words + w.bias)


def held_out(data: Matrix, rows: np.ndarray, truth: np.ndarray, kinds: int, n: int, turn: int = 0) -> np.ndarray:
    """Scores of rows by machines that saw nothing of their groups (n folds)."""
    fold = folds(data.group[rows], _first_truth(data.group[rows], truth, data.size), n, turn)
    out = np.zeros((len(rows), kinds))
    for f in range(n):
        inside, outside = np.flatnonzero(fold != f), np.flatnonzero(fold == f)
        if len(outside):
            out[outside] = scores(data, rows[outside], fit(data, rows[inside], truth[inside], kinds))
    return out


def _first_truth(group: np.ndarray, truth: np.ndarray, size: int) -> np.ndarray:
    """Truth by number of group, for spreading kinds over folds."""
    out = np.zeros(size, dtype=np.int64)
    out[group[::-1]] = truth[::-1]
    return out


@dataclass(frozen=True)
class Trained:
    """A model with how it does on what it did not see: `figures` by grouped folds, `bands` the past hits by chance."""

    model: Model
    figures: Figures
    bands: list[tuple[int, int]]
    curve: list[tuple[float, float, int]]


def train(
    data: Matrix, labels: Sequence[str], said: Said = lambda _: None, *, rows: np.ndarray | None = None, n: int = INNER,
    about: dict[str, Any] | None = None,
) -> Trained:  # fmt: skip
    """Train, calibrate on held-out groups, and say how good it is. Raises TooFew."""
    rows = np.arange(data.size) if rows is None else rows
    names = sorted({labels[int(r)] for r in rows})
    if len(names) < 2:
        raise TooFew("只有一个类型，学不出区别。请给出至少两个类型的事项。")
    truth = np.array([names.index(labels[int(r)]) for r in rows])
    unlike = min(len({int(g) for g in data.group[rows[truth == k]]}) for k in range(len(names)))
    if unlike < n:
        raise TooFew(f"有的类型不足{n}件互不相同的事项，留不出检验的部分。")
    said(f"留出检验：{n}份轮流 …")
    held = held_out(data, rows, truth, len(names), n)
    warmth = calibrate.temperature(held, truth)
    chances = softmax(held, warmth)
    said("用全部事项再学一遍 …")
    w = fit(data, rows, truth, len(names))
    most = max(1000, MOST_BYTES // (4 * len(names)))
    used = np.flatnonzero(w.idf > 0)
    if len(used) > most:
        loud = np.abs(w.grams[used]).max(axis=1)
        used = np.sort(used[np.argsort(-loud, kind="stable")[:most]])
    best, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    head = {
        "format": FORMAT, "labels": names, "codes": data.codes, "longest": LONGEST_GRAM, "short": SHORT,
        "temperature": warmth, "bands": calibrate.bands(best, right), **(about or {}),
    }  # fmt: skip
    model = Model(
        head, data.keys[used], w.idf[used].astype(np.float32), w.grams[used].astype(np.float32),
        w.words.astype(np.float32), w.bias.astype(np.float32),
    )  # fmt: skip
    return Trained(
        model, figures(chances, truth, names), calibrate.bands(best, right), calibrate.curve(best, right.astype(float))
    )


def judge(
    data: Matrix, labels: Sequence[str], n: int = FOLDS, turn: int = 0, said: Said = lambda _: None
) -> list[Figures]:
    """Figures for each of n grouped folds held out whole, calibration learnt inside the others only."""
    names = sorted(set(labels))
    truth = np.array([names.index(x) for x in labels])
    fold = folds(data.group, _first_truth(data.group, truth, data.size), n, turn)
    out = []
    for f in range(n):
        inside, outside = np.flatnonzero(fold != f), np.flatnonzero(fold == f)
        warmth = calibrate.temperature(
            held_out(data, inside, truth[inside], len(names), INNER, turn + 1), truth[inside]
        )
        w = fit(data, inside, truth[inside], len(names))
        out.append(figures(softmax(scores(data, outside, w), warmth), truth[outside], names))
        last = out[-1]
        said(f"第{f + 1}份：macro-F1 {last.macro_f1:.4f}，ECE {last.ece:.4f}，前二 {last.top_two:.4f}")
    return out
