"""Family violence, and children who were hurt: nothing reaches the other side until a named person allows it.

Under such a mark every word to the other side can bring danger home. So notices, papers, invitations and the page by
code keep silent towards it, and its consent is not asked, until a supervisor, dispatcher or petition officer of the centre
has written down why it is safe. Allowing and taking back are rows of the chain.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on
from jiefen.cases.actions import once
from jiefen.cases.actions.record import append, history
from jiefen.cases.actions.steps import StepRefused
from jiefen.cases.facts import Moment
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.rules import endangered, may_tell
from jiefen.cases.standing import standing_of
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.engine import Refusal

MAY_ALLOW = ("supervisor", "dispatcher", "petition-officer")
BASIS = ("L-JB:14", "L-WCN:11")


def may_tell_party(case: Case, party: Party) -> bool:
    """Whether anything may reach this person: notices, papers, invitations, delivery. Only the other side ever waits."""
    return party.role != Party.Role.RESPONDENT or may_tell_other_side(case)


def may_tell_other_side(case: Case) -> bool:
    """The same for the whole other side. Call with a scope that sees the case's rows."""
    return not endangered(case.flags) or may_tell(standing_of(case))


def allow_telling(
    case: Case, *, by: Actor, at: datetime, reason: str, recorded_at: datetime | None = None, allowed: bool = True,
    expected: int | None = None,
) -> Step:  # fmt: skip
    """Allow that the other side is told, or with `allowed=False` take that back. Doing it again changes nothing.

    `expected`: the number of rows the caller had seen; where somebody had a word on it since, it is refused.

    Raises StepRefused for a matter without such a mark, without a reason, and for whoever is not of the centre.
    """

    def no(rule: str, says: str) -> StepRefused:
        return StepRefused(Refusal("telling", rule, says, BASIS))

    with scope("worker"):
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        rows = history(case)
        standing = standing_of(case, rows)
        held = roles_on(by, case)
        role = next((r for r in MAY_ALLOW if r in held), "")
        if not role:
            raise no("role", _("能不能告诉对方，由中心的督办员、分派员或信访部门经办人定。"))
        if not endangered(standing.about.get("flags", ())):
            raise no("state", _("本件没有家庭暴力或未成年人受害的标记，不必另外同意。"))
        last = next((r for r in reversed(rows) if r.name == "telling"), None)
        if standing.telling == allowed and last is not None:
            return Step.objects.get(case=case, seq=last.seq)
        if expected is not None and last is not None and last.seq > expected:
            raise no("newer", once.newer(case, procedure(case.procedure, case.version), expected, "telling"))
        if not allowed and last is None:
            raise no("state", _("本来就没有同意告诉对方，不必撤回。"))
        if not reason.strip():
            raise no("reason", _("请写明为什么这样定：当事人是否安全、谁陪着、怎样联系。"))
        if at < rows[-1].at:
            raise no("state", _("时间早于上一步，请核对日期。"))
        row, _standing = append(
            case, open_row(case.key), rows=rows, name="telling", from_state=standing.state, to_state=standing.state, by=by,
            by_role=role, unit=held[role][0], at=at, recorded_at=recorded_at or at, reason=reason.strip(),
            codes={"telling": "allowed" if allowed else "stopped"},
        )  # fmt: skip
        return row


def refuse_telling(case: Case, party: Party | None) -> None:
    """Raise StepRefused where something is about to reach somebody whom nothing may reach yet."""
    if party is not None and not may_tell_party(case, party):
        says = _("本件有家庭暴力或未成年人受害的标记，先保安全：中心指定的人同意以前，什么都不告诉对方。")
        raise StepRefused(Refusal("telling", "telling-allowed", says, BASIS))


def telling_allowed(m: Moment) -> bool:
    """The fact `telling-allowed`: a named person allowed it, or there is no such mark."""
    return may_tell(m.standing)


def both_present(m: Moment) -> bool:
    """The fact `both-present`: does this step put both sides into one room? As the step says; otherwise a session or a
    hearing does, and a conference of offices does not."""
    if isinstance(m.given.get("both-present"), bool):
        return m.given["both-present"]
    return m.step.name != "confer"
