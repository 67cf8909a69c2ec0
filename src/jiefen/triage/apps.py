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
        from jiefen.cases import facts, integrity, recorded
        from jiefen.kernel import outbox
        from jiefen.mediation import proofs
        from jiefen.papers import fill
        from jiefen.triage import alike, doors, sealing, setup, succession
        from jiefen.triage.finding import index

        # Intakes and cases are strangers; whoever knows both lets `verify` look at both.
        integrity.register("intakes", _intakes)
        outbox.after_step("intake doors", doors.after_step)
        outbox.after_step("alike matters", alike.after_step)
        outbox.after_step("search", index.after_step)
        fill.label_kinds(lambda code, at: setup.tables(at).label(code))
        facts.register("vault-state", sealing.vault_state)
        facts.register("receiver-unit", sealing.receiver_unit)
        facts.register("accused-level", recorded.reader("accused-level", nothing=""))
        proofs.register(sealing.second_thing)
        succession.register()


def _intakes(progress: Progress) -> Iterator["Problem"]:
    from jiefen.cases.integrity import Problem
    from jiefen.intake.verify import changed

    return (Problem("intake", number, says) for number, says in changed(progress))
