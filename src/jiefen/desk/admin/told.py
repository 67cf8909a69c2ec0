"""What an administrator could use to come in as somebody else is told at once: to the person, to the county's supervisors and to
the other administrators. One of them can undo it; nobody can take the notices back.

Two people would leave somebody who forgot their password standing outside until a second one is found, so it is told instead.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from jiefen.kernel.clock import local
from jiefen.kernel.scope import scope
from jiefen.notices.actions import tell
from jiefen.notices.models import Notice
from jiefen.people import actions
from jiefen.people.actor import Actor
from jiefen.people.models import Person, Substitute
from jiefen.people.queries import postings_at

RESET, STANDS_IN = "password-reset", "stand-in"


def _tell(what: str, about: Person, also: set[int], by: Actor, at: datetime) -> None:
    watch = Q(role="supervisor", unit__unit_type="county-centre") | Q(role="administrator")
    people = set(postings_at(at).filter(watch).values_list("person_id", flat=True)) | {about.pk} | also
    with scope("worker"):
        tell(people - {by.person_id}, Notice.Kind.MOVED, at=at, code=f"{what}:{about.pk}:{local(at):%Y%m%d%H%M%S%f}")


@transaction.atomic
def reset_password(person: Person, *, by: Actor, at: datetime) -> str:
    """A new one-time password, told at once. Raises Refused."""
    fresh = actions.reset_password(person)
    _tell(RESET, person, set(), by, at)
    return fresh


@transaction.atomic
def stand_in(
    person: Person, other: Person, *, since: datetime, until: datetime, reason: str, by: Actor, at: datetime
) -> Substitute:
    """Name who stands in for somebody, told at once, also to whoever stands in. Raises Refused."""
    row = actions.stand_in(person, other, since=since, until=until, reason=reason, now=at)
    _tell(STANDS_IN, person, {other.pk}, by, at)
    return row


def about_of(code: str) -> tuple[str, int]:
    """What such a notice says and of whom: (`password-reset` or `stand-in`, the person's number); of any other ("", 0)."""
    what, _colon, rest = code.partition(":")
    number = rest.partition(":")[0]
    return (what, int(number)) if what in (RESET, STANDS_IN) and number.isdecimal() else ("", 0)
