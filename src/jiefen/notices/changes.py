"""A merger or split is told of: to whoever may agree while it waits, then to whoever it moves, their heads and the supervisors."""

from datetime import datetime

from django.db.models import Q

from jiefen.kernel.scope import scope
from jiefen.notices.actions import tell
from jiefen.notices.models import Notice
from jiefen.people.actor import CENTRE_UNIT_TYPES
from jiefen.people.models import Succession, Unit
from jiefen.people.queries import postings_at
from jiefen.people.successions import AGREED, DONE, PROPOSED, Change


def tell_of(row: Succession, change: Change | None, what: str, at: datetime) -> None:
    """Who is told of what became of a change; never whoever did it."""
    over = Q(role="supervisor", unit__unit_type__in=CENTRE_UNIT_TYPES, area__level="county") | Q(role="administrator")
    people = set(postings_at(at).filter(over).values_list("person_id", flat=True))
    now = row.agreed_by_id if row.agreed_at == at else None  # else the day came by itself
    by = {PROPOSED: row.planned_by_id, AGREED: row.agreed_by_id, DONE: now}.get(what, row.called_off_by_id)
    if what == DONE and change is not None:
        people |= set(change.moved) | _heads(change, at)
    elif what != PROPOSED and row.agreed_at is not None:
        people |= _there(row, at)
    kind = Notice.Kind.ASK if what == PROPOSED else Notice.Kind.MOVED
    with scope("worker"):
        # What waited for an answer waits no more.
        if what != PROPOSED:
            Notice.objects.filter(code=f"succession:{PROPOSED}:{row.pk}", done_at__isnull=True).update(done_at=at)
        tell(people - {by}, kind, at=at, code=f"succession:{what}:{row.pk}")


def _heads(change: Change, at: datetime) -> set[int]:
    """The heads of the offices that took over, also of those that only stand for another area now."""
    heirs = {heir for several in change.heirs.values() for heir in several}
    rows = postings_at(at).filter(Q(unit_id__in=heirs) | Q(unit__area_id__in=list(change.areas.values())))
    return set(rows.filter(role__in=("unit-head", "mediation-head")).values_list("person_id", flat=True))


def _there(row: Succession, at: datetime) -> set[int]:
    """Whoever works at the offices, or for the areas, that will end."""
    units = Unit.objects.filter(code__in=row.plan.get("units", ()))
    rows = postings_at(at).filter(Q(unit__in=units) | Q(area__code__in=row.plan.get("areas", ())))
    return set(rows.values_list("person_id", flat=True))
