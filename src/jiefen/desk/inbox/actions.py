"""Reading one's own notices. Each verb touches the person's own rows only."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from jiefen.notices.models import Notice
from jiefen.people.actor import Actor


class NoWord(ValueError):
    """Nobody said why; the message asks for it."""


def close_list(notice: Notice, *, reason: str, at: datetime) -> int:
    """The list of older urgent intakes of an import was gone through: everybody who was told sees it, with the word.
    Returns how many notices ended. Raises NoWord."""
    said = reason.strip()[:200]
    if not said:
        raise NoWord(_("请写一句名单看下来怎样，例如：逐件看过，两件已报派出所。"))
    same = Notice.objects.filter(kind=notice.kind, code=notice.code, done_at__isnull=True)
    return same.update(done_at=at, done_why=said)


def mark_read(actor: Actor, ids: Iterable[int] | None = None, *, at: datetime) -> int:
    """Mark some of one's notices as read, or all; returns how many were unread. An alarm not cleared stays at the top."""
    rows = Notice.objects.filter(person_id=actor.person_id, read_at__isnull=True, at__lte=at)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    return rows.update(read_at=at)
