"""The hourly work of `cases`."""

import logging

from procrastinate.contrib.django import app

from jiefen.cases import rehome
from jiefen.kernel.clock import now
from jiefen.kernel.outbox import AGAIN
from jiefen.people import successions

log = logging.getLogger(__name__)


@app.periodic(cron="7 * * * *")
@app.task(name="rehome_hourly", queue="steps", queueing_lock="rehome_hourly", retry=AGAIN)
def rehome_hourly(timestamp: int) -> None:
    """Re-home what was dated beforehand, and prove that no open case is an orphan. Two in one hour do the same once."""
    left = rehome.sweep_and_tell(now())
    if left:
        log.warning("orphans: %s open cases lack somebody who answers, or a next date", len({o.case for o in left}))


@app.periodic(cron="5 * * * *")
@app.task(name="successions_hourly", queue="steps", queueing_lock="successions_hourly", retry=AGAIN)
def successions_hourly(timestamp: int) -> None:
    """Carry out mergers and splits whose day has come, before the hourly look for orphans."""
    done, stuck = successions.carry_out_due(now())
    if done or stuck:
        log.warning("successions: %s carried out, %s could not be", done, stuck)
