"""Voiding a paper: the number and the row stay, marked with who, when and why; nothing is ever deleted."""

from datetime import datetime

from django.utils.translation import gettext as _

from jiefen.cases.models import Case
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.papers.actions.filing import LONGEST, PaperRefused, delivered_to
from jiefen.papers.models import Paper
from jiefen.people.actor import Actor


def locked(paper: Paper) -> tuple[Case, Paper]:
    """The case and the paper, locked in this order. Raises PaperRefused for a paper of no case."""
    if paper.case_id is None:
        raise PaperRefused(_("这份文书不属于任何事项，请在来件页办理。"))
    case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=paper.case_id)
    return case, Paper.objects.select_for_update(of=("self",)).select_related("unit").get(pk=paper.pk)


def of_the_office(paper: Paper, by: Actor, at: datetime) -> None:
    """Raises PaperRefused unless the actor made the paper or works where it was made."""
    if paper.by_id != by.person_id and paper.unit_id not in by.units:
        raise PaperRefused(_("这份文书由%(unit)s出具，由它办理。") % {"unit": paper.unit.name if paper.unit else "—"})


def void(paper: Paper, *, by: Actor, at: datetime, reason: str) -> Paper:
    """Void a paper. It is no longer on file for any step; the next draft takes the next number.

    Voided again by the same person for the same reason it is voided once. Raises PaperRefused: no reason, not of this office,
    voided before, or already delivered (a right may run from it).
    """
    if not reason.strip():
        raise PaperRefused(_("请写明为什么作废。"))
    if len(reason) > LONGEST:
        raise PaperRefused(_("理由太长，请写要点。"))
    with scope("worker"):
        case, row = locked(paper)
        of_the_office(row, by, at)
        if row.void_at:
            before = open_row(case.key).open(row.void_reason, field="paper.void") if row.void_reason else ""
            if row.void_by_id == by.person_id and before == reason.strip():
                return row
            raise PaperRefused(_("这份文书已经作废。"))
        if delivered_to(case, row):
            raise PaperRefused(_("已经送达的文书不能作废，当事人的期限从它起算。有错请另行出具更正文书。"))
        key = open_row(case.key)
        row.void_at, row.void_by_id = at, by.person_id
        row.void_reason = key.seal(reason.strip(), field="paper.void")
        row.save(update_fields=["void_at", "void_by", "void_reason"])
        return row
