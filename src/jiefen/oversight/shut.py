"""Whoever stepped back from a matter reads none of its joint meetings, their tasks, nor its errands, though their office was
called. The rows hold the own doors of those people (`shut`); the database keeps them with the matter's doors
(`sql/stepped_back.v1.sql`), and its floor holds to them too."""

from django.db.models import Q

from jiefen.people.actor import PERSON, Actor, door


def not_shut(actor: Actor) -> Q:
    """Of meetings, tasks and errands those of matters that this person has not stepped back from."""
    return ~Q(shut__contains=[door(PERSON, actor.person_id)])


def is_shut(shut: list[int], actor: Actor) -> bool:
    """Whether this person stepped back from the matter of a row."""
    return door(PERSON, actor.person_id) in shut
