"""Named questions of the office's pages about personal requests."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from jiefen.desk.lists import visible_intakes
from jiefen.intake.models import Intake
from jiefen.kernel.seal import Sealed, open_row
from jiefen.people.actor import Actor
from jiefen.privacy.models import PersonalRequest
from jiefen.privacy.requests import ANSWERS, Shown, may_answer, shown

PAGE = 50


def answered_here(actor: Actor) -> "QuerySet[PersonalRequest]":
    """The requests that this person has a say in: of their offices; as supervisor also what is said of readings in their
    area; as keeper those of the vault. Row-level security holds underneath."""
    units = sorted({p.unit_id for p in actor.held if p.role in ANSWERS - {"vault-keeper"}})
    rows = PersonalRequest.objects.select_related("key", "unit", "case__key", "reading")
    intakes = visible_intakes(actor).values("pk")
    mine = rows.filter(intake__in=intakes)
    if "vault-keeper" in actor.roles:
        return mine
    if "supervisor" in actor.roles:
        return mine.filter(unit__in=units) | mine.filter(kind="reading")
    return mine.filter(unit__in=units).exclude(kind="reading")


def waiting(actor: Actor, at: datetime) -> list[tuple[Shown | None, PersonalRequest, str]]:
    """What is to be answered, what is due first on top: (opened, row, number of the intake)."""
    return _opened(answered_here(actor).filter(state="open").order_by("due_at", "pk")[:PAGE], actor, at)


def answered(actor: Actor, at: datetime) -> list[tuple[Shown | None, PersonalRequest, str]]:
    """The last ones answered."""
    return _opened(answered_here(actor).exclude(state="open").order_by("-answered_at", "-pk")[:10], actor, at)


def _opened(rows: Any, actor: Actor, at: datetime) -> list[tuple[Shown | None, PersonalRequest, str]]:
    found = list(rows)
    numbers = dict(visible_intakes(actor).filter(pk__in=[r.intake for r in found]).values_list("pk", "number"))
    return [(_shown(row, at), row, numbers.get(row.intake, "")) for row in found]


def _shown(row: PersonalRequest, at: datetime) -> Shown | None:
    try:
        return shown(row, open_row(row.key), at)
    except Sealed:
        return None


def one(actor: Actor, pk: int) -> tuple[PersonalRequest, Intake] | None:
    """A request with its intake, or None: the same whether there is none or it is not this person's."""
    row = answered_here(actor).filter(pk=pk).first()
    intake = (
        visible_intakes(actor).select_related("key", "centre", "area").filter(pk=row.intake).first() if row else None
    )
    if row is None or intake is None or not may_answer(actor, row, intake):
        return None
    return row, intake
