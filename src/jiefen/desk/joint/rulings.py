"""Rulings on who must act: what waits, the ruler's page, and the precedents."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.cases import ground
from jiefen.cases.access import case_for, note_reading, visible_cases
from jiefen.cases.actions import StepRefused
from jiefen.cases.actions.steps import numbers_in_force
from jiefen.cases.standing import excluded_units, standing_of
from jiefen.desk.chips import chip_for
from jiefen.desk.door import staff
from jiefen.desk.intakes import unit_choices
from jiefen.desk.seen import seen_of
from jiefen.desk.supervise.views import title_of
from jiefen.kernel.seal import open_row
from jiefen.oversight import rulings
from jiefen.oversight.models import Precedent
from jiefen.oversight.rulings import RulingRefused
from jiefen.procedures.catalogue import vocabulary
from jiefen.triage.precedents import proposed
from jiefen.triage.setup import tables_now

ROLES = frozenset({"supervisor", "ruling-body"})
PAGE = 50


@staff(roles=ROLES)
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for a ruling, and the precedents. POST retires one, with the reason."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    problem, sent = "", 0
    if request.method == "POST":
        said = request.POST.get("precedent", "")
        sent = int(said) if said.isdecimal() and len(said) < 18 else 0
        try:
            row = rulings.retire(sent, by=actor, at=at, why=request.POST.get("why", ""))
            messages.success(request, _("%(number)s已停用，以后不再提示。") % {"number": row.number})
            return redirect("/rulings/")
        except RulingRefused as no:
            problem = str(no)
    kind = request.GET.get("kind", "")[:8]
    rows = (
        Precedent.objects.select_related("area", "unit", "body", "retired_by")
        .defer("area__shape")
        .order_by("-ruled_at", "-pk")
    )
    if kind:
        rows = rows.filter(kind=kind)
    found = list(rows[: PAGE + 1])
    seen = dict(visible_cases(actor).filter(pk__in=[r.case for r in found]).values_list("pk", "slug"))
    label = tables_now().label
    shown = {
        "problem": problem, "sent": sent, "more": len(found) > PAGE, "kind": kind, "kind_label": label(kind) if kind else "",
        "precedents": [(row, label(row.kind), seen.get(row.case, "")) for row in found[:PAGE]],
        "waiting": [{"case": c, "title": title_of(c), "chip": chip_for(c, at)} for c in rulings.to_be_ruled(actor)[:PAGE]],
    }  # fmt: skip
    return render(request, "desk/joint/rulings.html", shown, status=422 if problem else 200)


@staff
def ruling(request: HttpRequest, slug: str) -> HttpResponse:
    """Both sides, the law, what was ruled before; choose the office and say why."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    step = rulings.ruling_step(case)
    if step is None or not rulings.may_rule(case, actor):
        raise Http404
    said: dict[str, Any] = {"unit": "", "words": "", "reason": "", "disputed": ""}
    problem, rule, seen = "", "", case.steps
    if request.method == "POST":
        said = {name: request.POST.get(name, "")[:8000] for name in said}
        try:
            rulings.rule(
                case, by=actor, at=at, unit=int(said["unit"]) if said["unit"].isdecimal() and len(said["unit"]) < 18 else None,
                words=said["words"], reason=said["reason"], disputed=bool(said["disputed"]), expected=seen_of(request),
            )  # fmt: skip
            return redirect(f"/cases/{slug}/")
        except RulingRefused as no:
            problem = str(no)
        except StepRefused as no:
            problem, rule = no.refusal.says, no.refusal.rule
    elif request.GET.get("lead-unit", "").isdecimal():
        said["unit"] = request.GET["lead-unit"][:18]
    key, kept_out = open_row(case.key), excluded_units(list(case.parties.all()))
    earlier = proposed(case.kind, case.area_id, at, excluded=kept_out)
    if not said["unit"] and earlier:
        said["unit"] = str(earlier.unit)
    numbers = numbers_in_force(case.opened_at)
    standing = standing_of(case)
    limit = numbers.get(str(step.setting), None) if getattr(step, "setting", None) else None
    note_reading(f"case:{case.pk}", actor, purpose="裁定", what="双方理由", at=at)
    shown = {
        "case": case, "title": title_of(case), "step": step, "voices": rulings.voices(case, key), "earlier": earlier, "said": said,
        "problem": problem, "rule": rule, "seen": seen, "returns": standing.returns, "limit": limit, "ruled": standing.ruled,
        "units": [(str(pk), name) for pk, name in unit_choices(at, case.area) if pk not in kept_out],
        "basis": [vocabulary().source_title(b) for b in step.basis], "tells": [vocabulary().roles[r]["label"] for r in step.tell],
        "body": ground.body_for(case.area_id, at), "kind_label": tables_now().label(case.kind), "chip": chip_for(case, at), "longest": rulings.LONGEST,
    }  # fmt: skip
    return render(request, "desk/joint/ruling.html", shown, status=422 if problem else 200)
