"""Mergers and splits that wait for a second person: what would move is in front of whoever agrees, as it was proposed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiefen.cases import ground
from jiefen.desk.admin.door import second_person
from jiefen.desk.admin.successions import said_of, shown, words_of
from jiefen.kernel.clock import local_day
from jiefen.people import changing
from jiefen.people.actions import Refused
from jiefen.people.models import Succession
from jiefen.triage import setup

RECENT = 20


@second_person
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What waits, with what it would move; and what was agreed to last."""
    return _listing(request)


def _listing(request: HttpRequest, problem: str = "", why: str = "") -> HttpResponse:
    me, today = request.actor.person_id, local_day(request.at)  # type: ignore[attr-defined]
    waiting = [(r, said_of(r), shown(r.foreseen), r.planned_by_id == me) for r in changing.waiting()]
    agreed = Succession.objects.filter(agreed_by__isnull=False).select_related("planned_by", "agreed_by")
    done = [(r, said_of(r), words_of(r.done)) for r in agreed.order_by("-agreed_at")[:RECENT]]
    context: dict[str, Any] = {"waiting": waiting, "done": done, "problem": problem, "why": why, "today": today}
    return render(request, "desk/admin/agreeing.html", context, status=422 if problem else 200)


@require_POST
@second_person
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person agrees; or anybody who may agree says that it is not to be, and why."""
    actor, at, answer = request.actor, request.at, request.POST.get("answer", "")  # type: ignore[attr-defined]
    if not Succession.objects.filter(pk=pk).exists():
        raise Http404
    if answer not in ("yes", "no"):
        return _listing(request, _("请选择同意，或不同意。"))
    why = request.POST.get("why", "")[:120]
    try:
        if answer == "yes":
            row = changing.agree(pk, by=actor, at=at)
        else:
            row = changing.take_back(pk, by=actor, at=at, why=why)
    except Refused as no:
        return _listing(request, str(no), why)
    ground.forget()
    setup.forget()
    if row.done_at:
        counts = "，".join(f"{n}{name}" for n, name in words_of(row.done))
        messages.success(request, _("已同意并办好：%(counts)s。") % {"counts": counts})
    elif row.called_off_at:
        messages.success(request, _("这项变更不办了，什么都没有动。"))
    else:
        messages.success(request, _("已同意，%(day)s自动办；那天以前可以取消。") % {"day": row.on})
    return redirect("/admin/successions/waiting/")
