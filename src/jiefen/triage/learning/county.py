"""Learning from the county's own decisions: train, compare with the model in use on the newest ones, put in use if better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from jiefen.kernel.progress import Progress, silent
from jiefen.kernel.scope import scope
from jiefen.triage import setup
from jiefen.triage.rules import lexicon
from jiefen.triage.rules.tables import Tables
from jiefen.triage.rules.text import fold

from . import shelf
from .card import facts, percent
from .cases import decided
from .model import Model, scanned
from .train import INNER, Matrix, Said, TooFew, prepare, train

LEAST = 300
"""Fewer decided matters than this teach nothing that could be told from chance."""
LEAST_KIND = 10
"""A sub kind with fewer unlike matters is learnt as its first-level kind."""
NEWEST_PART = 5
"""The newest fifth is held out in the order of time: a model must do better on what came after it was made."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a training: the version kept, whether it is in use now, and the sentence that says why."""

    version: int
    used: bool
    verdict: str
    card: dict[str, Any]


def coarse(kinds: Sequence[str], group: np.ndarray, least: int = LEAST_KIND) -> list[str]:
    """Labels that can be learnt: a code with too few unlike matters becomes its two digits, what is too rare still, ''."""

    def counted(labels: Sequence[str]) -> Counter[str]:
        seen = {(label, int(g)) for label, g in zip(labels, group, strict=True) if label}
        return Counter(label for label, _ in seen)

    of = counted(kinds)
    first = [k if of[k] >= least else k[:2] for k in kinds]
    again = counted(first)
    return [k if again[k] >= least else "" for k in first]


def learn(
    *, at: datetime, said: Said = lambda _: None, progress: Progress = silent, keep_anyway: bool = False
) -> Outcome | None:
    """Train from decided matters and keep the model; put it in use when it is better than what answers now, both asked
    about the newest fifth, which the compared machine has not seen. None where there is too little to learn from.

    `keep_anyway`: put it in use whatever the comparison says (somebody asked for it by hand).
    """
    with scope("worker"):
        rows = sorted(decided(progress), key=lambda d: d.at)
        tables = setup.tables(at)
    if len(rows) < LEAST:
        said(f"已定类的事项只有{len(rows)}件，不到{LEAST}件，先不学；仍按词表建议。")
        return None
    texts, kinds = [d.text for d in rows], [d.kind for d in rows]
    data = prepare(texts, tables, said, covered=True)
    labels = coarse(kinds, data.group)
    usable = np.array([n for n, label in enumerate(labels) if label], dtype=np.int64)
    place = shelf.Shelf(setup.models_folder())
    try:
        verdict, better, more = _compare(data, labels, kinds, usable, texts, tables, place, said)
        made = train(data, labels, said, rows=usable, about={"made": at.date().isoformat()})
    except TooFew as few:
        said(str(few))
        return None
    card = facts(
        made, [labels[n] for n in usable], at=at, source="本县已定类的事项", groups=len({int(g) for g in data.group}),
        size=0, more={"verdict": verdict, "compared": more, "left_out": len(rows) - len(usable)},
    )  # fmt: skip
    version = place.keep(made.model, card, tables.label)
    used = better or keep_anyway
    if used:
        place.use(version)
        setup.forget()
    said(verdict)
    return Outcome(version, used, verdict, place.card(version))


def _compare(
    data: Matrix, labels: list[str], kinds: list[str], usable: np.ndarray, texts: list[str], tables: Tables,
    place: shelf.Shelf, said: Said,
) -> tuple[str, bool, dict[str, Any]]:  # fmt: skip
    """The newest fifth, asked of a machine trained on the older ones and of what answers now. A group that reaches into
    the newest fifth is not learnt from."""
    cut = len(usable) - len(usable) // NEWEST_PART
    newest = usable[cut:]
    held = {int(g) for g in data.group[newest]}
    older = np.array([n for n in usable[:cut] if int(data.group[n]) not in held], dtype=np.int64)
    enough = Counter(labels[n] for n in older)
    older = np.array([n for n in older if enough[labels[n]] >= 2 * INNER], dtype=np.int64)
    if len(older) < LEAST // 2 or not len(newest):
        raise TooFew("较早的事项太少，比不出好坏，先不学。")
    said(f"按时间留出最新的{len(newest)}件比较 …")
    fresh = train(data, labels, rows=older)
    present = place.open()
    fresh_right = sum(_hits(fresh.model, texts[n], tables, kinds[n]) for n in newest)
    now_right = sum(
        _hits(present, texts[n], tables, kinds[n]) if present else _listed(texts[n], tables, kinds[n]) for n in newest
    )
    name = f"第{place.in_use()}版模型" if present else "词表"
    better = fresh_right > now_right
    verdict = (
        f"最新的{len(newest)}件里，新学的对了{percent(fresh_right, len(newest))}，在用的{name}对了{percent(now_right, len(newest))}；"
        + ("新学的好，已启用。" if better else "新学的没有更好，留着不用。")
    )
    return verdict, better, {"rows": len(newest), "fresh": fresh_right, "present": now_right, "present_is": name}


def _hits(model: Model, text: str, tables: Tables, kind: str) -> bool:
    scored = model.score(text, scanned(text, tables))
    label = model.labels[scored.best(1)[0]]
    return bool(label) and kind.startswith(label)


def _listed(text: str, tables: Tables, kind: str) -> bool:
    whole = fold(text)
    said = lexicon.classify(whole, 0, scanned(whole, tables), tables.kind_words).code
    return bool(said) and kind.startswith(said)
