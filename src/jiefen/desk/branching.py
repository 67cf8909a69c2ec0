"""Opening another procedure out of a case: which roads there are, which are open now, and taking one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiefen.cases.access import case_for, roles_on
from jiefen.cases.actions import StepRefused, open_next
from jiefen.cases.actions.branch import HANDLES, OUTSIDE
from jiefen.cases.models import Case, Party
from jiefen.cases.panels import Panel, has_rows
from jiefen.cases.rules import UNIT_ROLES
from jiefen.desk.door import staff
from jiefen.desk.intakes import unit_choices
from jiefen.desk.mediation.forms import BadForm, day_of
from jiefen.desk.mediation.views import name_of
from jiefen.desk.seen import seen_of
from jiefen.kernel import ask
from jiefen.kernel.seal import Key, open_row
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.definition import Opening, Procedure
from jiefen.procedures.engine import Refusal, may_open

LABELS = {
    "external-reconsideration": gettext_lazy("行政复议（外部）"),
    "external-lawsuit": gettext_lazy("起诉（外部）"),
    "external-arbitration": gettext_lazy("仲裁（外部）"),
    "external-court": gettext_lazy("人民法院（外部）"),
}
ELSEWHERE = frozenset({"accusation-handover"})
"""Opened on pages of their own: an accusation goes to its keeper and leaves no trace here."""
TEXTS = ("new-facts", "late-reason", "external-case")


@dataclass(frozen=True, slots=True)
class Road:
    """One procedure that the file names. `refusal` says why it is shut now; `needs_lead`: an office must be named."""

    to: str
    label: str
    note: str
    refusal: Refusal | None
    outside: bool
    needs_lead: bool


def roads(case: Case) -> list[Road]:
    """What may be opened out of a case, in the order of its file."""
    definition = procedure(case.procedure, case.version)
    return [_road(definition, opening, case.state) for opening in definition.opens if opening.to not in ELSEWHERE]


def _road(definition: Procedure, opening: Opening, state: str) -> Road:
    outside = opening.to.startswith(OUTSIDE)
    other = None if outside else procedure(opening.to)
    label = str(LABELS.get(opening.to, opening.to)) if other is None else other.label
    return Road(
        opening.to, label, opening.note, may_open(definition, opening.to, state=state), outside,
        other is not None and _needs_lead(other),
    )  # fmt: skip


def _needs_lead(other: Procedure) -> bool:
    """Whether its first steps are an office's and none of them hands the matter to one."""
    first = [step for step in other.steps.values() if other.start.name in step.from_states]
    hands_on = any("lead-unit" in step.facts for step in first)
    return not hands_on and any(set(step.roles) & UNIT_ROLES for step in first)


@staff
def open_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The roads out of a case; POST takes one."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if case.stratum == Case.Stratum.VAULT or not HANDLES & set(roles_on(actor, case)):
        raise Http404  # out of the vault its keeper's own page leads
    problem: Any = None
    if request.method == "POST":
        try:
            child = _take(request, case)
            return redirect(f"/cases/{child.slug}/" if child and actor.keys & set(child.doors) else f"/cases/{slug}/")
        except StepRefused as no:
            problem = no.refusal.says
            case.refresh_from_db(fields=["steps"])  # said now what happened meanwhile: pressing once more is meant
        except BadForm as bad:
            problem = str(bad)
    key = open_row(case.key)
    sides = Party.objects.filter(case=case, role=Party.Role.COMPLAINANT).select_related("unit").order_by("pk")
    shown = {
        "case": case, "title": key.open(case.title, field="case.title"), "problem": problem, "sent": request.POST,
        "roads": roads(case), "units": unit_choices(at, case.area), "people": [(p.key, name_of(p, key)) for p in sides],
    }  # fmt: skip
    return render(request, "desk/open_next.html", shown, status=422 if problem else 200)


def _take(request: HttpRequest, case: Case) -> Case | None:
    post = request.POST
    facts: dict[str, Any] = {name: post[name].strip()[:8000] for name in TEXTS if post.get(name, "").strip()}
    received = day_of(post.get("reply-received-on", ""))
    if received:
        facts["reply-received-on"] = received.isoformat()
    to, lead = post.get("to", ""), post.get("lead", "")
    if to in ELSEWHERE:
        raise Http404
    if to.startswith(OUTSIDE) and "external-case" not in facts:
        raise BadForm(_("请写明外部的受理机关，有案号的写上案号。"))
    child, _row = open_next(
        case, to, by=request.actor, at=request.at, reason=post.get("reason", "")[:4000],  # type: ignore[attr-defined]
        for_party=post.get("for", "")[:8], lead=int(lead) if lead.isdecimal() else None,
        demands=[line for line in post.get("demands", "")[:20_000].splitlines() if line.strip()], facts=facts,
        expected=seen_of(request),
    )  # fmt: skip
    return child


NEAR = """
SELECT id, slug, number, procedure, version, state FROM cases_case
 WHERE doors && %(keys)s::bigint[] AND (arose_from_id = %(case)s OR id = %(before)s) ORDER BY id
"""


def read(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """What the case came out of and what came out of it, as far as this reader's doors open; and the way to open more."""
    given = {"case": case.pk, "before": case.arose_from_id or 0, "keys": sorted(actor.keys)}
    near = [
        {
            "slug": slug, "number": number, "label": procedure(name, version).label,
            "state": procedure(name, version).states[state].label, "before": pk == case.arose_from_id,
        }
        for pk, slug, number, name, version, state in (ask.rows(NEAR, given) if has_rows(case, "branches") else ())
    ]  # fmt: skip
    shut = case.stratum == Case.Stratum.VAULT
    may = (
        not shut
        and bool(HANDLES & set(roles_on(actor, case)))
        and any(
            opening.to not in ELSEWHERE and case.state in (*opening.during, *opening.after)
            for opening in procedure(case.procedure, case.version).opens
        )
    )
    return {"near": near, "may": may} if near or may else None


BRANCHES = Panel("branches", "转开与来处", 60, "desk/parts/branches.html", read,
                 "cases_case t WHERE t.arose_from_id = %(case)s OR t.id = %(before)s")  # fmt: skip
