"""Proof that it was the person: by code with a fresh second thing, by paper with the paper, or before a named member of staff.

A session alone proves nothing: whoever agrees, takes back or signs by code says the second thing again (the phone's last
digits, the chosen word). Receipts belong to intakes, which mediation does not know; `triage` registers who checks.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on
from jiefen.cases.models import Case, Party
from jiefen.cases.standing import excluded_units
from jiefen.files.models import StoredFile
from jiefen.files.queries import held_by
from jiefen.mediation.models import How
from jiefen.people.actor import Actor

WRITES_DOWN = frozenset(
    {"clerk", "petition-officer", "hotline-agent", "mediator", "mediation-head", "handler", "grid-worker", "sponsor", "dispatcher"}
)  # fmt: skip
"""Who may write down what somebody agreed to before their eyes."""

Prover = Callable[[int, str], bool]
_provers: list[Prover] = []


class NotProved(ValueError):
    """It is not shown that this was the person's own act; the message says what is missing. Nothing was written."""


def register(prover: Prover) -> None:
    """Say who knows whether a second thing belongs to a receipt."""
    _provers[:] = [prover]


def proved(
    case: Case, party: Party, *, how: str, by: Actor | None, at: datetime, proof: int | None, fresh: str
) -> StoredFile | None:
    """Check that an act is this person's own; the file that shows it, where there is one. Raises NotProved."""
    if how not in How.values:
        raise NotProved(_("请选择怎样表示的：本人凭码、书面，或当面。"))
    file = held_by(f"case:{case.pk}").filter(pk=proof).first() if proof else None
    if proof and file is None:
        raise NotProved(_("凭证不是本件的附件，请重新上传。"))
    if how == How.CODE:
        if by is not None:
            raise NotProved(_("凭码的由本人自己办，工作人员不能代办；当面表示的请选“当面”。"))
        if party.receipt is None or not fresh or not any(check(party.receipt, fresh) for check in _provers):
            raise NotProved(_("没有核对上。请再输一次手机尾号或当时设的口令；忘了的，请到窗口当面办。"))
        return file
    if by is None:
        raise NotProved(_("书面和当面的，须由经办的工作人员具名记下。"))
    if not WRITES_DOWN & set(roles_on(by, case)):
        raise NotProved(_("只有经办本件的人可以记下当事人的意思。"))
    if other_side(case, party, by):
        raise NotProved(_("您在对方单位任职，不能替这一方记；请由中心的人记。"))
    if how == How.PAPER and file is None:
        raise NotProved(_("书面的请先上传当事人签名的原件或照片。"))
    return file


def other_side(case: Case, party: Party, by: Actor) -> bool:
    """Whether whoever writes works for somebody on another side."""
    others = [p for p in case.parties.exclude(role=party.role) if p.unit_id]
    theirs = {p.unit_id for p in others} | excluded_units(others)
    return bool(by.units & theirs)
