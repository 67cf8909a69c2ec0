"""The jobs of `channels`."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app


@app.task(name="import_batch", queue="imports", retry=RetryStrategy(max_attempts=5, exponential_wait=5))
def import_batch(batch: int) -> None:
    """Take an uploaded file in. After a kill the queue runs this again, and it goes on from the batch's mark."""
    from jiefen.channels.ledger.uploads import carry_out

    carry_out(batch)
