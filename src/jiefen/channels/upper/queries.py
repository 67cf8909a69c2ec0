"""What stands above and what does not yet; and a matter as the form above asks for it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from jiefen.cases.access import visible_cases
from jiefen.cases.models import Case
from jiefen.channels.models import OutsideNumber
from jiefen.channels.upper.mapping import System
from jiefen.papers.fill import fields_for
from jiefen.people.actor import Actor
from jiefen.triage.setup import tables


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of the form above, filled from what we hold."""

    name: str
    label: str
    value: str
    required: bool

    @property
    def missing(self) -> bool:
        return self.required and not self.value


def numbers_of(case: Case) -> list[OutsideNumber]:
    """The numbers a case carries now."""
    return list(OutsideNumber.objects.filter(case=case, ended_at__isnull=True).select_related("by").order_by("pk"))


def without_number(actor: Actor, system: System) -> QuerySet[Case]:
    """The matters this person may see that belong in the system above and have no number of it, oldest first."""
    have = OutsideNumber.objects.filter(case=OuterRef("pk"), system=system.name, ended_at__isnull=True)
    rows = visible_cases(actor).filter(procedure__startswith="petition-", procedure__in=sorted(system.procedures))
    return rows.filter(~Exists(have)).order_by("opened_at", "pk")


def sheet(case: Case, system: System, at: datetime) -> list[Cell]:
    """A case as the form above asks for it, in its order. Opens the case's seal: leave a reading line."""
    ours = fields_for("", case, None, at) | {
        "procedure": case.procedure,
        "kind-label": tables(at).label(case.kind),
    }
    return [Cell(c.name, c.label, c.value(ours), c.required) for c in system.columns]
