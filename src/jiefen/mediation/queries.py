"""Named questions. What somebody of one side may see of the other's signing is answered here and nowhere else."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from jiefen.cases.models import Case
from jiefen.kernel.seal import open_row
from jiefen.mediation.actions.agreements import clauses_of
from jiefen.mediation.clauses import Clause
from jiefen.mediation.models import Agreement, Obligation, Signature


@dataclass(frozen=True, slots=True)
class AgreementSeen:
    """An agreement as one party sees it: its words, whether they signed themselves, and of others nothing before all have."""

    seq: int
    clauses: list[Clause]
    signed_by_me_at: datetime | None
    in_force_since: date | None
    signed: list[str]  # who signed; empty until it is in force


def agreement_for(case: Case, party: str) -> AgreementSeen | None:
    """The agreement at hand as a party sees it; None where there is none."""
    found = Agreement.objects.filter(case=case).exclude(state=Agreement.State.REPLACED).order_by("seq").last()
    if found is None:
        return None
    rows = dict(Signature.objects.filter(agreement=found).order_by("at").values_list("who", "at"))
    whole = found.state == Agreement.State.EFFECTIVE
    return AgreementSeen(
        found.seq,
        clauses_of(found, open_row(case.key)),
        rows.get(party),
        found.effective_on,
        list(rows) if whole else [],
    )


def due_by(day: date) -> QuerySet[Obligation]:
    """Promises that are to be kept by a day and were not yet, the oldest first. About matters; nobody is listed by it."""
    return Obligation.objects.filter(state=Obligation.State.DUE, due_on__lte=day).order_by("due_on", "pk")
