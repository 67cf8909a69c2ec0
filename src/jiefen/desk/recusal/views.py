"""Stepping back from a matter oneself, or having somebody of one's office step back, with the reason."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiefen.cases.access import case_for, note_reading, roles_on
from jiefen.cases.actions.recuse import may_name, recuse, recused_names
from jiefen.cases.actions.steps import StepRefused
from jiefen.cases.models import Case
from jiefen.cases.need import HEADS
from jiefen.desk.door import staff
from jiefen.kernel.scope import set_scope
from jiefen.kernel.seal import open_row
from jiefen.triage.doors import follow


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def recusal_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Who can step back and who has; POST `person` with `reason`, or `back` to let somebody in again. Whoever steps back
    themselves ends on their workbench: the matter is not there for them any more."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    roles = roles_on(actor, case)
    if case.stratum == Case.Stratum.VAULT or not roles:
        raise Http404
    names, problem = may_name(actor, case, at), ""
    said, reason = request.POST.get("person", "") or request.POST.get("back", ""), request.POST.get("reason", "")[:400]
    if request.method == "POST":
        person = int(said) if said.isascii() and said.isdecimal() and len(said) < 18 else 0
        try:
            recuse(case, person, by=actor, at=at, reason=reason, back="back" in request.POST)
            follow([case.pk])
            set_scope("staff", sorted(actor.keys))
            return redirect("/desk/" if person == actor.person_id else f"/cases/{slug}/recusal/")
        except StepRefused as no:
            problem = str(no)
    note_reading(f"case:{case.pk}", actor, purpose="办理", what=_("回避"), at=at)
    case.refresh_from_db(fields=["doors"])
    gone = recused_names(case)
    shown = {
        "case": case, "title": open_row(case.key).open(case.title, field="case.title"), "names": sorted(names.items(), key=lambda n: n[1]),
        "me": actor.person_id, "gone": gone, "may": bool(HEADS & set(roles)), "problem": problem, "reason": reason, "said": said,
    }  # fmt: skip
    return render(request, "desk/recusal/page.html", shown, status=422 if problem else 200)
