"""What is done by the clock: the chains are noted outside every night; an approved list is carried out."""

import logging

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from jiefen.kernel.clock import now
from jiefen.kernel.outbox import AGAIN

log = logging.getLogger(__name__)


@app.periodic(cron="20 19 * * *")  # 3:20 in the office
@app.task(name="note_heads_daily", queue="steps", queueing_lock="note_heads_daily", retry=AGAIN)
def note_heads_daily(timestamp: int) -> None:
    """Note the last hash of every chain outside the database. A day that is noted already stays as it is."""
    from jiefen.kernel.heads import Gone
    from jiefen.privacy.chains import note_today

    try:
        note_today(now())
    except Gone as gone:
        log.critical("chain heads: %s chains are not as they were noted; nothing was noted over them", len(gone.faults))
        raise


@app.periodic(cron="7 * * * *")
@app.task(name="look_through_readings", queue="steps", queueing_lock="look_through_readings", retry=AGAIN)
def look_through_readings(timestamp: int) -> None:
    """Note which readings of the last hour had no task."""
    from jiefen.privacy.readings import look_through

    look_through(now())


@app.task(name="destroy_list", queue="steps", retry=RetryStrategy(max_attempts=5, exponential_wait=5))
def destroy_list(destruction: int) -> None:
    """Carry out a list that two people answered for."""
    from jiefen.privacy.retention import carry_out

    carry_out(destruction, now())
