"""Saying something to an office that handles badly, and the office's answer to advice."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jiefen.cases.access import case_for, note_reading
from jiefen.cases.actions import StepRefused
from jiefen.cases.models import Case
from jiefen.desk.door import staff
from jiefen.desk.said import day, number
from jiefen.desk.seen import seen_of
from jiefen.kernel.clock import local_moment
from jiefen.kernel.seal import open_row
from jiefen.oversight.measures import (
    ABOUT,
    ADOPTION,
    SORTS,
    Said,
    answer_advice,
    may_take,
    measures,
    take_measure,
    units_of,
)
from jiefen.people.models import Unit

ANSWERS = ("unit-head", "handler")


@staff
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """All that was said and answered, and the forms of whoever may. POST `do`: take, answer."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if case.stratum == Case.Stratum.VAULT:
        raise Http404
    may = may_take(case, actor)
    key = open_row(case.key)
    post = request.POST
    mine = {u for u in units_of(case) if set(ANSWERS) & actor.roles_at(u)}
    problem = ""
    if request.method == "POST":
        try:
            if post.get("do") == "take" and may:
                take_measure(
                    case,
                    post.get("measure", ""),
                    number(post.get("unit", "")),
                    said(post),
                    by=actor,
                    at=at,
                    expected=seen_of(request),
                )
            elif post.get("do") == "answer" and mine:
                answer_advice(
                    case, number(post.get("seq", "")), adoption=post.get("adoption", ""), reason=post.get("reason", "")[:5000],
                    by=actor, at=at,
                )  # fmt: skip
            else:
                raise Http404
            return redirect(f"/cases/{slug}/measures/")
        except StepRefused as no:
            problem = str(no)
    rows = measures(case, key)
    if not may and not rows:
        raise Http404
    case.refresh_from_db(fields=["steps"])
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="对承办单位的建议和措施", at=at)
    sort = post.get("measure") or request.GET.get("measure") or (may[0] if may else "")
    shown = {
        "case": case, "title": key.open(case.title, field="case.title"), "rows": rows, "may": [(n, SORTS[n].label) for n in may],
        "sort": sort if sort in may else (may[0] if may else ""), "units": list(Unit.objects.filter(pk__in=units_of(case)).values_list("pk", "name")) if may else [],
        "asks": SORTS[sort].asks if sort in may else SORTS[may[0]].asks if may else (), "about": ABOUT.items(), "adoption": ADOPTION.items(),
        "mine": mine, "sent": post, "problem": problem, "where": post.get("do", ""), "answering": number(post.get("seq", "")),
    }  # fmt: skip
    return render(request, "desk/measures/page.html", shown, status=422 if problem else 200)


def said(post: Any) -> Said:
    """The words of the form; what is no date is none, and the verb says so."""
    lines = tuple(line.strip() for line in post.get("counts", "")[:5000].splitlines() if line.strip())
    return Said(
        problem=post.get("problem", "")[:5000], request=post.get("request", "")[:5000], about=post.get("about", "")[:20],
        when=_moment(post.get("when", "")), place=post.get("place", "")[:300], period=post.get("period", "")[:300], counts=lines,
        deadline=day(post.get("deadline", "")),
    )  # fmt: skip


def _moment(text: str) -> datetime | None:
    try:
        return local_moment(text.replace("T", " ")[:16])
    except ValueError:
        return None
