"""Jobs whose worker died go back to the queue; one that takes its worker with it again and again is given up."""

import pytest
from django.db import connection

from jiefen.kernel import reaper


def job(*, worker: int | None, attempts: int = 0) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, attempts)"
            " VALUES ('steps', 'after_steps', 'doing', %s, %s) RETURNING id",
            [worker, attempts],
        )
        return cursor.fetchone()[0]


def worker(*, seconds_silent: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [seconds_silent],
        )
        return cursor.fetchone()[0]


def status(number: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [number])
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_it_gives_back_jobs_of_silent_and_of_vanished_workers_and_leaves_the_others():
    from asgiref.sync import async_to_sync
    from procrastinate.contrib.django import app

    living, silent = worker(seconds_silent=1), worker(seconds_silent=120)
    being_done, stalled, orphan = job(worker=living), job(worker=silent), job(worker=None)
    hopeless = job(worker=None, attempts=reaper.MOST_TRIES)
    assert async_to_sync(reaper.reap)(app) == (2, 1)
    assert [status(number) for number in (being_done, stalled, orphan, hopeless)] == ["doing", "todo", "todo", "failed"]
    assert async_to_sync(reaper.reap)(app) == (0, 0)
