"""Reading one's own notices. Each verb touches the person's own rows only."""

from collections.abc import Iterable
from datetime import datetime

from jiefen.notices.models import Notice
from jiefen.people.actor import Actor


def mark_read(actor: Actor, ids: Iterable[int] | None = None, *, at: datetime) -> int:
    """Mark some of one's notices as read, or all; returns how many were unread. An alarm not cleared stays at the top."""
    rows = Notice.objects.filter(person_id=actor.person_id, read_at__isnull=True, at__lte=at)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    return rows.update(read_at=at)
