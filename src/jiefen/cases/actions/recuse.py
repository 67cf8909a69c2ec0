"""Somebody with an interest steps back from a matter, by their own word or their head's: it exists for them no more.

Lists, counts, find, alike matters, inbox and pages ask for doors, and every office's door of it becomes that of the office
without them (`people.apart`). Their duty passes in the same transaction to whoever stands in for them, else to the head, else to
the office above. The head, or the centre, may take it back with a reason; the person cannot, who no longer sees it.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on
from jiefen.cases.actions.record import append, history
from jiefen.cases.actions.steps import StepRefused
from jiefen.cases.models import Case, Step
from jiefen.cases.need import HEADS
from jiefen.cases.rules import BACK_IN, RECUSED
from jiefen.cases.standing import standing_of
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.people.actor import Actor
from jiefen.people.apart import stepped_back
from jiefen.people.models import Person
from jiefen.people.queries import postings_at
from jiefen.procedures.engine import Refusal

LEAST = 4
BASIS = ("L-XF:30",)


def _no(rule: str, says: str) -> StepRefused:
    return StepRefused(Refusal(RECUSED, rule, says, BASIS))


def may_name(by: Actor, case: Case, at: datetime) -> dict[int, str]:
    """Whom somebody may take out of a matter: themselves, and for a head whoever works at an office it lies with: id → name."""
    roles = roles_on(by, case)
    found = {by.person_id: by.name} if roles else {}
    if heading := {unit for role, (unit, _person) in roles.items() if role in HEADS}:
        rows = postings_at(at).filter(
            unit_id__in=heading | ({case.lead_unit_id} - {None} if _of_centre(roles) else set())
        )
        found |= dict(rows.exclude(role="administrator").values_list("person_id", "person__name"))
    return found


def _of_centre(roles: dict[str, tuple[int, int]]) -> bool:
    return bool({"supervisor", "dispatcher"} & set(roles))


def recuse(
    case: Case, person: int, *, by: Actor, at: datetime, reason: str, back: bool = False, called: tuple[str, int] | None = None
) -> Step:  # fmt: skip
    """Take somebody out of a matter, or with `back` let them in again; the same again is the first row. `called`: in which role
    and for which office somebody without a part in the matter was called to what belongs to it (a floor above knows); they may
    step back themselves. Raises StepRefused: without a reason, for whom one may not name, in the vault, and where nobody would
    be left to answer."""
    with transaction.atomic(), scope("worker"):
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        rows = history(case)
        standing = standing_of(case, rows)
        held = roles_on(by, case) or (
            {called[0]: (called[1], by.person_id)} if called and person == by.person_id else {}
        )
        name, code = (BACK_IN, "back") if back else (RECUSED, "recused")
        before = next((r for r in reversed(rows) if r.name in (RECUSED, BACK_IN) and person in r.codes.values()), None)
        if before is not None and before.name == name and (held or person == by.person_id):
            return Step.objects.get(case=case, seq=before.seq)
        role = next((r for r in sorted(held, key=lambda r: r not in HEADS)), "")
        if case.stratum == Case.Stratum.VAULT or not role:
            raise _no("role", _("这件不由您办理，不能在这里写回避。"))
        if back and (role not in HEADS or person not in standing.recused or person == by.person_id):
            raise _no("role", _("解除回避由单位负责人或者中心定，本人不能给自己解除。"))
        if not back and person not in may_name(by, case, at) | ({by.person_id: by.name} if called else {}):
            raise _no("role", _("只能写自己回避；单位负责人可以要求本单位的人回避。"))
        if len(reason.strip()) < LEAST:
            raise _no("reason", _("请写明为什么回避，至少四个字，例如：申请人是我的堂兄。"))
        if not standing.is_open:
            raise _no("state", _("这件已经办结，没有要回避的事。"))
        step, _standing = append(
            case, open_row(case.key), rows=rows, name=name, from_state=standing.state, to_state=standing.state, by=by,
            by_role=role, unit=held[role][0], at=max(at, rows[-1].at), recorded_at=at, reason=reason.strip()[:400],
            codes={code: person},
        )  # fmt: skip
        if case.responsible_id is None:
            raise _no("nobody", _("回避以后没有人负责这件了。请先让上级定由谁办。"))
        return step


def recused_names(case: Case) -> dict[int, str]:
    """Who has stepped back from a matter, by name, for whoever may let them in again."""
    gone = stepped_back(case.doors)
    return dict(Person.objects.filter(pk__in=gone).values_list("pk", "name")) if gone else {}
