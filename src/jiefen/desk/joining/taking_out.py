"""Taking an intake out of a case again: a case of its own or back to the bench, and where what came meanwhile belongs."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.cases.access import case_for, note_reading, roles_on
from jiefen.cases.actions.take_out import TAKERS
from jiefen.cases.models import Case
from jiefen.desk.door import staff
from jiefen.desk.lists import visible_intakes
from jiefen.intake.models import Intake
from jiefen.kernel.masking import mask_text
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.people.actor import Actor
from jiefen.triage.actions import BadDecision, Decision
from jiefen.triage.undo import case_holding, meanwhile, take_intake_out

BENCH, ALONE = "bench", "alone"


def holder_of(actor: Actor, intake: Intake) -> Case | None:
    """The case an intake lies in, where this person may take it out; None where they may not."""
    with scope("worker"):
        case = case_holding(intake)
        may = case is not None and case.is_open and bool(set(TAKERS) & set(roles_on(actor, case)))
    return case if may else None


@staff
def take_out_page(request: HttpRequest, number: str) -> HttpResponse:
    """What is in the case, what came meanwhile and where the intake is to go; POST takes it out."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    intake = visible_intakes(actor).select_related("key", "area").filter(number=number).first()
    found = holder_of(actor, intake) if intake is not None else None
    if intake is None or found is None:
        raise Http404
    case = case_for(actor, found.slug)
    key = open_row(intake.key)
    subject = key.open(intake.subject, field="intake.subject") or ""
    with scope("worker"):
        came = meanwhile(intake)
    goes = {one.key for one in came if one.own}
    problem, reason, to = "", request.POST.get("reason", "").strip()[:4000], request.POST.get("to", "")
    if request.method == "POST":
        goes = {one.key for one in came if request.POST.get(one.key) == "goes"}
        alone = _alone(case, intake, subject) if to == ALONE else None
        try:
            if to not in (ALONE, BENCH):
                raise BadDecision(_("请选择取出来以后放到哪里。"))
            take_intake_out(intake, by=actor, at=at, reason=reason, alone=alone, goes=goes)
            return redirect(f"/intakes/{number}/")
        except BadDecision as no:
            problem = str(no)
    for subject_read in (f"case:{case.pk}", f"intake:{intake.pk}"):
        note_reading(subject_read, actor, purpose="分诊", what="取出来件", at=at)
    shown: dict[str, Any] = {
        "intake": intake, "case": case, "subject": subject, "problem": problem, "reason": reason, "to": to or ALONE,
        "case_title": open_row(case.key).open(case.title, field="case.title") or "",
        "came": [{"one": one, "says": mask_text(one.says)[:200], "goes": one.key in goes} for one in came],
    }  # fmt: skip
    return render(request, "desk/joining/taking_out.html", shown, status=422 if problem else 200)


def _alone(case: Case, intake: Intake, subject: str) -> Decision:
    """A case of its own, sorted and handed on as the one it lay in: what was found about that holds for it too."""
    return Decision(
        "open", kind=case.kind, area_code=intake.area.code, grade=case.grade, procedure=case.procedure,
        unit=case.lead_unit_id, title=subject[:80], demands=(subject,),
    )  # fmt: skip
