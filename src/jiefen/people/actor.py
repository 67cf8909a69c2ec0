"""Who is acting: a person with the postings they hold at one moment, and the doors those open.

A door is a whole number. A matter carries the numbers of its doors, an actor the numbers of their keys, and one may be
seen where the two sets meet. Python's queries and the database's row-level security compare the same two sets.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jiefen.kernel import ask
from jiefen.people.models import Person

UNIT, PERSON, VAULT, RECEIPT = 0, 1, 2, 3
_SORTS = 4
APART = 1 << 32
"""From here on a unit's door is that of the unit without some of its people: the unit's number plus so many times a row of
`people.Apart`."""

CENTRE_ROLES = frozenset({"clerk", "dispatcher", "supervisor", "petition-officer", "hotline-agent", "follow-up-caller"})
"""Roles that a centre holds for its area: they see the ordinary matters there, at their level."""

CENTRE_UNIT_TYPES = frozenset({"township-centre", "county-centre", "petition-office", "hotline-centre"})


def door(sort: int, number: int) -> int:
    """The number of a door: of a unit, of one person, of an area's vault, or of one receipt (its holder's)."""
    return number * _SORTS + sort


def sort_of(number: int) -> int:
    """Of what sort a door is."""
    return number % _SORTS


def units_behind(doors: Iterable[int]) -> set[int]:
    """The units that a matter's doors let in."""
    return {number // _SORTS % APART for number in doors if sort_of(number) == UNIT}


HELD = """
SELECT p.unit_id, u.name, u.unit_type, u.letters, p.role, p.area_id, a.code, a.level, p.person_id,
       ARRAY(SELECT x.id FROM people_apart x WHERE x.unit_id = p.unit_id AND NOT %(person)s::bigint = ANY (x.persons))
  FROM people_posting p JOIN people_unit u ON u.id = p.unit_id JOIN places_area a ON a.id = p.area_id
 WHERE p.person_id = ANY (ARRAY(
         SELECT %(person)s::bigint
         UNION ALL
         SELECT s.person_id FROM people_substitute s
          WHERE s.stand_in_id = %(person)s AND s.since <= %(at)s AND s.until > %(at)s))
   AND p.since <= %(at)s AND (p.until IS NULL OR p.until > %(at)s)
 ORDER BY p.id
"""
"""Whose postings count is worked out first, as an array: with OR the server reads every posting of the county."""


@dataclass(frozen=True, slots=True)
class Held:
    """One posting as it is held now."""

    unit_id: int
    unit_name: str
    unit_type: str
    unit_letters: str
    role: str
    area_id: int
    area_code: str
    area_level: str
    for_person: int  # whose posting it is: the actor's own, or somebody's they stand in for
    apart: tuple[int, ...] = ()  # rows of `Apart`: its unit without others, who stepped back from some matters

    @property
    def doors(self) -> frozenset[int]:
        """The doors of its office: its own, and those of matters that other people have stepped back from."""
        return frozenset({door(UNIT, self.unit_id), *(door(UNIT, self.unit_id + n * APART) for n in self.apart)})


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at work. `keys` open matters; `roles` are what they may do."""

    person_id: int
    name: str
    username: str
    held: tuple[Held, ...]
    keys: frozenset[int] = field(default_factory=frozenset)
    at: datetime | None = None  # the moment for which the postings were read

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(posting.role for posting in self.held)

    @property
    def units(self) -> frozenset[int]:
        return frozenset(posting.unit_id for posting in self.held)

    @property
    def is_administrator(self) -> bool:
        return "administrator" in self.roles

    @property
    def desk(self) -> Held | None:
        """The posting whose office is named at the top of the page: a centre's before a department's."""
        return next((p for p in self.held if p.unit_type in CENTRE_UNIT_TYPES), self.held[0] if self.held else None)

    def roles_at(self, unit_id: int | None) -> frozenset[str]:
        """The roles held at one unit."""
        return frozenset(p.role for p in self.held if p.unit_id == unit_id)

    def areas(self) -> tuple[Held, ...]:
        """The postings that cover an area as its centre."""
        return tuple(p for p in self.held if p.role in CENTRE_ROLES and p.unit_type in CENTRE_UNIT_TYPES)


def keys_of(person_id: int, held: tuple[Held, ...]) -> frozenset[int]:
    """The doors that these postings open (design: who may see what). An administrator's posting opens none."""
    keys = {door(PERSON, person_id)}
    for posting in held:
        if posting.role == "administrator":
            continue
        if posting.role == "vault-keeper":
            keys.add(door(VAULT, posting.area_id))
            continue
        keys |= posting.doors
    return frozenset(keys)


def held_at(person_id: int, at: datetime) -> tuple[Held, ...]:
    """The postings somebody holds at a moment, their own and those they stand in for. One query, asked by every page."""
    rows: list[list[Any]] = [[*row[:-1], tuple(row[-1])] for row in ask.rows(HELD, {"person": person_id, "at": at})]
    return tuple(Held(*row) for row in rows)


def actor_for(person: Person, at: datetime) -> Actor | None:
    """The actor, or None when the person is shut out or holds no posting: the leaver's session ends with the posting."""
    if not person.is_active:
        return None
    held = held_at(person.pk, at)
    if not held:
        return None
    return Actor(person.pk, person.name, person.username, held, keys_of(person.pk, held), at)


def actor_by_id(person_id: int, at: datetime) -> Actor | None:
    """The same, for a job that knows only the number."""
    person = Person.objects.filter(pk=person_id).first()
    return actor_for(person, at) if person else None
