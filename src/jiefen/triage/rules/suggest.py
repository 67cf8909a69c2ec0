"""What an intake might be: kind, marks, place, grade, office. Suggestions with reasons; a named person decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from . import grade as grading
from . import harm, lexicon, names, numbers, route
from .facts import Facts
from .grade import GradeResult
from .harm import Flag
from .lexicon import Hit
from .numbers import Reading
from .place import Gazetteer, Place
from .route import Duty, Lost, Route
from .tables import Tables
from .text import fold_points

CODES_VERSION = 1


@dataclass(frozen=True, slots=True)
class Suggestion:
    """All that the rules make of a text. `kind` is empty when the rules abstain (`abstained` says why).

    `hits` are the words behind the kind; each Flag has its own. No reason repeats the text beyond lexicon words,
    place names and figures. `people` and `amount_fen` are the figures used for the grade, given or read. `chance` and
    `model` say how likely the kind is and which trained model said so; 0 where the word list answered.
    """

    kind: str
    kind_label: str
    score: float
    share: float
    abstained: str
    second: str
    second_label: str
    second_score: float
    hits: tuple[Hit, ...]
    flags: tuple[Flag, ...]
    place: Place | None
    people: int | None
    amount_fen: int | None
    readings: tuple[Reading, ...]
    grade: GradeResult
    route: Route
    chance: float = 0.0
    model: int = 0

    @property
    def urgent(self) -> tuple[Flag, ...]:
        """Marks the duty person must see at once."""
        return tuple(f for f in self.flags if f.urgent)

    def to_codes(self) -> dict[str, Any]:
        """Only codes, scores, rule ids and offsets: JSON-able, and nothing of the text in it."""
        p = self.place
        return {
            "v": CODES_VERSION,
            "kind": self.kind,
            "score": self.score,
            "share": self.share,
            "second": self.second,
            "second_score": self.second_score,
            "hits": [_hit_codes(h) for h in self.hits],
            **({"chance": self.chance, "model": self.model} if self.model else {}),
            "flags": [
                {"name": f.name, "score": f.score, "firm": f.firm, "hits": [_hit_codes(h) for h in f.hits]}
                for f in self.flags
            ],
            "place": None
            if p is None
            else {
                "code": p.code,
                "level": p.level,
                "at": [p.where, p.start, p.end],
                "candidates": list(p.candidates),
            },
            "people": self.people,
            "amount_fen": self.amount_fen,
            "readings": [
                [r.value, r.start, r.end, "fen" if r.unit == "fen" else "people", r.used] for r in self.readings
            ],
            "grade": {
                "value": self.grade.value,
                "fired": self.grade.fired,
                "scale": self.grade.scale,
                "scale_rule": self.grade.scale_rule,
                "handled_at": self.grade.handled_at,
                "raised": list(self.grade.raised),
                "on_spot": self.grade.on_spot,
            },
            "route": {
                "unit_type": self.route.unit_type,
                "helpers": list(self.route.helpers),
                "procedure": self.route.procedure,
                "fired": self.route.fired,
                "lost": [[x.rule, x.unit_type] for x in self.route.lost],
                "duties": [[d.flag, d.unit_type, list(d.helpers), d.rule] for d in self.route.duties],
                "sealed": self.route.sealed,
                "excluded": list(self.route.excluded),
            },
        }

    @classmethod
    def from_codes(cls, codes: Mapping[str, Any], tables: Tables, *, subject: str = "", text: str = "") -> Suggestion:
        """The suggestion back from its codes. Labels and sentences come from the tables as they are now; words behind
        the hits only when the text is handed in by somebody who may read it. Raises KeyError on codes not ours."""
        texts = {"subject": subject, "body": text}
        rules = {r.id: r for r in tables.routes}
        rows = {r.id: r for r in tables.grades}
        r, g, p = codes["route"], codes["grade"], codes["place"]
        fired = rules.get(r["fired"])
        lost = tuple(
            Lost(i, unit, route.why_lost(rules[i], fired) if fired and i in rules else "") for i, unit in r["lost"]
        )
        return cls(
            kind=codes["kind"],
            kind_label=tables.label(codes["kind"]) if codes["kind"] else "",
            score=codes["score"],
            share=codes["share"],
            abstained="" if codes["kind"] else "依据不足，请人来定",
            second=codes["second"],
            second_label=tables.label(codes["second"]) if codes["second"] else "",
            second_score=codes["second_score"],
            hits=tuple(_hit(h, texts) for h in codes["hits"]),
            flags=tuple(
                Flag(f["name"], f["score"], f["firm"], tuple(_hit(h, texts) for h in f["hits"])) for f in codes["flags"]
            ),
            place=_place(p, texts),
            people=codes["people"],
            amount_fen=codes["amount_fen"],
            readings=tuple(Reading(v, s, e, u, used) for v, s, e, u, used in codes["readings"]),
            grade=GradeResult(
                g["value"],
                g["fired"],
                g["scale"],
                g["scale_rule"],
                g["handled_at"],
                tuple(g["raised"]),
                g["on_spot"],
                tuple(f"{i} {rows[i].condition}" for i in (g["fired"], *g["raised"]) if i in rows),
            ),
            route=Route(
                r["unit_type"],
                tuple(r["helpers"]),
                r["procedure"],
                r["fired"],
                fired.note if fired else "",
                lost,
                tuple(Duty(f, u, tuple(h), i) for f, u, h, i in r["duties"]),
                r["sealed"],
                tuple(r["excluded"]),
            ),
            chance=codes.get("chance", 0.0),
            model=codes.get("model", 0),
        )


def suggest(
    text: str,
    *,
    subject: str = "",
    tables: Tables,
    gazetteer: Gazetteer | None = None,
    home: str = "",
    people: int | None = None,
    amount_fen: int | None = None,
    complained_of: Collection[str] = (),
    today: date | None = None,
    holiday: bool = False,
) -> Suggestion:
    """Suggest for a text with its subject. `home` is the area code where it was taken in; `people` and `amount_fen`
    override what is read from the text; `complained_of` are unit types already known to be complained of. `today` is the day
    it is told, `holiday` whether one before which wages are paid is near: both only for the marks of harm.

    Pure and total: any text, also empty or very long, gives a suggestion. Offsets point into `subject` and `text`.
    """
    # Subject and body are read as one text, so that each character is looked at once.
    whole, points = fold_points(f"{subject}\n{text}")
    body_at = len(subject) + 1
    found = tables.scanner.scan(whole, points)
    scan = [x for x in found if not x[2].only]
    guess = lexicon.classify(whole, body_at, scan, tables.kind_words, found)
    if tables.learnt is not None:
        guess = lexicon.either(tables.learnt.guess(whole, body_at, scan), guess)
    flags = harm.find(whole, body_at, scan, tables, holiday=holiday, today=today)
    where = gazetteer.find(whole, body_at, home=home, points=points) if gazetteer else None
    body = whole[body_at:]
    readings = (*numbers.people(body), *numbers.amounts(body))
    if people is None:
        people = numbers.largest(tuple(r for r in readings if r.unit != "fen"))
    if amount_fen is None:
        amount_fen = numbers.largest(tuple(r for r in readings if r.unit == "fen"))
    firm = frozenset(f.name for f in flags if f.firm)
    graded = grading.decide_grade(
        Facts(
            kind=guess.code,
            flag=firm & GRADING_FLAGS,
            people=people,
            amount=amount_fen,
            needs_appraisal="appraisal-needed" in firm,
        ),
        tables,
        level=_arises_at(where, gazetteer, home),
    )
    routed = route.find_route(guess.code, level=graded.handled_at, grade=graded.value, flags=firm, tables=tables)
    if complained_of:
        routed = route.exclude(routed, complained_of, tables=tables)
    return Suggestion(
        kind=guess.code,
        kind_label=tables.label(guess.code) if guess.code else "",
        score=guess.score,
        share=guess.share,
        abstained=guess.abstained,
        second=guess.second,
        second_label=tables.label(guess.second) if guess.second else "",
        second_score=guess.second_score,
        hits=guess.hits,
        flags=flags,
        place=where,
        people=people,
        amount_fen=amount_fen,
        readings=readings,
        grade=graded,
        route=routed,
        chance=guess.chance,
        model=guess.model,
    )


GRADING_FLAGS = frozenset(names.FLAGS)
"""Any mark may be read by the grade table; marks are about what happens, never about who somebody is."""

DEFAULT_LEVEL = "township"


def _arises_at(where: Place | None, gazetteer: Gazetteer | None, home: str) -> str:
    """Where the matter would be handled if ordinary: its village, unless only a higher area is known.

    A grid settles on the spot only when both sides want it (G21), which a first text cannot say: so never grid here.
    """
    level = where.level if where else ""
    if not level and where and gazetteer and where.candidates:
        level = gazetteer.areas[where.candidates[0]].level
    if not level and gazetteer and home in gazetteer.areas:
        level = gazetteer.areas[home].level
    handled = names.HANDLED_AT.get(level, DEFAULT_LEVEL)
    return "village" if handled == "grid" else handled


def _hit_codes(h: Hit) -> list[Any]:
    return [h.where, h.start, h.end, h.code, h.weight, h.tier]


def _place(codes: Mapping[str, Any] | None, texts: Mapping[str, str]) -> Place | None:
    if codes is None:
        return None
    where, start, end = codes["at"]
    name = texts.get(where, "")[start:end]
    return Place(codes["code"], name, codes["level"], where, start, end, tuple(codes["candidates"]), "")


def _hit(codes: list[Any], texts: Mapping[str, str]) -> Hit:
    where, start, end, code, weight, tier = codes
    return Hit(where, start, end, code, weight, tier, texts.get(where, "")[start:end])
