"""Calling an office to the hall, saying whether it came, and what came late."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiefen.channels.models import QueueTicket
from jiefen.desk.door import staff
from jiefen.desk.lists import visible_intakes
from jiefen.desk.roster.week import centre_of
from jiefen.intake.actions import new_once_key
from jiefen.kernel.clock import local_day
from jiefen.people import oncall, roster
from jiefen.people.actions import Refused
from jiefen.people.models import OnCall, Unit
from jiefen.places.models import Area
from jiefen.procedures.catalogue import settings_in_force, vocabulary

CALLS = frozenset({"clerk", "dispatcher", "petition-officer"})
LOOK_BACK = timedelta(days=31)
MOST = 200


def minutes_at(at: Any) -> tuple[int, str, str]:
    """How soon an office that is called must be there: the number in force, where it comes from, and its mark."""
    numbers = settings_in_force(at)
    row = numbers.in_force(oncall.MINUTES, local_day(at))
    declared = vocabulary().settings[oncall.MINUTES]
    if row is not None:
        return numbers[oncall.MINUTES], row.source, "V"
    return numbers[oncall.MINUTES], "；".join(vocabulary().source_title(b) for b in declared["basis"]), declared["mark"]


@staff(roles=CALLS)
def call_page(request: HttpRequest) -> HttpResponse:
    """Choose which office to call, for a number of the queue (`ticket`) or an intake (`intake`)."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    centre = centre_of(request)
    said = request.POST if request.method == "POST" else request.GET
    ticket, intake = _subject(request, centre, said)
    today = local_day(at)
    units = roster.offices(centre, today)
    minutes, basis, mark = minutes_at(at)
    problem = ""
    if request.method == "POST":
        unit = next((u for u in units if str(u.pk) == said.get("unit")), None)
        try:
            if unit is None:
                raise Refused(_("请从列表里选一个单位。"))
            oncall.call(
                centre, unit, by=actor, at=at, minutes=minutes, basis=basis, mark=mark, ticket=ticket.pk if ticket else None,
                intake=intake.pk if intake else None, once_key=said.get("once", "")[:40] or new_once_key(),
            )  # fmt: skip
            return redirect(f"/intakes/{intake.number}/" if intake else "/tickets/" if "clerk" in actor.roles else "/roster/call/")  # fmt: skip
        except Refused as no:
            problem = str(no)
    context = {
        "centre": centre, "ticket": ticket, "intake": intake, "minutes": minutes, "basis": basis, "mark": mark, "problem": problem,
        "units": [(u, roster.here_now(centre.pk, u.pk, at), roster.next_time(centre.pk, u.pk, at)) for u in units],
        "running": running(centre.pk, at), "whys": OnCall.Why.choices, "once": new_once_key(),
        "chosen": said.get("unit", "") or (str(ticket.unit_id) if ticket and ticket.unit_id else ""),
    }  # fmt: skip
    return render(request, "desk/roster/call.html", context, status=422 if problem else 200)


def calls_about(actor: Any, intake: Any, at: Any) -> list[tuple[OnCall, bool, str]]:
    """Calls under way for one intake, for whoever may call; no question for anybody else."""
    if not CALLS & actor.roles:
        return []
    return _timed(OnCall.objects.filter(intake=intake.pk, centre_id__in=actor.units, ended_at=None).select_related("unit").order_by("pk"), at)  # fmt: skip


def running(centre: int, at: Any) -> list[tuple[OnCall, bool, str]]:
    """Calls under way at a centre, each with whether it is late and how long is left or over, in words."""
    return _timed(oncall.running(centre), at)


def _timed(rows: Any, at: Any) -> list[tuple[OnCall, bool, str]]:
    found = []
    for row in rows:
        minutes = int(abs((row.due_at - at).total_seconds()) // 60)
        late = row.is_late(at)
        found.append((row, late, (_("已超%(n)d分钟") if late else _("还有%(n)d分钟")) % {"n": minutes}))
    return found


def _subject(request: HttpRequest, centre: Unit, said: Any) -> tuple[Any, Any]:
    """The number of the queue or the intake it is for, if any. Raises Http404 for one that is not the caller's."""
    ticket = intake = None
    if number := said.get("ticket", ""):
        ticket = (
            QueueTicket.objects.filter(pk=int(number), centre=centre).first()
            if number.isdecimal() and len(number) < 15
            else None
        )
        if ticket is None:
            raise Http404
    if number := said.get("intake", ""):
        intake = visible_intakes(request.actor).filter(number=number[:40]).first()  # type: ignore[attr-defined]
        if intake is None:
            raise Http404
    return ticket, intake


@staff(roles=CALLS)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """It came, or it did not and why."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    if not OnCall.objects.filter(pk=pk, centre_id__in=actor.units).exists():
        raise Http404
    try:
        if request.POST.get("do") == "came":
            oncall.came(pk, by=actor, at=at)
        else:
            oncall.did_not_come(pk, why=request.POST.get("why", ""), by=actor, at=at)
    except Refused as no:
        messages.warning(request, str(no))
    return redirect("/tickets/" if "clerk" in actor.roles else "/roster/call/")


@staff(roles={"supervisor"})
@require_safe
def late_page(request: HttpRequest) -> HttpResponse:
    """Offices that were called and came late, or did not come: by office, never by person."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    areas = [p.area_id for p in actor.held if p.role == "supervisor"]
    paths = list(Area.objects.filter(pk__in=areas).values_list("path", flat=True))
    since = at - LOOK_BACK
    rows = list(oncall.late(paths, at, since=since)[: MOST + 1])
    lines = [(row, int(((row.ended_at or at) - row.due_at).total_seconds() // 60)) for row in rows[:MOST]]
    total = oncall.of_areas(paths, since=since).count()
    return render(
        request,
        "desk/roster/late.html",
        {"lines": lines, "more": len(rows) > MOST, "total": total, "late": len(rows[:MOST])},
    )
