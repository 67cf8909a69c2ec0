"""Named questions about offices and who stands in them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from jiefen.kernel import ask
from jiefen.kernel.clock import day_end
from jiefen.people.models import Person, Posting, Substitute, Unit


def postings_at(at: datetime) -> QuerySet[Posting]:
    """Postings that hold at a moment, of people who are not shut out."""
    return Posting.objects.filter(since__lte=at, person__is_active=True).filter(Q(until__isnull=True) | Q(until__gt=at))


def areas_staffed(on: date) -> set[int]:
    """Areas that a grid worker is posted for on a day."""
    rows = postings_at(day_end(on) - timedelta(seconds=1)).filter(role="grid-worker")
    return set(rows.values_list("area_id", flat=True))


def holds_posting(person_id: int, unit_id: int, at: datetime) -> bool:
    """Whether somebody works at a unit at a moment."""
    return ask.row(HOLDS, {"person": person_id, "unit": unit_id, "at": at}) is not None


HOLDS = """
SELECT 1 FROM people_posting p JOIN people_person w ON w.id = p.person_id AND w.is_active
 WHERE p.person_id = %(person)s AND p.unit_id = %(unit)s AND p.since <= %(at)s AND (p.until IS NULL OR p.until > %(at)s)
 LIMIT 1
"""
"""Asked at every step for whoever is named, so in plain SQL: `postings_at` of one person at one unit."""


def away(person_id: int, at: datetime) -> int | None:
    """Who stands in for somebody away at a moment; None when they are there, or nobody who works here stands in.

    A stand-in who is away as well hands on to their own; two who name each other end with neither.
    """
    seen = {person_id}
    here = person_id
    while True:
        found = ask.row(STANDS_IN, {"person": here, "at": at})
        if found is None:
            break
        named = found[0]
        if named in seen:
            return None
        seen.add(named)
        here = named
    return here if here != person_id and postings_at(at).filter(person_id=here).exists() else None


STANDS_IN = """
SELECT stand_in_id FROM people_substitute
 WHERE person_id = %(person)s AND since <= %(at)s AND until > %(at)s ORDER BY id DESC LIMIT 1
"""


def with_stand_ins(persons: Iterable[int], at: datetime) -> frozenset[int]:
    """These people, who stands in for them at a moment, and who for those."""
    found = further = frozenset(persons)
    while further:
        rows = Substitute.objects.filter(person__in=further, since__lte=at, until__gt=at)
        further = frozenset(rows.values_list("stand_in_id", flat=True)) - found
        found |= further
    return found


HEAD = """
WITH RECURSIVE up AS (
  SELECT id, parent_id, 0 AS far, ARRAY[id] AS seen FROM people_unit WHERE id = %(unit)s
  UNION ALL
  SELECT u.id, u.parent_id, far + 1, seen || u.id FROM people_unit u JOIN up ON u.id = up.parent_id WHERE u.id <> ALL (seen)
)
SELECT p.person_id
  FROM people_posting p
  JOIN people_person w ON w.id = p.person_id AND w.is_active
  JOIN people_unit u ON u.id = p.unit_id
  LEFT JOIN up ON up.id = p.unit_id
 WHERE p.since <= %(at)s AND (p.until IS NULL OR p.until > %(at)s) AND p.person_id <> ALL (%(without)s::bigint[])
   AND CASE WHEN up.id IS NULL THEN p.role = 'supervisor' AND u.unit_type = 'county-centre'
            ELSE p.role IN ('unit-head', 'supervisor', 'dispatcher') END
 ORDER BY up.far NULLS LAST, p.role <> 'unit-head', p.since, p.id
 LIMIT 1
"""


def head_of(unit_id: int, at: datetime, without: frozenset[int] = frozenset()) -> int | None:
    """Who heads a unit: its own head, or failing that the head of the office above, and so on up.

    At the top, whoever supervises there. None only where a county has nobody at all. One question to the database.
    `without`: who has stepped back and answers for nothing here.
    """
    row = ask.row(HEAD, {"unit": unit_id, "at": at, "without": sorted(without)})
    return _there(row[0], at, without) if row else None


def who_answers(unit_id: int, named: int | None, at: datetime, without: frozenset[int] = frozenset()) -> int | None:
    """Who is responsible at a unit at a moment: the person named, else their stand-in, else the head; nobody of those who
    have stepped back (`without`), whose stand-in acts."""
    if named and holds_posting(named, unit_id, at) and (found := _there(named, at, without)):
        return found
    return head_of(unit_id, at, without)


def _there(person: int, at: datetime, without: frozenset[int]) -> int | None:
    """Who stands in for somebody, else they themselves, as far as they have not stepped back."""
    return next((one for one in (away(person, at), person) if one and one not in without), None)


def staff_of(unit_id: int, at: datetime) -> QuerySet[Person]:
    """Who works at a unit now, by name."""
    return Person.objects.filter(pk__in=postings_at(at).filter(unit_id=unit_id).values("person_id")).order_by("name")


def existing_units(day: date) -> QuerySet[Unit]:
    """Offices that exist on a day."""
    return Unit.objects.filter(since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))


def named_exactly(said: str, day: date) -> list[Unit]:
    """The offices on a day whose code, name or short name is exactly this; more than one where names are shared."""
    said = said.strip()
    if not said:
        return []
    return list(existing_units(day).filter(Q(code=said) | Q(name=said) | Q(short=said)).order_by("code")[:5])


def people_named(said: str) -> QuerySet[Person]:
    """Staff whose name or username is exactly this. Never a part of a name: this finds somebody known, it browses nobody."""
    said = said.strip()
    return Person.objects.filter(Q(name=said) | Q(username=said.lower())).order_by("username")


def stand_ins_of(person_id: int, at: datetime) -> QuerySet[Substitute]:
    """Who stands in for somebody from now on, running and to come."""
    return Substitute.objects.filter(person_id=person_id, until__gt=at).select_related("stand_in").order_by("since")
