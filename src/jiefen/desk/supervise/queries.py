"""What the supervisor's board asks. Every list and count goes through the door, is about matters, and ends at 50 rows.

A fixed number of queries whatever there is. Nothing here groups, sorts or counts by somebody who asked for something.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMinute
from django.utils.translation import gettext as _

from jiefen.cases.access import visible_cases
from jiefen.cases.models import Assignment, Case, Step
from jiefen.cases.rules import answers, objects
from jiefen.desk.lists import counted
from jiefen.kernel import stuck
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import procedures

SOON = timedelta(hours=72)
LOOK_BACK = timedelta(days=30)
"""How far back the figures that look good are looked at: how wide the page looks, no time limit of anybody."""
SAME_MINUTE = 5
"""So many matters ended by one office within one minute want a look. Not a finding: a reason to ask."""
MOST_UNITS = 20
MOST_CAUSES = 8
MOST_STUCK = 10


def disputed_states() -> list[str]:
    """The states in which an office has given a matter back and nobody has said yet whether it is right."""
    found = {
        step.to for procedure in procedures().values() for step in procedure.steps.values() if objects(step) and step.to
    }
    return sorted(found)


def reply_steps() -> list[str]:
    """The steps by which an office answers."""
    return sorted({s.name for procedure in procedures().values() for s in procedure.steps.values() if answers(s)})


def end_states() -> list[str]:
    return sorted({state.name for procedure in procedures().values() for state in procedure.ends})


def open_cases(actor: Actor) -> QuerySet[Case]:
    return visible_cases(actor).filter(is_open=True)


def listed(actor: Actor, what: str, at: datetime, *, unit: Unit | None = None, clock: str = "") -> QuerySet[Case]:
    """The matters behind one figure of the board. KeyError for a list that there is not."""
    rows = open_cases(actor)
    live = Assignment.objects.filter(case=OuterRef("pk"), state="open", due_at__lte=at)
    if what == "unsigned" and unit is not None:
        live = live.filter(unit=unit)
    found = {
        "unassigned": lambda: rows.filter(lead_unit__isnull=True),
        "unassigned-late": lambda: rows.filter(lead_unit__isnull=True, next_due_at__lte=at),
        "unsigned": lambda: rows.filter(Exists(live)),
        "late": lambda: rows.filter(next_due_at__lte=at),
        "soon": lambda: rows.filter(next_due_at__gt=at, next_due_at__lte=at + SOON),
        "disputed": lambda: rows.filter(state__in=disputed_states()),
        "orphans": lambda: rows.filter(Q(responsible__isnull=True) | Q(next_due_at__isnull=True)),
        "open": lambda: rows,
        "no-contact": lambda: visible_cases(actor).filter(pk__in=_uncontacted(at, unit).values("case_id")),
        "same-minute": lambda: visible_cases(actor).filter(pk__in=_ended(at, unit).values("case_id")),
    }[what]()
    if unit is not None and what in ("late", "soon", "disputed", "orphans", "open"):
        found = found.filter(lead_unit=unit)
    if clock:
        found = found.filter(next_clock=clock)
    return found


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures at the top, as they are shown: «2000+» beyond what anybody works through."""

    unassigned: str
    unassigned_late: str
    unsigned: str
    late: str
    soon: str
    disputed: str
    open: str


def figures(actor: Actor, at: datetime) -> Figures:
    """Seven counts, seven queries."""
    names = ("unassigned", "unassigned-late", "unsigned", "late", "soon", "disputed", "open")
    return Figures(*(counted(listed(actor, name, at)) for name in names))


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One office: how many of its matters are late, how many soon will be, how many it has not signed for in time."""

    unit: Unit
    late: int
    soon: int
    unsigned: int
    oldest: datetime | None


def by_unit(actor: Actor, at: datetime) -> list[UnitLine]:
    """The offices with anything late, soon due or unsigned. Three queries."""
    late = Q(next_due_at__lte=at)
    rows = {
        row["lead_unit"]: row
        for row in open_cases(actor)
        .filter(next_due_at__lte=at + SOON, lead_unit__isnull=False)
        .order_by()
        .values("lead_unit")
        .annotate(late=Count("pk", filter=late), soon=Count("pk", filter=~late), oldest=Min("next_due_at", filter=late))
        .order_by("-late", "-soon", "lead_unit")[:MOST_UNITS]
    }
    unsigned = dict(
        Assignment.objects.filter(
            state="open", due_at__lte=at, case__is_open=True, case__doors__overlap=sorted(actor.keys)
        )
        .order_by()
        .values_list("unit")
        .annotate(n=Count("case", distinct=True))
        .order_by("-n")[:MOST_UNITS]
    )
    units = Unit.objects.in_bulk({*rows, *unsigned})
    none: dict[str, Any] = {"late": 0, "soon": 0, "oldest": None}
    lines = []
    for pk, unit in units.items():
        row: Any = rows.get(pk, none)
        lines.append(UnitLine(unit, row["late"], row["soon"], unsigned.get(pk, 0), row["oldest"]))
    return sorted(lines, key=lambda line: (-line.late, -line.unsigned, -line.soon, line.unit.code))[:MOST_UNITS]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why matters are late: which clock ran out, in how many, and the oldest of them."""

    clock: str
    label: str
    n: int
    oldest: Case | None


def causes(actor: Actor, at: datetime) -> list[Cause]:
    """The clocks that ran out, most matters first, each with its oldest matter. Two queries."""
    late = open_cases(actor).filter(next_due_at__lte=at)
    counts = list(late.order_by().values_list("next_clock").annotate(n=Count("pk")).order_by("-n")[:MOST_CAUSES])
    names = [name for name, _n in counts]
    first = late.filter(next_clock__in=names).order_by("next_clock", "next_due_at", "pk").distinct("next_clock")
    oldest = {case.next_clock: case for case in first.select_related("key", "lead_unit", "centre")}
    labels = {name: clock.label for procedure in procedures().values() for name, clock in procedure.clocks.items()}
    # A label belongs to the procedure of the matter at hand, where two procedures name a clock alike.
    for name, case in oldest.items():
        found = procedures().get((case.procedure, case.version))
        if found and name in found.clocks:
            labels[name] = found.clocks[name].label
    return [Cause(name, labels.get(name, _("没有期限")), n, oldest.get(name)) for name, n in counts]


@dataclass(frozen=True, slots=True)
class Odd:
    """A figure that looks good and wants checking: about an office and its matters, never about who asked."""

    what: str
    unit: Unit
    n: int
    of: int
    at: datetime | None = None


def _closing(at: datetime) -> QuerySet[Step]:
    rows = Step.objects.filter(at__gt=at - LOOK_BACK, at__lte=at, to_state__in=end_states(), unit__isnull=False)
    return rows.exclude(from_state__in=end_states())


def _ended(at: datetime, unit: Unit | None) -> QuerySet[Step]:
    """The endings of the fullest minute of an office."""
    rows = _closing(at)
    if unit is not None:
        rows = rows.filter(unit=unit)
    full = (
        rows.order_by()
        .annotate(minute=TruncMinute("at"))
        .values("unit", "minute")
        .annotate(n=Count("pk"))
        .filter(n__gte=SAME_MINUTE)
    )
    top = full.order_by("-n", "-minute").first()
    if top is None:
        return rows.none()
    return rows.filter(unit=top["unit"], at__gte=top["minute"], at__lt=top["minute"] + timedelta(minutes=1))


def _replies(at: datetime) -> QuerySet[Step]:
    return Step.objects.filter(name__in=reply_steps(), at__gt=at - LOOK_BACK, at__lte=at, unit__isnull=False)


def _uncontacted(at: datetime, unit: Unit | None = None) -> QuerySet[Step]:
    contact = Step.objects.filter(case=OuterRef("case"), name="contact", seq__lt=OuterRef("seq"))
    rows = _replies(at).filter(case__procedure__in=_with_contact()).exclude(Exists(contact))
    return rows.filter(unit=unit) if unit is not None else rows


def _with_contact() -> list[str]:
    """Procedures that have a step of speaking to whoever asked."""
    return sorted({name for (name, _v), procedure in procedures().items() if "contact" in procedure.steps})


def odd_figures(actor: Actor, at: datetime) -> list[Odd]:
    """Many endings of one office in one minute; answers without anybody having been spoken to. Four queries."""
    seen = {"case__doors__overlap": sorted(actor.keys)}
    minutes = (
        _closing(at).filter(**seen).order_by().annotate(minute=TruncMinute("at")).values("unit", "minute").annotate(n=Count("case", distinct=True))
        .filter(n__gte=SAME_MINUTE).order_by("-n", "-minute")[:5]
    )  # fmt: skip
    fullest: dict[int, Any] = {}
    for row in minutes:
        fullest.setdefault(row["unit"], row)
    replied = dict(
        _replies(at)
        .filter(**seen, case__procedure__in=_with_contact())
        .order_by()
        .values_list("unit")
        .annotate(n=Count("case", distinct=True))
    )
    silent = dict(
        _uncontacted(at)
        .filter(**seen)
        .order_by()
        .values_list("unit")
        .annotate(n=Count("case", distinct=True))
        .order_by("-n")[:5]
    )
    units = Unit.objects.in_bulk({*fullest, *silent})
    found = [Odd("same-minute", units[pk], row["n"], 0, row["minute"]) for pk, row in fullest.items()]
    return found + [Odd("no-contact", units[pk], n, replied.get(pk) or n) for pk, n in silent.items()]


def stuck_work() -> list[tuple[str, int, datetime | None]]:
    """Stuck work by what it does: (what, how many, since when), most first. One query; what it was given stays unread."""
    found: dict[str, list[stuck.StuckJob]] = {}
    for job in stuck.jobs():
        found.setdefault(job.task, []).append(job)
    lines = [
        (job_label(task), len(jobs), min((job.since for job in jobs if job.since), default=None))
        for task, jobs in found.items()
    ]
    return sorted(lines, key=lambda line: (-line[1], line[0]))[:MOST_STUCK]


def job_label(name: str) -> str:
    """What a job does, in words."""
    known = {
        "after_steps": _("步骤之后的文书、通知和统计"),
        "due_again": _("按新日历重算时限"),
        "month_figures": _("上个月的公开数字"),
    }
    return known.get(name, name)
