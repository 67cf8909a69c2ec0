"""Requests about personal information that an office has still to answer are answered by whoever took over from it."""

from jiefen.kernel.scope import scope
from jiefen.people import successions
from jiefen.people.successions import Change
from jiefen.privacy.models import PersonalRequest


def register() -> None:
    """Called when the app is ready."""
    successions.when_succeeding(requests)


def requests(change: Change) -> None:
    """The clock of each goes on."""
    moved = 0
    with scope("worker"):
        for old, heir in change.units.items():
            rows = PersonalRequest.objects.filter(unit_id=old, state=PersonalRequest.State.OPEN)
            moved += rows.update(unit_id=heir)
    change.count("requests", moved)
