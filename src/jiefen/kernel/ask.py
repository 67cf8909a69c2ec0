"""Questions that every page asks, in plain SQL.

The object mapper builds its statement anew for each call and the server plans it anew under row-level security, which
costs several times what the answer does. A question asked here is a constant: the server prepares it once for each
connection. It goes through Django's cursor all the same, so that counters, logs and error classes stay what they are.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, models

M = TypeVar("M", bound=models.Model)
Given = Sequence[Any] | Mapping[str, Any] | None


class _Prepared(psycopg.Cursor[Any]):
    """A cursor whose statements are prepared by the server, and whose values it binds itself."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> Any:
        return super().execute(query, params, prepare=True)


def _asked(sql: str, given: Given) -> psycopg.Cursor[Any]:
    """The answer, on the one cursor that each connection keeps for this: every answer is fetched before the next question."""
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    link: Any = here.connection
    cursor: _Prepared | None = link.__dict__.get("asked_on")
    if cursor is None:
        cursor = link.asked_on = _Prepared(link)
    here._prepare_cursor(cursor).execute(sql, given)  # type: ignore[attr-defined]
    return cursor


def rows(sql: str, given: Given = None) -> list[tuple[Any, ...]]:
    """The rows of an answer. `sql` must be a constant; numbers in it are cast where an array or an operator asks for it."""
    return _asked(sql, given).fetchall()


def row(sql: str, given: Given = None) -> tuple[Any, ...] | None:
    """The first row of an answer, or None."""
    return _asked(sql, given).fetchone()


def do(sql: str, given: Given = None) -> int:
    """Change something; the number of rows changed."""
    return int(_asked(sql, given).rowcount)


def plain(said: Any) -> Any:
    """What a JSON column holds; Django has the driver leave it as text."""
    return json.loads(said) if isinstance(said, str | bytes) else said


class Columns(Generic[M]):
    """The columns of a model for a constant question, and the objects made from them: those that the mapper would make,
    without what it takes to build its statement."""

    def __init__(self, model: type[M], alias: str, *, only: Sequence[str] = (), but: Sequence[str] = ()):
        self.model = model
        kept = [f for f in model._meta.concrete_fields if f.attname not in but and (not only or f.attname in only)]
        self.names = [f.attname for f in kept]
        self.sql = ", ".join(f'{alias}."{f.column}"' for f in kept)
        self._read = [
            (n, f) for n, f in enumerate(kept) if hasattr(f, "from_db_value")
        ]  # columns that travel as text, such as JSON

    def __len__(self) -> int:
        return len(self.names)

    def make(self, values: Sequence[Any]) -> M:
        """The object of a row's values, in the order of `sql`."""
        if self._read:
            values = list(values)
            for n, field in self._read:
                values[n] = field.from_db_value(values[n], None, connection)  # type: ignore[attr-defined]
        return self.model.from_db("default", self.names, values)
