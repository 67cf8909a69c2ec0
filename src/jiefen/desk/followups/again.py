"""What people said is not solved and waits for a named person: take it up again, or say why not."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiefen.cases.access import roles_on
from jiefen.cases.models import Case
from jiefen.desk.chips import chip_for
from jiefen.desk.door import staff
from jiefen.kernel.seal import Sealed, open_row
from jiefen.oversight.actions import LONGEST, NotIndependent, keep_as_it_is
from jiefen.oversight.models import FollowUp, ReopenAsk
from jiefen.oversight.queries import again
from jiefen.oversight.reading import Matter, heard_of
from jiefen.oversight.reopening import DECIDE, reopening_steps
from jiefen.oversight.rules import REOPEN_BY, SEND_BACK_BY
from jiefen.oversight.waiting import first
from jiefen.people.actor import Actor
from jiefen.procedures.clocks import Chip

ROLES = frozenset({"supervisor", "dispatcher", "petition-officer"})
PAGE = 50
TOP = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One matter that somebody says is not solved. `step` empty: by now nothing can be taken up again by this reader."""

    case: Case
    title: str
    said: FollowUp | ReopenAsk
    words: str
    chip: Chip | None
    step: str
    url: str
    keep: str
    unit: str


def waiting(actor: Actor, at: datetime, *, size: int = PAGE, after: int = 0) -> tuple[list[Row], bool]:
    """What waits for this reader, oldest first; whether there is more. Whoever asked by code after the end stands beside
    what callers heard."""
    said = first(actor, size=size + 1, after=after)
    shown = [found for row in said[:size] if (found := _row(actor, row, at)) is not None]
    return shown, len(said) > size


def _row(actor: Actor, row: FollowUp | ReopenAsk, at: datetime) -> Row | None:
    case = row.case
    held = set(roles_on(actor, case))
    try:
        key = open_row(case.key)
    except Sealed:
        return None
    if isinstance(row, ReopenAsk):
        words, keep = key.open(row.words, field="ask.words"), f"/cases/{case.slug}/reopen-asks/{row.pk}/"
        step = next((s for s in reopening_steps(case) if held & set(s.roles)), None)
        url = f"/cases/{case.slug}/steps/{step.name}/?ask={row.pk}" if step else ""
        if not held & DECIDE:
            return None
    else:
        words, keep = key.open(row.words, field="followup.words") or "", f"/follow-ups/again/{row.pk}/"
        m = Matter.of(case)
        # The matter may have gone on since: what can be done about it is asked anew.
        step = m.procedure.steps.get(m.follows(heard_of(row), at).step)
        if step is None or not (REOPEN_BY if step.reopens else SEND_BACK_BY) & set(step.roles) & held:
            return None
        url = f"/cases/{case.slug}/steps/{step.name}/"
    return Row(
        case=case, title=key.open(case.title, field="case.title"), said=row, words=words, chip=chip_for(case, at),
        step=step.label if step else "", url=url, keep=keep, unit=(case.lead_unit or case.centre).name,
    )  # fmt: skip


def top(actor: Actor, at: datetime) -> tuple[list[Row], bool]:
    """The first few, for the top of a queue."""
    return waiting(actor, at, size=TOP)


@staff(roles=ROLES)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """All of them."""
    said = request.GET.get("after", "0")
    after = int(said) if said.isdecimal() and len(said) < 6 else 0
    rows, more = waiting(request.actor, request.at, after=after)  # type: ignore[attr-defined]
    return render(request, "desk/followups/again.html", {"rows": rows, "after": after + PAGE if more else 0})


@staff(roles=ROLES)
@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Not taken up again, and why."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    found = again(actor).select_related("case").filter(pk=pk).first()
    if found is None:
        raise Http404
    try:
        keep_as_it_is(found.case, pk, by=actor, reason=request.POST.get("words", "")[:LONGEST], at=at)
    except NotIndependent as no:
        raise Http404 from no
    except ValueError as no:
        rows, _more = waiting(actor, at)
        return render(
            request, "desk/followups/again.html",
            {"rows": rows, "problem": str(no), "wrong": pk, "words": request.POST.get("words", "")}, status=422,
        )  # fmt: skip
    messages.success(request, _("已记下，当事人会在自己的页面上看到您的理由。"))
    return redirect("/follow-ups/again/")
