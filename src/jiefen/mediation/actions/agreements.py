"""Drafting and signing. Nobody sees who of the other side has signed before everybody has."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on
from jiefen.cases.models import Case, Party
from jiefen.cases.telling import refuse_telling
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.mediation.actions.consents import SIDES, ConsentRefused, locked, party_of
from jiefen.mediation.clauses import AT_ONCE, Clause, clauses_from, lint
from jiefen.mediation.models import Agreement, Consent, How, Obligation, Signature
from jiefen.mediation.proofs import proved
from jiefen.people.actor import Actor

DRAFTS = frozenset({"mediator", "mediation-head", "handler", "grid-worker"})
MEDIATOR, SEAL = "mediator", "seal"
SEALS = frozenset({"mediator", "mediation-head", "handler", "unit-head"})


class AgreementRefused(ValueError):
    """It cannot be drafted or signed so; the message says why. Nothing was written."""


def sides_of(case: Case) -> list[str]:
    """Keys of everybody who must sign."""
    return list(Party.objects.filter(case=case, role__in=SIDES).order_by("pk").values_list("key", flat=True))


def clauses_of(agreement: Agreement, key: Key) -> list[Clause]:
    """Its clauses, opened."""
    return clauses_from(key.open(agreement.clauses, field="agreement.clauses"))


def draft_agreement(
    case: Case, clauses: Sequence[Clause | Mapping[str, Any]], *, by: Actor, at: datetime, expected: int | None = None
) -> Agreement:
    """Write a draft, in place of one that not everybody signed. The same words again are the same draft.

    What is wrong with it does not stop the drafting; it stops the signing. `expected`: the number of the draft that the
    caller had read (0: none); a newer one is not written over. Raises AgreementRefused.
    """
    try:
        said = [c if isinstance(c, Clause) else clauses_from([c])[0] for c in clauses]
    except ValueError as bad:
        raise AgreementRefused(str(bad)) from bad
    with scope("worker"):
        row = locked(case)
        if not row.is_open:
            raise AgreementRefused(_("本件已经办结，不能再拟协议。"))
        if not DRAFTS & set(roles_on(by, row)):
            raise AgreementRefused(_("协议由主持调解的人起草。"))
        key = open_row(row.key)
        before = Agreement.objects.filter(case=row).select_related("by").order_by("seq").last()
        if before is not None and before.state == Agreement.State.DRAFT:
            if clauses_of(before, key) == said:
                return before
            if expected is not None and before.seq != expected:
                raise AgreementRefused(
                    _("您打开页面之后，%(who)s已存了第%(n)s稿，没有盖掉它。先看过那一稿，要改再存一次。")
                    % {"who": before.by.name, "n": before.seq}
                )
            before.state = Agreement.State.REPLACED
            before.save(update_fields=["state"])
        return Agreement.objects.create(
            case=row, seq=(before.seq if before else 0) + 1, by_id=by.person_id, at=at,
            clauses=key.seal([c.as_dict() for c in said], field="agreement.clauses"),
        )  # fmt: skip


def sign_agreement(
    case: Case,
    who: str,
    *,
    seq: int,
    how: str,
    by: Actor | None,
    at: datetime,
    proof: int | None = None,
    fresh: str = "",
) -> Agreement:
    """Sign the draft that was read (`seq`): `who` is a party's key, `mediator` or `seal`. With the last signature the
    agreement is in force and its promises begin to run, in the same transaction.

    Signing again changes nothing. Raises AgreementRefused (a newer draft, unclear clauses, no standing consent), NotProved,
    and StepRefused where the other side may not be told yet.
    """
    with scope("worker"):
        row = locked(case)
        agreement = Agreement.objects.filter(case=row).exclude(state=Agreement.State.REPLACED).order_by("seq").last()
        if agreement is None:
            raise AgreementRefused(_("还没有协议可签。"))
        if agreement.seq != seq:
            raise AgreementRefused(_("协议已经换了一稿，请看过新的再签。"))
        if Signature.objects.filter(agreement=agreement, who=who).exists():
            return agreement
        if agreement.state != Agreement.State.DRAFT or not row.is_open:
            raise AgreementRefused(_("这份协议不再需要签名。"))
        key = open_row(row.key)
        clauses = clauses_of(agreement, key)
        sides = sides_of(row)
        if wrong := lint(clauses, parties=sides, signed_on=local_day(at)):
            raise AgreementRefused(_("协议还不能签：%(wrong)s。") % {"wrong": "；".join(d.says for d in wrong)})
        file = _entitled(row, who, how=how, by=by, at=at, proof=proof, fresh=fresh)
        Signature.objects.create(
            agreement=agreement,
            case=row,
            who=who,
            at=at,
            how=how,
            written_by_id=by.person_id if by else None,
            proof=file,
        )
        signed = set(Signature.objects.filter(agreement=agreement).values_list("who", flat=True))
        if signed >= {*sides, MEDIATOR, SEAL}:
            _take_effect(row, agreement, clauses, key, at)
        return agreement


def _entitled(case: Case, who: str, *, how: str, by: Actor | None, at: datetime, proof: int | None, fresh: str) -> Any:
    if who in (MEDIATOR, SEAL):
        may = DRAFTS if who == MEDIATOR else SEALS
        if by is None or not may & set(roles_on(by, case)) or how not in (How.WINDOW, How.PAPER):
            raise AgreementRefused(_("调解员由本人签名，印章由调解组织的人加盖。"))
        return None
    try:
        party = party_of(case, who)
    except ConsentRefused as no:
        raise AgreementRefused(str(no)) from no
    refuse_telling(case, party)
    if not Consent.objects.filter(
        case=case, party=party.key, to=Consent.To.MEDIATION, withdrawn_at__isnull=True
    ).exists():
        raise AgreementRefused(_("这位当事人没有同意调解，或已撤回，不能签。"))
    return proved(case, party, how=how, by=by, at=at, proof=proof, fresh=fresh)


def _take_effect(case: Case, agreement: Agreement, clauses: Sequence[Clause], key: Key, at: datetime) -> None:
    """All have signed, the mediator and the seal too: from this day it binds (人民调解法 29)."""
    agreement.state, agreement.effective_on = Agreement.State.EFFECTIVE, local_day(at)
    agreement.save(update_fields=["state", "effective_on"])
    Obligation.objects.bulk_create(
        Obligation(
            case=case, agreement=agreement, clause=n, owes=c.who, to=c.whom, fen=c.fen,
            what=key.seal(c.what, field="obligation.what"),
            due_on=None if c.due_on == AT_ONCE else date.fromisoformat(c.due_on),
        )
        for n, c in enumerate(clauses, 1)
    )  # fmt: skip
