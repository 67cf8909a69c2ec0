"""Marks on a matter (harm and a few others), suggested from exact words with their context. A person sets them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from . import names, quoted, together, weigh
from .lexicon import Hit, Scan, placed
from .tables import Tables

URGENT = frozenset(
    {
        "imminent-harm",
        "domestic-violence",
        "minor-harmed",
        "self-harm",
        "wages-before-holiday",
        "public-danger",
        "death-or-serious-injury",
    }
)
"""Marks that leave the normal queue: the duty person is told at once."""

FIRM_URGENT = 3
"""For help in danger one plain word is enough: a false alarm costs a click, a missed one more."""
FIRM = 4
"""For the others a weak word alone (a 3 or less) is shown but moves nothing."""

BACKED_BY = {"wages-before-holiday": ("0701", "0702")}
"""A holiday is no alarm by itself: its weak words count only in a text that also speaks of unpaid wages."""
BACKING = 2
BACKING_WORD = 4

SUPPOSABLE = frozenset({"death-or-serious-injury", "public-danger"})
"""What may come if nothing is done is a worry, not yet an alarm. A fight or a death that is threatened is one."""

PASSES = frozenset({"imminent-harm", "death-or-serious-injury", "public-danger"})
"""Marks that need nobody today where the sentence itself says it is long over. Never those of minors, home, despair or pay."""

IN_PASSING = PASSES | {"wages-before-holiday"}
LONG_STORY, OPENING, PASSING = 500, 200, 2
"""Said once, late in a long story that is about something else: shown to whoever reads it, nobody is called for it."""
VERY_LONG = 1500
"""In a text of several pages nothing but its subject and its opening calls somebody, weapons and threats to kill aside."""
SIGN, SIGN_STORY, SIGN_OPENING = 4, 200, 60
"""A sign (殴打, 外墙掉落) is less than a plain word (持刀, 要塌了): it calls somebody where the text is short, opens with
it, names it in the subject, comes back to it in another sentence, or says it of now."""

IN_COURT, BEFORE_COURT, COURT_FIRM = "in-litigation", frozenset({"wages-before-holiday", "imminent-harm"}), 4
"""What a longer text says a court or an arbitrator already has in hand needs nobody today, unless a holiday is near or
somebody is in distress over it."""
DISTRESS = "distress"
WAGES, OWED_MONTHS = "wages-before-holiday", 12
"""Wages owed for more than a year by the text's own days are a matter to be handled, unless a holiday or distress presses."""

HELD = URGENT - {"self-harm", "domestic-violence"}
"""Marks that a text of several sentences must back with a sentence or a subject of some weight. Never home or despair."""
FEW_WORDS = 60
"""A text of so few characters is never held back."""

REACH_BEFORE = 12
REACH_AFTER = 10
CLAUSE_ENDS = "，。；！？,;!?\n"
HITS_KEPT = 20


@dataclass(frozen=True, slots=True)
class Flag:
    """A suggested mark. `firm` marks count for grade and route; others are only shown. `score` sums distinct words."""

    name: str
    score: int
    firm: bool
    hits: tuple[Hit, ...]

    @property
    def label(self) -> str:
        """Chinese name of the mark."""
        return names.FLAGS.get(self.name, self.name)

    @property
    def urgent(self) -> bool:
        """The duty person must see it at once."""
        return self.firm and self.name in URGENT


def find(
    text: str, body_at: int, scan: Scan, tables: Tables, *, holiday: bool = False, today: date | None = None
) -> tuple[Flag, ...]:
    """Marks suggested by a folded text whose body begins at `body_at`, in routing order. Guarded words are left out, and
    so are what a law says (`quoted`) and, for some marks, what is long over by its own words on the day `today`.

    `holiday`: one before which wages are to be paid is near, so that less is needed for that mark.
    """
    hits: dict[str, list[Hit]] = defaultdict(list)
    words: dict[str, dict[str, int]] = defaultdict(dict)
    # Spans come by start, longest first, so the furthest end so far tells whether a word lies inside an earlier span.
    covered: dict[str, int] = {}
    parts: list[together.Part] = []
    harmless: list[tuple[int, int, frozenset[str]]] = []
    said = quoted.Said(text, today)
    for start, end, entry in scan:
        if not (entry.flags or entry.groups or entry.harmless):
            continue
        if entry.groups:
            parts.append((start, end, entry.groups))
        if entry.harmless:
            harmless.append((start, end, entry.harmless))
        for flag in entry.harmless:
            covered[flag] = max(covered.get(flag, 0), end)
        for word in entry.flags:
            flag = word.flag
            if end <= covered.get(flag, 0) or end <= covered.get("*", 0) or len(hits[flag]) >= HITS_KEPT:
                continue
            covered[flag] = end
            if word.word not in words[flag] and _guarded(text, start, end, word.word, flag, tables):
                continue
            if _not_of_today(said, flag, start, end):
                continue
            words[flag][word.word] = word.weight
            hits[flag].append(Hit(*placed(start, end, body_at), flag, word.weight, word.tier, word.word))
    pressing: set[str] = set()
    for found in together.find(text, parts, tables.together, holiday=holiday, harmless=harmless):
        flag, name, weight = found.rule.flag, found.rule.name, found.rule.weight
        (low, _), (_, high) = found.spans[0], found.spans[-1]
        if name not in words[flag] and _guarded(text, low, high, name, flag, tables):
            continue
        if _not_of_today(said, flag, low, high):
            continue
        words[flag][name] = weight
        if holiday or DISTRESS in found.rule.groups:
            pressing.add(flag)
        for start, end in found.spans:
            if len(hits[flag]) < HITS_KEPT and not any(h.start <= start - _at(h, body_at) < h.end for h in hits[flag]):
                hits[flag].append(Hit(*placed(start, end, body_at), flag, weight, 1, text[start:end]))
    hits = {flag: found for flag, found in hits.items() if found}
    short = len(text) - body_at <= SIGN_STORY
    if not hits and not short:
        return ()
    in_court = len(text) - body_at > SIGN_STORY and sum(words[IN_COURT].values()) >= COURT_FIRM
    weighed = _Weighed()
    if tables.weights.lines and (short or not HELD.isdisjoint(hits)):
        spoken: list[weigh.Spoken] = []
        inside = 0  # spans come by start: the furthest end of a harmless phrase so far
        for start, end, entry in scan:
            if entry.harmless and end > inside:
                inside = end
            if entry.points and end > inside:
                spoken.append((start, end, entry.points))
        weighed = _weigh(body_at, said, spoken, hits, tables)
    if not hits and not weighed.rings:
        return ()
    order = {name: n for n, name in enumerate(dict.fromkeys((*tables.flag_order, *names.FLAGS)))}
    flags = []
    unpaid = {w.kind for _, _, entry in scan for w, _ in entry.kinds if w.weight >= BACKING_WORD}
    for name in sorted(hits, key=lambda x: order.get(x, 99)):
        score = sum(words[name].values())
        if name in BACKED_BY:
            backed = not unpaid.isdisjoint(BACKED_BY[name])
            score = score + BACKING if backed else max(words[name].values())
        if name in IN_PASSING and _in_passing(hits[name], words[name], len(text) - body_at, body_at, said):
            score = min(score, PASSING)
        in_hand = (name in BEFORE_COURT and in_court) or (name == WAGES and said.over(OWED_MONTHS))
        if in_hand and name not in pressing:
            score = min(score, PASSING)
        if weighed.light and name in HELD and not (name == "imminent-harm" and max(words[name].values()) > SIGN):
            score = min(score, PASSING)
        flags.append(Flag(name, score, score >= (FIRM_URGENT if name in URGENT else FIRM), tuple(hits[name])))
    if weighed.rings and not any(f.urgent for f in flags):
        name = weighed.rings[0].code
        flags = [f for f in flags if f.name != name]
        flags.append(Flag(name, FIRM_URGENT, True, weighed.rings))
        flags.sort(key=lambda f: order.get(f.name, 99))
    return tuple(flags)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What the points say: the words of the sentence that rings by them (none: no sentence does), and whether the text is of
    several sentences that all weigh little."""

    rings: tuple[Hit, ...] = ()
    light: bool = False


def _weigh(
    body_at: int, said: quoted.Said, spoken: list[weigh.Spoken], hits: dict[str, list[Hit]], tables: Tables
) -> _Weighed:
    """Weigh each sentence in points and hold them against the lines of the table. A text that is one sentence rings by the
    fewest, unless its subject is about something else; one of a few sentences by more; a long one never by points alone."""
    text, lines = said.text, tables.weights.lines
    marked = [(h.start + _at(h, body_at), h.end + _at(h, body_at), h.code, h.weight) for f in hits.values() for h in f]
    found = [x for x in weigh.sentences(text, spoken, marked, tables.weights) if x.flag]
    length = len(text) - body_at
    alone = said.one_sentence(body_at)
    if found and length <= SIGN_STORY:
        line = lines["short"]
        if alone:
            named = body_at == 1 or any(x.start < body_at and x.points >= lines["subject"] for x in found)
            line = lines["alone" if named else "other-subject"]
        told = max((x for x in found if x.start >= body_at), key=lambda x: x.points, default=None)
        if told and told.points >= line and (hits_of := _of_today(told, said, body_at, lines)):
            return _Weighed(hits_of)
    return _Weighed(light=not alone and length > FEW_WORDS and all(x.points < lines["hold"] for x in found))


def _of_today(told: weigh.Weighed, said: quoted.Said, body_at: int, lines: Mapping[str, int]) -> tuple[Hit, ...]:
    """The words that speak for the mark, those aside that are a law's, long over, or only feared; none where one word is all
    (it can mean anything) or only the rules mark them. What is feared, and one word, count from a higher line on."""
    flag = told.flag
    if flag == WAGES and said.over(OWED_MONTHS):
        return ()
    kept = [
        x
        for x in told.spans
        if not (_past_or_law(said, flag, *x[:2]) or (told.points < lines["feared"] and _feared(said, flag, x[0])))
    ]
    if not any(points for *_, points in kept):
        return ()
    if len(kept) < 2 and not told.marked and told.points < lines["one-word"]:
        return ()
    return tuple(_hit(span, flag, said.text, body_at) for span in kept[:HITS_KEPT])


def _hit(span: tuple[int, int, int], flag: str, text: str, body_at: int) -> Hit:
    start, end, points = span
    return Hit(*placed(start, end, body_at), flag, min(max(points, 1), 5), 3, text[start:end])


def _not_of_today(said: quoted.Said, flag: str, start: int, end: int) -> bool:
    return _past_or_law(said, flag, start, end) or _feared(said, flag, start)


def _past_or_law(said: quoted.Said, flag: str, start: int, end: int) -> bool:
    return said.in_law(start) or (flag in PASSES and said.long_over(start, end))


def _feared(said: quoted.Said, flag: str, start: int) -> bool:
    return flag in SUPPOSABLE and said.supposed(start)


def _in_passing(hits: list[Hit], words: dict[str, int], length: int, body_at: int, said: quoted.Said) -> bool:
    """Whether a text of `length` characters only touches what the hits say, on its way to something else."""
    if max(words.values()) > SIGN and hits[0].code == "imminent-harm":
        return False  # 持刀, 打死我: never in passing
    plain = max(words.values()) > SIGN
    opening = OPENING if plain else SIGN_OPENING
    if length <= (LONG_STORY if plain else SIGN_STORY) or any(h.where == "subject" or h.start < opening for h in hits):
        return False
    if said.one_sentence(body_at):
        return False
    if length > VERY_LONG:
        return True
    if plain:
        return len(words) == 1
    spans = [(h.start + body_at, h.end + body_at) for h in hits]
    return len({said.sentence_at(start) for start, _ in spans}) == 1 and not said.of_now(*spans[0])


def _at(hit: Hit, body_at: int) -> int:
    return body_at if hit.where == "body" else 0


def _guarded(text: str, start: int, end: int, word: str, flag: str, tables: Tables) -> bool:
    contexts = tables.contexts
    rows = [contexts[k] for k in ((word, flag), (word, "*"), ("*", flag), ("*", "*")) if k in contexts]
    ahead = _clause_before(text[max(0, start - REACH_BEFORE) : start])
    behind = _clause_after(text[end : end + REACH_AFTER])
    return any(g in ahead for before, _ in rows for g in before) or any(g in behind for _, after in rows for g in after)


def _clause_before(text: str) -> str:
    return text[max(text.rfind(c) for c in CLAUSE_ENDS) + 1 :]


def _clause_after(text: str) -> str:
    ends = [i for c in CLAUSE_ENDS if (i := text.find(c)) >= 0]
    return text[: min(ends)] if ends else text
