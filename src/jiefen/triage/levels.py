"""When a matter is to be raised or handed down: what the grade table says of it, row by row; and doing it.

What is read of a matter is its kind, its marks, how many people and offices it concerns, how long it has lain at each level,
what was tried, who is complained of. Who brought it, and how often, by which way, is not read (row G37): `Facts` has no field
for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases import ground, level, turns
from jiefen.cases.actions.record import history
from jiefen.cases.actions.steps import StepRefused
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.rules import Row, Standing
from jiefen.cases.standing import excluded_units, standing_of
from jiefen.kernel import ask
from jiefen.kernel.scope import looking, scope
from jiefen.kernel.seal import open_row
from jiefen.notices.actions import tell
from jiefen.notices.models import Notice
from jiefen.people.actor import Actor, units_behind
from jiefen.people.models import Unit
from jiefen.people.queries import postings_at
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.engine import Refusal
from jiefen.triage import setup
from jiefen.triage.rules import decide_grade, find_route, names
from jiefen.triage.rules.facts import Facts
from jiefen.triage.rules.grade import holds, not_weighed, sentence
from jiefen.triage.rules.tables import GradeRule

_SAME_CAUSE = next(name for name in Facts.__dataclass_fields__ if name.startswith("same_cause_"))
SAME_CAUSE_WINDOW = timedelta(days=int(_SAME_CAUSE.removeprefix("same_cause_").removesuffix("d")))
"""How far back matters of one cause are counted: the grade table's own field names it (same_cause_30d)."""
KEEPS_OUT = frozenset({"village_is_party", "township_is_party", "county_unit_is_party"})
"""Rows that raise because the level itself is complained of: it keeps no sight of the matter then."""
TRIED = (
    "peoples-mediation",
    "administrative-mediation",
    "labour-dispute-mediation",
    "medical-dispute-mediation",
    "farmland-dispute",
)
"""Procedures that try to bring people together; one that `ended` came to nothing."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A row of the grade table that holds for a matter: its id, where it leads, and its sentence with figure and line."""

    id: str
    to: str
    says: str
    field: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the table says of a matter now. `to` empty: it stays. `up` and `down` are rows, the farthest first; `held` those
    that keep it from going down. `grade` is the table's own, by row `grade_rule`."""

    level: str
    to: str
    up: tuple[Fired, ...]
    down: tuple[Fired, ...]
    held: tuple[Fired, ...]
    grade: str
    grade_says: str
    lead: int | None = None
    lead_name: str = ""
    route: str = ""
    unread: tuple[str, ...] = ()  # what the table could not look at here


_GATHER = """
SELECT a.level,
       coalesce((SELECT u.unit_type FROM people_unit u WHERE u.id = %(lead)s::bigint), ''),
       (SELECT count(*) FROM cases_case o WHERE o.kind = %(kind)s AND o.area_id = %(area)s AND o.stratum = 0
           AND o.arose_from_id IS NULL AND o.opened_at > %(since)s AND o.opened_at <= %(at)s),
       (SELECT count(*) FROM cases_case m WHERE m.arose_from_id = %(case)s AND m.procedure = ANY (%(tried)s::text[])
           AND m.state = 'ended'),
       (SELECT d.suggested -> 'amount_fen' FROM triage_triagedecision d WHERE d.case_id = %(case)s ORDER BY d.id LIMIT 1),
       ARRAY (SELECT DISTINCT u.id || ' ' || u.unit_type || ' ' || w.level FROM cases_party p JOIN people_unit u ON u.id = p.unit_id
                JOIN places_area w ON w.id = u.area_id WHERE p.case_id = %(case)s AND p.role = 'respondent'),
       EXISTS (SELECT 1 FROM mediation_consent y WHERE y.case_id = %(case)s AND y."to" = 'mediation'
           AND (y.refused OR y.withdrawn_at IS NOT NULL)),
       ARRAY (SELECT DISTINCT h.level || ' ' || h.id FROM triage_triagedecision d JOIN intake_intake i ON i.id = d.intake_id
                JOIN places_area w ON w.id = i.area_id JOIN places_area h ON h.path @> w.path AND h.level IN ('township', 'village')
               WHERE d.case_id = %(case)s)
  FROM places_area a WHERE a.id = %(area)s
"""
"""One question, since every page of a matter asks it. Of other matters only their number is read, of ordinary ones."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the table looks at that stands outside the matter's own rows."""

    area_level: str
    lead_type: str
    same_cause: int
    failed_tries: int
    amount_fen: int | None
    accused: frozenset[tuple[str, str]]
    against: frozenset[int] = frozenset()
    refused: bool = False  # somebody in it said no to mediation, or took their yes back
    villages: int = 0  # in how many villages, and townships, lie the places that its letters name
    townships: int = 0


def gather(case: Case, standing: Standing, at: datetime) -> Known:
    """Read it. Needs a scope that sees all rows."""
    about, lead = standing.about, standing.lead
    given = {
        "case": case.pk, "lead": lead.unit if lead else None, "kind": about["kind"], "area": about["area"],
        "since": at - SAME_CAUSE_WINDOW, "at": at, "tried": list(TRIED),
    }  # fmt: skip
    level_, lead_type, same, tried, amount, accused, refused, places = ask.row(_GATHER, given) or (
        "", "", 0, 0, None, [], False, [],
    )  # fmt: skip
    fen = int(amount) if amount not in (None, "null") else None
    against = [words.split(" ") for words in accused]
    sorts = frozenset((sort, place) for _unit, sort, place in against)
    in_level = [words.split(" ")[0] for words in places]
    return Known(
        level_, lead_type, same, tried, fen, sorts, frozenset(int(unit) for unit, _sort, _place in against), refused,
        in_level.count("village"), in_level.count("township"),
    )  # fmt: skip


def taken_up_again(case: Case, rows: Sequence[Row], standing: Standing) -> int:
    """How often it was taken up again after an answer, since that was not done or did not hold: sent back to be done anew, or
    reopened. It is counted of the matter, whoever said so."""
    steps, live = procedure(case.procedure, case.version).steps, {h.seq for h in standing.history}
    again = (steps.get(row.name) for row in rows if row.seq in live)
    return sum(step is not None and (step.reopens or "redo-justified" in step.guards) for step in again)


def facts_of(case: Case, standing: Standing, here: level.Where, known: Known, again: int = 0) -> Facts:
    """What the table may look at. Pure; what is not known fires no row."""
    about, days, accused = standing.about, here.days, known.accused
    done = case.procedure == "petition-rereview" and not standing.is_open
    return Facts(
        kind=about["kind"], flag=frozenset(about["flags"]), people=about["people"], amount=known.amount_fen,
        units=len({duty.unit for duty in standing.live()}), route="after-rereview" if done else "",
        same_cause_30d=known.same_cause, failed_tries=known.failed_tries, unanswered_before=again,
        refuses_grid=known.refused and here.level == "grid",
        crosses_villages=known.villages > 1, crosses_townships=known.townships > 1,
        needs_appraisal="appraisal-needed" in about["flags"],
        days_at_grid=days.get("grid", 0), days_at_village=days.get("village", 0), days_at_township=days.get("township", 0),
        village_is_party=any(place == "village" for _kind, place in accused),
        township_is_party=any(place == "township" for _kind, place in accused),
        county_unit_is_party=any(place == "county" for _kind, place in accused), returns=standing.returns,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Looked:
    """A matter as it was looked at: its standing, where it lies, what the table may see of it, and the
    offices complained of."""

    standing: Standing
    here: level.Where
    facts: Facts
    against: frozenset[int]


def look(case: Case, at: datetime, rows: list[Row] | None = None) -> Looked:
    """Look at a matter. Two questions, one where its rows are read already."""
    rows = history(case) if rows is None else rows
    standing = standing_of(case, rows)
    known = gather(case, standing, at)
    here = level.where(case, rows, standing, at=at, known=(known.area_level, known.lead_type))
    return Looked(
        standing, here, facts_of(case, standing, here, known, taken_up_again(case, rows, standing)), known.against
    )


def propose(case: Case, *, at: datetime, asked: bool = False, agreed: bool = False) -> Proposal:
    """What the table says of a matter at a moment. `asked`: a party asks that it be raised; `agreed`: all agree to its being
    handed down."""
    with scope("worker"):
        return _proposed(look(case, at), at=at, asked=asked, agreed=agreed)


def _proposed(seen: Looked, *, at: datetime, asked: bool = False, agreed: bool = False) -> Proposal:
    about, tables = seen.standing.about, setup.tables(at)
    graded = decide_grade(seen.facts, tables, level=seen.here.level)
    grade = max(graded.value, about["grade"], key=names.GRADES.index)
    facts = replace(seen.facts, grade=grade, asked_to_raise=asked, both_agree=agreed)
    to, up, down, held = weigh(facts, tables.grades, seen.here.level)
    says = graded.reasons[0] if graded.reasons else ""
    found = Proposal(seen.here.level, to, up, down, held, grade, says, unread=not_weighed(facts, tables.grades))
    if not to:
        return found
    route = find_route(about["kind"], level=to, grade=grade, flags=facts.flag, tables=tables)
    unit = setup.unit_for(route.unit_type, about["area"], at, ground.with_below(seen.against))
    return replace(found, lead=unit.pk if unit else None, lead_name=unit.name if unit else "", route=route.fired)


def weigh(
    facts: Facts, rules: Sequence[GradeRule], here: str
) -> tuple[str, tuple[Fired, ...], tuple[Fired, ...], tuple[Fired, ...]]:
    """Where the rows say a matter belongs that lies `here`: (level or empty, rows up, rows down, rows that keep it). Pure.

    A row that raises one level speaks only to a matter below it; several may hold, and the highest is gone to. Handed down it
    may be where a row says so, it is ordinary, and no row would raise it again.
    """
    at = names.LEVELS.index(here)
    lifting = [_fired(r, facts) for r in rules if r.sets == "raise_to" and holds(r, facts)]
    up = sorted((f for f in lifting if names.LEVELS.index(f.to) > at), key=lambda f: -names.LEVELS.index(f.to))
    if up:
        return up[0].to, tuple(up), (), ()
    down = [_fired(r, facts) for r in rules if r.sets == "hand_down" and holds(r, facts)]
    down = [f for f in down if names.LEVELS.index(f.to) < at]
    if not down:
        return "", (), (), ()
    to = down[0].to
    held = [f for f in lifting if names.LEVELS.index(f.to) > names.LEVELS.index(to)]
    if facts.grade != "ordinary":
        held.insert(
            0, Fired("G14", "", _("难度是%(grade)s，不是一般") % {"grade": names.GRADE_LABELS[facts.grade]}, "grade")
        )
    return ("" if held else to), (), tuple(down), tuple(held)


def _fired(rule: GradeRule, facts: Facts) -> Fired:
    return Fired(rule.id, rule.value, sentence(rule, facts), rule.field)


def raise_matter(
    case: Case, to: str, *, by: Actor, at: datetime, reason: str, asked: bool = False, lead: int | None = None,
    regrade: bool = True, expected: int | None = None,
) -> Step:  # fmt: skip
    """Raise a matter, by the rows that hold or by the reason alone; both levels are told. Raises StepRefused."""
    with transaction.atomic():
        said = propose(case, at=at, asked=asked)
        rows = [f.id for f in said.up]
        out = any(f.field in KEEPS_OUT for f in said.up)
        grade = said.grade if regrade and said.grade != case.grade else ""
        row = level.move(
            case, to, by=by, at=at, reason=reason, rules=[*rows, *([level.ASKED] if asked else [])], lead=lead, grade=grade,
            looks_on=not out, expected=expected,
        )  # fmt: skip
        _tell(case, row, by, at, "raised")
        return row


def hand_down(
    case: Case, to: str, *, by: Actor, at: datetime, reason: str, agreed: Sequence[str], lead: int | None = None,
    new_facts: str = "", expected: int | None = None,
) -> Step:  # fmt: skip
    """Hand a matter down: refused while a row of the table would raise it straight back. Raises StepRefused."""
    with transaction.atomic():
        said = propose(case, at=at, agreed=bool(agreed))
        with scope("worker"):
            back = _would_lift(case, to, at)
        if back:
            says = _("按定级表%(row)s：%(says)s，要由上一级办，不能下交。") % {"row": back[0].id, "says": back[0].says}
            raise StepRefused(Refusal("level", back[0].id, says, ()))
        row = level.move(
            case, to, by=by, at=at, reason=reason, rules=[f.id for f in said.down], lead=lead, agreed=agreed, new_facts=new_facts,
            expected=expected,
        )  # fmt: skip
        _tell(case, row, by, at, "handed-down")
        return row


def _would_lift(case: Case, to: str, at: datetime) -> list[Fired]:
    """The rows that would raise it from `to` straight back, with the grade it has now."""
    if to not in names.LEVELS:
        return []
    seen = look(case, at)
    facts, low = replace(seen.facts, grade=seen.standing.about["grade"]), names.LEVELS.index(to)
    # The days it lay at a level are why it went up; whether it may go down is a question about the matter itself.
    lifting = (r for r in setup.tables(at).grades if r.sets == "raise_to" and not r.field.startswith("days_at_"))
    return [_fired(r, facts) for r in lifting if names.LEVELS.index(r.value) > low and holds(r, facts)]


def _tell(case: Case, row: Step, by: Actor, at: datetime, code: str) -> None:
    """The dispatchers and heads of every office that still sees it hear of it: of the level it left, and of the one it came to."""
    with scope("worker"):
        fresh = Case.objects.get(pk=case.pk)
        units = units_behind(fresh.doors)
        held = postings_at(at).filter(
            unit_id__in=units, role__in=("dispatcher", "unit-head", "mediation-head", "grid-worker")
        )
        people = set(held.values_list("person_id", flat=True)) | (
            {fresh.responsible_id} if fresh.responsible_id else set()
        )
        tell(people - {by.person_id}, Notice.Kind.STEP, at=at, case=fresh, step=row.pk, code=code)


def told(case: Case, *, at: datetime, rows: list[Row] | None = None) -> dict[str, Any]:
    """What the page of a case shows: where it lies, every turn with its reason, what the table proposes now. One question
    where its rows are read already."""
    with looking("worker"):
        seen = look(case, at, rows)
        return {
            "here": seen.here, "label": names.LEVEL_LABELS[seen.here.level], "lines": _lines(case, seen.here),
            "says": _proposed(seen, at=at),
        }  # fmt: skip


def _lines(case: Case, here: level.Where) -> list[dict[str, Any]]:
    """Every turn, the newest first, with who did it and why. One question, none where there was no turn."""
    if not here.turns:
        return []
    key = open_row(case.key)
    rows = Step.objects.filter(case=case, seq__in=[t.seq for t in here.turns]).select_related("by", "unit")
    steps = {s.seq: s for s in rows}
    return [
        {
            "turn": t, "from": names.LEVEL_LABELS[t.was], "to": names.LEVEL_LABELS[t.level], "by": s.by.name if s.by else "",
            "unit": (s.unit.short or s.unit.name) if s.unit else "",
            "reason": key.open(s.reason, field="step.reason") if s.reason else "",
        }
        for t in reversed(here.turns) for s in [steps[t.seq]]
    ]  # fmt: skip


def levels_for(case: Case, here: str) -> tuple[list[str], list[str]]:
    """The levels above and below, as far as the matter's place goes down."""
    floor = turns.ORDER.index(turns.floor_of(case.area.level))
    at = turns.ORDER.index(here)
    return list(turns.ORDER[at + 1 :]), list(reversed(turns.ORDER[floor:at]))


def lead_at(case: Case, to: str, at: datetime) -> Unit | None:
    """The office that the routing table names for a matter at a level, passing over whoever is complained of."""
    with scope("worker"):
        tables = setup.tables(at)
        route = find_route(case.kind, level=to, grade=case.grade, flags=frozenset(case.flags), tables=tables)
        parties = list(Party.objects.filter(case=case))
        return setup.unit_for(route.unit_type, case.area_id, at, excluded_units(parties))


__all__ = [
    "Fired",
    "Proposal",
    "facts_of",
    "hand_down",
    "lead_at",
    "levels_for",
    "propose",
    "raise_matter",
    "told",
    "weigh",
]
