"""The worker knows what is done by the clock, and tells what is stuck."""

import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils.module_loading import autodiscover_modules
from procrastinate.contrib.django import app

from jiefen.cli import worker
from jiefen.kernel import outbox


def test_it_has_the_hourly_work_registered_when_it_starts():
    autodiscover_modules("jobs")  # as the command does
    due = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert due["rehome_hourly"].split()[1:] == ["*"] * 4, "every hour"


@pytest.mark.django_db
def test_it_lists_what_is_stuck_with_the_number_for_it(monkeypatch):
    monkeypatch.setattr(worker, "ready", lambda **_: None)
    assert CliRunner().invoke(worker.command, ["--stuck"]).exit_code == 0
    outbox.tell([1])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    found = CliRunner().invoke(worker.command, ["--stuck"])
    assert found.exit_code == 1 and "做不成" in found.output
    assert "1个" in CliRunner().invoke(worker.command, ["--retry"]).output
    assert CliRunner().invoke(worker.command, ["--stuck"]).exit_code == 0
