"""A kind for a text by a trained model, with its chance and the words that made it; or an honest “I do not know”."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from jiefen.triage.rules import harm
from jiefen.triage.rules.lexicon import Hit, KindGuess, Scan
from jiefen.triage.rules.tables import Tables
from jiefen.triage.rules.text import fold

from .mask import HALF, cover
from .model import Model, Scored

FLOOR = 0.5
"""A kind that is as likely wrong as right is not proposed."""
COARSE_FLOOR = 0.6
"""Where no sub kind stands out, the first-level kind is proposed from here on."""
WORDS_SHOWN = 6
_ARTICLE = re.compile(r"(?:^|[\n。；\s])第[零〇一二三四五六七八九十百千\d]{1,7}条[\s　]")
ARTICLES = 4
"""So many articles one after another are a law's text, not somebody's matter."""
STRANGE = "认得的词太少，不作建议"
LAW = "像是法规条文，不像一件事，不作建议"
UNSURE = "把握不到一半，请人来定"


@dataclass(frozen=True)
class Learnt:
    """A model ready to be asked by `rules.suggest`. Pickles as the path of its file."""

    model: Model

    def guess(self, whole: str, body_at: int, scan: Scan) -> KindGuess:
        """The kind of a folded text whose body begins at `body_at` (its subject stands before). Total."""
        scored = self.model.score(covered(whole), scan)
        return _guess(self.model, scored, whole, body_at, scan)


MOST_READ = 5_000
"""Only the part that is counted is masked."""


def ask(model: Model, text: str, tables: Tables, on: date | None = None) -> tuple[KindGuess, int]:
    """The kind of one text from a file, and 1 where somebody in it may need help at once, else 0. `on`: the day it was told,
    which says whether a holiday is near."""
    return ask_all(model, [(text, on)], tables)[0]


def ask_all(model: Model, texts: Sequence[tuple[str, date | None]], tables: Tables) -> list[tuple[KindGuess, int]]:
    """The same for some texts at once, each with the day it was told: a few dozen."""
    whole = [fold(text) for text, _on in texts]
    scans = [tables.scanner.scan(text) for text in whole]
    urgent = [
        int(any(f.urgent for f in harm.find(text, 0, scan, tables, today=on, holiday=bool(tables.festivals.near(on)))))
        for text, scan, (_text, on) in zip(whole, scans, texts, strict=True)
    ]
    scored = model.score_all([covered(text) for text in whole], scans)
    return [
        (_guess(model, one, text, 0, scan), harmed)
        for one, text, scan, harmed in zip(scored, whole, scans, urgent, strict=True)
    ]


def covered(whole: str) -> str:
    """The part of a folded text that is counted, with what says who somebody is covered."""
    return cover(whole[:MOST_READ])


def _guess(model: Model, scored: Scored, whole: str, body_at: int, scan: Scan) -> KindGuess:
    order = scored.best(2)
    best, second = order[0], order[-1]
    label, other = model.labels[best], model.labels[second]
    chance = float(scored.chances[best])
    why = ""
    if len(_ARTICLE.findall(whole[:MOST_READ])) >= ARTICLES:
        why = LAW
    elif scored.strange:
        why = STRANGE
    elif chance < FLOOR:
        first, sum_ = _coarse(model, scored)
        if sum_ >= COARSE_FLOOR:
            label, chance = first, sum_
            other = next(
                (model.labels[k] for k in scored.best(len(model.labels)) if model.labels[k][:2] != first), other
            )
        else:
            why = UNSURE
    hits = () if why and why is not UNSURE else words(model, scored, best, whole, body_at, scan)
    if why:
        nothing = why is not UNSURE
        return KindGuess(
            "",
            round(chance, 4),
            0.0,
            "" if nothing else label,
            0.0 if nothing else round(chance, 4),
            hits,
            why,
            0.0,
            model.version,
        )
    left = float(scored.chances[second])
    share = round(chance / (chance + left), 3) if chance + left else 0.0
    return KindGuess(label, round(chance, 4), share, other, round(left, 4), hits, "", round(chance, 4), model.version)


def _coarse(model: Model, scored: Scored) -> tuple[str, float]:
    """The likeliest first-level kind, for codes of four digits; ("", 0) for labels that are no codes."""
    sums: dict[str, float] = {}
    for label, chance in zip(model.labels, scored.chances.tolist(), strict=True):
        if label.isdigit() and len(label) in (2, 4):
            sums[label[:2]] = sums.get(label[:2], 0.0) + chance
    return max(sums.items(), key=lambda x: (x[1], x[0]), default=("", 0.0))


def words(model: Model, scored: Scored, kind: int, whole: str, body_at: int, scan: Scan) -> tuple[Hit, ...]:
    """The words that spoke most for a kind against all others, in the order of the text."""
    size = len(scored.places)
    if not size:
        return ()
    loud = np.zeros(len(whole) + 3)
    if len(scored.own):
        rows = model.grams[scored.own]
        mean = (rows.sum(axis=1) - rows[:, kind]) / max(rows.shape[1] - 1, 1)
        speaks = scored.value * (rows[:, kind] - mean) / np.bincount(scored.inverse, minlength=len(scored.own))
        each = speaks[scored.inverse] / scored.length
        for shift in range(3):
            own = scored.length > shift
            at = scored.places[np.minimum(scored.start[own] + shift, size - 1)]
            loud += np.bincount(at, weights=each[own], minlength=len(loud))[: len(loud)]
    for start, end, entry in scan:
        if start >= MOST_READ:
            break
        worth = sum(
            float(model.words[model.code_row[w.kind], kind]) for w, _ in entry.kinds if w.kind in model.code_row
        )
        if worth > 0:
            loud[start:end] += worth * LISTED
    return _chosen(loud, whole, body_at, model.labels[kind])


LISTED = 0.02
"""How much a word of the word list adds to the loudness of its characters: it is shown before a mere run of them."""
LOOKED_AT = 800


def _chosen(loud: np.ndarray, whole: str, body_at: int, code: str) -> tuple[Hit, ...]:
    """The loudest words of two characters or more; neighbours are shown as one."""
    import rjieba

    found: list[tuple[float, int, int]] = []
    values = loud[: LOOKED_AT + 1].tolist()
    at = 0
    for word in rjieba.cut(HALF.sub("?", whole[:LOOKED_AT])):
        end = at + len(word)
        if len(word) > 1 and word.isalnum():
            # Most words have two characters, and a sum of two needs no array.
            worth = values[at] + values[at + 1] if len(word) == 2 else float(loud[at:end].sum())
            found.append((worth, at, end))
        at = end
    if not found or (top := max(f[0] for f in found)) <= 0:
        return ()
    seen: set[str] = set()
    kept: list[tuple[float, int, int]] = []
    for worth, start, end in sorted(found, key=lambda f: (-f[0], f[1])):
        word = whole[start:end]
        if worth < top * QUIET or len(kept) >= WORDS_SHOWN:
            break
        if word not in seen:
            seen.add(word)
            kept.append((worth, start, end))
    hits = []
    for worth, start, end in sorted(kept, key=lambda f: f[1]):
        where, offset = ("subject", 0) if end < body_at else ("body", body_at)
        hits.append(
            Hit(where, start - offset, end - offset, code, max(1, min(5, round(5 * worth / top))), 0, whole[start:end])
        )
    return tuple(hits)


QUIET = 0.25
"""A word that speaks less than this part of the loudest is not shown."""
