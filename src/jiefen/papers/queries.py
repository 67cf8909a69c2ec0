"""Named questions about papers."""

from typing import Any

from django.db.models import QuerySet

from jiefen.cases.facts import Moment
from jiefen.cases.models import Case, Party, Step
from jiefen.papers.kinds import kind_of
from jiefen.papers.models import Paper
from jiefen.procedures.catalogue import procedure, vocabulary
from jiefen.procedures.engine import dossier

TOLD_BY_ROW = frozenset({"joined", "parted"})
"""Rows that no file defines, whose papers are written to the people of the matter."""


def on_file(case: Case) -> QuerySet[Paper]:
    """Every paper of a case, the voided too, oldest first."""
    return Paper.objects.filter(case=case).order_by("made_at", "pk")


def kinds_on_file(case: Case) -> frozenset[str]:
    """Kinds of which a paper is on file that was not voided: what steps and the dossier ask for."""
    return frozenset(on_file(case).filter(void_at=None).values_list("kind", flat=True))


def dossier_rows(m: Moment) -> list[dict[str, Any]]:
    """What the dossier must hold and whether it is there."""
    return dossier(
        procedure(m.case.procedure, m.case.version),
        taken={h.name for h in m.standing.history},
        papers=kinds_on_file(m.case),
        labels={name: paper["label"] for name, paper in vocabulary().papers.items()},
    )


def made_for(case: Case, receipt: int) -> list[Paper]:
    """The papers that a receipt's person may open: written to them and told them by the step that made them, or served on
    them. Not voided; not somebody else's copy; a draft not before it was served or the step that needs it was taken."""
    definition = procedure(case.procedure, case.version)
    mine = Party.objects.filter(case=case, receipt=receipt).first()
    if mine is None:
        return []
    steps = list(Step.objects.filter(case=case).values_list("pk", "seq", "name", "codes", "at"))
    voided = {c["corrected"]["step"] for _pk, _seq, _name, c, _at in steps if c.get("corrected", {}).get("void")}
    steps = [row for row in steps if row[1] not in voided]
    names = {pk: name for pk, _seq, name, _codes, _at in steps}
    served = {
        c["document"]
        for _pk, _seq, name, c, _at in steps
        if name == "delivered" and c.get("person") == mine.key and c.get("document")
    }
    several = Party.objects.filter(case=case, role=Party.Role.COMPLAINANT).count() > 1

    def mine_to_read(paper: Paper) -> bool:
        if paper.pk in served:
            return True
        if paper.to_party not in ("", mine.key) or mine.role != Party.Role.COMPLAINANT:
            return False
        if not (kind_of(paper.kind).to_applicant or paper.kind in vocabulary().papers_to_each_complainant):
            return False
        if several and not paper.to_party:
            return False  # a paper for all names the first of them: each sees it when it is served on them
        if paper.step_id is not None:
            if names.get(paper.step_id) in TOLD_BY_ROW:
                return True
            step = definition.steps.get(names.get(paper.step_id, ""))
            return step is not None and "applicant" in step.tell
        return any(
            at >= paper.made_at
            and (step := definition.steps.get(name))
            and paper.kind in step.needs
            and "applicant" in step.tell
            for _pk, _seq, name, _codes, at in steps
        )

    rows = on_file(case).filter(void_at=None).select_related("unit", "void_by", "seal", "seal_by")
    return [paper for paper in rows if mine_to_read(paper)]
