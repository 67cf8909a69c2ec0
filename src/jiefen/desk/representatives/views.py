"""Writing down whom several people chose to speak for them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jiefen.cases.access import case_for, note_reading
from jiefen.cases.actions import StepRefused, name_representatives
from jiefen.cases.actions.record import history
from jiefen.cases.actions.represent import asks_for, complainants_in, rule, speakers
from jiefen.cases.models import Party
from jiefen.desk.door import staff
from jiefen.desk.representatives.panel import covered, may_name
from jiefen.desk.seen import seen_of
from jiefen.kernel.seal import open_row
from jiefen.procedures.catalogue import vocabulary
from jiefen.procedures.citing import all_cited


@staff
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody who brings the matter, by place and covered name; tick who speaks. POST writes it down."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    rows = history(case)
    if not asks_for(case, rows) or not may_name(case, actor):
        raise Http404
    problem, chosen = "", speakers(rows)
    if request.method == "POST":
        chosen = [said[:8] for said in request.POST.getlist("persons")]
        try:
            name_representatives(case, chosen, by=actor, at=at, expected=seen_of(request))
            return redirect(f"/cases/{slug}/")
        except StepRefused as no:
            problem = str(no)
    case.refresh_from_db(fields=["steps"])
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="推选的代表", at=at)
    key = open_row(case.key)
    there = complainants_in(rows)
    parties = {p.key: p for p in Party.objects.filter(case=case, key__in=there)}
    shown = {
        "case": case, "title": key.open(case.title, field="case.title"), "problem": problem, "chosen": chosen,
        "people": [(n, k, covered(parties[k], key)) for n, k in enumerate(there, 1) if k in parties], "most": rule().most,
        "article": all_cited(vocabulary(), rule().basis), "more": max(case.people - len(there), 0),
    }  # fmt: skip
    return render(request, "desk/representatives/page.html", shown, status=422 if problem else 200)
