"""An office's own list: what it helps with, meetings it is called to, what they decided; and what is late below."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiefen.desk.door import staff
from jiefen.desk.joint.duties import duties_of
from jiefen.kernel.seal import Sealed
from jiefen.oversight import meeting_tasks
from jiefen.oversight.meetings import SEATS, MeetingRefused
from jiefen.oversight.models import MeetingTask
from jiefen.people.actor import Actor

MOST = meeting_tasks.PAGE


def works(actor: Actor) -> bool:
    """Whether somebody works at an office at all: administrators and the vault's keeper have no such list."""
    return bool(actor.roles - {"administrator", "vault-keeper"})


def context_of(request: HttpRequest) -> dict[str, Any]:
    """Everything on the office's list."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    waiting = meeting_tasks.lines(list(meeting_tasks.waiting(actor)[: MOST + 1]), actor, at)
    late = meeting_tasks.lines(list(meeting_tasks.late_below(actor, at)[: MOST + 1]), actor, at)
    return {
        "duties": duties_of(actor, at, size=MOST + 1)[:MOST], "meetings": meeting_tasks.meetings_ahead(actor), "seats": SEATS,
        "tasks": waiting[:MOST], "late": [one for one in late[:MOST] if not one.mine or actor.roles & meeting_tasks.ABOVE],
        "above": bool(actor.roles & meeting_tasks.ABOVE),
    }  # fmt: skip


@staff
@require_safe
def office(request: HttpRequest) -> HttpResponse:
    """The list of this person's offices."""
    if not works(request.actor):  # type: ignore[attr-defined]
        raise Http404
    return render(request, "desk/joint/office.html", context_of(request))


@staff
@require_POST
def task_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was done. Not this office's: the same 404 as for one that does not exist."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    if not MeetingTask.objects.filter(pk=pk, unit_id__in=sorted(actor.units)).exists():
        raise Http404
    words = request.POST.get("words", "")
    try:
        meeting_tasks.done(pk, by=actor, at=at, words=words)
    except Sealed as gone:
        raise Http404 from gone
    except MeetingRefused as no:
        shown = context_of(request) | {"problem": str(no), "sent": pk, "words": words[:4000]}
        return render(request, "desk/joint/office.html", shown, status=422)
    messages.success(request, _("已记下，召集的一方看得到。"))
    return redirect("/joint/")
