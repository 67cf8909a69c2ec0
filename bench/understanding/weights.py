"""Estimate triage/tables/kind-weights.csv from labelled messages. Run by hand, never by the house:

    python -m bench.understanding.weights FOLDER [--out TABLE.csv]

FOLDER/labels.csv holds `file,id,code,code2,unread` and lies where the real messages lie, never in the project; the texts are read
from the collections (JIEFEN_DATA). `unread` is 1 where the hand-made words were not chosen from the message: only those are
judged. Ridge regression in closed form on words (as cut by the segmenter without guessing; names, numbers and addresses covered; no names of
people, places or firms; in at least LEAST unlike messages), for first-level kinds and sub kinds together; then a conditional logit
weighs the words against the hand-made list. What is printed comes from five folds, near-duplicates on one side, words chosen and
weights cut to size inside each fold.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import rjieba
from scipy import sparse
from scipy.optimize import minimize

from jiefen.kernel.masking import mask_names
from jiefen.triage.learning.grouping import folds, groups
from jiefen.triage.learning.mask import cover
from jiefen.triage.rules import Tables, kindweights, lexicon
from jiefen.triage.rules.scan import Scanner
from jiefen.triage.rules.text import fold_points

from .kinds import BODY, rows

LEAST, RIDGE, SHARE, FOLDS, OLD = 4, 0.25, 0.35, 5, 0.6
"""Unlike messages a word must stand in; the ridge; how much of the target a second code takes; folds; what a message counts
from which the hand-made words were chosen."""
ENTRIES, KINDS_EACH = 52_000, 20
"""So many weights are kept in all, so many a word."""
HAN = re.compile(r"[一-鿿]{2,4}")
NAMES = re.compile(r"^(?:nr|ns|nt|nz|j|t|m|q|i$|x|eng)")
"""Tags of the segmenter for names of people, places, firms and brands, and short forms of such; days, numbers."""
PLACE = re.compile(
    r"(?:[省市县区镇乡村街路湾苑府湖山]|小区|花园|新城|家园|公寓|广场|大道|集团|公司|大学|中学|小学|医院|学校)$"
)
AS_NAME = re.compile(
    r".?(?:小区|花园|家园|新城|山庄|公馆|[一二三]期|[村镇乡岭苑湾府]|路(?![口灯段面])|大道|街道|社区|广场|花苑|国际)"
)
AS_NAME_LEAST = 0.2
"""A word that so often stands right before such a word is part of a name there."""
_ORDINARY = (
    "上山 上路 中学 临街 乡村 乡镇 修路 全村 公交公司 公司 公寓 公路 农村 医院 占道 厂区 县城 园区 地区 城区 城市 "
    "城镇 堵路 大学 大街 大道 学区 学校 小区 小学 山区 山路 市区 市场 幼儿园 广场 开发公司 征地 政府 断路 新村 景区 "
    "本村 林区 校区 步行街 水库 水路 江湖 沿街 片区 物业公司 电力公司 电路 登山 矿山 社区 管路 线路 老区 老街 花园 "
    "荒山 街道 让路 走路 辖区 逛街 道路 铁路 问路 马路 高速公路"
)
ORDINARY = frozenset(_ORDINARY.split())
"""Words that end like a place and name none."""


class Data:
    """Labelled messages: texts folded, covered, grouped; what the hand-made list says; which codes a reader named."""

    def __init__(self, folder: Path, tables: Tables) -> None:
        texts = {
            (name, r["id"] or f"row{n}"): (r["subject"] or "", r[BODY[name]] or "")
            for name in BODY
            for n, r in enumerate(rows(name), 1)
        }
        self.codes = sorted(c for c in tables.kinds if len(c) == 4)
        place = {c: n for n, c in enumerate(self.codes)}
        self.named: list[list[str]] = []
        self.read, self.body_at, self.text, self.points, self.covered, self.heard = [], [], [], [], [], []
        with open(folder / "labels.csv", encoding="utf-8", newline="") as source:
            for row in csv.DictReader(source):
                subject, body = (x.strip() for x in texts[row["file"], row["id"]])
                body = body.removeprefix(subject).strip()  # one collection says it twice
                whole, points = fold_points(f"{subject}\n{body}")
                self.named.append([c for c in (row["code"], row["code2"]) if c])
                self.read.append(row["unread"] != "1")
                self.body_at.append(len(subject) + 1)
                self.covered.append(cover(whole[: kindweights.READ]))
                self.text.append(whole)
                self.points.append(points)
                self.heard.append(lexicon.heard(whole, self.body_at[-1], tables.scanner.scan(whole, points))[0])
        self.group = groups(self.covered)
        self.target = np.zeros((len(self.named), len(self.codes)))
        self.first = [c[:2] for c in self.codes]
        for n, named in enumerate(self.named):
            for code, part in zip(named, (1.0,) if len(named) == 1 else (1 - SHARE, SHARE), strict=True):
                inside = [place[code]] if code in place else [m for m, f in enumerate(self.first) if f == code]
                self.target[n, inside] += part / max(len(inside), 1)
        label = np.array([int(n[0][:2]) for n in self.named])
        self.fold = folds(self.group, np.array([label[g] for g in range(len(label))]), FOLDS)
        self.weight = np.where(self.read, OLD, 1.0)
        self.cut = [
            {w for w in rjieba.cut(text, False) if HAN.fullmatch(w)} for text in self.covered
        ]  # without guessing: a name that no dictionary holds falls apart
        listed = {w.word for w in tables.words}
        dropped = folder / "drop.txt"
        """Words somebody who read the table over wants out: beside the labels, as they may be names."""
        out = set(dropped.read_text(encoding="utf-8").split()) if dropped.exists() else set()
        seen, named = Counter[str](), Counter[str]()
        for text, cut in zip(self.covered, self.cut, strict=True):
            for word in cut:
                at = text.find(word) + len(word)
                seen[word] += 1
                named[word] += bool(AS_NAME.match(text, at))
        self.names = {w for w, n in seen.items() if w not in listed and named[w] >= AS_NAME_LEAST * n} | out
        self._ordinary: dict[str, bool] = {}

    def words(self, inside: np.ndarray) -> list[str]:
        """Ordinary words of enough unlike messages among some."""
        held: dict[str, set[int]] = defaultdict(set)
        for n in inside.tolist():
            for word in self.cut[n]:
                held[word].add(int(self.group[n]))
        return sorted(w for w, g in held.items() if len(g) >= LEAST and self.ordinary(w))

    def ordinary(self, word: str) -> bool:
        """Whether a word names nobody and no place, estate or firm."""
        if word not in self._ordinary:
            tags = rjieba.tag(word)
            self._ordinary[word] = (word in ORDINARY and word not in self.names) or not (
                word in self.names
                or len(tags) > 1
                or NAMES.match(tags[0][1])
                or PLACE.search(word)
                or mask_names(word) != word
            )
        return self._ordinary[word]


def table(data: Data, words: list[str]) -> sparse.csr_matrix:
    """Messages × words, counted as the house will count them."""
    asked, scanner = kindweights.Weights(words, data.codes), Scanner((word, n) for n, word in enumerate(words))
    r, c, v = [], [], []
    for n, points in enumerate(data.points):
        found = scanner.scan(data.text[n], points)
        said = asked.said(((start, row) for start, _, row in found), data.body_at[n])
        r += [n] * len(said.rows)
        c += said.rows.tolist()
        v += said.counts.tolist()
    return sparse.csr_matrix((v, (r, c)), shape=(len(data.points), len(words)))


def ridge(x: sparse.csr_matrix, target: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Words × kinds; a rarer word may weigh more."""
    rarity = np.log((1 + x.shape[0]) / (1 + np.asarray((x > 0).sum(axis=0)).ravel()))
    scaled = x @ sparse.diags(rarity / np.median(rarity))
    kernel = (scaled @ scaled.T).toarray() + np.diag(RIDGE / weight)
    return np.asarray(scaled.T @ np.linalg.solve(kernel, target)) * (rarity / np.median(rarity))[:, None]


def listed(data: Data) -> np.ndarray:
    """Messages × kinds × 3: what the hand-made list says, in the terms of `kindweights`."""
    out = np.zeros((len(data.heard), len(data.codes), 3))
    for n, subs in enumerate(data.heard):
        firsts, subs, top = lexicon.matter(subs)
        for m, code in enumerate(data.codes):
            f = firsts.get(code[:2], 0.0)
            out[n, m] = np.log1p(f), f / (top or 1.0), np.log1p(subs.get(code, 0.0))
    return out


def logit(parts: np.ndarray, target: np.ndarray) -> np.ndarray:
    """How much each part counts (conditional logit)."""

    def loss(t: np.ndarray) -> tuple[float, np.ndarray]:
        z = parts @ t
        z -= z.max(axis=1, keepdims=True)
        e = np.exp(z)
        s = e.sum(axis=1, keepdims=True)
        return -float((target * (z - np.log(s))).sum()), np.einsum("nc,nck->k", e / s - target, parts)

    return np.asarray(minimize(loss, np.ones(parts.shape[2]), jac=True, method="L-BFGS-B").x)


class Fitted:
    """Weights of words (log-odds, words × kinds) and what the three parts of the hand-made list count."""

    def __init__(
        self, data: Data, rows: np.ndarray, words: list[str], x: sparse.csr_matrix, list_says: np.ndarray
    ) -> None:
        target, weight = data.target[rows], data.weight[rows]
        firsts = sorted(set(data.first))
        spread = np.array([[f == g for g in data.first] for f in firsts], dtype=float)
        both = np.concatenate([target, target @ spread.T], axis=1)
        unread = ~np.array(data.read)[rows]
        # The parts are weighed on messages that the words did not see.
        parts = np.zeros((len(rows), len(data.codes), 2))
        for turn in range(3):
            out = data.group[rows] % 3 == turn
            w = ridge(x[rows[~out]], both[~out], weight[~out])
            said = x[rows[out]] @ w
            parts[out, :, 0], parts[out, :, 1] = said[:, : len(data.codes)], said[:, len(data.codes) :] @ spread
        judged = unread & (target.sum(axis=1) > 0)
        self.counts = logit(np.concatenate([list_says[rows], parts], axis=2)[judged], target[judged])
        w = ridge(x[rows], both, weight)
        self.matrix = w[:, : len(data.codes)] * self.counts[3] + (w[:, len(data.codes) :] * self.counts[4]) @ spread
        self.words = words
        self.df = np.asarray((x[rows] > 0).sum(axis=0)).ravel()
        self.firsts, self.spread, self.first_names = w[:, len(data.codes) :] * self.counts[4], spread, firsts
        self.subs = w[:, : len(data.codes)] * self.counts[3]

    def cut(self) -> tuple[np.ndarray, np.ndarray]:
        """The weights that are kept, in whole tenths: first-level (words × firsts) and sub kinds (words × kinds)."""
        a, b = np.round(self.firsts * kindweights.SCALE), np.round(self.subs * kindweights.SCALE)
        both = np.concatenate([a, b], axis=1)
        loud = np.abs(np.concatenate([self.firsts * 1.3, self.subs], axis=1)) * np.sqrt(self.df)[:, None]
        loud[both == 0] = 0
        order = np.sort(loud, axis=1)[:, ::-1]
        loud[loud < order[:, [KINDS_EACH - 1]]] = 0
        least = np.sort(loud.ravel())[::-1][min(ENTRIES, loud.size - 1)]
        both[(loud < least) | (loud == 0)] = 0
        both = np.clip(both, -120, 120)
        return both[:, : a.shape[1]], both[:, a.shape[1] :]


def judge(data: Data, z: np.ndarray, at: np.ndarray) -> tuple[int, int]:
    """(whole code, first level) right by any code a reader named."""
    best = [data.codes[n] for n in z.argmax(axis=1)]
    full = sum(b in data.named[n] for b, n in zip(best, at.tolist(), strict=True))
    return full, sum(b[:2] in {c[:2] for c in data.named[n]} for b, n in zip(best, at.tolist(), strict=True))


def main() -> None:
    """Judge by folds, fit on everything, write the table."""
    ask = argparse.ArgumentParser()
    ask.add_argument("folder", type=Path)
    ask.add_argument("--out", type=Path)
    ask.add_argument("--folds", type=int, default=FOLDS, help="so many of the folds are judged")
    asked = ask.parse_args()
    data = Data(asked.folder, Tables.load())
    says = listed(data)
    unread = ~np.array(data.read)
    right: Counter[str] = Counter()
    for f in range(asked.folds):
        inside, outside = np.flatnonzero(data.fold != f), np.flatnonzero((data.fold == f) & unread)
        words = data.words(inside)
        x = table(data, words)
        made = Fitted(data, inside, words, x, says)
        a, b = made.cut()
        base = says[outside] @ made.counts[:3]
        for name, z in (
            ("whole", base + x[outside] @ made.matrix),
            ("cut", base + x[outside] @ (a @ made.spread + b) / kindweights.SCALE),
        ):
            full, first = judge(data, z, outside)
            right[f"{name} code"] += full
            right[f"{name} first"] += first
        for n in outside.tolist():
            code = lexicon.chosen(data.heard[n])
            right["list code"] += code in data.named[n]
            right["list first"] += code[:2] in {c[:2] for c in data.named[n]}
        right["rows"] += len(outside)
        print(f"fold {f + 1}: {len(words)} words, parts {made.counts.round(2)}", dict(right), flush=True)
    for name, n in sorted(right.items()):
        print(f"{name}: {n} = {n / (right['rows'] or 1):.4f}")
    if not asked.out:
        return
    everything = np.arange(len(data.named))
    words = data.words(everything)
    made = Fitted(data, everything, words, table(data, words), says)
    a, b = made.cut()
    print("FIRST_LOG, FIRST_SHARE, SUB_LOG =", made.counts[:3].round(2))
    names = made.first_names + data.codes
    with asked.out.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\n")
        write.writerow(("word", "weights"))
        for n, word in enumerate(words):
            row = np.concatenate([a[n], b[n]])
            at = np.flatnonzero(row)
            if len(at):
                write.writerow(
                    (word, ";".join(f"{names[m]}:{int(row[m])}" for m in at[np.argsort(-row[at], kind="stable")]))
                )


if __name__ == "__main__":
    main()
