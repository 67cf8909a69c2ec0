"""Sessions in the database, as Django keeps them; only read by a prepared question, since every click reads one."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from jiefen.kernel import ask

READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseStore):
    """A session that was signed out, or whose day is over, is gone with its row."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and a new key at the next save, where there is none."""
        found = ask.row(READ, [self.session_key, timezone.now()])
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found[0])
