"""What the lead's offices do for the lead is done in the joined matters too: the same step, by the same person, weighed by
each matter's own guards. What a matter is not ready for it is refused, and stands behind until somebody sees to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiefen.cases import joining, reading
from jiefen.cases.actions.record import history
from jiefen.cases.actions.steps import PLAIN, StepRefused, take_step
from jiefen.cases.models import Case, Step
from jiefen.cases.rules import Row, Standing
from jiefen.cases.standing import standing_of
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.people.actor import Actor, actor_by_id

OWN = frozenset({"demand-answers", "complainants", "served-on", "follow-ups", "evidence", "obligations"})
"""Facts that belong to one matter and its people; they never travel."""


@dataclass(frozen=True, slots=True)
class Behind:
    """A joined matter that could not follow: the case, the step, and the rule's sentence."""

    case: Case
    step: str
    says: str


def along(step_id: int) -> list[Behind]:
    """Do a step of a lead in each matter that it leads; those that could not follow. Doing it twice changes nothing."""
    with scope("worker"):
        step = reading.step_of(step_id)
        if step.assignment or not joining.goes_along(step.case.procedure, step.name):
            return []
        followers = standing_of(step.case).joins
        found = []
        for case in Case.objects.select_related("key").filter(pk__in=followers).order_by("pk"):
            by = actor_by_id(step.by_id, step.recorded_at) if step.by_id else None
            says = _take(step, case, by=by, at=step.at, recorded_at=step.recorded_at)
            if says:
                found.append(Behind(case, step.name, says))
        return found


def bring_up(lead: Case, other: Case, *, by: Actor, at: datetime, recorded_at: datetime) -> str:
    """Right after a join: what was with nobody is handed over as the lead was; why not, where it could not be."""
    rows, others = history(lead), history(other)
    standing, theirs = standing_of(lead, rows), standing_of(other, others)
    if standing.lead is None or theirs.lead is not None:
        return ""
    handed = _handing_over(rows, standing)
    if handed is None:
        return ""
    step = Step.objects.select_related("case__key").get(case=lead, seq=handed.seq)
    return _take(step, other, by=by, at=at, recorded_at=recorded_at, unit=standing.lead.unit)


def catch_up(lead: Case, other: Case, *, by: Actor, at: datetime) -> str:
    """Somebody asks once more that a matter follow: each step of the lead since it was handed over that it lacks, in order, as
    far as its own guards let it. Returns why it stopped; empty where it stands where the lead does."""
    with scope("worker"):
        rows = history(lead)
        for row in missing(rows, history(other), lead.procedure):
            step = Step.objects.select_related("case__key").get(case=lead, seq=row.seq)
            if says := _take(step, other, by=by, at=at, recorded_at=at):
                return says
        return ""


def missing(rows: Sequence[Row], others: Sequence[Row], procedure: str) -> list[Row]:
    """The steps of the lead, oldest first, that go along and have no counterpart in the other's chain: as many of a name as
    the lead has more of."""
    have: dict[str, int] = {}
    for row in others:
        have[row.name] = have.get(row.name, 0) + 1
    found = []
    for row in rows:
        if row.assignment or not joining.goes_along(procedure, row.name):
            continue
        if have.get(row.name, 0):
            have[row.name] -= 1
        else:
            found.append(row)
    return found


def _handing_over(rows: Sequence[Row], standing: Standing) -> Row | None:
    """The row by which the lead was first handed over: whoever has it now, it went out of the same state."""
    return next(
        (r for r in rows if standing.lead and any(a["part"] == "lead" for a in r.codes.get("assign", ()))), None
    )


def _take(
    step: Step, case: Case, *, by: Actor | None, at: datetime, recorded_at: datetime, unit: int | None = None
) -> str:
    """The step in another matter, handed to `unit` where that is named; the sentence of the refusal, or empty where it is
    taken (or was before)."""
    given = _facts(step) | ({"lead-unit": unit} if unit else {})
    reading.locked(case.pk)  # somebody else may be bringing it along at this moment
    if Step.objects.filter(case=case, codes__along=step.pk).exists() and not _taken_back(case, step.pk):
        return ""
    try:
        take_step(
            case, step.name, by=by, at=at, recorded_at=recorded_at, facts=given, reason=_reason(step),
            inside=step.by_role if by is None else "", along=step.pk,
        )  # fmt: skip
    except StepRefused as no:
        return str(no)
    return ""


def _taken_back(case: Case, step: int) -> bool:
    """Whether what came along was taken back by an undo, so that it may come again."""
    rows = history(case)
    void = {seq for row in rows if row.name == "parted" for seq in row.codes.get("void", ())}
    return all(row.seq in void for row in rows if row.codes.get("along") == step)


def _facts(step: Step) -> dict[str, Any]:
    key = open_row(step.case.key)
    sealed: Mapping[str, Any] = (key.open(step.facts, field="step.facts") or {}) if step.facts else {}
    facts = {name: said for name, said in sealed.items() if name not in OWN}
    facts = {name: said for name, said in step.codes.items() if name in PLAIN or name == "extensions"} | facts
    for one in step.codes.get("assign", ()):
        if one["part"] == "lead":  # who helps does so once, in the lead
            facts["lead-unit"] = one["unit"]
    return facts


def _reason(step: Step) -> str:
    return (open_row(step.case.key).open(step.reason, field="step.reason") or "") if step.reason else ""
