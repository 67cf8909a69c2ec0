"""The floor under the door: whose eyes a transaction has.

Row-level security reads two settings that live only as long as the transaction: `jiefen.scope` (staff, resident,
worker, import, or empty = sees nothing) and `jiefen.keys` (the numbers of the doors this person may open). They are set
with `set_config(…, true)`, never for the session: a session's setting would leak to the next borrower of the pool.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction

from jiefen.kernel import ask

INSIDE = ("worker", "import", "analytics")
"""Scopes of our own processes: they see every row and act for nobody."""

SCOPES = frozenset({"", "staff", "resident", *INSIDE})


def set_scope(scope: str, keys: Iterable[int] = ()) -> None:
    """Set the scope of the running transaction. Raises TransactionManagementError outside of one, ValueError for a scope
    nobody knows or a key that is no number."""
    _known(scope)
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a scope lives in a transaction; open one first")
    _changed(scope, _literal(keys))


def _known(scope: str) -> None:
    if scope not in SCOPES:
        raise ValueError(f"no such scope: {scope!r}")


def _literal(keys: Iterable[int]) -> str:
    return "{" + ",".join(map(str, sorted(int(key) for key in keys))) + "}"


CHANGE = """
SELECT current_setting('jiefen.scope', true), current_setting('jiefen.keys', true),
       set_config('jiefen.scope', %s, true), set_config('jiefen.keys', %s, true)
"""
"""What the scope was, and what it is from now on: a row's expressions are worked out from left to right."""


def _changed(scope: str, keys: str) -> tuple[str | None, str | None]:
    found = ask.row(CHANGE, [scope, keys])
    assert found is not None
    return found[0], found[1]


@contextmanager
def scope(name: str, keys: Iterable[int] = ()) -> Iterator[None]:
    """A transaction with a scope. Nested, it gives the outer scope back at its end."""
    _known(name)
    with transaction.atomic():
        wanted = _literal(keys)
        was, had = _changed(name, wanted)
        yield
        if (was, had) != (name, wanted):  # verbs call verbs: mostly the scope is this one already
            _changed(was or "", had or "{}")


@contextmanager
def looking(name: str) -> Iterator[None]:
    """Other eyes for some questions within a transaction that has its scope: for reading alone, so nothing is there to be
    taken back and no savepoint is made. Raises TransactionManagementError outside of a transaction."""
    _known(name)
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("eyes are borrowed within a transaction; open one first")
    was, had = _changed(name, "{}")
    try:
        yield
    except DatabaseError:
        raise  # the transaction is over, and its settings with it
    except BaseException:
        _changed(was or "", had or "{}")
        raise
    _changed(was or "", had or "{}")
