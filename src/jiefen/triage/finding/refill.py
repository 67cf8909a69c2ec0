"""A first filling: the index of the words is dropped before and made afterwards, as the tables' owner.

Meanwhile the few rows there are are found by reading them all. A kill in between leaves no index; the next `jiefen rebuild
--search` makes it, and is nothing else to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from jiefen.triage.finding.rebuild import WORDS, is_first_filling

_THERE = "SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = %s"
_OWNS = "SELECT pg_has_role(tableowner, 'USAGE') FROM pg_tables WHERE tablename = 'triage_searchrow'"
_MADE = f"CREATE INDEX CONCURRENTLY {WORDS} ON triage_searchrow USING gin (words) WITH (gin_pending_list_limit = 512)"
_ROOM = "SET maintenance_work_mem = '256MB'"


@contextmanager
def index_afterwards(owner_url: str) -> Iterator[bool]:
    """Within, the index of the words is away where most rows are still to be written; it is there at the end in any case.
    Whether it was away. Where the given role does not own the table, everything stays as it is."""
    with psycopg.connect(owner_url, autocommit=True) as link:
        owns = link.execute(_OWNS).fetchone()
        if not owns or not owns[0]:
            yield False
            return
        away = not _is_there(link) or is_first_filling()
        if away:
            link.execute(f"DROP INDEX IF EXISTS {WORDS}".encode())
    try:
        yield away
    finally:
        if away:
            with psycopg.connect(owner_url, autocommit=True) as link:
                link.execute(_ROOM)
                link.execute(_MADE.encode())
                link.execute("ANALYZE triage_searchrow")


def _is_there(link: "psycopg.Connection[tuple[bool]]") -> bool:
    found = link.execute(_THERE, [WORDS]).fetchone()
    return bool(found and found[0])
