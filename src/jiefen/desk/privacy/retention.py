"""The end of keeping, for whoever answers for it: numbers, kinds and days. No word of what the matters were about."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiefen.desk.door import staff
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.privacy import retention, shipped
from jiefen.privacy.jobs import destroy_list
from jiefen.privacy.models import Destruction
from jiefen.privacy.retention import APPROVES, MOST, NotDestroyed, why_held
from jiefen.procedures.catalogue import vocabulary

RECENT = 10


def _allowed(request: HttpRequest) -> None:
    """A township's supervisor has no say here: the same 404 as for everybody else."""
    if not retention.may(request.actor, APPROVES):  # type: ignore[attr-defined]
        raise Http404


@staff(roles=APPROVES)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What is due, what holds it back, the lists so far, and the table it is reckoned by."""
    _allowed(request)
    return _page(request)


def _page(request: HttpRequest, problem: str = "") -> HttpResponse:
    with scope("worker"):
        found = retention.due(local_day(request.at))  # type: ignore[attr-defined]
    words = vocabulary()
    table = [
        (row, words.basis_said([row.source], row.mark), words.source_title(row.law) if row.law else "",
         sum(one.rule.code == row.code for one in found))
        for row in shipped.keepings()
    ]  # fmt: skip
    says = why_held()
    context = {
        "due": [(one, [says[name] for name in one.held]) for one in found], "free": sum(one.free for one in found),
        "more": len(found) >= MOST, "table": table, "problem": problem,
        "lists": Destruction.objects.select_related("proposed_by", "decided_by").order_by("-proposed_at")[:RECENT],
        "proposes": retention.may(request.actor, retention.PROPOSES),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "desk/privacy/retention.html", context, status=422 if problem else 200)


@require_POST
@staff(roles=APPROVES)
def propose(request: HttpRequest) -> HttpResponse:
    """Put what was ticked on a list."""
    _allowed(request)
    numbers = request.POST.getlist("number")[:MOST]
    try:
        if not numbers:
            raise NotDestroyed(_("还没有选。请勾选要列入清单的。"))
        made = retention.propose(by=request.actor, at=request.at, numbers=numbers)  # type: ignore[attr-defined]
    except NotDestroyed as no:
        return _page(request, str(no))
    return redirect(f"/admin/retention/{made.pk}/")


def _list(pk: int) -> Destruction:
    row = Destruction.objects.select_related("proposed_by", "decided_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@staff(roles=APPROVES)
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: what is on it, who answers for it, what became of each."""
    _allowed(request)
    return _one(request, _list(pk))


def _one(request: HttpRequest, row: Destruction, problem: str = "") -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    labels, says = {r.code: r.label for r in shipped.keepings()}, why_held()
    items = [(item, labels.get(item.rule, item.rule), says.get(item.passed, "")) for item in row.items.order_by("pk")]
    context = {
        "row": row, "items": items, "problem": problem, "own": row.proposed_by_id == actor.person_id,
        "done": sum(item.done_at is not None for item, _l, _w in items),
    }  # fmt: skip
    return render(request, "desk/privacy/destruction.html", context, status=422 if problem else 200)


@require_POST
@staff(roles=APPROVES)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else approves; the destruction itself is a job."""
    _allowed(request)
    row = _list(pk)
    approve = request.POST.get("answer") == "yes"
    if request.POST.get("answer") not in ("yes", "no"):
        return _one(request, row, _("请选择批准，或不批准。"))
    try:
        retention.decide(pk, by=request.actor, at=request.at, approve=approve)  # type: ignore[attr-defined]
    except NotDestroyed as no:
        return _one(request, _list(pk), str(no))
    if approve:
        destroy_list.defer(destruction=pk)
        messages.success(request, _("已批准，后台正在销毁。销毁以后谁也恢复不了。"))
    return redirect(f"/admin/retention/{pk}/")
