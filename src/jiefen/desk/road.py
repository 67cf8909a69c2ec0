"""The legal road on a case: whoever must accept, refer or refuse answers the questions, and the step takes the answers along."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jiefen.cases.access import case_for, note_reading, roles_on
from jiefen.cases.actions import StepRefused, take_step
from jiefen.cases.models import Case, Demand
from jiefen.cases.panels import Panel
from jiefen.cases.recorded import said_in
from jiefen.desk.door import staff
from jiefen.desk.roads import tree
from jiefen.desk.seen import seen_of
from jiefen.kernel.seal import Key, open_row
from jiefen.papers.remedies import remedy_text
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import procedure, vocabulary
from jiefen.procedures.definition import Procedure, Step
from jiefen.triage import road, setup
from jiefen.triage.rules import suggest
from jiefen.triage.rules.road import End, RoadRefused, hints, shipped

SCREENS = "route-screened"
"""The guard that asks for the answers: where a procedure has it, its matters have this page."""
TAKE, ANSWERS = "take", "road"


def step_of(definition: Procedure, end: str) -> Step | None:
    """The step by which a case goes where the answers end."""
    return definition.steps.get(shipped().ends[end].step)


def asks_here(case: Case, roles: Any) -> bool:
    """Whether somebody in these roles may have to answer for this case now."""
    definition = procedure(case.procedure, case.version)
    return any(
        SCREENS in step.guards and case.state in step.from_states and set(step.roles) & set(roles)
        for step in definition.steps.values()
    )


def end_of_rows(rows: list[dict[str, Any]]) -> str:
    """Which end recorded rows lead to, as the guards will see them."""
    if any(row.get("applies") and row.get("still_open") for row in rows):
        return "other-road"
    return "over" if any(row.get("applies") for row in rows) else "petition"


@staff
def road_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions, or what was answered at the desk; and the step that follows from it."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    roles = roles_on(actor, case)
    if not asks_here(case, roles):
        raise Http404
    definition, key = procedure(case.procedure, case.version), open_row(case.key)
    recorded = said_in(case, "route-answers") or []
    posted = request.method == "POST"
    again = bool(request.POST.get("again") if posted else request.GET.get("again")) or not recorded
    answers, off = {}, None
    try:
        answers = tree.read(request.POST) if again else {}
    except RoadRefused as bad:
        off = bad
    shown = tree.tree_of(answers, at=at, area=case.area_id, hints=_hints(case, key, at), refused=off)
    end = shown.end.name if shown.end else "" if again else end_of_rows(recorded)
    step = step_of(definition, end) if end else None
    refusal = None
    if posted and request.POST.get("action") == TAKE and step is not None:
        facts = _facts(request, case, shown.end, end, again)
        reason = request.POST.get("reason", "")[:4000] if step.reason_required else ""
        try:
            take_step(
                case, step.name, by=actor, at=at, facts=facts, reason=reason,
                expected=seen_of(request),
            )  # fmt: skip
            return redirect(f"/cases/{slug}/")
        except StepRefused as no:
            refusal = no.refusal
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="诉求", at=at)
    stays = not posted or request.POST.get("action") == ANSWERS or tree.CONFIRM in request.POST
    return render(
        request, "desk/roads/case.html",
        {"case": case, "title": key.open(case.title, field="case.title"), "tree": shown, "again": again, "recorded": _rows(recorded),
         "demands": [key.open(d.text, field="demand.text") for d in Demand.objects.filter(case=case)], "step": step,
         "may": bool(step and set(step.roles) & set(roles) and case.state in step.from_states), "refusal": refusal,
         "reason": _said(request, "reason", shown.reason), "routes_text": _said(request, "routes-text", _routes(case, shown.end, at)),
         "external": request.POST.get("external-case", ""), "help": road.remedy_of("L-XF:31"), "remedy": _remedy(case, step, roles),
         "focus": posted and not shown.end, "seen": case.steps, "roads_of_end": shipped().ends.get(end),
         "notice_label": vocabulary().papers[shown.end.notice]["label"] if shown.end and shown.end.notice else "",
         "declared": bool(request.POST.get("recusal-declared"))},
        status=200 if stays else 422,
    )  # fmt: skip


def _said(request: HttpRequest, name: str, first: str) -> str:
    """What was typed, where the page comes back; else a first wording. After new answers the first wording counts."""
    if request.method == "POST" and request.POST.get("action") == TAKE:
        return request.POST.get(name, "")
    return first


def _remedy(case: Case, step: Step | None, roles: Any) -> str:
    """How to object, as the notice will say it by the wording in force for the office that acts."""
    role = next((r for r in step.roles if r in roles), "") if step else ""
    unit = Unit.objects.filter(pk=roles[role][0]).first() if role else None
    return (
        next(filter(None, (remedy_text(k, case.procedure, case.version, unit) for k in step.makes)), "") if step else ""
    )


def _routes(case: Case, reached: End | None, at: Any) -> str:
    if reached is None:
        return said_in(case, "routes-text") or ""
    return road.told_text(reached, case.area_id, at) if reached.told else ""


def _facts(request: HttpRequest, case: Case, reached: End | None, end: str, again: bool) -> dict[str, Any]:
    """What the step records: the answers anew, or the ones made at the desk, which its reader finds by itself."""
    facts: dict[str, Any] = {"recusal-declared": request.POST.get("recusal-declared") == "on"}
    if again and reached is not None:
        facts["route-answers"] = list(reached.route_answers)
        facts |= road.notice_facts(reached) if reached.told else {}
    if end in ("other-road", "in-court"):
        facts["routes-text"] = request.POST.get("routes-text", "")[:8000].strip()
        if request.POST.get("external-case", "").strip():
            facts["external-case"] = request.POST["external-case"][:400].strip()
        if not again:
            facts |= {n: v for n in ("route-clause", "route-deadline") if (v := said_in(case, n))}
    if end == "over":
        facts["refusal-ground"] = "road-exhausted"  # how to object, and what remains, is fixed wording of the office
    return facts


def _rows(recorded: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Recorded answers with the names of the five."""
    labels = shipped().routes
    return [row | {"label": labels[row["route"]].label} for row in recorded if row.get("route") in labels]


def _hints(case: Case, key: Key, at: Any) -> Any:
    """What the demands' own words speak for. Read now from what the page shows anyway; nothing is kept of it."""
    text = "\n".join([key.open(d.text, field="demand.text") for d in Demand.objects.filter(case=case)])
    title = key.open(case.title, field="case.title")
    return hints(suggest(text, subject=title, tables=setup.tables(at), **setup.day_of(at)), subject=title, text=text)


def _panel(case: Case, key: Key, actor: Any, at: Any) -> dict[str, Any] | None:
    """On the case page: that the questions wait, or what was answered."""
    if SCREENS not in {g for s in procedure(case.procedure, case.version).steps.values() for g in s.guards}:
        return None
    may = asks_here(case, roles_on(actor, case))
    recorded = said_in(case, "route-answers") or []
    if not may and not recorded:
        return None
    end = shipped().ends[end_of_rows(recorded)] if recorded else None
    return {"rows": _rows(recorded), "may": may, "end": end}


ROAD = Panel("road", "法定途径", 20, "desk/roads/panel.html", _panel)
