"""The door. Lists, details, files, exports and fragments all come through here; a stranger gets 404.

The database's row-level security compares the same two sets (a matter's doors, a person's keys) once more underneath, so
that a forgotten filter shows nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from jiefen.cases import ground
from jiefen.cases.models import Assignment, Case
from jiefen.cases.rules import UNIT_ROLES
from jiefen.kernel.models import Reading
from jiefen.people.actor import Actor

_SAME_READING = timedelta(minutes=10)


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Every case whose doors one of the actor's keys opens."""
    return Case.objects.filter(doors__overlap=sorted(actor.keys))


def may_see(actor: Actor, case: Case) -> bool:
    return bool(actor.keys & set(case.doors))


def case_for(actor: Actor | None, slug: str, *, lock: bool = False) -> Case:
    """The case, or 404: the same whether it does not exist or is not yours."""
    if actor is None:
        raise Http404
    rows = Case.objects.select_for_update(of=("self",)) if lock else Case.objects
    # What a page names is read with it; an area's drawn shape is heavy, and offices are read where a page asks.
    case = rows.select_related("key", "area", "first_asked").defer("area__shape").filter(slug=slug).first()
    if case is None or not may_see(actor, case):
        raise Http404
    return case


def roles_on(actor: Actor, case: Case, assignment: Assignment | None = None) -> dict[str, tuple[int, int]]:
    """What the actor may do in this case: role → (unit, person whose posting it is).

    A handler's and a head's role counts at the unit that has the duty (or this assignment); a centre's role counts
    where the case's area lies in the posting's; nothing counts for an office that is kept out.
    """
    above = set(ground.lineage(case.area_id))
    at_unit = assignment.unit_id if assignment else case.lead_unit_id
    roles: dict[str, tuple[int, int]] = {}
    for posting in actor.held:
        counts = posting.unit_id == at_unit if posting.role in UNIT_ROLES else posting.area_id in above
        if counts and ground.door_of("unit", posting.unit_id) in set(case.doors) | _vault(case, above):
            roles.setdefault(posting.role, (posting.unit_id, posting.for_person))
    return roles


def _vault(case: Case, above: set[int]) -> set[int]:
    return {ground.door_of("vault", area) for area in above} if case.stratum == Case.Stratum.VAULT else set()


def note_reading(
    subject: str, actor: Actor, *, purpose: str, what: str, at: datetime, with_task: bool = True, **_: Any
) -> None:
    """Leave the line that the person concerned can see. The same reading within ten minutes is one line."""
    recent = Reading.objects.filter(
        subject=subject, person=actor.person_id, purpose=purpose, what=what, at__gt=at - _SAME_READING
    )
    if recent.exists():
        return
    desk = actor.desk
    Reading.objects.create(
        subject=subject, person=actor.person_id, name=actor.name, unit=desk.unit_name if desk else "",
        purpose=purpose, what=what, with_task=with_task, at=at,
    )  # fmt: skip
