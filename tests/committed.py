"""Tests that really commit: races between threads, and harm done behind our back.

The plain role may not empty tables (nor touch a step), so what such a test leaves is taken away by the owner.
Use: `from tests.committed import committed, owner` and ask for the fixture `committed`, which is the small county.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections

from tests.world import World, build

KEPT = ("django_migrations", "django_content_type", "auth_permission")


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The small county, committed; every table is emptied afterwards."""
    with django_db_blocker.unblock():
        try:
            yield build()
        finally:
            connection.close()
            empty()


def empty() -> None:
    """Take away every row, as the owner."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL (%s)", [list(KEPT)]
        )
        names = ", ".join(f'"{row[0]}"' for row in cursor.fetchall())
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    connections["owner"].close()


@contextmanager
def owner(*, trigger: bool = False) -> Iterator[Any]:
    """A cursor of somebody who has the database in hand. With `trigger` off, steps can be changed too."""
    with connections["owner"].cursor() as cursor:
        if not trigger:
            cursor.execute("ALTER TABLE cases_step DISABLE TRIGGER only_added")
        try:
            yield cursor
        finally:
            if not trigger:
                cursor.execute("ALTER TABLE cases_step ENABLE TRIGGER only_added")
    connections["owner"].close()


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """Do all of these at the same moment, each in a thread with a connection of its own. Returns results or errors."""
    start = threading.Barrier(len(work))
    answers: list[Any] = [None] * len(work)

    def run(n: int, do: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            answers[n] = do()
        except Exception as error:
            answers[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, do)) for n, do in enumerate(work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers
