"""Saying no, and telling whoever works on the matter that somebody answered by their own code."""

from datetime import datetime

from django.utils.translation import gettext as _

from jiefen.cases.models import Case
from jiefen.cases.telling import refuse_telling
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.mediation.actions.agreements import AgreementRefused
from jiefen.mediation.actions.consents import ConsentRefused, locked, party_of, withdraw_consent
from jiefen.mediation.models import Agreement, Consent, Declined, Signature
from jiefen.mediation.proofs import proved
from jiefen.notices.actions import people_with, tell
from jiefen.notices.models import Notice
from jiefen.people.actor import Actor


def decline_consent(
    case: Case, party: str, *, to: str = "mediation", how: str, by: Actor | None, at: datetime, proof: int | None = None,
    fresh: str = "",
) -> Consent:  # fmt: skip
    """Somebody says no, for no reason but their own; a yes that stands is taken back by it. Twice is once, and a yes later
    is a yes. Proved as a yes is. Raises NotProved, ConsentRefused."""
    with scope("worker"):
        row = locked(case)
        who = party_of(row, party)
        if to not in Consent.To.values:
            raise ConsentRefused(_("请选择同意的是什么：调解、帮扶，或见面。"))
        last = Consent.objects.filter(case=row, party=who.key, to=to).order_by("pk").last()
        if last is not None and last.withdrawn_at is None:
            return withdraw_consent(case, party, to=to, how=how, by=by, at=at, proof=proof, fresh=fresh)
        if not row.is_open:
            raise ConsentRefused(_("本件已经办结，不再需要表示。"))
        file = proved(row, who, how=how, by=by, at=at, proof=proof, fresh=fresh)
        if last is not None and last.refused:
            return last
        day, person = local_day(at), by.person_id if by else None
        return Consent.objects.create(
            case=row, party=who.key, to=to, refused=True, proof=file, given_on=day, given_at=at, how=how, written_by_id=person,
            withdrawn_on=day, withdrawn_at=at, withdrawn_how=how, withdrawn_by_id=person,
        )  # fmt: skip


def decline_agreement(
    case: Case, party: str, *, seq: int, words: str, how: str, by: Actor | None, at: datetime, proof: int | None = None,
    fresh: str = "",
) -> Declined:  # fmt: skip
    """Somebody does not sign the draft they read (`seq`), with a word to whoever mediates. It binds nobody: they may sign it
    later, or a next draft. Twice is once. Proved as a signature is. Raises NotProved, AgreementRefused, StepRefused."""
    with scope("worker"):
        row = locked(case)
        try:
            who = party_of(row, party)
        except ConsentRefused as no:
            raise AgreementRefused(str(no)) from no
        draft = Agreement.objects.filter(case=row, state=Agreement.State.DRAFT).first()
        if draft is None or not row.is_open:
            raise AgreementRefused(_("现在没有等您签的协议。"))
        if draft.seq != seq:
            raise AgreementRefused(_("协议已经换了一稿，请看过新的再定。"))
        if Signature.objects.filter(agreement=draft, who=who.key).exists():
            raise AgreementRefused(_("这一稿您已经签了。要改，请马上打电话告诉调解员。"))
        refuse_telling(row, who)
        proved(row, who, how=how, by=by, at=at, proof=proof, fresh=fresh)
        before = Declined.objects.filter(agreement=draft, who=who.key).first()
        if before is not None:
            return before
        return Declined.objects.create(
            agreement=draft, case=row, who=who.key, at=at, how=how, written_by_id=by.person_id if by else None,
            words=open_row(row.key).seal(words.strip()[:2000], field="declined.words"),
        )  # fmt: skip


def tell_of_draft(case: Case, seq: int, party: str, said: str, *, at: datetime) -> int:
    """Let whoever answers for the matter know that somebody signed a draft by code («signed»), or does not («declined»)."""
    with scope("worker"):
        row = Case.objects.get(pk=case.pk)
        told = people_with("handler", row, at) or people_with("unit-head", row, at)
        return tell(told, Notice.Kind.STEP, at=at, case=row, code=f"agreement:{seq}:{party}:{said}")


def tell_of_answer(consent: Consent, *, at: datetime) -> int:
    """Let whoever answers for the matter know that somebody said yes or no by code, or took it back. Returns how many."""
    with scope("worker"):
        case = Case.objects.get(pk=consent.case_id)
        told = people_with("handler", case, at) or people_with("unit-head", case, at)
        said = "no" if consent.refused else "back" if consent.withdrawn_at else "yes"
        return tell(told, Notice.Kind.STEP, at=at, case=case, code=f"consent:{consent.pk}:{said}")
