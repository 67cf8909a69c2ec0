"""One of several who complain takes back what they asked: the matter goes on for the others."""

from datetime import datetime

from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on
from jiefen.cases.actions.record import append, history
from jiefen.cases.actions.steps import (
    PARTY_ROLES,
    WRITE_DOWN,
    StepRefused,
    moment_for,
    papers_on_file,
    remaining,
    weigh_step,
)
from jiefen.cases.facts import WITHDRAWS
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.standing import standing_of
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.engine import Refusal

LEFT = "left"


def leave(
    case: Case, person: str, *, by: Actor | None, at: datetime, recorded_at: datetime | None = None, reason: str = ""
) -> Step:
    """One of those who complain (key of the party) takes back what they asked: the built-in row `left`.

    By their own code where `by` is None, else written down by whoever heard it. It is weighed by the guards and papers of the
    procedure's own step for withdrawing (somebody independent asked whether it was free). Their clocks stop, nobody else's;
    they keep their receipt. Who is the last one withdraws by that step itself. Raises StepRefused; nothing is half-done.
    """
    with scope("worker"):
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        definition = procedure(case.procedure, case.version)
        step = next((s for s in definition.steps.values() if "free-withdrawal" in s.guards), None)
        rows = history(case)
        standing = standing_of(case, rows)
        parties = list(Party.objects.filter(case=case).order_by("pk"))

        def no(rule: str, says: str) -> StepRefused:
            return StepRefused(Refusal(LEFT, rule, says, step.basis if step else ()))

        if step is None:
            raise no("state", _("“%(label)s”里没有撤回这一步。") % {"label": definition.label})
        here = remaining(parties, standing)
        if person not in here:
            raise no("state", _("这位反映人不在本件里，或者已经撤回。"))
        held = roles_on(by, case) if by else {}
        heard = next((r for r in held if r in WRITE_DOWN), "")
        if by is not None and not heard:
            raise no("role", _("撤回由本人提出，或者由接待的人当面、电话记下。"))
        if len(here) == 1:
            raise no("state", _("没有其他反映人了，请办“%(step)s”。") % {"step": step.label})
        if at < rows[-1].at:
            raise no("state", _("时间早于上一步，请核对日期。"))
        role = PARTY_ROLES[next(p.role for p in parties if p.key == person)]
        unit = held[heard][0] if heard else None
        moment = moment_for(case, standing, step, by=by, role=role, unit=unit, at=at, cache={WITHDRAWS: person})
        refusal = weigh_step(
            moment, roles=frozenset({role}), papers=papers_on_file(moment) if step.needs else frozenset()
        )
        if refusal is not None:
            raise StepRefused(refusal)
        row, _standing = append(
            case, open_row(case.key), rows=rows, name=LEFT, from_state=standing.state, to_state=standing.state, by=by,
            by_role=role, unit=unit, at=at, recorded_at=recorded_at or at, reason=reason.strip(), parties=parties,
            codes={"person": person},
        )  # fmt: skip
        return row
