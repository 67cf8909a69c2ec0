"""Visits: asking for one, and writing down what was seen on the spot. Made for a phone held in one hand."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiefen.cases.access import note_reading
from jiefen.desk.door import staff
from jiefen.desk.followups.reading import matter_for
from jiefen.desk.followups.views import ROLES, photos_in, said_in
from jiefen.files.actions import BadFile
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Sealed
from jiefen.oversight.actions import NotIndependent, record_follow_up
from jiefen.oversight.models import FollowUp
from jiefen.oversight.visits import WALKS, ask_visit, call_off, errand_of, errands_of, written_before

WALKERS = frozenset({WALKS})


@staff(roles=WALKERS)
@require_safe
def errands(request: HttpRequest) -> HttpResponse:
    """Where somebody was asked to go, the longest waiting first."""
    rows = errands_of(request.actor)  # type: ignore[attr-defined]
    return render(request, "desk/followups/errands.html", {"rows": rows})


@staff(roles=WALKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit: what to look at, and what was seen."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    try:
        found = errand_of(actor, pk)
    except Sealed:
        found = None
    if found is None:
        if request.method == "POST" and written_before(actor, pk, request.POST.get("once", "")[:32]):
            return redirect("/follow-ups/visits/")  # its answer was lost on the way, and it was sent again
        raise Http404
    with scope("worker"):
        note_reading(f"case:{found.visit.case_id}", actor, purpose="回访", what="走访要找的人和地方", at=at)
    said: dict[str, Any] = {}
    problem, once = "", secrets.token_urlsafe(12)
    if request.method == "POST":
        said, once = (
            said_in(request) | {"way": "visit", "party": found.visit.party},
            request.POST.get("once", "")[:32] or once,
        )
        try:
            record_follow_up(
                found.visit.case, by=actor, at=at, once=once, visit=pk, photos=photos_in(request), **said
            )  # fmt: skip
            messages.success(request, _("走访已记下，谢谢您跑这一趟。"))
            return redirect("/follow-ups/visits/")
        except NotIndependent as no:
            raise Http404 from no
        except (BadFile, ValueError) as no:
            problem = str(no)
    return render(
        request, "desk/followups/visit.html",
        {"e": found, "said": said, "problem": problem, "once": once, "grounds": FollowUp.Ground.choices},
        status=422 if problem else 200,
    )  # fmt: skip


@staff(roles=ROLES)
@require_POST
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the grid worker of the place to go and see."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case, _m, _key = matter_for(actor, slug)
    unit = request.POST.get("unit", "")
    try:
        ask_visit(
            case, party=request.POST.get("party", "")[:8], unit=int(unit) if unit.isdecimal() and len(unit) < 12 else 0, by=actor,
            at=at, words=request.POST.get("words", ""),
        )  # fmt: skip
    except NotIndependent as no:
        raise Http404 from no
    except ValueError as no:
        messages.warning(request, str(no))
    else:
        messages.success(request, _("已请他们上门看，记回来会在这里。"))
    return redirect(f"/follow-ups/{slug}/")


@staff(roles=ROLES)
@require_POST
def off(request: HttpRequest, slug: str) -> HttpResponse:
    """The visit is not needed any more."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case, _m, _key = matter_for(actor, slug)
    visit = request.POST.get("visit", "")
    call_off(int(visit) if visit.isdecimal() and len(visit) < 12 else 0, case, by=actor, at=at)
    messages.success(request, _("已告诉他们不用去了。"))
    return redirect(f"/follow-ups/{slug}/")
