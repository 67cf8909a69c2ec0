"""One answer for several: what the lead's answer says is given to chosen demands of the joined matters."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.cases.access import case_for, note_reading, roles_on, visible_cases
from jiefen.cases.actions.alike_answers import same_answer, unanswered
from jiefen.cases.actions.answer import NotAnAnswer, written
from jiefen.cases.models import Demand
from jiefen.desk.door import staff
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row

ANSWERERS = frozenset({"handler", "unit-head"})


@staff
def answers_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The lead's answers, and what waits in the joined matters; POST gives one of them to the chosen ones."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if not ANSWERERS & set(roles_on(actor, case)):
        raise Http404
    with scope("worker"):
        waiting = unanswered(case)
    mine = set(visible_cases(actor).filter(pk__in={one.case.pk for one in waiting}).values_list("pk", flat=True))
    waiting = [one for one in waiting if one.case.pk in mine]
    problem = ""
    if request.method == "POST":
        seq, picked = request.POST.get("answer", ""), set(request.POST.getlist("to"))
        chosen = [(one.case.pk, one.seq) for one in waiting if f"{one.case.slug}~{one.seq}" in picked]
        try:
            if not chosen or not seq.isdecimal() or len(seq) > 4:
                raise NotAnAnswer(_("请选择用哪一项答复，给哪几项诉求。"))
            same_answer(case, int(seq), chosen)
            return redirect(f"/cases/{slug}/join/answers/")
        except NotAnAnswer as no:
            problem = str(no)
    key = open_row(case.key)
    answered = [
        {"seq": d.seq, "text": key.open(d.text, field="demand.text"), "label": d.get_outcome_display(), "said": written(d, key)}
        for d in Demand.objects.filter(case=case).exclude(outcome="").order_by("seq")
    ]  # fmt: skip
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="照主件答复", at=at)
    shown = {
        "case": case, "title": key.open(case.title, field="case.title"), "answered": answered, "waiting": [(f"{one.case.slug}~{one.seq}", one) for one in waiting],
        "problem": problem, "picked": request.POST.getlist("to"), "answer": request.POST.get("answer", ""),
    }  # fmt: skip
    return render(request, "desk/joining/answers.html", shown, status=422 if problem else 200)
