"""Hard matters: which the rule proposes and why, which it cannot yet, and how far each sponsored one is. About matters, never about who asks."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.cases.access import case_for, visible_cases
from jiefen.cases.actions import StepRefused
from jiefen.cases.models import Case
from jiefen.desk.chips import chip_for
from jiefen.desk.door import staff
from jiefen.desk.hard.five import marks_of
from jiefen.desk.language import say
from jiefen.desk.supervise.views import title_of
from jiefen.kernel.scope import scope
from jiefen.oversight.sponsor import (
    GROUNDS,
    PROCEDURE,
    NoGround,
    Proposal,
    grounds_of,
    proposals,
    propose,
    sponsored_by,
)
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure

ROLES = frozenset({"supervisor", "sponsor"})
SHOWN = 50


@staff(roles=ROLES)
def hard_page(request: HttpRequest) -> HttpResponse:
    """A supervisor's: proposals and all that are sponsored; a leader's: her own. POST `do` proposes one."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    supervises, problem = "supervisor" in actor.roles, ""
    if request.method == "POST":
        if request.POST.get("do") != "propose" or not supervises:
            raise Http404
        try:
            _propose(request)
            return redirect("/supervise/hard/")
        except (StepRefused, NoGround) as no:
            problem = str(no)
    found = list(_listed(actor, supervises)[: SHOWN + 1])
    marks = marks_of(found[:SHOWN])
    found_ones = proposals(actor, at) if supervises else []
    proposed = [one for one in found_ones if not one.waits]
    waiting = [one for one in found_ones if one.waits]
    shown = {
        "supervises": supervises, "problem": problem, "sent": request.POST.get("slug", ""),
        "cases": [_line(case, at) | {"marks": marks[case.pk]} for case in found[:SHOWN]], "more": len(found) > SHOWN,
        "proposed": _with_grounds(proposed), "more_proposed": len(proposed) > SHOWN,
        "waiting": _with_grounds(waiting), "more_waiting": len(waiting) > SHOWN,
    }  # fmt: skip
    return render(request, "desk/hard/page.html", shown, status=422 if problem else 200)


def _with_grounds(rows: list[Proposal]) -> list[tuple[Proposal, list[str]]]:
    return [(one, [GROUNDS[ground] for ground in one.grounds]) for one in rows[:SHOWN]]


def _listed(actor: Actor, supervises: bool) -> Any:
    if supervises:
        rows = visible_cases(actor).filter(procedure=PROCEDURE, is_open=True).order_by("next_due_at", "pk")
    else:
        rows = sponsored_by(actor).filter(procedure=PROCEDURE)
    return rows.select_related("key", "lead_unit", "centre", "sponsor", "arose_from")


def _line(case: Case, at: Any) -> dict[str, Any]:
    return {
        "case": case, "title": title_of(case), "chip": chip_for(case, at), "unit": case.lead_unit or case.centre,
        "state": procedure(case.procedure, case.version).states[case.state].label,
    }  # fmt: skip


def _propose(request: HttpRequest) -> None:
    """Open the file of a hard matter; its reason is the ground that holds."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, request.POST.get("slug", "")[:60])
    if case.stratum == Case.Stratum.VAULT:
        raise Http404
    with scope("worker"):
        why = _("、").join(say(GROUNDS[ground]) for ground in grounds_of(case, at))
    propose(case, by=actor, at=at, reason=why)
