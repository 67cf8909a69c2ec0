"""What an office helps with: its own duty and its own clock, not the matter's."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from jiefen.cases.models import Assignment, Deadline
from jiefen.desk.chips import chip_of
from jiefen.kernel.seal import Sealed, open_row
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.clocks import Chip

WAITING = ("open", "signed", "objected")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Mine:
    """A duty as its office sees it: the matter, who leads, what is to be done next and by when."""

    row: Assignment
    title: str
    lead: str
    todo: str
    chip: Chip | None
    url: str


def duties_of(actor: Actor, at: datetime, *, size: int = PAGE) -> list[Mine]:
    """Duties of this person's offices that are not answered yet, the first due at the top. Two queries."""
    rows = list(
        Assignment.objects.filter(
            unit_id__in=sorted(actor.units), part="assist", state__in=WAITING, case__is_open=True, case__doors__overlap=sorted(actor.keys)
        )
        .select_related("case__key", "case__lead_unit", "case__centre", "unit", "responsible")
        .order_by("due_at", "pk")[:size]
    )  # fmt: skip
    clocks = {
        (d.case_id, d.key, d.due_at): d.clock
        for d in Deadline.objects.filter(
            case_id__in={r.case_id for r in rows}, key__in={r.key for r in rows}, stopped_at=None, lapsed=False
        )
    }
    return [_mine(row, clocks.get((row.case_id, row.key, row.due_at), ""), at) for row in rows]


def _mine(row: Assignment, clock: str, at: datetime) -> Mine:
    case = row.case
    definition = procedure(case.procedure, case.version)
    known = definition.clocks.get(clock)
    try:
        title = open_row(case.key).open(case.title, field="case.title")
    except Sealed:
        title = _("内容打不开")
    name = {"open": "sign-assignment", "signed": "answer-assignment"}.get(row.state, "")
    step = definition.steps.get(name)
    may = step is not None and case.state in step.from_states
    return Mine(
        row, title, (case.lead_unit or case.centre).name, known.label if known else "", chip_of(known, row.due_at, at),
        f"/cases/{case.slug}/steps/{name}/?a={row.key}" if may else "",
    )  # fmt: skip
