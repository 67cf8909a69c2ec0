"""The workbench, the find box, the tickets of the window, and where `/` leads."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.cases.access import visible_cases
from jiefen.desk import lists
from jiefen.desk.door import staff
from jiefen.desk.register import ROLES, register_context
from jiefen.kernel import ask
from jiefen.kernel.clock import day_start, local_day
from jiefen.kernel.ids import read_short_code
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import vocabulary
from jiefen.triage import setup

BENCH_ROWS = 12

# The first page of the day for every clerk, so in plain SQL.
TODAY = """
SELECT count(*) FROM (
  SELECT 1 FROM intake_intake WHERE doors && %(keys)s::bigint[] AND centre_id = ANY (%(centres)s::bigint[])
     AND received_at >= %(since)s LIMIT %(most)s) few
"""
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
    context: dict[str, Any] = {
        "page": lists.page_of(mine, actor=actor, at=at, size=BENCH_ROWS, by_index=True),
        "total": lists.counted(mine),
    }
    if actor.roles & ROLES:
        context |= register_context(request)
        context["today_count"] = _today(actor, at)
    if actor.areas() or "vault-keeper" in actor.roles:
        rows = lists.waiting(actor)
        context["waiting"] = lists.intake_page(
            rows, labels=setup.tables(at).label, flags=vocabulary().flags, size=BENCH_ROWS
        )
        context["waiting_count"] = lists.counted(rows)
        context["roster"] = _roster(actor)
    if "handler" in actor.roles:
        context["assist"] = lists.page_of(
            lists.narrowed(lists.scoped(actor, "asked"), when="open", at=at), actor=actor, at=at, size=6
        )
    return render(request, "desk/workbench.html", context)


def _today(actor: Actor, at: Any) -> str:
    centres = sorted({p.unit_id for p in actor.areas()})
    given = {"keys": sorted(actor.keys), "centres": centres, "since": day_start(local_day(at))}
    n = (ask.row(TODAY, given | {"most": lists.MOST_COUNTED + 1}) or (0,))[0]
    return f"{lists.MOST_COUNTED}+" if n > lists.MOST_COUNTED else str(n)


def _roster(actor: Actor) -> str:
    """Who sits in the centre today."""
    desk = actor.desk
    return "、".join(name for (name,) in ask.rows(ROSTER, [desk.area_id])) if desk else ""


@staff
def find(request: HttpRequest) -> HttpResponse:
    """One number, one code: the matter itself. What is shut to me is not found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    q = request.GET.get("q", "").strip()[:60]
    if q:
        case = visible_cases(actor).filter(number=q).first() or visible_cases(actor).filter(slug=q.lower()).first()
        case = case or visible_cases(actor).filter(outside_number=q).first()
        if case:
            return redirect(f"/cases/{case.slug}/")
        intake = (
            lists.visible_intakes(actor).filter(number=q).first()
            or lists.visible_intakes(actor).filter(short_code=read_short_code(q)).first()
        )
        if intake:
            return redirect(f"/intakes/{intake.number}/")
    return render(request, "desk/find.html", {"q": q})


@staff(roles={"clerk"})
def tickets(request: HttpRequest) -> HttpResponse:
    """The queue at the window. Every ticket ends in an intake or a stated reason."""
    from jiefen.channels.window import actions, queries

    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    desk = actor.desk
    problem = ""
    if request.method == "POST":
        do = request.POST.get("do")
        try:
            if do == "take":
                actions.take_ticket(desk.unit_id, at=at)
            elif do == "call":
                actions.call_next(desk.unit_id, by=actor, at=at)
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
        {"tickets": queries.open_tickets(desk.unit_id), "problem": problem},
        status=422 if problem else 200,
    )


__all__ = ["find", "tickets", "workbench"]
