"""Rows built once by the real verbs, and put back by plain copies: the same county in a hundredth of the time.

The first test of a process builds it; what the build wrote is read back as JSON, table by table. Later tests insert those
rows under the same numbers, and sequences are moved past them.
"""

import json
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, models

WRITTEN_BY_TRIGGER = {"desk_setupchange"}
"""The change log writes itself again when the rows come back."""


def _tables() -> list[str]:
    there = set(connection.introspection.table_names())
    return sorted(({m._meta.db_table for m in apps.get_models() if m._meta.managed} & there) - WRITTEN_BY_TRIGGER)


def _counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{t}', count(*) FROM \"{t}\"" for t in _tables()))
        return dict(cursor.fetchall())


def taken(build: Callable[[], Any]) -> tuple[Any, dict[str, str]]:
    """Run `build` and give back what it returned, and its rows as JSON by table. Tables that held rows before are not
    the build's alone and make it fail: then it must be built anew each time."""
    before = _counts()
    made = build()
    rows: dict[str, str] = {}
    with connection.cursor() as cursor:
        for table, count in _counts().items():
            if count != before[table]:
                assert before[table] == 0, f"{table} was not empty before"
                cursor.execute(f'SELECT json_agg(t)::text FROM "{table}" t')
                rows[table] = cursor.fetchone()[0]
    return made, rows


def put_back(rows: dict[str, str]) -> None:
    """Insert the rows again, one statement a table; references between them are checked at the end."""
    with connection.cursor() as cursor:
        for table, text in rows.items():
            cursor.execute(f'INSERT INTO "{table}" SELECT * FROM json_populate_recordset(NULL::"{table}", %s)', [text])
            if '"id":' in text:  # a test that emptied tables for good may have begun their numbers again
                cursor.execute(
                    "SELECT setval(seq, greatest(nextval(seq), top)) FROM "
                    f"(SELECT pg_get_serial_sequence(%s, 'id') AS seq, (SELECT max(id) FROM \"{table}\") AS top) t "
                    "WHERE seq IS NOT NULL",
                    [table],
                )


def numbers(parts: dict[str, dict[str, models.Model]]) -> str:
    """Which object goes by which name, to be found again by `named`."""
    return json.dumps({part: {name: row.pk for name, row in of.items()} for part, of in parts.items()})


def named(kinds: dict[str, type[models.Model]], said: str) -> dict[str, dict[str, Any]]:
    """Fresh objects by name."""
    return {
        part: {name: found[pk] for name, pk in of.items()}
        for part, of in json.loads(said).items()
        for found in [kinds[part]._default_manager.in_bulk(of.values())]
    }
