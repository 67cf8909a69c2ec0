"""Named questions about what was given."""

from django.db.models import QuerySet

from jiefen.files.models import StoredFile


def held_by(holder: str) -> QuerySet[StoredFile]:
    """Everything that belongs to one holder, oldest first."""
    return StoredFile.objects.filter(holder=holder).order_by("pk")


def evidence_of(holder: str) -> QuerySet[StoredFile]:
    """What can be looked at as evidence."""
    return held_by(holder).filter(purpose="evidence")
