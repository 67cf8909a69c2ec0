"""Posting the opinion of a second review after a hearing, with nobody recognisable; and taking it down."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jiefen.cases.access import case_for, note_reading
from jiefen.cases.actions import StepRefused
from jiefen.cases.actions.record import history
from jiefen.desk.door import staff
from jiefen.desk.said import day
from jiefen.desk.seen import seen_of
from jiefen.kernel.clock import local_day
from jiefen.kernel.seal import open_row
from jiefen.oversight.publication import BASIS, may_publish, publish, published, suggested, take_down, why_not
from jiefen.procedures.catalogue import vocabulary
from jiefen.procedures.citing import all_cited


@staff
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """What is public and was; the form begins with the opinion covered. POST `do`: publish, down."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if not may_publish(case, actor):
        raise Http404
    problem, post = "", request.POST
    if request.method == "POST":
        try:
            if post.get("do") == "publish":
                publish(
                    case, words=post.get("words", "")[:9000], where=post.get("where", "")[:200], since=day(post.get("since", "")),
                    until=day(post.get("until", "")), by=actor, at=at, expected=seen_of(request),
                )  # fmt: skip
            elif post.get("do") == "down":
                take_down(case, reason=post.get("reason", "")[:9000], by=actor, at=at)
            else:
                raise Http404
            return redirect(f"/cases/{slug}/publication/")
        except StepRefused as no:
            problem = str(no)
    case.refresh_from_db(fields=["steps"])
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="公示复核意见", at=at)
    key = open_row(case.key)
    rows = published(case, key)
    shut = why_not(case, history(case))
    current = next((row for row in rows if row.down is None), None)
    shown = {
        "case": case, "title": key.open(case.title, field="case.title"), "rows": rows, "current": current, "shut": shut,
        "problem": problem, "sent": post, "words": post.get("words") or ("" if shut or current else suggested(case, key)),
        "article": all_cited(vocabulary(), BASIS), "today": local_day(at).isoformat(),
    }  # fmt: skip
    return render(request, "desk/publication/page.html", shown, status=422 if problem else 200)
