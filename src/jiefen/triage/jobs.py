"""The regular work of `triage`: the index of alike matters, and of what is found by its words."""

from procrastinate.contrib.django import app

from jiefen.kernel.clock import now
from jiefen.kernel.outbox import AGAIN
from jiefen.kernel.scope import scope
from jiefen.triage import alike
from jiefen.triage.finding import index


@app.periodic(cron="*/5 * * * *")
@app.task(name="alike_index", queue="steps", queueing_lock="alike_index", retry=AGAIN)
def alike_index(timestamp: int) -> None:
    """Bring what came in since into the index. A page that asks does the same for the newest."""
    alike.index_new(5000)


@app.periodic(cron="40 2 * * *")
@app.task(name="alike_weigh", queue="steps", queueing_lock="alike_weigh", retry=AGAIN)
def alike_weigh(timestamp: int) -> None:
    """Count anew, at night, which pairs of characters are everybody's; before it, bring up what an earlier version wrote."""
    alike.bring_up()
    alike.weigh()


@app.task(name="search_intakes", queue="steps", retry=AGAIN)
def search_intakes(intakes: list[int]) -> None:
    """Write what an import brought into the index, so that it is found by its words."""
    with scope("worker"):
        index.write_intakes(intakes)


@app.periodic(cron="30 3 * * 0")
@app.task(name="learn_kinds", queue="exports", queueing_lock="learn_kinds", retry=AGAIN)
def learn_kinds(timestamp: int) -> None:
    """Learn from the decided matters each week; put in use only when better."""
    from jiefen.triage.learning.county import learn

    learn(at=now())
