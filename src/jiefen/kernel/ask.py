"""Questions that every page asks, in plain SQL.

The object mapper builds its statement anew for each call and the server plans it anew under row-level security, which
costs several times what the answer does. A question asked here is a constant: the server prepares it once for each
connection. The connection, its transaction and the error classes are Django's, and a test that counts sees each question.
"""

import json
import re
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

M = TypeVar("M", bound=models.Model)
Given = Sequence[Any] | Mapping[str, Any] | None


MOST_PREPARED = 400
"""Statements one connection keeps prepared; the oldest goes first. Questions are constants, so there are fewer."""

PLACE = re.compile(r"%%|%(?:\((\w+)\))?([sbt])")
FORMATS = {"s": PyFormat.AUTO, "b": PyFormat.BINARY, "t": PyFormat.TEXT}


@lru_cache(maxsize=2000)
def _compiled(sql: str) -> tuple[bytes, tuple[str, ...], list[PyFormat]]:
    """The statement with the server's own places ($1), the names of its values in that order (none where they come as a
    list), and how each travels."""
    names: list[str] = []
    formats: list[PyFormat] = []

    def place(found: re.Match[str]) -> str:
        name, letter = found[1], found[2]
        if letter is None:
            return "%"
        if name in names:
            return f"${names.index(name) + 1}"
        if name:
            names.append(name)
        formats.append(FORMATS[letter])
        return f"${len(formats)}"

    return PLACE.sub(place, sql).encode(), tuple(names), formats


ONE_OF = re.compile(r"ANY ?\(%([sb])::(\w+)\[\]\)")


@lru_cache(maxsize=200)
def _of_one(sql: str) -> str:
    return ONE_OF.sub(r"%\1::\2", sql)


def about(sql: str, *arrays: Sequence[Any]) -> tuple[str, list[Any]]:
    """A question about some things, and its values; about one thing alone `= ANY(%s::bigint[])` becomes `= %s::bigint`. Of an
    array the server does not know beforehand how long it is, so it plans such a question anew each time; of one value, once."""
    if all(len(array) == 1 for array in arrays):
        return _of_one(sql), [array[0] for array in arrays]
    return sql, [list(array) for array in arrays]


class _Link:
    """What one connection keeps for this: its prepared statements and the one translator of values."""

    __slots__ = ("names", "number", "pg", "values")

    def __init__(self, link: Any):
        self.pg: PGconn = link.pgconn
        self.values = Transformer(link)
        self.names: OrderedDict[tuple[str, tuple[int, ...]], bytes] = OrderedDict()
        self.number = 0

    def answer(self, sql: str, given: Given) -> PGresult:
        """Ask, and wait for the whole answer. Raises what psycopg raises."""
        query, names, ways = _compiled(sql)
        values: Any = [given[name] for name in names] if names else given or ()  # type: ignore[index, call-overload]
        translate = self.values
        said: Any = translate.dump_sequence(values, ways) if values else ()
        types = tuple(translate.types or ()) if values else ()
        formats = translate.formats if values else ()
        name = self.names.get((sql, types)) or self._prepared(sql, query, types)
        return self._good(self.pg.exec_prepared(name, said, formats))

    def _prepared(self, sql: str, query: bytes, types: tuple[int, ...]) -> bytes:
        while len(self.names) >= MOST_PREPARED:
            self._good(self.pg.exec_(b"DEALLOCATE " + self.names.popitem(last=False)[1]))
        self.number += 1
        name = b"asked_%d" % self.number
        self._good(self.pg.prepare(name, query, types))
        self.names[sql, types] = name
        return name

    def begin(self) -> None:
        """What psycopg does before the first statement of a transaction."""
        self._good(self.pg.exec_(b"BEGIN"))

    def _good(self, result: PGresult) -> PGresult:
        if result.status in _GOOD:
            return result
        if self.pg.status == ConnStatus.BAD:
            raise psycopg.OperationalError(f"the database is gone: {self.pg.get_error_message()}")
        raise psycopg.errors.error_from_result(result)


_GOOD = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


def _asked(sql: str, given: Given) -> tuple[PGresult, _Link]:
    """The answer, asked for without the detours of a cursor, which cost more than most of these questions do.

    It is the connection, transaction and error classes of Django all the same; a test that counts questions sees them.
    """
    here: Any = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    link = here.connection
    kept: _Link | None = link.__dict__.get("asked_on")
    if kept is None:
        kept = link.asked_on = _Link(link)
    if here.execute_wrappers or here.queries_logged:
        return _watched(here, kept, sql, given), kept
    return _at_once(here, kept, sql, given), kept


def _at_once(here: Any, kept: _Link, sql: str, given: Given) -> PGresult:
    here.validate_no_broken_transaction()
    with here.wrap_database_errors:
        if kept.pg.transaction_status == TransactionStatus.IDLE and not here.connection.autocommit:
            kept.begin()
        return kept.answer(sql, given)


class _Watched:
    """A cursor as far as Django's wrappers and its log of questions look at one."""

    def __init__(self, here: Any, kept: _Link):
        self.here, self.kept = here, kept
        self.result: PGresult | None = None
        self.query: str = ""

    def execute(self, sql: str, given: Given = None) -> None:
        self.query = sql
        self.result = _at_once(self.here, self.kept, sql, given)


def _watched(here: Any, kept: _Link, sql: str, given: Given) -> PGresult:
    """The same through Django's wrappers: for tests that count, and for the debug log."""
    eyes = _Watched(here, kept)

    def run(sql: str, given: Given, many: bool, context: Any) -> None:
        eyes.execute(sql, given)

    began = time.monotonic()
    for wrapper in reversed(here.execute_wrappers):
        run = partial(wrapper, run)
    try:
        run(sql, given, False, {"connection": here, "cursor": eyes})
    finally:
        if here.queries_logged:
            here.queries_log.append({"sql": sql, "time": f"{time.monotonic() - began:.3f}"})
    if eyes.result is None:
        raise RuntimeError("a wrapper kept the question from being asked")
    return eyes.result


def rows(sql: str, given: Given = None) -> list[tuple[Any, ...]]:
    """The rows of an answer. `sql` must be a constant; numbers in it are cast where an array or an operator asks for it."""
    result, kept = _asked(sql, given)
    if not result.ntuples:
        return []
    kept.values.set_pgresult(result)
    return kept.values.load_rows(0, result.ntuples, tuple)


def row(sql: str, given: Given = None) -> tuple[Any, ...] | None:
    """The first row of an answer, or None."""
    result, kept = _asked(sql, given)
    if not result.ntuples:
        return None
    kept.values.set_pgresult(result)
    return kept.values.load_row(0, tuple)


def do(sql: str, given: Given = None) -> int:
    """Change something; the number of rows changed."""
    return int(_asked(sql, given)[0].command_tuples or 0)


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
