"""The supervisor's board: unassigned first, then late and why, two voices before a ruling, good figures to be checked."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiefen.cases.models import Case
from jiefen.desk import lists
from jiefen.desk.chips import chip_for
from jiefen.desk.door import staff
from jiefen.desk.supervise import queries
from jiefen.desk.supervise.disputes import disputes
from jiefen.kernel.seal import Sealed, open_row
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import current_calendar, procedure

ROLES = frozenset({"supervisor"})
FIRST = 8


def titles() -> dict[str, str]:
    """What each list is called."""
    return {
        "unassigned": _("等指定主办的"),
        "unassigned-late": _("等指定主办，已过派单时限"),
        "unsigned": _("过了时限还没有签收的"),
        "late": _("超期未结"),
        "soon": _("三天内到期"),
        "disputed": _("退回争议，等裁定"),
        "orphans": _("没有责任人或没有下一个日期的"),
        "open": _("未结事项"),
        "no-contact": _("没有联系就答复的"),
        "same-minute": _("同一分钟里办结的"),
    }


def title_of(case: Case) -> str:
    try:
        return open_row(case.key).open(case.title, field="case.title")
    except Sealed:
        return _("内容已按期限销毁") if case.key.wrapped is None else _("内容打不开")


@staff(roles=ROLES)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    figures = queries.figures(actor, at)
    waiting = list(
        queries.listed(actor, "unassigned", at)
        .select_related("key", "centre")
        .order_by("next_due_at", "pk")[: FIRST + 1]
    )
    late = list(
        queries.listed(actor, "late", at).filter(lead_unit__isnull=False)
        .select_related("key", "lead_unit", "responsible").order_by("next_due_at", "pk")[: FIRST + 1]
    )  # fmt: skip
    context = {
        "f": figures,
        "waiting": [_waiting(case, at) for case in waiting[:FIRST]], "waiting_more": len(waiting) > FIRST,
        "late": [_late(case, at) for case in late[:FIRST]], "late_more": len(late) > FIRST,
        "causes": [(cause, title_of(cause.oldest) if cause.oldest else "", chip_for(cause.oldest, at) if cause.oldest else None)
                   for cause in queries.causes(actor, at)],
        "units": [(line, _over(line.oldest, at)) for line in queries.by_unit(actor, at)],
        "disputes": disputes(actor, at), "odd": queries.odd_figures(actor, at),
        "orphans": lists.counted(queries.listed(actor, "orphans", at)), "stuck": queries.stuck_work(),
    }  # fmt: skip
    return render(request, "desk/supervise/board.html", context)


def _over(oldest: Any, at: Any) -> int:
    """Working days since the oldest fell due."""
    if oldest is None:
        return 0
    from jiefen.kernel.clock import local_day

    return max(current_calendar().working_between(local_day(oldest), local_day(at)), 0)


def _waiting(case: Case, at: Any) -> dict[str, Any]:
    from jiefen.kernel.clock import local_day

    definition = procedure(case.procedure, case.version)
    step = next(
        (
            s
            for s in definition.steps.values()
            if case.state in s.from_states and "lead-unit" in s.facts and s.on == "case"
        ),
        None,
    )
    return {
        "case": case, "title": title_of(case), "state": definition.states[case.state].label, "chip": chip_for(case, at),
        "stood": max(current_calendar().working_between(local_day(case.changed_at), local_day(at)), 0),
        "do": (f"/cases/{case.slug}/steps/{step.name}/", step.label) if step else None,
    }  # fmt: skip


def _late(case: Case, at: Any) -> dict[str, Any]:
    definition = procedure(case.procedure, case.version)
    clock = definition.clocks.get(case.next_clock)
    remind = definition.steps.get("remind")
    may = remind is not None and case.state in remind.from_states
    return {
        "case": case, "title": title_of(case), "chip": chip_for(case, at), "clock": clock.label if clock else "",
        "remind": f"/cases/{case.slug}/steps/remind/" if may else "", "state": definition.states[case.state].label,
    }  # fmt: skip


@staff(roles=ROLES)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The list behind a figure, 50 a page."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    what = request.GET.get("what", "")
    if what not in titles():
        raise Http404
    unit = None
    if code := request.GET.get("unit", ""):
        unit = Unit.objects.filter(code=code).first()
        if unit is None:
            raise Http404
    clock = request.GET.get("clock", "")
    rows = queries.listed(actor, what, at, unit=unit, clock=clock)
    shown = lists.page_of(rows, actor=actor, at=at, after=request.GET.get("after", ""))
    keep = "&".join(f"{name}={value}" for name, value in (("what", what), ("unit", code), ("clock", clock)) if value)
    context = {
        "title": titles()[what], "what": what, "unit": unit, "page": shown, "total": lists.counted(rows), "keep": keep,
        "clock": next((c.label for c in _clocks() if c.name == clock), "") if clock else "",
    }  # fmt: skip
    return render(request, "desk/supervise/list.html", context)


def _clocks() -> Any:
    from jiefen.procedures.catalogue import procedures

    return [clock for found in procedures().values() for clock in found.clocks.values()]
