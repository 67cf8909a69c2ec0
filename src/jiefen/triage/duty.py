"""Who is told at once when somebody is in danger, and telling them."""

from datetime import datetime

from jiefen.intake.actions import VAULT, Place, Sorted
from jiefen.kernel import ask
from jiefen.notices.actions import tell
from jiefen.notices.models import Notice
from jiefen.triage.rules import URGENT

_WHO = """
SELECT DISTINCT p.person_id FROM people_posting p JOIN people_person w ON w.id = p.person_id AND w.is_active
 WHERE {which} AND p.since <= %(at)s AND (p.until IS NULL OR p.until > %(at)s)
 ORDER BY 1
"""
NEAREST = _WHO.format(which="p.unit_id = %(centre)s AND p.role IN ('dispatcher', 'supervisor')")
KEEPERS = _WHO.format(which="p.role = 'vault-keeper'")
"""`postings_at` of these, as constant questions: they are asked while somebody waits at the window."""


def alarm(intake_id: int, item: Sorted, at: datetime) -> int:
    """Tell the duty people at the nearest centre of an urgent mark, at once. Returns how many were told."""
    urgent = [flag for flag in item.flags if flag in URGENT]
    if not urgent:
        return 0
    people = duty_people(item.place, at)
    return sum(tell(people, Notice.Kind.HARM, at=at, intake=intake_id, code=flag) for flag in urgent)


def duty_people(place: Place, at: datetime) -> list[int]:
    """Who is told when somebody is in danger: the nearest centre's dispatchers and supervisors, or the vault's keeper."""
    if place.stratum == VAULT:
        return [row[0] for row in ask.rows(KEEPERS, {"at": at})]
    return [row[0] for row in ask.rows(NEAREST, {"centre": place.centre_id, "at": at})]
