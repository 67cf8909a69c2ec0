"""Postings that wait for a second person. No matter is shown here: who, where, which role, from when, who put it forward."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiefen.cases import ground
from jiefen.desk.admin.door import second_person
from jiefen.desk.admin.people import role_label
from jiefen.people import widening
from jiefen.people.actions import Refused
from jiefen.people.models import PostingAsk

RECENT = 20


@second_person
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What waits, and what was decided last."""
    return _listing(request)


def _listing(request: HttpRequest, problem: str = "") -> HttpResponse:
    me = request.actor.person_id  # type: ignore[attr-defined]
    every = PostingAsk.objects.select_related("person", "unit", "area", "asked_by", "decided_by")
    waiting = [
        (row, role_label(row.role), me in (row.asked_by_id, row.person_id))
        for row in every.filter(decided_at__isnull=True).order_by("asked_at", "pk")
    ]
    done = [(r, role_label(r.role)) for r in every.filter(decided_at__isnull=False).order_by("-decided_at")[:RECENT]]
    context: dict[str, Any] = {"waiting": waiting, "done": done, "problem": problem, "me": me}
    return render(request, "desk/admin/postings.html", context, status=422 if problem else 200)


@require_POST
@second_person
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else agrees, or does not; whoever put it forward may take it back."""
    actor, answer = request.actor, request.POST.get("answer", "")  # type: ignore[attr-defined]
    if not PostingAsk.objects.filter(pk=pk).exists():
        raise Http404
    if answer not in ("yes", "no"):
        return _listing(request, _("请选择同意，或不同意。"))
    try:
        held = widening.decide(pk, agree=answer == "yes", by=actor, at=request.at)  # type: ignore[attr-defined]
    except Refused as no:
        return _listing(request, str(no))
    ground.forget()
    messages.success(request, _("已同意，任职从定的那天起生效。") if held else _("这项任职没有给。"))
    return redirect("/admin/postings/")
