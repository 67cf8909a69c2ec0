"""Jobs that the office's pages put into the queue."""

from procrastinate.contrib.django import app

from jiefen.kernel.clock import now
from jiefen.kernel.outbox import AGAIN
from jiefen.kernel.scope import scope


@app.task(name="due_again", queue="steps", retry=AGAIN)
def due_again(case_ids: list[int]) -> None:
    """Work the dates of these cases out anew: a calendar was uploaded. Run twice it changes nothing more."""
    from jiefen.cases.models import Case
    from jiefen.cases.rehome import refresh

    for pk in case_ids:
        with scope("worker"):
            case = Case.objects.select_for_update(of=("self",)).filter(pk=pk).first()
            if case is not None:
                refresh(case, now())
