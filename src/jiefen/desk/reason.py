"""A matter of my office that is not mine: its title and its clock, and the reason that opens the rest for today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from jiefen.cases.access import case_for
from jiefen.cases.need import LONGEST, PURPOSES, NoReason, reads_content, said_why, say_why
from jiefen.desk.chips import chip_for
from jiefen.desk.door import staff
from jiefen.kernel.seal import open_row
from jiefen.procedures.catalogue import procedure


def _back(request: HttpRequest, slug: str) -> str:
    """The page that was asked for; only pages of matters and of what came in can have been."""
    said = (request.POST.get("next") or request.GET.get("next") or "")[:300]
    ours = url_has_allowed_host_and_scheme(said, allowed_hosts=None) and said.startswith(("/cases/", "/intakes/"))
    return said if ours and "\x00" not in said else f"/cases/{slug}/"


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def why_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Title, clock, and the form for the reason."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug, content=False)
    back = _back(request, slug)
    if reads_content(actor, case) or said_why(actor, case):
        return redirect(back)
    purpose, words, problem = request.POST.get("purpose", ""), request.POST.get("words", ""), ""
    if request.method == "POST":
        try:
            say_why(case, by=actor, purpose=purpose, words=words, at=at)
            return redirect(back)
        except NoReason as no:
            problem = str(no)
    definition = procedure(case.procedure, case.version)
    context = {
        "case": case, "title": open_row(case.key).open(case.title, field="case.title"), "chip": chip_for(case, at),
        "state_label": definition.states[case.state].label, "purposes": PURPOSES, "purpose": purpose, "longest": LONGEST,
        "words": words[:LONGEST], "problem": problem, "back": back,
    }  # fmt: skip
    return render(request, "desk/reason.html", context, status=422 if problem else 200)
