"""Drafting a paper that a step needs: what is known stands there already, the rest is asked."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.cases.access import case_for, roles_on
from jiefen.desk.door import staff
from jiefen.desk.seen import seen_of
from jiefen.papers.actions import PaperRefused, draft_by_hand, once
from jiefen.papers.actions.filing import LONGEST, Newer, may_draft
from jiefen.papers.fill import fields_for
from jiefen.papers.remedies import is_fixed
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import vocabulary

DRAFTS_AS = ("unit-head", "handler", "review-officer", "petition-officer", "mediator", "sponsor", "supervisor", "clerk")
"""In which of several roles a paper is drafted: it bears the number of that office."""


@staff
def draft_page(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """A paper that a step of this state needs, filled in by hand."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    roles = roles_on(actor, case)
    words = vocabulary().papers.get(kind)
    if words is None or not roles:
        raise Http404
    role = next((r for r in DRAFTS_AS if r in roles), next(iter(roles)))
    unit = Unit.objects.get(pk=roles[role][0])
    known = fields_for(kind, case, None, at, unit=unit)
    problem = "" if may_draft(case, kind) else _("这个环节不需要这份文书。")
    there: int | None = once.seen(case, kind)
    if request.method == "POST":
        typed = {f["name"]: request.POST.get(f["name"], "")[: LONGEST + 1] for f in words["fields"]}
        try:
            paper = draft_by_hand(case, kind, typed, by=actor, unit=unit, at=at, expected=seen_of(request))
            return redirect(f"/cases/{slug}/papers/{paper.pk}/")
        except Newer as no:  # said now what happened meanwhile: pressing once more is meant
            problem, known, there = str(no), known | typed, once.seen(case, kind)
        except PaperRefused as no:
            problem, known, there = str(no), known | typed, seen_of(request)
    fields = [
        {
            **f,
            "fixed": f["name"] == "remedy" and is_fixed(kind, case.procedure, case.version, unit),
            "value": "\n".join(map(str, v)) if isinstance(v := known.get(f["name"], ""), list) else v,
        }
        for f in words["fields"]
        if f["name"] != "number"
    ]
    return render(
        request, "desk/papers/draft.html",
        {"case": case, "label": words["label"], "fields": fields, "problem": problem, "unit": unit, "seen": there},
        status=422 if problem and request.method == "POST" else 200,
    )  # fmt: skip
