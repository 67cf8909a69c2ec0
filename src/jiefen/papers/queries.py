"""Named questions about papers."""

from typing import Any

from django.db.models import QuerySet

from jiefen.cases.facts import Moment
from jiefen.cases.models import Case
from jiefen.papers.models import Paper
from jiefen.procedures.catalogue import procedure, vocabulary
from jiefen.procedures.engine import dossier


def on_file(case: Case) -> QuerySet[Paper]:
    """Every paper of a case, oldest first."""
    return Paper.objects.filter(case=case).order_by("made_at", "pk")


def kinds_on_file(case: Case) -> frozenset[str]:
    return frozenset(on_file(case).values_list("kind", flat=True))


def dossier_rows(m: Moment) -> list[dict[str, Any]]:
    """What the dossier must hold and whether it is there."""
    return dossier(
        procedure(m.case.procedure, m.case.version),
        taken={h.name for h in m.standing.history},
        papers=kinds_on_file(m.case),
        labels={name: paper["label"] for name, paper in vocabulary().papers.items()},
    )
