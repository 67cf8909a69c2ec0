"""Whose seal a paper bears: an office's own, under the name it has, or none.

When an office ends, or gets another name, the image of its seal is withdrawn in the same transaction: papers sealed before keep
it, no other gets it. Whoever took over, and the office under its new name, have a seal once the administrator gave one.
"""

from datetime import datetime

from django.db import connection

from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.papers.models import Paper, UnitSeal
from jiefen.people import actions, successions
from jiefen.people.models import Unit
from jiefen.people.queries import existing_units
from jiefen.people.successions import Change


def register() -> None:
    """Called when the app is ready."""
    successions.when_succeeding(seals)
    actions.when_renaming(renamed)


def seals(change: Change) -> None:
    """The seals of the offices that end. The heirs get none of them; one that goes on existing keeps its own."""
    with scope("worker"):
        rows = UnitSeal.objects.filter(unit_id__in=change.units, until=None)
        change.count("seals", rows.update(until=change.at, ended_by_id=change.succession.planned_by_id))


def renamed(unit: Unit, before: str, at: datetime) -> None:
    """The seal that bears the old name is withdrawn; papers made under that name go on showing it."""
    with scope("worker"):
        UnitSeal.objects.filter(unit=unit, until=None, since__lte=at).update(until=at)
        Paper.objects.filter(unit=unit, unit_name="", made_at__lte=at).update(unit_name=before)


_MISSING = """
SELECT u.id FROM people_unit u
 WHERE NOT EXISTS (SELECT 1 FROM papers_unitseal s WHERE s.unit_id = u.id AND s.until IS NULL)
   AND EXISTS (SELECT 1 FROM papers_unitseal s LEFT JOIN people_unitheir h ON h.unit_id = s.unit_id
                WHERE s.unit_id = u.id OR h.heir_id = u.id)
"""


def missing_seals(at: datetime) -> list[Unit]:
    """Offices that exist and have no seal in force, though they, or an office they took over from, had one. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING)
        ids = [row[0] for row in cursor.fetchall()]
    return list(existing_units(local_day(at)).filter(pk__in=ids).order_by("code")) if ids else []
