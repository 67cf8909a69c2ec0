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
from jiefen.mediation.clauses import Clause
from jiefen.mediation.models import (
    Agreement,
    Consent,
    Declined,
    Groundwork,
    JointNote,
    Lane,
    LaneEntry,
    Obligation,
    Signature,
)
from jiefen.mediation.shape import SIDES, leads, while_mediating
from jiefen.procedures.catalogue import procedure


@dataclass(frozen=True, slots=True)
class AgreementSeen:
    """An agreement as one party sees it: its words, whether they signed themselves, and of others nothing before all have."""

    seq: int
    clauses: list[Clause]
    signed_by_me_at: datetime | None
    in_force_since: date | None
    signed: list[str]  # who signed; empty until it is in force
    declined_by_me_at: datetime | None = None


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
        Declined.objects.filter(agreement=found, who=party).values_list("at", flat=True).first(),
    )


def to_sign(case: Case, party: Party | None) -> AgreementSeen | None:
    """The agreement that a party may read and sign by code, or read once it is in force; None while nothing may reach them,
    and after a case that ended without one."""
    if party is None or party.role not in SIDES:
        return None
    with scope("worker"):
        found = agreement_for(case, party.key) if may_tell_party(case, party) else None
    return found if found and (case.is_open or found.in_force_since) else None


def may_talk_alone(case: Case, party: Party) -> bool:
    """Whether there is anybody in this procedure to talk with alone, now or before its end. Says nothing of whether they did."""
    if party.role not in SIDES or not leads(case) or (case.is_open and not while_mediating(case)):
        return False
    with scope("worker"):
        return may_tell_party(case, party)


@dataclass(frozen=True, slots=True)
class LaneRow:
    """One row of a lane as it reads now: `words` and `fen` after its corrections, `first` what it said before them."""

    seq: int
    kind: str
    part: str
    by: str
    at: datetime
    words: str
    fen: int | None
    first: str
    corrected_at: datetime | None
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class LaneSeen:
    """A lane as its side and its mediator see it. `mediator` is whom the side speaks to: (number, name)."""

    opened_at: datetime
    mediator: tuple[int, str]
    rows: list[LaneRow]


def lane_seen(case: Case, party: Party) -> LaneSeen | None:
    """The lane of one side, within the caller's own scope: the database shows it to the side and to its mediator alone, and
    None is the answer to everybody else, whether there is one or not."""
    lane = Lane.objects.select_related("key", "mediator").filter(case=case, party=party).first()
    if lane is None:
        return None
    key = open_row(lane.key)
    written = list(LaneEntry.objects.filter(lane=lane).select_related("by").order_by("seq"))
    better = {row.about: row for row in written if row.kind == LaneEntry.Kind.CORRECTION}
    let_out = {row.about: row.at for row in written if row.kind == LaneEntry.Kind.RELEASED}
    rows = []
    for row in written:
        if row.said is None or row.kind == LaneEntry.Kind.CORRECTION:
            continue
        first = key.open(row.said, field="lane.said")
        last = better.get(row.seq)
        now = key.open(last.said, field="lane.said") if last else first
        rows.append(
            LaneRow(
                row.seq, row.kind, row.part, row.by.name if row.by else "", row.at, now["words"], now["fen"],
                first["words"] if last else "", last.at if last else None, let_out.get(row.seq),
            )
        )  # fmt: skip
    return LaneSeen(lane.opened_at, (lane.mediator_id, lane.mediator.name), rows)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Something a side said alone itself. `kind` as in `LaneEntry`; `part`: self, or typist where it was typed for them."""

    kind: str
    part: str
    at: datetime
    words: str
    fen: int | None


def own_words_alone(case: Case, party: Party) -> list[OwnWords]:
    """What a side said to the mediator alone in its own words, as it was written, its corrections among it, oldest first; what the
    mediator wrote down is not. Within the caller's own scope: empty to everybody but that side. Raises Sealed."""
    lane = Lane.objects.select_related("key").filter(case=case, party=party).first()
    if lane is None:
        return []
    key = open_row(lane.key)
    rows = LaneEntry.objects.filter(lane=lane, said__isnull=False, part__in=OWN).order_by("seq")
    said = [(row, key.open(row.said, field="lane.said")) for row in rows]
    return [OwnWords(row.kind, row.part, row.at, one["words"], one["fen"]) for row, one in said]


OWN = (LaneEntry.Part.SELF, LaneEntry.Part.TYPIST)


@dataclass(frozen=True, slots=True)
class LetOut:
    """What a side let out into the joint record."""

    party: str
    kind: str
    words: str
    fen: int | None
    at: datetime


def joint_record(case: Case) -> list[LetOut]:
    """What both sides may read, because one of them let it out, oldest first."""
    with scope("worker"):
        notes = list(JointNote.objects.filter(case=case).order_by("at", "pk"))
    key = open_row(case.key) if notes else None
    said = [(n, key.open(n.said, field="joint.said")) for n in notes if key]
    return [LetOut(n.party, n.kind, s["words"], s["fen"], n.at) for n, s in said]


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
