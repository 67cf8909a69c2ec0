"""Is it one of these, joining two matters, undoing it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiefen.cases.access import case_for, note_reading, visible_cases
from jiefen.cases.actions import StepRefused
from jiefen.cases.actions.alike_answers import copied
from jiefen.cases.actions.along import catch_up
from jiefen.cases.actions.answer import written
from jiefen.cases.actions.join import back_to_before, join, leader_of, meanwhile, part, who_joins
from jiefen.cases.models import Case, Demand
from jiefen.desk.door import staff
from jiefen.desk.joining.preview import preview_of
from jiefen.files.actions import name_of
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure
from jiefen.triage import alike, resembling


def _in_words(demand: Demand, case: Case) -> dict[str, Any]:
    """A demand and its answer, for whoever decides what becomes of it."""
    key = open_row(case.key)
    said = written(demand, key)["result"]
    return {"seq": demand.seq, "asked": key.open(demand.text, field="demand.text"), "result": said}


def _title(case: Case) -> str:
    return open_row(case.key).open(case.title, field="case.title") or ""


@require_safe
@staff
def alike_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The few that may be the same as this case, each with its reasons; or one by its number."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    number, problem = request.GET.get("number", "").strip()[:40], ""
    if number:
        other = (
            visible_cases(actor).filter(number=number).first()
            or visible_cases(actor).filter(slug=number.lower()).first()
        )
        if other is not None and other.pk != case.pk:
            return redirect(f"/cases/{slug}/join/{other.slug}/")
        problem = (
            _("没有编号为“%(number)s”的事项，请核对。") % {"number": number}
            if other is None
            else _("这就是本件的编号。")
        )
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="查有没有同一件事", at=at)
    alike.index_new()
    shown = {
        "case": case,
        "title": _title(case),
        "found": resembling.of_case(actor, case),
        "problem": problem,
        "number": number,
    }
    return render(request, "desk/joining/alike.html", shown, status=422 if problem else 200)


@staff
def join_page(request: HttpRequest, slug: str, other: str) -> HttpResponse:
    """What joining these two would do, which leads and why; POST joins them."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    a, b = case_for(actor, slug), case_for(actor, other)
    said = request.POST if request.method == "POST" else request.GET
    lead = said.get("lead", "")
    if lead not in ("", a.slug, b.slug):
        raise Http404
    problem, reason = "", said.get("reason", "")[:4000]
    if a.pk == b.pk:
        raise Http404
    shown = preview_of(a, b, actor=actor, at=at, lead=lead)
    if request.method == "POST":
        try:
            join(shown.lead, shown.other, by=actor, at=at, reason=reason)
            return redirect(f"/cases/{shown.lead.slug}/#joining")
        except StepRefused as no:
            problem = str(no)
    for case in (a, b):
        note_reading(f"case:{case.pk}", actor, purpose="办理", what="并件", at=at)
    here: dict[str, Any] = {"case": a, "p": shown, "problem": problem, "reason": reason}
    return render(request, "desk/joining/join.html", here, status=422 if problem else 200)


def _lead_of(actor: Actor, case: Case) -> Case:
    """The matter that leads this one, where this person may join and part the two. Raises Http404."""
    with scope("worker"):
        lead = leader_of(case)
    if lead is None:
        raise Http404
    lead = case_for(actor, lead.slug)
    if who_joins(actor, lead, case) is None:
        raise Http404
    return lead


@staff
def part_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Undo a join: where what came in meanwhile belongs, each with a choice; POST undoes it."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    lead = _lead_of(actor, case)
    with scope("worker"):
        came = meanwhile(case)
        copies = copied(lead, case)
        files = [{"pk": f.pk, "name": name_of(f), "at": f.received_at, "here": f.holder == f"case:{case.pk}"} for f in (*came.own_files, *came.lead_files)]  # fmt: skip
    definition = procedure(case.procedure, case.version)
    back, problem, reason = set(back_to_before(came.steps)), "", request.POST.get("reason", "")[:4000]
    if request.method == "POST":
        back = {one.seq for one in came.steps if request.POST.get(f"step-{one.seq}") == "back"}
        moves: list[int] = [
            int(str(f["pk"]))
            for f in files
            if request.POST.get(f"file-{f['pk']}") == ("there" if f["here"] else "here")
        ]
        try:
            keep = [d.seq for d in copies if request.POST.get(f"answer-{d.seq}") == "keep"]
            part(case, by=actor, at=at, reason=reason, take_back=sorted(back), files=moves, keep_answers=keep)
            return redirect(f"/cases/{slug}/")
        except StepRefused as no:
            problem = str(no)
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="撤销并件", at=at)
    steps = [
        {
            "one": one,
            "label": definition.steps[one.name].label if one.name in definition.steps else one.name,
            "back": one.seq in back,
        }
        for one in came.steps
    ]
    shown = {"case": case, "lead": lead, "title": _title(case), "lead_title": _title(lead), "steps": steps, "files": files,
             "answers": [_in_words(d, case) | {"keep": request.POST.get(f"answer-{d.seq}") == "keep"} for d in copies],
             "problem": problem, "reason": reason, "ended": not case.is_open}  # fmt: skip
    return render(request, "desk/joining/part.html", shown, status=422 if problem else 200)


@require_POST
@staff
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask once more that a joined matter follow its lead; why it stops is said on the page."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    lead = _lead_of(actor, case)
    says = catch_up(lead, case, by=actor, at=at)
    if not says:
        return redirect(f"/cases/{slug}/")
    shown = {"case": case, "lead": lead, "title": _title(case), "says": says}
    return render(request, "desk/joining/behind.html", shown, status=422)
