"""The supervisor's month: who read without a task, by office and matter. No order and no count by a person."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jiefen.cases.models import Case
from jiefen.desk.door import staff
from jiefen.kernel.clock import day_start, local_day
from jiefen.privacy.models import ReadingReview
from jiefen.privacy.readings import NotReviewed, behind_code, by_office, listed, review, why_of
from jiefen.procedures.days import add_months

ROLES = frozenset({"supervisor"})
PAGE = 50


def _month(said: str, today: date) -> date:
    """The first day of the month asked for; this month where the address says none, or one that is no month."""
    try:
        first = date.fromisoformat(f"{said}-01")
    except ValueError:
        return today.replace(day=1)
    return min(first, today.replace(day=1)) if first.year > 2000 else today.replace(day=1)


@staff(roles=ROLES)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return _page(request, request.GET.get("month", ""))


def _page(request: HttpRequest, said: str, **more: Any) -> HttpResponse:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    first = _month(said, local_day(at))
    since, till = day_start(first), day_start(add_months(first, 1))
    unit, _bar, rest = request.GET.get("after", "").partition("|")
    number, _bar, last = rest.partition("|")
    mark = (unit, number, int(last)) if last.isdecimal() and len(last) < 19 else ("", "", 0)
    found = listed(actor, since, till, after=mark, most=PAGE + 1)
    shown = found[:PAGE]
    after = f"{shown[-1].unit}|{shown[-1].number}|{shown[-1].id}" if len(found) > PAGE else ""
    whys = why_of(shown)
    context = {
        "lines": [(one, whys.get(one.id, "")) for one in shown], "offices": by_office(actor, since, till), "month": f"{first:%Y-%m}", "first": first, "after": after,
        "before": f"{add_months(first, -1):%Y-%m}", "verdicts": dict(ReadingReview.Verdict.choices), "me": actor.person_id,
        "later": f"{add_months(first, 1):%Y-%m}" if till <= at else "", **_looked_up(request),
    }  # fmt: skip
    return render(request, "desk/supervise/readings.html", context | more, status=422 if more.get("problem") else 200)


def _looked_up(request: HttpRequest) -> dict[str, Any]:
    """The line behind the code on a print or an export, where one was typed."""
    typed = request.GET.get("code", "")[:30].strip()
    found = behind_code(request.actor, typed) if typed else None  # type: ignore[attr-defined]
    reading, matter = found or (None, None)
    return {"typed": typed, "behind": reading, "matter": matter, "is_case": isinstance(matter, Case)}


@require_POST
@staff(roles=ROLES)
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept one, or follow it up."""
    month, words = request.POST.get("month", "")[:7], request.POST.get("words", "")[:2000]
    try:
        review(pk, verdict=request.POST.get("verdict", ""), words=words, by=request.actor, at=request.at)  # type: ignore[attr-defined]
    except NotReviewed as no:
        return _page(request, month, problem=str(no), stuck=pk, words=words)
    return redirect(f"/supervise/readings/?month={month}#r{pk}")
