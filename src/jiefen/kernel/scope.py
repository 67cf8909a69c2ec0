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


def set_scope(scope: str, keys: Iterable[int] = ()) -> None:
    """Set the scope of the running transaction. Raises TransactionManagementError outside of one."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a scope lives in a transaction; open one first")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('jiefen.scope', %s, true), set_config('jiefen.keys', %s, true)",
            [scope, "{" + ",".join(map(str, keys)) + "}"],
        )


@contextmanager
def scope(name: str, keys: Iterable[int] = ()) -> Iterator[None]:
    """A transaction with a scope. Nested, it gives the outer scope back at its end."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('jiefen.scope', true), current_setting('jiefen.keys', true)")
            before = cursor.fetchone()
        set_scope(name, keys)
        yield
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('jiefen.scope', %s, true), set_config('jiefen.keys', %s, true)",
                [before[0] or "", before[1] or "{}"],
            )
