"""Stepping back by somebody whose office only helps, was only called to a meeting, given one of its tasks, or sent to go and see:
they have no part in the matter itself, so its own page of stepping back is not theirs. The effect is the same (`cases.actions.recuse`), and
somebody else of their office is asked in their place; where nobody else is there, whoever called is told."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jiefen.cases.actions.recuse import recuse
from jiefen.cases.models import Assignment, Case, Step
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Sealed, open_row
from jiefen.notices.actions import tell
from jiefen.notices.models import Notice
from jiefen.oversight.meetings import WORKS_ON, MeetingRefused
from jiefen.oversight.models import JointMeeting, MeetingTask, Visit
from jiefen.oversight.shut import not_shut
from jiefen.oversight.visits import WALKS, errand_of
from jiefen.people.actor import UNIT, Actor, door
from jiefen.people.apart import stepped_back
from jiefen.people.queries import postings_at

MEETING, TASK, VISIT, ASSIST = "meeting", "task", "visit", "assist"
SORTS = (MEETING, TASK, VISIT, ASSIST)
ASSIST_INSTEAD = "assist-instead"
"""Code of the notice to whoever answers for the office's help in somebody's place."""
INSTEAD, NOBODY = "meeting-instead", "meeting-nobody"
"""Codes of the notices to whoever is asked in somebody's place, and to whoever called where nobody else is there."""


@dataclass(frozen=True, slots=True)
class Called:
    """What somebody was called to: of which matter, for which of their offices, in which role, and what it says."""

    sort: str
    pk: int
    case: int
    unit: int
    role: str
    says: str


def called_to(actor: Actor, sort: str, pk: int) -> Called | None:
    """What this person could step back from; None for what does not lie with their office, is over, or they stepped back from."""
    doors = {door(UNIT, p.unit_id): p for p in actor.held if p.role not in ("administrator", "vault-keeper")}
    if sort == MEETING:
        rows = JointMeeting.objects.filter(not_shut(actor), pk=pk, minuted_at=None, called_off_at=None)
        row = rows.filter(doors__overlap=sorted(doors)).first()
        here = next((p for d, p in doors.items() if row and d in row.doors), None)
        return _said(row, sort, here, "topic", "meeting.topic") if row and here else None
    if sort == TASK:
        task = MeetingTask.objects.filter(not_shut(actor), pk=pk, done_at=None, called_off_at=None).first()
        held = doors.get(door(UNIT, task.unit_id)) if task else None
        return _said(task, sort, held, "words", "task.words") if task and held else None
    if sort == ASSIST:
        duty = helping(actor).filter(pk=pk).first()
        mine = next((p for p in actor.held if duty and p.unit_id == duty.unit_id and p.role in WORKS_ON), None)
        return _said(duty, sort, mine, "title", "case.title") if duty and mine else None
    if sort == VISIT:
        try:
            errand = errand_of(actor, pk)
        except Sealed:
            return None
        says = (errand.words or "、".join(errand.demands)) if errand else ""
        return Called(sort, pk, errand.visit.case_id, errand.visit.unit_id, WALKS, says) if errand else None
    return None


def helping(actor: Actor) -> QuerySet[Assignment]:
    """What this person's offices help with in matters that go on and that they have not stepped back from."""
    rows = Assignment.objects.filter(part="assist", unit_id__in=sorted(actor.units)).exclude(state="released")
    return rows.filter(
        case__is_open=True, case__stratum__lt=Case.Stratum.VAULT, case__doors__overlap=sorted(actor.keys)
    )


def _said(
    row: JointMeeting | MeetingTask | Assignment, sort: str, held: object, column: str, field: str
) -> Called | None:
    with scope("worker"):
        case = Case.objects.select_related("key").get(pk=row.case_id)
    try:
        said = getattr(case if isinstance(row, Assignment) else row, column)
        says = open_row(case.key).open(said, field=field)
    except Sealed:
        return None
    return Called(sort, row.pk, row.case_id, held.unit_id, held.role, says)  # type: ignore[attr-defined]


def step_back(called: Called, *, by: Actor, at: datetime, reason: str) -> Step:
    """Step back from the matter that one was called to: one sees nothing of it any more, and somebody else of the office is
    asked, in the same transaction. Twice is once. Raises cases' StepRefused, MeetingRefused where it lies with one no more."""
    with scope("worker"):
        case = Case.objects.select_for_update(of=("self",)).get(pk=called.case)
        if by.person_id not in stepped_back(case.doors) and called_to(by, called.sort, called.pk) != called:
            raise MeetingRefused("role", _("这一项已经不在您单位名下，不用回避。"))
        step = recuse(case, by.person_id, by=by, at=at, reason=reason, called=(called.role, called.unit))
        case.refresh_from_db(fields=["doors"])
        _helps_instead(case, by, at)
        _asked_instead(case, by, at)
        return step


def _helps_instead(case: Case, by: Actor, at: datetime) -> None:
    """Whoever answers now for what the office helps with hears of it. Raises MeetingRefused where nobody would."""
    mine = Assignment.objects.filter(case=case, part="assist", unit_id__in=sorted(by.units))
    for duty in mine.exclude(state__in=("released", "answered")):
        if duty.responsible_id is None:
            raise MeetingRefused("nobody", _("回避以后这件协办没有人负责了。请先请单位的上级定由谁办。"))
        tell([duty.responsible_id], Notice.Kind.STEP, at=at, case=case, code=f"{ASSIST_INSTEAD}:{duty.key}")


def _asked_instead(case: Case, by: Actor, at: datetime) -> None:
    out = stepped_back(case.doors)
    mine = {p.unit_id for p in by.held}
    for task in MeetingTask.objects.filter(case=case, unit_id__in=mine, done_at=None, called_off_at=None):
        other = _other(task.unit_id, WORKS_ON, out, at)
        if task.person_id == by.person_id:
            task.person_id = other
            task.save(update_fields=["person"])
        # Somebody else was named for it: they do it as before, and need not hear.
        if task.person_id in (None, other):
            _tell(case, other, task.meeting.by_id, task.meeting_id, at)
    for meeting in JointMeeting.objects.filter(case=case, minuted_at=None, called_off_at=None):
        for unit in mine & {int(pk) for pk in meeting.seats}:
            _tell(case, _other(unit, WORKS_ON | {"dispatcher"}, out, at), meeting.by_id, meeting.pk, at)
    for visit in Visit.objects.filter(case=case, unit_id__in=mine, done=None, called_off_at=None):
        if any(p.role == WALKS and p.unit_id == visit.unit_id for p in by.held) and not _other(
            visit.unit_id, {WALKS}, out, at
        ):
            visit.called_off_at = at  # nobody there can go: whoever asked asks another office
            visit.save(update_fields=["called_off_at"])
            tell([visit.by_id], Notice.Kind.STEP, at=at, case=case, code=f"visit-back:{visit.pk}")
        else:
            walks = _other(visit.unit_id, {WALKS}, out, at)
            tell([walks] if walks else [], Notice.Kind.STEP, at=at, case=case, code=f"visit-instead:{visit.pk}")


def _tell(case: Case, other: int | None, caller: int, meeting: int, at: datetime) -> None:
    code = f"{INSTEAD if other else NOBODY}:{meeting}"
    tell([other or caller], Notice.Kind.STEP, at=at, case=case, code=code)


def _other(unit: int, roles: frozenset[str] | set[str], out: frozenset[int], at: datetime) -> int | None:
    """Somebody else of an office: its head before those who handle there."""
    rows = postings_at(at).filter(unit_id=unit, role__in=sorted(roles)).exclude(person_id__in=out)
    found = list(rows.order_by("pk").values_list("role", "person_id"))
    return min(found, key=lambda one: not one[0].endswith("head"))[1] if found else None


__all__ = ["ASSIST", "MEETING", "SORTS", "TASK", "VISIT", "Called", "called_to", "helping", "step_back"]
