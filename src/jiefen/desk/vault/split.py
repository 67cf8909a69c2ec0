"""Splitting an accusation off a matter. Afterwards the page says that the keeper has it, once, and nothing stays here."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jiefen.cases.access import case_for, note_reading
from jiefen.cases.actions import StepRefused
from jiefen.cases.models import Case, Demand
from jiefen.desk.door import staff
from jiefen.desk.intakes import unit_choices
from jiefen.desk.vault.office import keeper_office, slip
from jiefen.desk.vault.panel import may_split
from jiefen.files.queries import held_by
from jiefen.kernel.seal import Key, blind, open_row
from jiefen.triage.models import TriageDecision
from jiefen.triage.vault import MARK, split_off


@never_cache
@staff
def split_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; POST hands it to the keeper and shows the slip in its answer alone. Pressed again it is the same once."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if not may_split(case, actor):
        raise Http404
    problem = ""
    if request.method == "POST":
        part = request.POST.get("part", "")[:20_000].strip()
        try:
            split_off(case, part=part, by=actor, at=at, **_taken(request))
            office = keeper_office(case.area_id, at)
            shown = {"case": case, "office": office, "slip": slip(blind(MARK, f"{case.pk} {part}").hex())}
            return render(request, "desk/vault/handed.html", shown)
        except StepRefused as no:
            problem = str(no)
    key = open_row(case.key)
    # The line that the person sees is that of any reading of the page: it must not tell what somebody looked for.
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="事项全页", at=at)
    context: dict[str, Any] = {
        "case": case, "title": key.open(case.title, field="case.title"), "problem": problem, "sent": request.POST,
        "demands": [(d.seq, key.open(d.text, field="demand.text")) for d in Demand.objects.filter(case=case)],
        "takes": request.POST.getlist("takes"), "units": unit_choices(at, case.area), "letters": _letters(case),
        "chosen": {int(u) for u in request.POST.getlist("accused_units") if u.isdecimal()},
    }  # fmt: skip
    return render(request, "desk/vault/split.html", context, status=422 if problem else 200)


def _taken(request: HttpRequest) -> dict[str, Any]:
    """Whom it accuses and what goes along. Raises StepRefused for a number that is none."""
    post = request.POST
    units, takes = post.getlist("accused_units"), post.getlist("takes")
    return {
        "accused": [line.strip()[:60] for line in post.get("accused", "")[:4000].splitlines() if line.strip()],
        "accused_units": [_number(u) for u in units], "takes": [_number(n) for n in takes],
        "letter": bool(post.get("letter")),
    }  # fmt: skip


def _number(text: str) -> int:
    """A number as chosen; 0, which the verb refuses, for anything else."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _letters(case: Case) -> list[str]:
    """The names of the files that came with the letter: they go along when it does. Only what this reader sees."""
    found = []
    for decision in TriageDecision.objects.filter(case=case).select_related("intake__key"):
        key: Key = open_row(decision.intake.key)
        found += [key.open(f.name, field="file.name") or _("附件") for f in held_by(f"intake:{decision.intake_id}")]
    return found
