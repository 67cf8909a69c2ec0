"""A job that does not get done is listed, and what failed can be given back."""

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from jiefen.kernel import outbox, stuck

pytestmark = pytest.mark.django_db


def change(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE procrastinate_jobs SET {words}")


def test_it_lists_nothing_while_work_is_fresh():
    outbox.tell([1])
    assert stuck.jobs() == []


def test_it_lists_what_failed_and_gives_it_back():
    outbox.tell([7])
    change("status = 'failed', attempts = 6")
    (job,) = stuck.jobs()
    assert (job.kind, job.task, job.attempts) == ("failed", "after_steps", 6)
    assert "做不成" in str(job) and "7" in str(job)
    assert stuck.retry() == 1
    assert stuck.jobs() == []
    assert stuck.retry() == 0


def test_it_lists_what_a_dead_worker_left():
    outbox.tell([1])
    change("status = 'doing'")
    assert [job.kind for job in stuck.jobs()] == ["left"]


def test_it_lists_what_nobody_takes():
    outbox.tell([1])
    change("scheduled_at = now() - interval '1 hour'")
    assert [job.kind for job in stuck.jobs()] == ["waiting"]
    assert stuck.jobs()[0].since is not None


@pytest.mark.rules
def test_every_job_of_ours_is_done_again_when_the_database_stopped_under_it():
    from django.utils.module_loading import autodiscover_modules

    autodiscover_modules("jobs", "tasks")
    ours = {task.name: task for task in app.tasks.values() if task.func.__module__.startswith("jiefen.")}
    assert {"count_anew", "after_steps", "rehome_hourly", "due_again"} <= set(ours)
    assert [name for name, task in ours.items() if task.retry_strategy is None] == []
