"""The inbox: what waits for this person to read or do. Alarms of harm stand first until somebody clears them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiefen.desk.door import staff
from jiefen.desk.inbox import queries
from jiefen.desk.inbox.actions import NoWord, close_list, mark_read
from jiefen.desk.lists import visible_intakes
from jiefen.notices.models import Notice
from jiefen.triage.actions import BadDecision, clear_flag


@staff
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, status: int = 200, **extra: Any) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    only = request.GET.get("only") == "unread"
    rows, after = queries.listed(actor, only_unread=only, after=request.GET.get("after", ""))
    context = {
        "alarms": queries.alarms(actor), "rows": rows, "after": after, "only": only, "unread_here": queries.unread(actor), **extra,
    }  # fmt: skip
    return render(request, "desk/inbox/inbox.html", context, status=status)


def _own(request: HttpRequest, pk: int) -> Notice:
    notice = Notice.objects.filter(pk=pk, person_id=request.actor.person_id).first()  # type: ignore[attr-defined]
    if notice is None:
        raise Http404
    return notice


@staff
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read; a second press changes nothing."""
    notice = _own(request, pk)
    mark_read(request.actor, [notice.pk], at=request.at)  # type: ignore[attr-defined]
    if request.POST.get("go"):
        row = queries.rows_of(request.actor, [notice])[0]  # type: ignore[attr-defined]
        if row.url:
            return redirect(row.url)
    return redirect("/inbox/")


@staff
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    n = mark_read(request.actor, at=request.at)  # type: ignore[attr-defined]
    messages.success(request, _("%(n)d条已标为看过。") % {"n": n} if n else _("没有未看的通知。"))
    return redirect("/inbox/")


@staff
@require_POST
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    """Clear a false alarm with a word. Everybody who was told sees that it was cleared, and why."""
    notice = _own(request, pk)
    if notice.kind != Notice.Kind.HARM or not (notice.intake or queries.batch_of(notice)):
        raise Http404
    if notice.done_at is not None:
        messages.warning(request, _("这个标记已经有人解除：%(why)s") % {"why": notice.done_why})
        return redirect("/inbox/")
    if queries.batch_of(notice):
        try:
            close_list(notice, reason=request.POST.get("reason", ""), at=request.at)  # type: ignore[attr-defined]
        except NoWord as refused:
            return _page(request, 422, refused=str(refused), refused_at=notice.pk)
        mark_read(request.actor, [notice.pk], at=request.at)  # type: ignore[attr-defined]
        messages.success(request, _("已记下，一起收到的人都会看到您写的话。"))
        return redirect("/inbox/")
    intake = visible_intakes(request.actor).filter(pk=notice.intake or 0).first()  # type: ignore[attr-defined]
    if intake is None:
        raise Http404
    try:
        clear_flag(intake, notice.code, by=request.actor, at=request.at, reason=request.POST.get("reason", ""))  # type: ignore[attr-defined]
    except BadDecision as refused:
        return _page(request, 422, refused=str(refused), refused_at=notice.pk)
    mark_read(request.actor, [notice.pk], at=request.at)  # type: ignore[attr-defined]
    messages.success(request, _("标记已解除，一起收到的人都会看到您写的理由。"))
    return redirect("/inbox/")
