"""Jobs that do not get done: given up after their tries, due long ago with nobody taking them, or left by a dead worker.

A job's arguments are numbers of rows, so nothing personal is shown; the reason it failed is in the worker's log.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from jiefen.kernel.clock import local
from jiefen.kernel.reaper import HEARTBEAT

WAITED = timedelta(minutes=10)
"""A job due for longer than this is stuck: either there is no worker or all of them are busy with something else."""

LOOK = """
SELECT job.id, job.task_name, job.queue_name, job.attempts, job.args::text,
       CASE WHEN job.status = 'failed' THEN 'failed' WHEN job.status = 'doing' THEN 'left' ELSE 'waiting' END,
       coalesce((SELECT max(event.at) FROM procrastinate_events event WHERE event.job_id = job.id), job.scheduled_at)
  FROM procrastinate_jobs job
  LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
 WHERE job.status = 'failed'
    OR (job.status = 'doing'
        AND (worker.id IS NULL OR worker.last_heartbeat < clock_timestamp() - make_interval(secs => %(dead)s)))
    OR (job.status = 'todo' AND coalesce(job.scheduled_at,
        (SELECT min(event.at) FROM procrastinate_events event WHERE event.job_id = job.id))
        < clock_timestamp() - make_interval(secs => %(waited)s))
 ORDER BY job.id
 LIMIT %(most)s
"""
# 'failed' jobs are few for as long as somebody looks at them; the index on status keeps this quick.

WHAT = {"failed": "做不成", "left": "做到一半没人管", "waiting": "到时没人做"}


@dataclass(frozen=True, slots=True)
class StuckJob:
    """One stuck job. `kind`: failed, left (its worker died), waiting (due for too long). `since` is aware UTC or None."""

    id: int
    task: str
    queue: str
    attempts: int
    args: str
    kind: str
    since: datetime | None

    def __str__(self) -> str:
        since = f"{local(self.since):%Y-%m-%d %H:%M}" if self.since else ""
        return f"任务{self.id} {self.task}（{self.queue}）{WHAT[self.kind]}，试过{self.attempts}次，{since} {self.args[:80]}"


def jobs(most: int = 200) -> list[StuckJob]:
    """What is stuck, oldest first, at most so many."""
    words: dict[str, Any] = {"dead": HEARTBEAT, "waited": WAITED.total_seconds(), "most": most}
    with connection.cursor() as cursor:
        cursor.execute(LOOK, words)
        return [StuckJob(*row) for row in cursor.fetchall()]


def retry() -> int:
    """Give every failed job back to the queue, to be done at once. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL)) FROM "
            "(SELECT id FROM procrastinate_jobs WHERE status = 'failed' ORDER BY id FOR UPDATE SKIP LOCKED) failed"
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0
