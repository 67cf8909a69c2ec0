"""Questions asked without a cursor: the same values, transactions and errors as with one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jiefen.kernel import ask
from jiefen.kernel.ask import _compiled

pytestmark = pytest.mark.django_db


def test_it_gives_back_what_it_was_given():
    at = datetime(2026, 11, 22, 3, 4, 5, 678, tzinfo=UTC)
    given = {"n": 2**40, "t": "喆%s'䶮", "b": b"\0\xff", "none": None, "l": [1, 2], "d": date(2026, 11, 22), "at": at}
    sql = "SELECT %(n)s::bigint, %(t)s::text, %(b)s::bytea, %(none)s::text, %(l)s::bigint[], %(d)s::date, %(at)s::timestamptz, %(n)s::bigint"
    assert ask.row(sql, given) == (2**40, "喆%s'䶮", b"\0\xff", None, [1, 2], date(2026, 11, 22), at, 2**40)
    assert ask.rows("SELECT n FROM generate_series(1, %s) n WHERE n %% 2 = 0", [6]) == [(2,), (4,), (6,)]
    assert ask.row("SELECT 1 WHERE false") is None and ask.rows("SELECT 1 WHERE false") == []
    assert ask.row("SELECT 1 = ANY(%b::int[])", [[1, 2]]) == (True,)


def test_it_names_the_places_as_the_server_does():
    assert _compiled("%(a)s %% %(b)b %(a)s")[:2] == (b"$1 % $2 $1", ("a", "b"))
    assert _compiled("%s, %s")[:2] == (b"$1, $2", ())


def test_it_says_how_many_rows_it_changed():
    ask.do("CREATE TEMP TABLE few (n int PRIMARY KEY) ON COMMIT DROP")
    assert ask.do("INSERT INTO few SELECT generate_series(1, %s)", [3]) == 3
    assert ask.do("DELETE FROM few WHERE n > %s", [7]) == 0


def test_its_errors_are_those_of_a_cursor_and_leave_the_transaction_to_its_savepoint():
    ask.do("CREATE TEMP TABLE once (n int PRIMARY KEY) ON COMMIT DROP")
    ask.do("INSERT INTO once VALUES (1)")
    with pytest.raises(IntegrityError) as wrong, transaction.atomic():
        ask.do("INSERT INTO once VALUES (1)")
    assert isinstance(wrong.value.__cause__, psycopg.errors.UniqueViolation)
    with pytest.raises(ProgrammingError), transaction.atomic():
        ask.rows("SELECT nothing FROM nowhere")
    assert ask.row("SELECT count(*) FROM once") == (1,)


def test_a_test_that_counts_questions_sees_each():
    with CaptureQueriesContext(
        connection,
    ) as seen:
        ask.row("SELECT 41 + %s", [1])
        ask.rows("SELECT 1")
    assert [q["sql"] for q in seen.captured_queries] == ["SELECT 41 + %s", "SELECT 1"]


def test_it_keeps_no_more_statements_than_it_may(monkeypatch):
    monkeypatch.setattr(ask, "MOST_PREPARED", 5)
    for n in range(12):
        assert ask.row(f"SELECT {n}") == (n,)
    assert ask.row("SELECT 0") == (0,)
    kept = ask.rows("SELECT name FROM pg_prepared_statements WHERE name LIKE 'asked%%'")
    assert len(kept) <= 5


def test_a_connection_of_its_own_begins_only_where_a_transaction_is_open_and_comes_back_after_a_cut(django_db_blocker):
    """In a thread, since the test's own connection is in the test's transaction."""
    idle, inside = psycopg.pq.TransactionStatus.IDLE, psycopg.pq.TransactionStatus.INTRANS
    number = ask.row("SELECT pg_backend_pid()")

    def walk() -> list[object]:
        said: list[object] = []
        try:
            ask.row("SELECT 1")
            said.append(connection.connection.pgconn.transaction_status)
            with transaction.atomic():
                ask.row("SELECT 1")
                said.append(connection.connection.pgconn.transaction_status)
            said.append(connection.connection.pgconn.transaction_status)
            connection.connection.pgconn.finish()
            try:
                ask.row("SELECT 1")
            except OperationalError as gone:
                said.append(type(gone))
            connection.close()
            said.append(ask.row("SELECT pg_backend_pid()") == number)
        finally:
            connection.close()
        return said

    with ThreadPoolExecutor(1) as other, django_db_blocker.unblock():
        assert other.submit(walk).result(30) == [idle, inside, idle, OperationalError, False]
