"""The jobs of `analytics`."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from jiefen.kernel.clock import now
from jiefen.kernel.outbox import AGAIN


@app.task(name="export_ledger", queue="exports", retry=RetryStrategy(max_attempts=3, exponential_wait=3))
def export_ledger(export_id: int) -> None:
    """Make one ledger that somebody asked for."""
    from jiefen.analytics.exports import make

    make(export_id, now())


@app.periodic(cron="20 2 * * *")
@app.task(name="month_figures", queue="exports", queueing_lock="month_figures", retry=AGAIN)
def month_figures(timestamp: int) -> None:
    """Count last month for the resident's first page. Every night: what is learnt later is counted too."""
    from jiefen.analytics.monthly import count_month

    count_month(now())


@app.periodic(cron="* * * * *")
@app.task(name="count_anew", queue="steps", queueing_lock="count_anew", retry=AGAIN)
def count_anew(timestamp: int) -> None:
    """Count anew what changed, so that whoever asks for a figure finds little left to do."""
    from jiefen.analytics.facts import settle_all

    settle_all()
