"""Jobs whose worker died. The queue does not take them up by itself; this does, every few seconds, in each worker.

Two kinds: the worker's row is still there but its heart has stopped, and the worker's row is gone altogether (another
worker pruned it first), which the queue's own list of stalled jobs never shows. A job that took its worker with it
again and again is not tried for ever: it ends as failed and stands on the list of stuck work.
"""

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any

log = logging.getLogger(__name__)

HEARTBEAT = 30  # seconds without a sign before a worker counts as dead; the queue's own default
EVERY = 10  # seconds
MOST_TRIES = 6

ABANDONED = """
SELECT job.id, job.attempts
  FROM procrastinate_jobs job
  LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
 WHERE job.status = 'doing'
   AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %(seconds)s))
 ORDER BY job.id
"""


async def reap(app: Any, *, seconds: int = HEARTBEAT) -> tuple[int, int]:
    """Give abandoned jobs back to the queue. Returns (given back, given up). Safe beside other workers' reapers:
    giving a job back touches it only while it is still marked as being done."""
    from procrastinate import jobs

    back = up = 0
    for row in await app.connector.execute_query_all_async(ABANDONED, seconds=seconds):
        if row["attempts"] >= MOST_TRIES:
            await app.job_manager.finish_job_by_id_async(row["id"], jobs.Status.FAILED, delete_job=False)
            up += 1
        else:
            await app.job_manager.retry_job_by_id_async(row["id"], retry_at=datetime.now(UTC))
            back += 1
    if back or up:
        log.warning("abandoned jobs: %s given back, %s given up", back, up)
    return back, up


async def reap_for_ever(app: Any) -> None:
    """Reap until cancelled. A database that is away is no reason to stop."""
    while True:
        try:
            await reap(app)
        except Exception as error:
            log.warning("the reaper could not look: %s", type(error).__name__)
        await asyncio.sleep(EVERY)
