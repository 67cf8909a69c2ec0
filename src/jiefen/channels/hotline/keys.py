"""Keys with which outside systems hand in orders. Shown once when made; only a hash is kept."""

import hashlib
import secrets
from datetime import datetime

from jiefen.channels.models import SourceKey
from jiefen.people.models import Person
from jiefen.places.models import Area

PREFIX = "jf_"


def make_key(source: str, home: Area, *, by: Person | None, at: datetime) -> tuple[SourceKey, str]:
    """A new key for a source: the row, and the key itself, which is shown to nobody again. 256 random bits."""
    key = PREFIX + secrets.token_urlsafe(32)
    row = SourceKey.objects.create(source=source, mark=_mark(key), home=home, made_by=by, made_at=at)
    return row, key


def end_key(row: SourceKey, *, at: datetime) -> None:
    """The key opens nothing from now on."""
    SourceKey.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=at)


def source_of(key: str) -> SourceKey | None:
    """Whose key this is, if it still holds. Looked up by its hash: the time it takes tells nothing of the key."""
    if not key.startswith(PREFIX) or len(key) > 100:
        return None
    return SourceKey.objects.select_related("home").filter(mark=_mark(key), ended_at__isnull=True).first()


def _mark(key: str) -> bytes:
    # The key is random to 256 bits: a plain hash cannot be searched backwards, and is cheap enough for every request.
    return hashlib.sha256(key.encode()).digest()
