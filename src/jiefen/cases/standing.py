"""From rows to standing, and from standing to the caches that lists and pages read."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from jiefen.cases import ground, reading
from jiefen.cases.models import Assignment, Case, Deadline, Party, Step
from jiefen.cases.rules import Row, Standing, doors_of, fold, may_tell
from jiefen.people.apart import apart_door
from jiefen.people.models import Posting
from jiefen.people.queries import who_answers
from jiefen.procedures import clocks
from jiefen.procedures.catalogue import current_calendar, procedure, settings_in_force

ROW = ("seq", "name", "assignment", "to_state", "by_id", "by_role", "unit_id", "at", "codes")


def rows_of(case: Case) -> list[Row]:
    """The rows of a case without their sealed parts. One query."""
    return [Row(*values) for values in reading.history(case)]


def standing_of(case: Case, rows: Sequence[Row] | None = None) -> Standing:
    """What the rows add up to under the case's own version of its procedure."""
    return fold(procedure(case.procedure, case.version), rows if rows is not None else rows_of(case))


def deadlines_of(case: Case, standing: Standing) -> list[clocks.Deadline]:
    """Every clock of the case, worked out from the whole history."""
    definition = procedure(case.procedure, case.version)
    return clocks.run(
        definition, standing.history, calendar=current_calendar(), settings=settings_in_force(case.opened_at)
    )


def excluded_units(parties: Sequence[Party]) -> frozenset[int]:
    """The offices complained of, and all below them."""
    return ground.with_below(p.unit_id for p in parties if p.unit_id and p.role == Party.Role.RESPONDENT)


@dataclass(slots=True)
class Caches:
    """What `write` compares and keeps."""

    case: dict[str, Any]
    assignments: dict[str, dict[str, Any]]
    deadlines: dict[tuple[str, str, int], dict[str, Any]]


@dataclass(slots=True)
class Have:
    """The cached rows of a case as they lie."""

    assignments: list[Assignment]
    deadlines: list[Deadline]


Who = Callable[[int, int | None, datetime], int | None]


def work_out(case: Case, standing: Standing, parties: Sequence[Party], at: datetime, who: Who = who_answers) -> Caches:
    """All caches of a case at a moment, from its standing. Writes nothing. For many cases give a `who` that remembers."""
    due = deadlines_of(case, standing)
    return Caches(
        case=_case_fields(case, standing, parties, due, at, who),
        assignments=_assignment_fields(standing, due, at, who),
        deadlines=_deadline_fields(due),
    )


def _case_fields(
    case: Case, standing: Standing, parties: Sequence[Party], due: list[clocks.Deadline], at: datetime, who: Who
) -> dict[str, Any]:
    about, lead = standing.about, standing.lead
    area_id = about["area"]
    excluded = excluded_units(parties)
    who, away = _besides(standing, who), frozenset(standing.recused)
    centre = ground.home_centre(area_id, at, excluded, level=about.get("level", ""))
    centre_id = centre.pk if centre else about["centre"]
    # A helping office's own clock stands on its assignment; the case is sorted by what its lead and centre owe.
    helping = {duty.key for duty in standing.duties.values() if duty.part == "assist"}
    running = sorted(
        (d.due_at, d.clock)
        for d in due
        if d.stopped_at is None and not d.lapsed and d.due_at and _is_duty(d) and d.key not in helping
    )
    above = ground.lineage(area_id)
    benches = [u.pk for u in ground.centres_over(area_id, at) if about["stratum"] == 0 or u.area_id == above[0]]
    if standing.returns:
        benches += ground.rulers_over(area_id, at)
    told = may_tell(standing)
    responsible = None
    unit, named = (lead.unit, lead.named) if lead else (centre_id, case.first_asked_id)
    if standing.is_open:
        responsible = who(unit, named, at)
        if about["stratum"] == Case.Stratum.VAULT:
            responsible = ground.keeper_of(above, at) or responsible
    return {
        "state": standing.state,
        "is_open": standing.is_open,
        "ended_at": standing.ended_at,
        "returns": standing.returns,
        "kind": about["kind"],
        "grade": about["grade"],
        "flags": about["flags"],
        "people": about["people"],
        "stratum": about["stratum"],
        "area_id": area_id,
        "centre_id": centre_id,
        "lead_unit_id": lead.unit if lead else None,
        "responsible_id": responsible,
        "named_id": named,
        "sponsor_id": standing.sponsor,
        "next_due_at": running[0][0] if running and standing.is_open else None,
        "next_clock": running[0][1] if running and standing.is_open else "",
        "doors": doors_of(
            standing,
            centres=ground.with_heirs([*benches, *(duty.unit for duty in standing.live())]),
            excluded=excluded,
            stratum=about["stratum"],
            first_asked=_not_of_those(case.first_asked_id, excluded, away),
            vault_area=above[0],
            receipts=[
                p.receipt for p in parties if p.receipt is not None and (told or p.role != Party.Role.RESPONDENT)
            ],
            door_of=partial(_apart, away) if away else ground.door_of,
            sponsor=_not_of_those(standing.sponsor, excluded, away),
        ),
    }


def _besides(standing: Standing, who: Who) -> Who:
    """Who answers, but never somebody who has stepped back: their stand-in, else the head, else the office above."""
    if not standing.recused:
        return who
    return partial(_answering, frozenset(standing.recused))


def _answering(without: frozenset[int], unit: int, named: int | None, at: datetime) -> int | None:
    return who_answers(unit, named, at, without)


def _apart(without: frozenset[int], sort: str, number: int) -> int:
    """A door of a matter that somebody has stepped back from: an office's is that of the office without them."""
    return apart_door(number, without) if sort == "unit" else ground.door_of(sort, number)


def _not_of_those(person: int | None, excluded: frozenset[int], away: frozenset[int]) -> int | None:
    """Whoever took it in keeps seeing it, and so does its sponsor, unless they work, or worked, at an office kept out, or have
    stepped back."""
    if person in away:
        return None
    if person and excluded and Posting.objects.filter(person_id=person, unit_id__in=excluded).exists():
        return None
    return person


def _is_duty(deadline: clocks.Deadline) -> bool:
    """A clock that somebody in an office must keep; the rights of the people in the case are shown, not sorted by."""
    return deadline.binds not in ("complainant", "parties", "court") and deadline.clock != "return-by"


def _assignment_fields(
    standing: Standing, due: list[clocks.Deadline], at: datetime, who: Who
) -> dict[str, dict[str, Any]]:
    fields, who = {}, _besides(standing, who)
    for duty in standing.duties.values():
        dates = [
            d.due_at
            for d in due
            if d.key == duty.key and d.stopped_at is None and not d.lapsed and d.due_at and _is_duty(d)
        ]
        live = duty.is_live and duty.state != "answered"
        fields[duty.key] = {
            "unit_id": duty.unit,
            "part": duty.part,
            "state": duty.state,
            "responsible_id": who(duty.unit, duty.named, at) if live and standing.is_open else None,
            "named_id": duty.named,
            "dispatched_at": duty.dispatched_at,
            "signed_at": duty.signed_at,
            "answered_at": duty.answered_at,
            "due_at": min(dates) if dates and live else None,
            "case_open": standing.is_open,
        }
    return fields


def _deadline_fields(due: list[clocks.Deadline]) -> dict[tuple[str, str, int], dict[str, Any]]:
    fields: dict[tuple[str, str, int], dict[str, Any]] = {}
    for d in due:
        run = sum(1 for clock, key, _ in fields if (clock, key) == (d.clock, d.key))
        fields[(d.clock, d.key, run)] = {
            "binds": d.binds,
            "firm": d.firm,
            "started_at": d.started_at,
            "due_at": d.due_at,
            "stopped_at": d.stopped_at,
            "lapsed": d.lapsed,
            "paused": bool(d.pauses) and d.due_at is None,
            "provisional": d.provisional,
            "extended": d.extended or 0,
        }
    return fields


class Changes:
    """What to write to rows that are there already: the same values of the same fields in one statement, however many rows."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Any, tuple[str, ...], str], tuple[dict[str, Any], list[int]]] = {}

    def add(self, row: Any, values: dict[str, Any]) -> None:
        """Set the values on the row, and remember it to be written."""
        for name, value in values.items():
            setattr(row, name, value)
        key = (type(row), tuple(values), repr(tuple(values.values())))
        self._rows.setdefault(key, (values, []))[1].append(row.pk)

    def write(self) -> None:
        """Write them all; within the caller's transaction, the rows of its cases being locked."""
        for (model, _names, _said), (values, pks) in self._rows.items():
            model.objects.filter(pk__in=pks).update(**values)
        self._rows.clear()


def write(
    case: Case, caches: Caches, *, check: bool = False, have: Have | None = None, also: tuple[str, ...] = (),
    later: Changes | None = None,
) -> list[str]:  # fmt: skip
    """Bring the caches in line; returns what differed, as «case.state», «deadline finish-by p1». Few queries: rows that
    are right already are not touched. With `check` only compares; `have` are the rows, where already read. With `later`
    rows that are there already are only noted, for the caller to write with those of other cases."""
    changed = [name for name, value in caches.case.items() if _differs(getattr(case, name), value)]
    if (changed or also) and not check:
        if later is not None and not also:
            later.add(case, {name: caches.case[name] for name in changed})
        else:
            for name in changed:
                setattr(case, name, caches.case[name])
            reading.save(case, (*changed, *also))
    if have is None:
        have = Have(reading.assignments(case), reading.deadlines(case))
    assignments = {(key,): values for key, values in caches.assignments.items()}
    return [
        *(f"case.{name}" for name in changed),
        *_write_rows(case, Assignment, have.assignments, assignments, ("key",), check, later),
        *_write_rows(case, Deadline, have.deadlines, caches.deadlines, ("clock", "key", "run"), check, later),
    ]


def _write_rows(
    case: Case, model: Any, rows: list[Any], wanted: dict[Any, dict[str, Any]], names: tuple[str, ...], check: bool,
    later: Changes | None,
) -> list[str]:  # fmt: skip
    differed, new, change, fields = [], [], [], set()
    have = {tuple(getattr(row, n) for n in names): row for row in rows}
    for identity, values in wanted.items():
        row = have.pop(identity, None)
        if row is None:
            new.append(model(case=case, **dict(zip(names, identity, strict=True)), **values))
        else:
            off = {n: v for n, v in values.items() if _differs(getattr(row, n), v)}
            if not off:
                continue
            if check:
                pass
            elif later is not None:
                later.add(row, off)
            else:
                for n, value in off.items():
                    setattr(row, n, value)
                fields |= set(off)
                change.append(row)
        differed.append(f"{model.__name__.lower()} {' '.join(map(str, identity))}")
    if not check:
        if new:
            model.objects.bulk_create(new)
        if change:
            model.objects.bulk_update(change, sorted(fields))
        if have:
            model.objects.filter(pk__in=[row.pk for row in have.values()]).delete()
    return differed + [f"{model.__name__.lower()} {' '.join(map(str, i))}" for i in have]


def write_many(cases: Sequence[Case], at: datetime, *, check: bool = False) -> dict[int, list[str]]:
    """Work out the caches of many locked cases and bring them in line; by case, what differed. Four queries read
    whatever the comparison needs; with `check` nothing is written."""
    pks = [case.pk for case in cases]
    rows: dict[int, list[Row]] = defaultdict(list)
    for case_id, *values in Step.objects.filter(case__in=pks).order_by("case_id", "seq").values_list("case_id", *ROW):
        rows[case_id].append(Row(*values))
    parties, assignments, deadlines = (_by_case(model, pks) for model in (Party, Assignment, Deadline))
    who = cache(who_answers)
    differed, changes = {}, Changes()
    for case in cases:
        if not rows[case.pk]:
            differed[case.pk] = ["steps"]  # there is nothing to work from; `verify` says what is missing
            continue
        caches = work_out(case, standing_of(case, rows[case.pk]), parties[case.pk], at, who)
        have = Have(assignments[case.pk], deadlines[case.pk])
        if fields := write(case, caches, check=check, have=have, later=changes):
            differed[case.pk] = fields
    changes.write()
    return differed


def _by_case(model: Any, pks: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in model.objects.filter(case__in=pks).order_by("pk"):
        found[row.case_id].append(row)
    return found


def _differs(old: Any, new: Any) -> bool:
    if isinstance(old, memoryview):
        old = bytes(old)
    return bool(old != new)
