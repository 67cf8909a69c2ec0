"""Which kind of matter, by weighted words: the cold start before a county has decided cases to learn from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from .kindweights import FEWEST, Said, Weights
from .tables import Entry, Word

SUBJECT_TIMES = 2.6  # the subject is short and says what it is about
OPENING, OPENING_TIMES = 80, 1.4  # people name the matter first, the story after
REPEAT = 0.35  # a word said again counts this much more, a few times only
REPEATS_COUNTED = 3
FULL_LENGTH = 250  # a body longer than this is thinned: long stories touch everything
THIN = 2.6  # less evidence than this is no evidence
CLOSE = 0.99  # a second best nearer than this: let a person say (nearer than 0.8, the best is still right two times in three)
SETTING = 0.7  # words of a whole kind (学校, 业主) tell where it happened, and less of what it is about
BESIDE = 0.4  # what speaks for the other sub kinds of a first-level kind counts so much beside the loudest one
SUB_THIN = 1.2  # less than this names no sub kind
REACH = 8  # two words stand together within so many characters
HITS_KEPT = 60
ESTIMATED = 4
"""The tier of a word whose weight was estimated."""
SEALED = frozenset({"24"})
"""What the list takes for an accusation stays one: it is sealed first, and a person decides."""
SILENT, EVEN = 1.2, 0.02
"""Where the hand-made list says next to nothing, the estimated words must say so much; two kinds so close are even."""

FORM = frozenset({"2501", "2502", "2503", "9901", "9902", "9904"})
"""Kinds that say how something is told, not what it is about."""

NOT_BEFORE = ("不是", "并非", "不属于", "不涉及", "而非", "非因", "不关", "无关于")
NOT_ENDS = frozenset(x[-1] for x in NOT_BEFORE)
"""Only a denial of the matter itself; "没有" before a word is mostly the complaint (没有路灯)."""


class Hit(NamedTuple):
    """A word that spoke for `code` (a kind or a flag). `where` is "subject" or "body"; offsets are into that text.

    `word` is empty when the hit was read back from codes without the text beside it.
    """

    where: str
    start: int
    end: int
    code: str
    weight: int
    tier: int
    word: str = ""


@dataclass(frozen=True, slots=True)
class KindGuess:
    """`code` is four digits, or two when the sub kinds are too close, or empty: `abstained` then says why and `second`
    is what would have been the best. `hits` are the words for the best and the second, in the order of the text.
    `score` is evidence after thinning (about 0 to 60); `share` is the best one's part of best + second, 0 to 1."""

    code: str
    score: float
    share: float
    second: str
    second_score: float
    hits: tuple[Hit, ...]
    abstained: str = ""
    chance: float = 0.0
    """How likely the kind is, 0 to 1, where a trained model said so; its version stands in `model`."""
    model: int = 0


Scan = list[tuple[int, int, Entry]]
"""What the scanner found, by start and longest first. One text holds the subject, a line break, and the body."""


class Learnt(Protocol):
    """What a county's own decisions taught: asked before the word list, which answers where it does not know."""

    def guess(self, whole: str, body_at: int, scan: Scan) -> KindGuess:
        """The kind of a folded text; never raises."""


def classify(
    text: str, body_at: int, scan: Scan, weights: Weights | None = None, found: Scan | None = None
) -> KindGuess:
    """Weigh the kind words of a folded text whose body begins at `body_at`; what stands before is the subject. With the
    estimated `weights` of ordinary words beside the list where there are any; these are looked for in `found`, else in `scan`."""
    subs, spoke = heard(text, body_at, scan)
    code, score, share, second, second_score, why = _choose(subs)
    more: list[tuple[int, int, str, int]] = []
    if weights and code[:2] not in SEALED:
        said = weights.said(((start, entry.row) for start, _, entry in found or scan if entry.row >= 0), body_at)
        if len(said.rows) >= FEWEST:
            (code, score, share, second, second_score, why), more = _weigh(subs, weights, said)
    shown = {code[:2], second[:2]}
    hits = [_hit(s, e, w, body_at) for s, e, w in spoke if w.kind[:2] in shown][:HITS_KEPT]
    if more:
        hits += [
            Hit(*placed(s, e, body_at), code, weight, ESTIMATED, word)
            for s, e, word, weight in more
            if not any(a < e and s < b for a, b, w in spoke if w.kind[:2] in shown)
        ]
        hits.sort(key=lambda h: (h.where == "body", h.start))
    return KindGuess("" if why else code, score, share, code if why else second, second_score, tuple(hits), why)


def heard(text: str, body_at: int, scan: Scan) -> tuple[dict[str, float], list[tuple[int, int, Word]]]:
    """How loudly the hand-made list speaks for each kind, and the words with their places."""
    spoke: list[tuple[int, int, Word]] = []
    subs: dict[str, float] = {}
    said: dict[tuple[str, str], int] = {}
    length = len(text) - body_at
    thin = math.sqrt(FULL_LENGTH / length) if length > FULL_LENGTH else 1.0
    opening = thin * OPENING_TIMES
    covered = 0
    for start, end, entry in scan:
        # Spans come by start, longest first: one inside an accepted one is part of a longer word.
        counted = end > covered and (entry.kinds or entry.quiet)
        if not counted and not entry.beside:
            continue
        place = SUBJECT_TIMES if start < body_at else opening if start - body_at < OPENING else thin
        if entry.beside:
            near = text[max(0, start - REACH) : end + REACH]
            for other, word, worth in entry.beside:
                if other in near and (word.word, other + word.kind) not in said:
                    said[word.word, other + word.kind] = 1
                    subs[word.kind] = subs.get(word.kind, 0.0) + worth * place
                    spoke.append((start, end, word))
        if not counted:
            continue
        covered = end
        if start and text[start - 1] in NOT_ENDS and text.endswith(NOT_BEFORE, 0, start):
            continue
        for word, worth in entry.kinds:
            key = (word.word, word.kind)
            times = said.get(key, 0)
            said[key] = times + 1
            if times > REPEATS_COUNTED:
                continue
            value = worth * place
            subs[word.kind] = subs.get(word.kind, 0.0) + (value * REPEAT if times else value)
            spoke.append((start, end, word))
    return subs, spoke


def either(learnt: KindGuess, listed: KindGuess) -> KindGuess:
    """What the trained model says; the word list's own answer where the model does not know."""
    return learnt if learnt.code or not listed.code else listed


def _hit(start: int, end: int, word: Word, body_at: int) -> Hit:
    return Hit(*placed(start, end, body_at), word.kind, word.weight, word.tier, word.word)


def placed(start: int, end: int, body_at: int) -> tuple[str, int, int]:
    """Of a place in the whole text: whether it is in the subject or the body, and where there."""
    where, offset = ("subject", 0) if start < body_at else ("body", body_at)
    return where, start - offset, end - offset


def _choose(subs: Mapping[str, float]) -> tuple[str, float, float, str, float, str]:
    """Best code, its score, its share, second code, its score, and why to abstain if so."""
    firsts, about, _top = matter(subs)
    order = sorted(firsts.items(), key=lambda x: (-x[1], x[0]))
    if not order:
        return "", 0.0, 0.0, "", 0.0, "词表里的词一个也没有出现"
    (best, score), (second, second_score) = order[0], order[1] if len(order) > 1 else ("", 0.0)
    share = round(score / (score + second_score), 3)
    code, second_code = _sub(best, about), _sub(second, about) if second else ""
    why = ""
    if score < THIN:
        why = "依据太少，不作建议"
    elif second_score > score * CLOSE:
        why = "两类太接近，请人来定"
    return code, round(score, 2), share, second_code, round(second_score, 2), why


def matter(subs: Mapping[str, float]) -> tuple[dict[str, float], Mapping[str, float], float]:
    """How loudly the first-level kinds are spoken for, the kinds that count, and the loudest first-level kind. How something
    is told (an enquiry, thanks, a proposal) speaks only where what it is about stays silent."""
    about: Mapping[str, float] = {c: v for c, v in subs.items() if c not in FORM}
    firsts = _by_first(about)
    if max(firsts.values(), default=0.0) < THIN:
        firsts, about = _by_first(subs), subs
    return firsts, about, max(firsts.values(), default=0.0)


def chosen(subs: Mapping[str, float]) -> str:
    """The kind the hand-made list alone names; empty where it abstains."""
    code, *_, why = _choose(subs)
    return "" if why else code


def _weigh(
    subs: Mapping[str, float], weights: Weights, said: Said
) -> tuple[tuple[str, float, float, str, float, str], list[tuple[int, int, str, int]]]:
    """As `_choose`, with the estimated words beside the list; and those that moved the best kind, with weights 1 to 5."""
    firsts, about, top = matter(subs)
    odds = weights.scores(said, firsts, about, top)
    best = int(odds.argmax())
    code = weights.codes[best]
    score = float(odds[best])
    odds[weights.inside[code[:2]]] -= 1e6
    other = int(odds.argmax())
    second, second_score = weights.codes[other], float(odds[other])
    share = round(1.0 / (1.0 + math.exp(second_score - score)), 3)
    why = ""
    if top < THIN and score < SILENT:
        why = "依据太少，不作建议"
    elif score - second_score < EVEN:
        why = "两类太接近，请人来定"
    more = weights.loudest(said, code)
    loudest = more[0][3] if more else 1.0
    shown = [(s, e, word, max(1, min(5, round(5 * moved / loudest)))) for s, e, word, moved in more]
    return (code, round(max(score, 0.0), 2), share, second, round(max(second_score, 0.0), 2), why), shown


def _by_first(subs: Mapping[str, float]) -> dict[str, float]:
    """How loudly each first-level kind is spoken for: by its loudest sub kind, the others and the setting beside it. A
    matter is about one thing; five things named once each (a road, a lamp, a bus) must not outweigh it together."""
    firsts: dict[str, float] = {}
    loudest: dict[str, float] = {}
    for code, value in subs.items():
        first = code[:2]
        if len(code) == 2:
            firsts[first] = firsts.get(first, 0.0) + value * SETTING
            continue
        firsts[first] = firsts.get(first, 0.0) + value * BESIDE
        loudest[first] = max(loudest.get(first, 0.0), value)
    return {first: value + loudest.get(first, 0.0) * (1 - BESIDE) for first, value in firsts.items()}


def _sub(first: str, subs: Mapping[str, float]) -> str:
    """The sub kind that stands out inside a first-level kind, else the kind itself. Words of the kind as a whole
    (学校, 污染) carry the first level and leave the sub kind to the others."""
    inside = sorted(((v, c) for c, v in subs.items() if c[:2] == first and len(c) == 4), key=lambda x: (-x[0], x[1]))
    if not inside or inside[0][0] < SUB_THIN or (len(inside) > 1 and inside[1][0] == inside[0][0]):
        return first
    return inside[0][1]
