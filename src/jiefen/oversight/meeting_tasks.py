"""What a joint meeting decided: on the list of the office that does it until it says what was done; late ones are shown to
the office above and to whoever called the meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on, visible_cases
from jiefen.cases.models import Case
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, Sealed, open_row
from jiefen.oversight.meetings import (
    CONVENERS,
    LONGEST,
    WORKS_ON,
    Decision,
    MeetingRefused,
    Read,
    _append,
    _locked,
    _said,
)  # fmt: skip
from jiefen.oversight.models import JointMeeting, MeetingTask
from jiefen.oversight.shut import is_shut, not_shut
from jiefen.people.actor import UNIT, Actor, door
from jiefen.people.models import Unit

DONE, OFF = "task-done", "task-off"
PAGE = 50
ABOVE = frozenset({"supervisor", "unit-head", "dispatcher", "petition-officer", "sponsor"})
"""Who is shown what is late below them."""


@dataclass(frozen=True, slots=True)
class Line:
    """A task in words. `number` and `slug` of its matter only for whoever may open that."""

    row: MeetingTask
    words: str
    done: str
    unit: str
    person: str
    late: bool
    mine: bool
    number: str = ""
    slug: str = ""


def make(meeting: JointMeeting, key: Key, wanted: Sequence[Decision], *, at: datetime) -> list[tuple[MeetingTask, str]]:
    """The tasks of the minutes, with their words. Within the verb's transaction."""
    above = dict(Unit.objects.filter(pk__in={d.unit for d in wanted}).values_list("pk", "parent_id"))
    ordinary = meeting.case.stratum == Case.Stratum.ORDINARY
    rows = [
        MeetingTask(
            meeting=meeting, case_id=meeting.case_id, seq=n, unit_id=d.unit, person_id=d.person,
            words=key.seal(d.words, field="task.words"), due_on=d.due_on,
            over=door(UNIT, parent) if ordinary and (parent := above.get(d.unit)) else None,
        )
        for n, d in enumerate(wanted, 1)
        if d.due_on is not None
    ]  # fmt: skip
    MeetingTask.objects.bulk_create(rows)
    return [(row, d.words) for row, d in zip(rows, wanted, strict=True)]


def done(task: int, *, by: Actor, at: datetime, words: str) -> MeetingTask:
    """Say what was done. The same words again are the same; others are refused. Late is still taken.

    Raises MeetingRefused for whoever does not work at that office, and without words; MeetingTask.DoesNotExist.
    """
    with scope("worker"):
        case, key, row = _task(task)
        role = next((p.role for p in by.held if p.unit_id == row.unit_id and p.role in WORKS_ON), "") or next(
            (p.role for p in by.held if p.unit_id == row.unit_id and p.role != "administrator"), ""
        )
        if not role or is_shut(row.shut, by):
            raise MeetingRefused("role", _("这一项由承担的单位自己写明办了什么。"))
        said = _said(words, LONGEST, _("请写明做了什么、结果怎样。"))
        if row.done_at is not None:
            if row.done_by_id == by.person_id and key.open(row.done_words, field="task.done") == said:
                return row
            raise MeetingRefused("done", _("这一项已经有人写明办完了，请看过再说。"))
        if row.called_off_at is not None:
            raise MeetingRefused("off", _("这一项已经撤销，不用再办。"))
        _append(
            case, key, DONE, by, role, row.unit_id, at, {"meeting": row.meeting.seq, "task": row.seq}, {"done": said}
        )
        row.done_at, row.done_by_id, row.done_words = at, by.person_id, key.seal(said, field="task.done")
        row.save(update_fields=["done_at", "done_by", "done_words"])
        return row


def call_off(task: int, *, by: Actor, at: datetime, why: str) -> MeetingTask:
    """Whoever may call meetings here says that it need not be done any more, and why. Once is enough."""
    with scope("worker"):
        case, key, row = _task(task)
        held = roles_on(by, case)
        role = next((r for r in sorted(CONVENERS) if r in held), "")
        if not role:
            raise MeetingRefused("role", _("会议定的事项由召集的一方撤销。"))
        if row.called_off_at is not None:
            return row
        if row.done_at is not None:
            raise MeetingRefused("done", _("这一项已经办完了，不能撤销。"))
        said = _said(why, LONGEST, _("请写明为什么不再要做。"))
        _append(case, key, OFF, by, role, held[role][0], at, {"meeting": row.meeting.seq, "task": row.seq}, None, said)
        row.called_off_at, row.called_off_by_id = at, by.person_id
        row.called_off_why = key.seal(said, field="task.off")
        row.save(update_fields=["called_off_at", "called_off_by", "called_off_why"])
        return row


def _task(pk: int) -> tuple[Case, Key, MeetingTask]:
    of = MeetingTask.objects.values_list("case_id", flat=True).get(pk=pk)
    case, key = _locked(Case(pk=of))
    return case, key, MeetingTask.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=pk)


def waiting(actor: Actor) -> QuerySet[MeetingTask]:
    """What this person's offices still have to do, the first due at the top."""
    rows = MeetingTask.objects.filter(
        not_shut(actor), unit_id__in=sorted(actor.units), done_at=None, called_off_at=None
    )
    return rows.select_related("unit", "person", "meeting").order_by("due_on", "pk")


def late_below(actor: Actor, at: datetime) -> QuerySet[MeetingTask]:
    """What is late at offices below this person's, or of matters where they may call meetings; the oldest first."""
    over = sorted(door(UNIT, p.unit_id) for p in actor.held if p.role in ABOVE)
    rows = MeetingTask.objects.filter(not_shut(actor), done_at=None, called_off_at=None, due_on__lt=local_day(at))
    called = visible_cases(actor).values("pk") if actor.roles & CONVENERS else Case.objects.none().values("pk")
    rows = rows.filter(Q(over__in=over) | Q(case_id__in=called))
    return rows.select_related("unit", "person", "meeting").order_by("due_on", "pk")


def lines(rows: Sequence[MeetingTask], actor: Actor, at: datetime) -> list[Line]:
    """Tasks in words, for a page. Three questions however many there are. What was destroyed is left out."""
    rows = list(rows)
    seen = {c.pk: c for c in visible_cases(actor).filter(pk__in={r.case_id for r in rows})} if rows else {}
    with scope("worker"):
        keys = (
            {c.pk: c.key for c in Case.objects.filter(pk__in={r.case_id for r in rows}).select_related("key")}
            if rows
            else {}
        )
    today, found = local_day(at), []
    for row in rows:
        try:
            found.append(line(row, open_row(keys[row.case_id]), actor, today, seen.get(row.case_id)))
        except Sealed:
            continue
    return found


def line(row: MeetingTask, key: Key, actor: Actor, today: date, case: Case | None) -> Line:
    """One task in words."""
    return Line(
        row, key.open(row.words, field="task.words"), key.open(row.done_words, field="task.done") if row.done_words else "",
        row.unit.name, row.person.name if row.person else "", row.done_at is None and row.called_off_at is None and row.due_on < today,
        row.unit_id in actor.units, case.number if case else "", case.slug if case else "",
    )  # fmt: skip


def read(row: JointMeeting, key: Key, units: dict[int, Unit], tasks: Sequence[Line] = ()) -> Read:
    """A meeting in words."""
    order = {"chair": 0, "core": 1, "other": 2}
    seats = sorted(row.seats.items(), key=lambda seat: (order[seat[1]], int(seat[0])))
    said = key.open(row.minutes, field="meeting.minutes") if row.minutes else {}
    return Read(
        row, key.open(row.topic, field="meeting.topic"), key.open(row.place, field="meeting.place"),
        tuple((units[int(pk)], part) for pk, part in seats if int(pk) in units), said.get("body", ""),
        tuple(said.get("present", ())), tuple(tasks),
    )  # fmt: skip


def by_number(pks: Sequence[int]) -> dict[int, Read]:
    """Meetings in words, of these those that the transaction's eyes see. Two queries, and one for the keys."""
    rows = list(JointMeeting.objects.filter(pk__in=pks).select_related("unit"))
    units = {u.pk: u for u in Unit.objects.filter(pk__in={int(pk) for r in rows for pk in r.seats})}
    with scope("worker"):
        keys = {c.pk: c.key for c in Case.objects.filter(pk__in={r.case_id for r in rows}).select_related("key")}
    found = {}
    for row in rows:
        try:
            found[row.pk] = read(row, open_row(keys[row.case_id]), units)
        except Sealed:
            continue
    return found


def meetings_ahead(actor: Actor) -> list[tuple[JointMeeting, Read]]:
    """Meetings that this person's offices are called to, or that stand on matters they may see and call to; the next first."""
    doors = sorted(door(UNIT, unit) for unit in actor.units)
    rows = list(
        JointMeeting.objects.filter(not_shut(actor), doors__overlap=doors, minuted_at=None, called_off_at=None)
        .select_related("unit").order_by("starts_at", "pk")[:PAGE]
    )  # fmt: skip
    units = {u.pk: u for u in Unit.objects.filter(pk__in={int(pk) for r in rows for pk in r.seats})}
    with scope("worker"):
        keys = {c.pk: c.key for c in Case.objects.filter(pk__in={r.case_id for r in rows}).select_related("key")}
    found = []
    for row in rows:
        try:
            found.append((row, read(row, open_row(keys[row.case_id]), units)))
        except Sealed:
            continue
    return found
