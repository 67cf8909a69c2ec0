"""Raising a matter and handing it down, with the rows of the grade table that speak for it or against it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jiefen.cases.access import case_for, note_reading, roles_on
from jiefen.cases.actions import StepRefused
from jiefen.cases.level import MAY_HAND_DOWN, MAY_RAISE
from jiefen.cases.models import Case, Party
from jiefen.cases.rules import may_tell
from jiefen.cases.standing import standing_of
from jiefen.desk.door import staff
from jiefen.desk.intakes import unit_choices
from jiefen.desk.mediation.views import name_of
from jiefen.desk.seen import seen_of
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.triage import levels
from jiefen.triage.rules import names


@staff
def level_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What holds now; POST `do` raises or hands down."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if case.stratum == Case.Stratum.VAULT or not {*MAY_RAISE, *MAY_HAND_DOWN} & set(roles_on(actor, case)):
        raise Http404
    refusal: Any = None
    if request.method == "POST":
        try:
            _turn(request, case)
            return redirect(f"/cases/{slug}/")
        except StepRefused as no:
            refusal = no.refusal
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="层级", at=at)
    key = open_row(case.key)
    shown = levels.told(case, at=at)
    up, down = levels.levels_for(case, shown["here"].level)
    with scope("worker"):
        standing = standing_of(case)
    sides = (Party.Role.COMPLAINANT, Party.Role.RESPONDENT) if may_tell(standing) else (Party.Role.COMPLAINANT,)
    people = Party.objects.filter(case=case, role__in=sides, unit__isnull=True).order_by("pk")
    sent = request.POST if request.method == "POST" else None
    proposed = shown["says"]
    context = {
        **shown, "case": case, "title": key.open(case.title, field="case.title"), "refusal": refusal, "sent": sent or {},
        "ups": [(one, names.LEVEL_LABELS[one]) for one in up], "downs": [(one, names.LEVEL_LABELS[one]) for one in down],
        "to": sent.get("to", "") if sent else proposed.to, "to_label": names.LEVEL_LABELS.get(proposed.to, ""),
        "units": unit_choices(at, case.area) if standing.lead else [], "lead": _number(sent.get("lead", "")) if sent else proposed.lead,
        "people": [(p.key, name_of(p, key), p.key in (sent.getlist("agreed") if sent else ())) for p in people if p.key not in standing.left],
        "seen": case.steps, "new_facts": sent.get("new-facts", "") if sent else "", "may_down": bool(set(MAY_HAND_DOWN) & set(roles_on(actor, case))), "grade": names.GRADE_LABELS[proposed.grade],
    }  # fmt: skip
    return render(request, "desk/levels/page.html", context, status=422 if refusal else 200)


def _number(said: str) -> int | None:
    return int(said) if said.isdecimal() and len(said) < 12 else None


def _turn(request: HttpRequest, case: Case) -> None:
    post, actor, at = request.POST, request.actor, request.at  # type: ignore[attr-defined]
    to, reason = post.get("to", "")[:10], post.get("reason", "")[:5000]
    lead, seen = _number(post.get("lead", "")), seen_of(request)
    if post.get("do") == "up":
        asked = post.get("asked") == "1"
        levels.raise_matter(case, to, by=actor, at=at, reason=reason, asked=asked, lead=lead, expected=seen)
    elif post.get("do") == "down":
        levels.hand_down(
            case, to, by=actor, at=at, reason=reason, lead=lead, new_facts=post.get("new-facts", "")[:4000],
            agreed=[key[:8] for key in post.getlist("agreed")[:200]], expected=seen,
        )  # fmt: skip
    else:
        raise Http404
