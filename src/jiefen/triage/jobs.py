"""The regular work of `triage`: the index of alike matters."""

from procrastinate.contrib.django import app

from jiefen.triage import alike


@app.periodic(cron="*/5 * * * *")
@app.task(name="alike_index", queue="steps", queueing_lock="alike_index")
def alike_index(timestamp: int) -> None:
    """Bring what came in since into the index. A page that asks does the same for the newest."""
    alike.index_new(5000)


@app.periodic(cron="40 2 * * *")
@app.task(name="alike_weigh", queue="steps", queueing_lock="alike_weigh")
def alike_weigh(timestamp: int) -> None:
    """Count anew, at night, which pairs of characters are everybody's."""
    alike.weigh()
