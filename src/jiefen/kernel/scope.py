"""The floor under the door: whose eyes a transaction has.

Row-level security reads two settings that live only as long as the transaction: `jiefen.scope` (staff, resident,
worker, import, or empty = sees nothing) and `jiefen.keys` (the numbers of the doors this person may open). They are set
with `set_config(…, true)`, never for the session: a session's setting would leak to the next borrower of the pool.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

INSIDE = ("worker", "import", "analytics")
"""Scopes of our own processes: they see every row and act for nobody."""

SCOPES = frozenset({"", "staff", "resident", *INSIDE})


def set_scope(scope: str, keys: Iterable[int] = ()) -> None:
    """Set the scope of the running transaction. Raises TransactionManagementError outside of one, ValueError for a scope
    nobody knows or a key that is no number."""
    if scope not in SCOPES:
        raise ValueError(f"no such scope: {scope!r}")
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a scope lives in a transaction; open one first")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('jiefen.scope', %s, true), set_config('jiefen.keys', %s, true)",
            [scope, "{" + ",".join(str(int(key)) for key in keys) + "}"],
        )


@contextmanager
def scope(name: str, keys: Iterable[int] = ()) -> Iterator[None]:
    """A transaction with a scope. Nested, it gives the outer scope back at its end."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('jiefen.scope', true), current_setting('jiefen.keys', true)")
            before = cursor.fetchone()
        wanted = sorted(keys)
        if before == (name, "{" + ",".join(map(str, wanted)) + "}"):
            yield  # verbs call verbs: mostly the scope is this one already, and need be neither set nor given back
            return
        set_scope(name, wanted)
        yield
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('jiefen.scope', %s, true), set_config('jiefen.keys', %s, true)",
                [before[0] or "", before[1] or "{}"],
            )
