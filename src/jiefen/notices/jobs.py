"""The daily work of `notices`."""

import logging

from procrastinate.contrib.django import app

from jiefen.kernel.clock import now
from jiefen.kernel.outbox import AGAIN
from jiefen.notices import questions

log = logging.getLogger(__name__)


@app.periodic(cron="20 0 * * *")
@app.task(name="question_reminders", queue="steps", queueing_lock="question_reminders", retry=AGAIN)
def question_reminders(timestamp: int) -> None:
    """Remind of questions that nobody answered and whose day comes near. Run twice, each is told once."""
    told = questions.remind(now())
    if told:
        log.info("questions: %s reminders", told)
