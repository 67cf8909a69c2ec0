"""What follows a step. A step's row is its own message: one job per step, deferred in the same transaction.

Capabilities above `cases` say at start-up what they do after a step (`after_step`); each must be safe to run twice for
the same step. A consumer that fails is tried again by the queue, and at the end stands on the list of stuck work.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from jiefen.kernel import ask
from jiefen.kernel.scope import scope

log = logging.getLogger(__name__)
Consumer = Callable[[int], None]
_consumers: dict[str, Consumer] = {}
AGAIN = RetryStrategy(max_attempts=6, exponential_wait=3)
"""For every job of ours: each may be done twice, and one under which the database stopped is done again, not left on the list
of stuck work for somebody to find."""
_at_once: ContextVar[bool] = ContextVar("outbox_at_once", default=False)


def after_step(name: str, consumer: Consumer) -> None:
    """Register what is done after each step, by name. Order of registration is order of work."""
    _consumers[name] = consumer


def consumers() -> tuple[str, ...]:
    """The names, in order."""
    return tuple(_consumers)


@app.task(name="after_steps", queue="steps", retry=AGAIN)
def after_steps(step_ids: list[int]) -> None:
    """Run every consumer for each step."""
    for step_id in step_ids:
        work(step_id)


def work(step_id: int) -> None:
    """Run every consumer for one step, each in its own transaction."""
    for name, consumer in _consumers.items():
        try:
            with scope("worker"):
                consumer(step_id)
        except Exception:
            log.error("after step %s: %s failed", step_id, name, exc_info=True)
            raise


DEFER = """
SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
  'steps', 'after_steps', 0, NULL, NULL, jsonb_build_object('step_ids', to_jsonb(%s::bigint[])), NULL
)::procrastinate_job_to_defer_v1])
"""
"""What `after_steps.defer(step_ids=…)` asks the queue's own function, as a prepared question: every step asks it."""


def tell(step_ids: list[int]) -> None:
    """Put steps into the outbox, in the transaction that wrote them."""
    if _at_once.get():
        for step_id in step_ids:
            work(step_id)
    elif step_ids:
        ask.row(DEFER, [step_ids])


@contextmanager
def at_once() -> Iterator[None]:
    """Within this, what follows a step is done in the writer's own transaction: for loading a demo, where no worker runs."""
    before = _at_once.set(True)
    try:
        yield
    finally:
        _at_once.reset(before)
