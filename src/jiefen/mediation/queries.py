"""Named questions. What somebody of one side may see of the other's signing is answered here and nowhere else."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from jiefen.cases.models import Case, Party
from jiefen.cases.rules import endangered
from jiefen.cases.telling import may_tell_other_side, may_tell_party
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.mediation.actions.agreements import clauses_of
from jiefen.mediation.actions.consents import SIDES
from jiefen.mediation.clauses import Clause
from jiefen.mediation.models import Agreement, Consent, Groundwork, Obligation, Signature
from jiefen.procedures.catalogue import procedure


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


NEEDS = {
    Consent.To.MEDIATION: frozenset({"both-consent", "consent-stands"}),
    Consent.To.MEETING: frozenset({"kept-apart"}),
    Consent.To.HELP: frozenset({"help-consented"}),
}
"""What somebody can be asked → the guards of steps that go by it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that one person may say yes or no to. `said`: yes, no, back, or empty; `asks`: it waits for them now."""

    to: str
    said: str
    at: datetime | None
    asks: bool
    mark: str  # which answer was read, so that an old page sent again changes nothing


def asked_of(case: Case, party: Party | None) -> list[Asked]:
    """What a person may be asked in an open case by its procedure, and what they said themselves; nothing of anybody else.
    Empty while nothing may reach them. Three queries, and none where the procedure goes by no consent."""
    guards = {g for step in procedure(case.procedure, case.version).steps.values() for g in step.guards}
    wanted = [to for to, needs in NEEDS.items() if needs & guards]
    if party is None or not wanted or not case.is_open or party.role not in SIDES:
        return []
    with scope("worker"):
        if not may_tell_party(case, party):
            return []
        if Consent.To.MEETING in wanted and not (endangered(case.flags) and may_tell_other_side(case)):
            wanted.remove(Consent.To.MEETING)
        last = {c.to: c for c in Consent.objects.filter(case=case, party=party.key).order_by("pk")}
        told = Groundwork.objects.filter(case=case, kind=Groundwork.Kind.RIGHTS).exists()
    found = []
    for to in wanted:
        row = last.get(to)
        said = "" if row is None else "no" if row.refused else "back" if row.withdrawn_at else "yes"
        waits = row is None and (told if to == Consent.To.MEDIATION else to == Consent.To.MEETING)
        when = (row.withdrawn_at or row.given_at) if row else None
        found.append(Asked(to, said, when, waits, f"{row.pk}-{said}" if row else ""))
    return found
