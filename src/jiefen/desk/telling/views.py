"""Allowing that the other side of a dangerous matter is told, or taking that back, with the reason."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jiefen.cases.access import case_for, note_reading, roles_on
from jiefen.cases.actions import StepRefused
from jiefen.cases.telling import MAY_ALLOW, allow_telling
from jiefen.desk.door import staff
from jiefen.desk.seen import seen_of
from jiefen.desk.telling.panel import asks_first, told_of
from jiefen.kernel.seal import open_row

DO = {"allow": True, "take-back": False}


@staff
def telling_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What is so now and every word on it; POST `do` allows or takes back."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if not asks_first(case) or not set(MAY_ALLOW) & set(roles_on(actor, case)):
        raise Http404
    problem, reason = "", ""
    if request.method == "POST":
        do, reason = request.POST.get("do", ""), request.POST.get("reason", "")[:4000]
        if do not in DO:
            raise Http404
        try:
            allow_telling(case, by=actor, at=at, reason=reason, allowed=DO[do], expected=seen_of(request))
            return redirect(f"/cases/{slug}/telling/")
        except StepRefused as no:
            problem = str(no)
    case.refresh_from_db(fields=["steps"])
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="能否告知对方", at=at)
    key = open_row(case.key)
    allowed, words = told_of(case, key)
    shown = {
        "case": case, "title": key.open(case.title, field="case.title"), "allowed": allowed, "words": words,
        "problem": problem, "reason": reason,
    }  # fmt: skip
    return render(request, "desk/telling/page.html", shown, status=422 if problem else 200)
