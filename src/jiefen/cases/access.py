"""The door. Lists, details, files, exports and fragments all come through here; a stranger gets 404.

The database's row-level security compares the same two sets (a matter's doors, a person's keys) once more underneath, so
that a forgotten filter shows nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from jiefen.cases import ground, reading
from jiefen.cases.models import Assignment, Case
from jiefen.cases.need import ReasonFirst, reads_content, said_why
from jiefen.cases.rules import UNIT_ROLES
from jiefen.kernel import ask
from jiefen.people.actor import Actor, Held

FINDS = "grid-worker"
"""Who walks a grid, and brings in what they find."""
_SAME_READING = timedelta(minutes=10)


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Every case whose doors one of the actor's keys opens."""
    return Case.objects.filter(doors__overlap=sorted(actor.keys))


def may_see(actor: Actor, case: Case) -> bool:
    return bool(actor.keys & set(case.doors))


def case_for(actor: Actor | None, slug: str, *, lock: bool = False, content: bool = True) -> Case:
    """The case, or 404: the same whether it does not exist or is not yours. Raises ReasonFirst for whoever works at an
    office it lies with but has no hand in it, until they have written why; with `content` off (title and clock) never."""
    if actor is None or "\x00" in slug:
        raise Http404
    case = reading.by_slug(slug, lock=lock)
    if case is None or not may_see(actor, case):
        raise Http404
    if content:
        open_to(actor, case)
    return case


def open_to(actor: Actor, case: Case) -> None:
    """Nothing where the content is open to the actor; raises ReasonFirst where a reason must be written first."""
    if not (reads_content(actor, case) or said_why(actor, case)):
        raise ReasonFirst(case)


def roles_on(actor: Actor, case: Case, assignment: Assignment | None = None) -> dict[str, tuple[int, int]]:
    """What the actor may do in this case: role → (unit, person whose posting it is).

    A handler's and a head's role counts at the unit that has the duty (or this assignment); a centre's and a grid's role
    counts where the case's area lies in the posting's; whoever walks a grid keeps theirs in what they brought in, put down to
    the village above it, until an office has the duty; a sponsor's for whoever is named in this case; nothing counts for an
    office that is kept out.
    """
    above = set(ground.lineage(case.area_id))
    at_unit = assignment.unit_id if assignment else case.lead_unit_id
    roles: dict[str, tuple[int, int]] = {}
    for posting in actor.held:
        if posting.role == "sponsor":
            counts = posting.for_person == case.sponsor_id
        else:
            counts = posting.unit_id == at_unit if posting.role in UNIT_ROLES else posting.area_id in above
            counts = counts or (
                posting.role == FINDS and case.lead_unit_id is None and posting.for_person == case.first_asked_id
            )
        if counts and posting.role == "ruling-body" and actor.at is not None:
            counts = ground.rules_here(posting.unit_id, case.area_id, actor.at)
        if counts and _comes_in(posting, case, above):
            roles.setdefault(posting.role, (posting.unit_id, posting.for_person))
    return roles


def _comes_in(posting: Held, case: Case, above: set[int]) -> bool:
    """Whether a door of the case stands open to the posting: its office's, the person's own (who found it, who sponsors
    it), or of the vault its keeper's, and there nobody else's."""
    if case.stratum == Case.Stratum.VAULT:
        return posting.role == "vault-keeper" and posting.area_id in above
    return bool({*posting.doors, ground.door_of("person", posting.for_person)} & set(case.doors))


def note_reading(
    subject: str, actor: Actor, *, purpose: str, what: str, at: datetime, with_task: bool = True, **_: Any
) -> None:
    """Leave the line that the person concerned can see. The same reading within ten minutes is one line."""
    desk = actor.desk
    ask.do(
        NOTE,
        {
            "subject": subject, "person": actor.person_id, "name": actor.name, "unit": desk.unit_name if desk else "",
            "purpose": purpose, "what": what, "with_task": with_task, "at": at, "since": at - _SAME_READING,
        },
    )  # fmt: skip


NOTE = """
INSERT INTO kernel_reading (subject, person, name, unit, purpose, what, with_task, at)
SELECT %(subject)s::text, %(person)s::bigint, %(name)s, %(unit)s, %(purpose)s::text, %(what)s::text, %(with_task)s, %(at)s
 WHERE NOT EXISTS (SELECT 1 FROM kernel_reading r
                    WHERE r.subject = %(subject)s AND r.person = %(person)s AND r.purpose = %(purpose)s
                      AND r.what = %(what)s AND r.at > %(since)s)
"""
"""Looked for and written in one statement: a page is read thousands of times a day."""
