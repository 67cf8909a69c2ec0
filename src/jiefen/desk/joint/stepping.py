"""Stepping back from what one's office only helps with or was only called to: a joint meeting, one of its tasks, an errand."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiefen.cases.access import note_reading
from jiefen.cases.actions.steps import StepRefused
from jiefen.desk.door import staff
from jiefen.kernel.scope import scope, set_scope
from jiefen.oversight.meetings import MeetingRefused
from jiefen.oversight.stepping import VISIT, called_to, step_back
from jiefen.triage.doors import follow


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def page(request: HttpRequest, sort: str, pk: int) -> HttpResponse:
    """What one steps back from, and why; after it nothing of it is there any more, and this page is the plain 404."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    called = called_to(actor, sort, pk)
    if called is None:
        raise Http404
    back = "/follow-ups/visits/" if sort == VISIT else "/joint/"
    problem, reason = "", request.POST.get("reason", "")[:400]
    if request.method == "POST":
        try:
            step_back(called, by=actor, at=at, reason=reason)
            follow([called.case])
            set_scope("staff", sorted(actor.keys))
            messages.success(
                request, _("已记下回避，这件事您看不到了；已请单位里的别人接着办，没有别人的告诉了召集、请去的人。")
            )
            return redirect(back)
        except (StepRefused, MeetingRefused) as no:
            problem = str(no)
    with scope("worker"):
        note_reading(f"case:{called.case}", actor, purpose="办理", what=_("回避"), at=at)
    shown = {"called": called, "problem": problem, "reason": reason, "back": back}
    return render(request, "desk/joint/stepping.html", shown, status=422 if problem else 200)
