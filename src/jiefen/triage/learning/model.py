"""A trained model of kinds as it is kept and asked: arrays one after another in a file, read where they lie.

Linear in grams and in the words of the word list, so every chance can be taken apart into the words that made it.
Needs numpy only; nothing is unpickled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from jiefen.triage.rules.lexicon import Scan
from jiefen.triage.rules.tables import Tables
from jiefen.triage.rules.text import fold_points

from .calibrate import softmax
from .features import GAP, OPENING, READ, SHORT, Finder, keys_of, read, valued, weights_of

FORMAT = 1
OPENING_TIMES = 2.0
"""A word of the word list in the opening counts so many times."""
SEEN_AT_LEAST = 12
"""Fewer known grams than this: the text is too short, or in another language; no chance is honest."""
KNOWN_SHARE = 0.35
"""The same where most of the characters are strange to the model."""
LONGER_FROM = np.uint64(1 << (16 * SHORT))
"""The keys of longer grams begin here."""
WORDS_COUNT = 0.5
"""What the word list says, beside the grams."""


class BadModel(ValueError):
    """A file that is no model of this format; says why."""


def evidence(scan: Scan, body_at: int = 0) -> dict[str, float]:
    """How loudly the word list speaks for each kind, first-level and sub kind, in the part of the text that is read."""
    said: dict[str, float] = {}
    covered = 0
    for start, end, entry in scan:
        if start > 2 * READ:
            break
        if end <= covered or not (entry.kinds or entry.quiet):
            continue
        covered = end
        times = OPENING_TIMES if start < OPENING else 1.0
        for word, worth in entry.kinds:
            kind, value = word.kind, worth * times
            said[kind] = said.get(kind, 0.0) + value
            if len(kind) > 2:
                said[kind[:2]] = said.get(kind[:2], 0.0) + value
    return said


def scanned(text: str, tables: Tables) -> Scan:
    """The words of the word list in the part of a text that is read."""
    return tables.scanner.scan(*fold_points(text[: 2 * READ]))


@dataclass(frozen=True)
class Model:
    """`keys` sorted (V), `idf` (V), `grams` (V × kinds), `words` (codes × kinds), `bias` (kinds); `about` is the header."""

    about: dict[str, Any]
    keys: np.ndarray
    idf: np.ndarray
    grams: np.ndarray
    words: np.ndarray
    bias: np.ndarray
    path: str = ""

    @cached_property
    def labels(self) -> list[str]:
        """The kinds it knows, in the order of the columns."""
        return list(self.about["labels"])

    @cached_property
    def temperature(self) -> float:
        """What the scores are divided by."""
        return float(self.about["temperature"])

    @cached_property
    def version(self) -> int:
        """Its number on the shelf; 0 for a file that stands nowhere."""
        return int(self.about.get("version", 0))

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self.keys)

    @cached_property
    def code_row(self) -> Mapping[str, int]:
        """Code of the word list → its row in `words`."""
        return {code: n for n, code in enumerate(self.about["codes"])}

    def score(self, text: str, scan: Scan) -> Scored:
        """Chances for one masked text; `scan` are the words of the word list in it (`scanned`)."""
        return self.score_all([text], [scan])[0]

    def score_all(self, texts: Sequence[str], scans: Sequence[Scan]) -> list[Scored]:
        """The same for some at once, which costs half as much each: a few dozen, as their grams stand in memory together."""
        seen = [read(text) for text in texts]
        size = len(seen)
        lengths = np.array([len(one.points) + 1 for one in seen], dtype=np.int64)
        begins = np.cumsum(lengths) - lengths
        gap = np.array([GAP], dtype=np.uint16)
        points = np.concatenate([part for one in seen for part in (one.points, gap)]) if seen else gap
        key, start, length = keys_of(points, int(self.about["longest"]))
        at = self._finder.find(key)
        kept = np.flatnonzero(at != len(self.keys))
        if size == 1:  # most often one is asked, and it needs no telling apart
            at, start, length = at[kept], start[kept], length[kept]
            own, inverse = np.unique(at.astype(np.int64), return_inverse=True)
            whose, owner = np.zeros(len(at), dtype=np.int64), np.zeros(len(own), dtype=np.int64)
        else:
            whose = np.repeat(np.arange(size), lengths)[start[kept]]
            order = np.argsort(whose, kind="stable")
            kept, whose = kept[order], whose[order]
            at, start, length = at[kept], start[kept] - begins[whose], length[kept]
            both, inverse = np.unique(whose * len(self.keys) + at, return_inverse=True)
            owner, own = np.divmod(both, max(len(self.keys), 1))
        times = np.bincount(inverse, weights=weights_of(start), minlength=len(own))
        value = valued(times, self.idf[own], self.keys[own] < LONGER_FROM, owner, size)
        pairs = np.bincount(whose[length == 2], minlength=size)
        first, seat = np.searchsorted(owner, np.arange(size + 1)), np.searchsorted(whose, np.arange(size + 1))
        said = [self._said(scan) for scan in scans]
        scores = np.array([
            np.asarray(self.bias, dtype=np.float64)
            + np.einsum("i,ij->j", value[first[n] : first[n + 1]], self.grams[own[first[n] : first[n + 1]]])
            + (np.einsum("i,ij->j", loud, self.words[rows]) if len(rows) else 0.0)
            for n, (_codes, rows, loud) in enumerate(said)
        ]).reshape(size, len(self.bias))  # fmt: skip
        chances = softmax(scores, self.temperature)
        found = []
        for n, one in enumerate(seen):
            grams, spots = slice(first[n], first[n + 1]), slice(seat[n], seat[n + 1])
            codes, _rows, loud = said[n]
            share = int(pairs[n]) / max(len(one.points) - 1, 1)
            found.append(Scored(
                chances[n], one.places, own[grams], inverse[spots] - first[n], value[grams], start[spots], length[spots],
                int(pairs[n]), share, tuple(zip(codes, loud, strict=True)),
            ))  # fmt: skip
        return found

    def _said(self, scan: Scan) -> tuple[list[str], np.ndarray, np.ndarray]:
        """What the word list says: its codes, their rows in `words`, how loud each is."""
        said = {c: v for c, v in evidence(scan).items() if c in self.code_row}
        rows = np.array([self.code_row[c] for c in said], dtype=np.int64)
        loud = np.log1p(np.array(list(said.values()), dtype=np.float64))
        return list(said), rows, WORDS_COUNT * loud / (float(np.sqrt((loud * loud).sum())) or 1.0)

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        """Another process opens the same file instead of being sent the weights."""
        return load, (self.path,)


@dataclass(frozen=True, slots=True)
class Scored:
    """Chances by kind, and what they can be explained from: occurrences of grams and words said."""

    chances: np.ndarray
    places: np.ndarray
    own: np.ndarray
    inverse: np.ndarray
    value: np.ndarray
    start: np.ndarray
    length: np.ndarray
    pairs: int
    share: float
    said: tuple[tuple[str, float], ...]

    @property
    def strange(self) -> bool:
        """Whether too little of the text is known for any chance to be honest."""
        return self.pairs < SEEN_AT_LEAST or self.share < KNOWN_SHARE

    def best(self, n: int = 2) -> list[int]:
        """The columns of the likeliest kinds, likeliest first."""
        return [int(k) for k in np.argsort(-self.chances, kind="stable")[:n]]


def save(model: Model, path: Path) -> int:
    """Write the file whole or not at all; returns its size in bytes."""
    header = np.frombuffer(json.dumps(model.about, ensure_ascii=False, sort_keys=True).encode(), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with open(draft, "wb") as out:
        for array in (header, model.keys, model.idf, model.grams, model.words, model.bias):
            _write(out, array)
    draft.replace(path)
    return path.stat().st_size


def _write(out: BinaryIO, array: np.ndarray) -> None:
    out.write(b"\0" * (-out.tell() % 64))
    np.lib.format.write_array(out, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)


def load(path: Path | str) -> Model:
    """Open a kept model; its arrays stay in the file until they are asked for. Raises BadModel."""
    try:
        with open(path, "rb") as source:
            parts = [_mapped(source, path) for _ in range(6)]
        about = json.loads(bytes(parts[0]).decode())
    except (OSError, ValueError, UnicodeDecodeError, EOFError) as wrong:
        raise BadModel(f"{path}不是类型模型，或者已经损坏：{wrong}") from wrong
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise BadModel(f"{path}是另一版程序写的模型，请重新学习")
    keys, idf, grams, words, bias = parts[1:]
    kinds = len(about["labels"])
    if not (len(keys) == len(idf) == len(grams) and grams.shape[1:] == words.shape[1:] == bias.shape == (kinds,)):
        raise BadModel(f"{path}里的数组对不上，请重新学习")
    # Small and asked at every text: better at hand than in the file.
    made = Model(about, np.array(keys), np.array(idf), grams, words, np.array(bias), str(path))
    _ = made._finder
    return made


def _mapped(source: BinaryIO, path: Path | str) -> np.ndarray:
    source.seek(-(-source.tell() // 64) * 64)
    if np.lib.format.read_magic(source) != (1, 0):
        raise ValueError("another format of arrays")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(source)
    if fortran or dtype.hasobject:
        raise ValueError("not a plain array")
    if 0 in shape:
        return np.zeros(shape, dtype=dtype)
    array = np.memmap(path, dtype=dtype, mode="r", shape=shape, offset=source.tell())
    source.seek(array.nbytes, 1)
    return np.asarray(array)
