"""Who does what in the demo: people found by the office and the role, those of the stories first."""

from datetime import datetime

from jiefen.people.actor import Actor, actor_for
from jiefen.people.models import Unit
from jiefen.people.queries import postings_at
from jiefen.places.models import Area
from jiefen.triage import setup

NAMED = ("zhou", "ge", "ming", "he", "su")


class Nobody(LookupError):
    """No office of this kind, or nobody with this role in it: the demo's own data is wrong."""


class Crew:
    """Looks people up once and remembers them."""

    def __init__(self, at: datetime):
        self.at = at
        self._people: dict[tuple[int, str], Actor] = {}
        self._areas: dict[str, Area] = {}

    def area(self, name: str) -> Area:
        """An area by its name without the county's; the county itself for no name."""
        if name not in self._areas:
            full = f"清和县{name}"
            self._areas[name] = Area.objects.get(full_name=full) if name else setup.county_of(self.at)
        return self._areas[name]

    def unit(self, sort: str, area: Area) -> Unit:
        """The office of a kind nearest to an area."""
        found = setup.unit_for(sort, area.pk, self.at)
        if found is None:
            raise Nobody(f"{sort} for {area.full_name}")
        return found

    def at_unit(self, unit: Unit | int, *roles: str) -> Actor:
        """Somebody with one of the roles at an office, the roles tried in order."""
        pk = unit if isinstance(unit, int) else unit.pk
        for role in roles:
            if (pk, role) not in self._people:
                rows = postings_at(self.at).filter(unit_id=pk, role=role).select_related("person").order_by("pk")
                people = sorted((r.person for r in rows), key=lambda p: p.username not in NAMED)
                actor = actor_for(people[0], self.at) if people else None
                if actor is None:
                    continue
                self._people[(pk, role)] = actor
            return self._people[(pk, role)]
        raise Nobody(f"{roles} at {unit}")
