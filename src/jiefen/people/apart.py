"""Doors of an office without somebody who works there: whoever steps back from a matter loses every way in, others keep theirs.

Where somebody steps back, each office's door of the matter becomes that of the office without them (`Apart`), also of offices
where they do not work: a later posting lets nobody in again. Everything that compares doors with keys follows by itself.
"""

from collections.abc import Iterable

from jiefen.kernel import ask
from jiefen.people.actor import APART, UNIT, door, sort_of

_FIND = "SELECT id FROM people_apart WHERE unit_id = %(unit)s AND persons = %(persons)s::bigint[]"
_MAKE = """
INSERT INTO people_apart (unit_id, persons) VALUES (%(unit)s, %(persons)s::bigint[]) ON CONFLICT DO NOTHING
"""
_OF = "SELECT id, unit_id FROM people_apart WHERE persons && %(persons)s::bigint[]"
_WHO = "SELECT DISTINCT unnest(persons) FROM people_apart WHERE id = ANY (%(ids)s::bigint[])"


def apart_door(unit: int, persons: Iterable[int]) -> int:
    """The door of an office without these people. Made when it is first asked for."""
    given = {"unit": unit, "persons": sorted(persons)}
    row = ask.row(_FIND, given)
    if row is None:
        ask.do(_MAKE, given)
        row = ask.row(_FIND, given)
    assert row is not None
    return door(UNIT, unit + row[0] * APART)


def doors_without(persons: Iterable[int]) -> list[int]:
    """The doors of every matter that one of these people has stepped back from. Few rows; one question."""
    return [door(UNIT, unit + n * APART) for n, unit in ask.rows(_OF, {"persons": sorted(persons)})]


def stepped_back(doors: Iterable[int]) -> frozenset[int]:
    """Who has stepped back from what has these doors. Asks nothing where nobody has."""
    ids = sorted({number // 4 // APART for number in doors if sort_of(number) == UNIT} - {0})
    return frozenset(row[0] for row in ask.rows(_WHO, {"ids": ids})) if ids else frozenset()
