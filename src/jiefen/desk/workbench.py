"""The workbench, the tickets of the window, and where `/` leads."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.desk import lists
from jiefen.desk.door import staff
from jiefen.desk.joint.duties import duties_of
from jiefen.desk.register import ROLES, register_context
from jiefen.desk.seen import seen_of
from jiefen.kernel import ask
from jiefen.kernel.clock import day_start, local_day
from jiefen.oversight.visits import WALKS, errands_of
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import vocabulary
from jiefen.triage import setup

BENCH_ROWS = 12
TASKS = ("m.unit_id = ANY (%(units)s::bigint[])", "m.done_at IS NULL", "m.called_off_at IS NULL")
"""What joint meetings gave my offices to do and is not done, by the conditions of `meeting_tasks.waiting`."""
HELPS = frozenset({"handler", "unit-head"})
"""Who is asked to help on behalf of an office: an office's head answers where nobody else is named."""

# The first page of the day for every clerk, so in plain SQL.
ROSTER = """
SELECT coalesce(nullif(short, ''), name) FROM people_unit
 WHERE stay = 'resident' AND until IS NULL AND area_id = %s ORDER BY id LIMIT 8
"""


@staff
def workbench(request: HttpRequest) -> HttpResponse:
    """What this person came to do: take in, decide, handle; soonest due first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = request.at  # type: ignore[attr-defined]
    if actor.roles == {"administrator"}:
        return redirect("/admin/")
    mine = lists.narrowed(lists.scoped(actor, "mine"), when="open", at=at)
    context: dict[str, Any] = {"page": lists.page_of(mine, actor=actor, at=at, size=BENCH_ROWS, by_index=True)}
    counts = {"total": mine}
    if actor.roles & ROLES:
        context |= register_context(request)
        counts["today_count"] = lists.since(lists.at_centres(actor), day_start(local_day(at)))
    if actor.areas() or "vault-keeper" in actor.roles:
        counts["waiting_count"] = rows = lists.waiting(actor)
        context["waiting"] = lists.intake_page(
            rows, labels=setup.tables(at).label, flags=vocabulary().flags, size=BENCH_ROWS
        )
        context["roster"] = _roster(actor)
    if actor.roles & HELPS:
        counts["assist"] = lists.narrowed(lists.scoped(actor, "asked"), when="open", at=at)
        counts["tasks"] = lists.Asked(TASKS, {"units": sorted(actor.units)}, "oversight_meetingtask m")
    if WALKS in actor.roles:
        context["errands"] = errands_of(actor)
    context |= zip(counts, lists.counted_all(*counts.values()), strict=True)
    if actor.roles & HELPS:  # most have nothing of either: one count for all of the page says so
        context["assist"] = duties_of(actor, at, size=6) if context["assist"] != "0" else []
        context["tasks"] = min(int(context["tasks"].rstrip("+")), 99)
    return render(request, "desk/workbench.html", context)


def _roster(actor: Actor) -> str:
    """Who sits in the centre today."""
    desk = actor.desk
    return "、".join(name for (name,) in ask.rows(ROSTER, [desk.area_id])) if desk else ""


@staff(roles={"clerk"})
def tickets(request: HttpRequest) -> HttpResponse:
    """The queue at the window. Every ticket ends in an intake or a stated reason."""
    from jiefen.channels.window import actions, queries
    from jiefen.desk.roster.counter import counter_of

    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    desk = actor.desk
    problem = ""
    hall = counter_of(desk.unit_id, at)
    if request.method == "POST":
        do = request.POST.get("do")
        try:
            if do == "take":
                actions.take_ticket(
                    desk.unit_id, at=at, expected=seen_of(request), unit=hall.asked(request.POST.get("unit", ""))
                )
            elif do == "call":
                actions.call_next(desk.unit_id, by=actor, at=at, expected=seen_of(request))
            else:
                actions.close_with_reason(
                    int(request.POST.get("ticket") or 0), reason=request.POST.get("reason", ""), by=actor, at=at
                )
            return redirect("/tickets/")
        except (actions.TicketRefused, ValueError) as no:
            problem = str(no) or _("没有这个号，请刷新后再试。")
    return render(
        request,
        "desk/tickets.html",
        {"tickets": hall.told(queries.open_tickets(desk.unit_id)), "hall": hall, "problem": problem, "drawn": actions.last_drawn(desk.unit_id, at),
         "called": actions.last_called(desk.unit_id, by=actor, at=at)},
        status=422 if problem else 200,
    )  # fmt: skip


__all__ = ["tickets", "workbench"]
