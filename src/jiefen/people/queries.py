"""Named questions about offices and who stands in them."""

from datetime import datetime

from django.db.models import Q, QuerySet

from jiefen.people.models import Person, Posting, Substitute, Unit


def postings_at(at: datetime) -> QuerySet[Posting]:
    """Postings that hold at a moment, of people who are not shut out."""
    return Posting.objects.filter(since__lte=at, person__is_active=True).filter(Q(until__isnull=True) | Q(until__gt=at))


def holds_posting(person_id: int, unit_id: int, at: datetime) -> bool:
    """Whether somebody works at a unit at a moment."""
    return postings_at(at).filter(person_id=person_id, unit_id=unit_id).exists()


def away(person_id: int, at: datetime) -> int | None:
    """Who stands in for somebody away at a moment; None when they are there."""
    row = Substitute.objects.filter(person_id=person_id, since__lte=at, until__gt=at).order_by("-pk").first()
    return row.stand_in_id if row else None


def head_of(unit_id: int, at: datetime) -> int | None:
    """Who heads a unit: its own head, or failing that the head of the office above, and so on up.

    At the top, whoever supervises there. None only where a county has nobody at all.
    """
    seen: set[int] = set()
    here: int | None = unit_id
    while here and here not in seen:
        seen.add(here)
        rows = postings_at(at).filter(unit_id=here)
        head = rows.filter(role="unit-head").order_by("since", "pk").first() or (
            rows.filter(role__in=("supervisor", "dispatcher")).order_by("since", "pk").first()
        )
        if head:
            return away(head.person_id, at) or head.person_id
        here = Unit.objects.filter(pk=here).values_list("parent_id", flat=True).first()
    top = postings_at(at).filter(role="supervisor", unit__unit_type="county-centre").order_by("since", "pk").first()
    return top.person_id if top else None


def who_answers(unit_id: int, named: int | None, at: datetime) -> int | None:
    """Who is responsible at a unit at a moment: the person named, else their stand-in, else the head."""
    if named and holds_posting(named, unit_id, at):
        return away(named, at) or named
    return head_of(unit_id, at)


def units_of_type(unit_type: str, at: datetime) -> QuerySet[Unit]:
    """Units of a kind that exist on the day."""
    from jiefen.kernel.clock import local_day

    day = local_day(at)
    return Unit.objects.filter(unit_type=unit_type, since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))


def staff_of(unit_id: int, at: datetime) -> QuerySet[Person]:
    """Who works at a unit now, by name."""
    return Person.objects.filter(pk__in=postings_at(at).filter(unit_id=unit_id).values("person_id")).order_by("name")
