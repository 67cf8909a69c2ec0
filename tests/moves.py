"""Random moves of staff, for the proofs that no case is ever left alone."""

import random
from datetime import datetime, timedelta

from jiefen.people.actions import Refused, end_posting, end_stand_in, leave, post, stand_in
from jiefen.people.models import Person, Posting, Substitute, Unit
from jiefen.people.queries import postings_at

SORTS = ("leave", "end", "post", "post", "post", "stand-in", "back", "head-leaves", "unit-empties")


class Staff:
    """People who come and go. Every move is one of the verbs; a refusal by a rule is a move that did not happen."""

    def __init__(self, people: dict[str, Person], units: dict[str, Unit], roles: dict[int, list[str]], seed: int):
        self.random = random.Random(seed)
        self.people = list(people.values())
        self.units = list(units.values())
        self.roles = roles
        self.refused = 0
        self.done: dict[str, int] = dict.fromkeys(SORTS, 0)

    def move(self, at: datetime) -> str:
        """One random move."""
        sort = self.random.choice(SORTS)
        try:
            getattr(self, "_" + sort.replace("-", "_"))(at)
        except Refused:
            self.refused += 1
        else:
            self.done[sort] += 1
        return sort

    def _somebody(self) -> Person:
        return self.random.choice(self.people)

    def _leave(self, at: datetime) -> None:
        leave(self._somebody(), at=at)

    def _end(self, at: datetime) -> None:
        rows = list(Posting.objects.filter(until__isnull=True, since__lt=at).order_by("pk"))
        end_posting(self.random.choice(rows), at=at)

    def _post(self, at: datetime) -> None:
        person, unit = self._somebody(), self.random.choice(self.units)
        Person.objects.filter(pk=person.pk).update(is_active=True)
        post(person, unit, self.random.choice(self.roles[unit.pk]), at=at)

    def _stand_in(self, at: datetime) -> None:
        person, by = self._somebody(), self._somebody()
        until = at + timedelta(hours=self.random.randint(1, 72))
        stand_in(person, by, since=at, until=until, reason="休假", now=at)

    def _back(self, at: datetime) -> None:
        if rows := list(Substitute.objects.filter(since__lte=at, until__gt=at).order_by("pk")):
            end_stand_in(self.random.choice(rows), at=at)

    def _head_leaves(self, at: datetime) -> None:
        heads = list(postings_at(at).filter(role="unit-head", since__lt=at).select_related("person").order_by("pk"))
        if heads:
            leave(self.random.choice(heads).person, at=at)

    def _unit_empties(self, at: datetime) -> None:
        unit = self.random.choice(self.units)
        for posting in postings_at(at).filter(unit=unit, since__lt=at).order_by("pk"):
            end_posting(posting, at=at)
