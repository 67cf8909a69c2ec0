"""The jobs of `analytics`."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from jiefen.kernel.clock import now


@app.task(name="export_ledger", queue="exports", retry=RetryStrategy(max_attempts=3, exponential_wait=3))
def export_ledger(export_id: int) -> None:
    """Make one ledger that somebody asked for."""
    from jiefen.analytics.exports import make

    make(export_id, now())
