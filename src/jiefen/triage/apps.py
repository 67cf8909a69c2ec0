from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig

from jiefen.kernel.progress import Progress

if TYPE_CHECKING:
    from jiefen.cases.integrity import Problem


class TriageConfig(AppConfig):
    name = "jiefen.triage"
    label = "triage"

    def ready(self) -> None:
        from jiefen.cases import integrity
        from jiefen.kernel import outbox
        from jiefen.triage import doors

        # Intakes and cases are strangers; whoever knows both lets `verify` look at both.
        integrity.register("intakes", _intakes)
        outbox.after_step("intake doors", doors.after_step)


def _intakes(progress: Progress) -> Iterator["Problem"]:
    from jiefen.cases.integrity import Problem
    from jiefen.intake.verify import changed

    return (Problem("intake", number, says) for number, says in changed(progress))
