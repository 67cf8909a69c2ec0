"""The jobs of `channels`."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from jiefen.kernel.outbox import AGAIN


@app.task(name="import_batch", queue="imports", retry=RetryStrategy(max_attempts=5, exponential_wait=5))
def import_batch(batch: int) -> None:
    """Take an uploaded file in. After a kill the queue runs this again, and it goes on from the batch's mark."""
    from jiefen.channels.ledger.uploads import carry_out

    carry_out(batch)


@app.task(name="find_alike", queue="imports", queueing_lock="find_alike", retry=AGAIN)
def find_alike(batch: int) -> None:
    """Look through what an import brought for matters that may be the same."""
    from jiefen.channels.ledger.joining import find_groups
    from jiefen.channels.models import ImportBatch

    find_groups(ImportBatch.objects.get(pk=batch))


@app.task(name="join_alike", queue="imports", retry=AGAIN)
def join_alike(batch: int, ids: list[int], by: int, kind: str, unit: int | None, reason: str) -> None:
    """Join a large group of an import; begun again after a kill it goes on, since what is joined already stays so."""
    from jiefen.channels.ledger.joining import carry_out
    from jiefen.kernel.clock import now

    carry_out(batch, ids, by, at=now(), kind=kind, unit=unit, reason=reason)
