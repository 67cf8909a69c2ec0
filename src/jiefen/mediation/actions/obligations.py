"""What became of each promise: kept, not kept and told what follows, or changed by both."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on
from jiefen.cases.models import Case
from jiefen.files.queries import held_by
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.mediation.actions.consents import locked
from jiefen.mediation.models import Obligation
from jiefen.people.actor import Actor

WATCHES = frozenset(
    {"mediator", "mediation-head", "handler", "unit-head", "follow-up-caller", "sponsor", "grid-worker"}
)


class ObligationRefused(ValueError):
    """It cannot be written down so; the message says why. Nothing was written."""


def fulfil(obligation: Obligation, *, by: Actor, at: datetime, words: str = "", proof: int | None = None) -> Obligation:
    """It was kept: with a file that shows it, or with words of whoever received it. Raises ObligationRefused."""
    if not words.strip() and not proof:
        raise ObligationRefused(_("请上传履行凭证，或记下收到的一方怎样说。"))
    return _settle(obligation, Obligation.State.FULFILLED, by=by, at=at, words=words, proof=proof)


def tell_unfulfilled(obligation: Obligation, *, by: Actor, at: datetime, words: str) -> Obligation:
    """It was not kept, and whoever was to receive it was told what they can do: sue, have it enforced or confirmed."""
    if not words.strip():
        raise ObligationRefused(_("请写明告知了哪些下一步：起诉、申请执行、支付令或司法确认，各到哪里、最晚哪天。"))
    with scope("worker"):
        due = Obligation.objects.get(pk=obligation.pk).due_on
    if due is not None and due >= local_day(at):
        raise ObligationRefused(_("还没有到履行日期，不能记为未履行。"))
    return _settle(obligation, Obligation.State.UNFULFILLED_TOLD, by=by, at=at, words=words, proof=None)


def change_obligation(
    obligation: Obligation, *, by: Actor, at: datetime, proof: int, due_on: date, fen: int | None = None, what: str = ""
) -> Obligation:
    """Both sides agreed on paper (`proof`) to another day, sum or deed: the old promise stays as changed, a new one runs.

    Returns the new one. Raises ObligationRefused.
    """
    with scope("worker"):
        old = _settle(obligation, Obligation.State.CHANGED, by=by, at=at, words=_("双方书面同意变更。"), proof=proof)
        after = Obligation.objects.filter(case=old.case_id, clause=old.clause, pk__gt=old.pk).order_by("pk").first()
        if after is not None:
            if (after.due_on, after.fen) == (due_on, old.fen if fen is None else fen):
                return after
            raise ObligationRefused(_("这项义务已经变更过，和您写的不同。请看过变更后的那一项再记。"))
        if due_on < local_day(at):
            raise ObligationRefused(_("新的履行日期已经过了，请核对。"))
        if fen is not None and fen <= 0:
            raise ObligationRefused(_("金额须大于零。"))
        key = open_row(locked(old.case).key)
        return Obligation.objects.create(
            case=old.case, agreement=old.agreement, clause=old.clause, owes=old.owes, to=old.to, due_on=due_on,
            fen=old.fen if fen is None else fen,
            what=key.seal(what.strip(), field="obligation.what") if what.strip() else old.what,
        )  # fmt: skip


def _settle(
    obligation: Obligation, state: str, *, by: Actor, at: datetime, words: str, proof: int | None
) -> Obligation:
    with scope("worker"):
        case = locked(Case(pk=obligation.case_id))
        row = Obligation.objects.select_for_update(of=("self",)).select_related("changed_by").get(pk=obligation.pk)
        if not WATCHES & set(roles_on(by, case)):
            raise ObligationRefused(_("只有经办本件的人和回访员可以记履行情况。"))
        file = held_by(f"case:{case.pk}").filter(pk=proof).first() if proof else None
        if proof and file is None:
            raise ObligationRefused(_("凭证不是本件的附件，请重新上传。"))
        if row.state == state == Obligation.State.CHANGED:
            return row  # whether it is the same change is seen on the promise that came after it
        if row.state == state:
            key = open_row(case.key)
            before = key.open(row.said, field="obligation.said") if row.said else ""
            if (
                row.changed_by_id == by.person_id
                and before == words.strip()
                and (file is None or file.pk == row.proof_id)
            ):
                return row
            raise ObligationRefused(
                _("%(who)s已记为“%(state)s”。先看过记下的再定。")
                % {"who": row.changed_by.name if row.changed_by else _("有人"), "state": _(row.get_state_display())}
            )
        if row.state not in (Obligation.State.DUE, Obligation.State.UNFULFILLED_TOLD):
            raise ObligationRefused(_("这项义务已经了结或变更，不能再改。"))
        row.state, row.changed_at, row.changed_by_id, row.proof = state, at, by.person_id, file or row.proof
        row.said = open_row(case.key).seal(words.strip(), field="obligation.said") if words.strip() else row.said
        row.save()
        return row
