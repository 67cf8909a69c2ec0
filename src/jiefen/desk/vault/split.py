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
from jiefen.desk.intakes import intake_for, unit_choices
from jiefen.desk.said import number
from jiefen.desk.vault.office import keeper_office, slip
from jiefen.desk.vault.panel import may_split
from jiefen.files.models import StoredFile
from jiefen.intake.models import Intake
from jiefen.kernel.seal import Sealed, open_key, open_row
from jiefen.places.models import Area
from jiefen.triage.models import TriageDecision
from jiefen.triage.vault import may_split_letter, split_off, split_off_letter
from jiefen.triage.vault_files import files_of, files_with

MOST_NAMES = 4000


@never_cache
@staff
def split_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; POST hands it to the keeper and shows the slip in its answer alone. Pressed again it is the same once."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if not may_split(case, actor):
        raise Http404
    problem, there = "", files_of(case)
    if request.method == "POST":
        try:
            said = _said(request)
            takes = [number(n) for n in request.POST.getlist("takes")]
            mark = split_off(case, by=actor, at=at, takes=takes, letter=bool(request.POST.get("letter")), **said)
            return _handed(request, case.area, mark, f"/cases/{slug}/")
        except StepRefused as no:
            problem = str(no)
    key = open_row(case.key)
    # The line that the person sees is that of any reading of the page: it must not tell what somebody looked for.
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="事项全页", at=at)
    context = _form(request, case.area, there) | {
        "case": case, "number": case.number, "back": f"/cases/{case.slug}/", "title": key.open(case.title, field="case.title"), "problem": problem,
        "demands": [(d.seq, key.open(d.text, field="demand.text")) for d in Demand.objects.filter(case=case)],
        "takes": request.POST.getlist("takes"), "whole": _letters_here(case),
    }  # fmt: skip
    return render(request, "desk/vault/split.html", context, status=422 if problem else 200)


@never_cache
@staff
def split_letter_page(request: HttpRequest, number: str) -> HttpResponse:
    """The same for a letter that is no matter: single files of it, and what they say."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    row = intake_for(actor, number)
    if not splits_letter(row, actor):
        raise Http404
    problem, there = "", files_with(row)
    if request.method == "POST":
        try:
            mark = split_off_letter(row, by=actor, at=at, **_said(request))
            return _handed(request, row.area, mark, f"/intakes/{number}/")
        except StepRefused as no:
            problem = str(no)
    note_reading(f"intake:{row.pk}", actor, purpose="分诊", what="来件原文", at=at)
    context = _form(request, row.area, there) | {
        "number": row.number, "back": f"/intakes/{row.number}/", "problem": problem,
        "title": open_row(row.key).open(row.subject, field="intake.subject"),
    }  # fmt: skip
    return render(request, "desk/vault/split.html", context, status=422 if problem else 200)


def splits_letter(row: Intake, actor: Any) -> bool:
    """Whether this person may split single files off a letter. Says nothing of whether anybody did."""
    if may_split_letter(row, actor) is None:
        return False
    return not TriageDecision.objects.filter(intake=row, case__isnull=False).exists()


def _handed(request: HttpRequest, area: Area, mark: str, back: str) -> HttpResponse:
    office = keeper_office(area.pk, request.at)  # type: ignore[attr-defined]
    return render(request, "desk/vault/handed.html", {"back": back, "office": office, "slip": slip(mark)})


def _form(request: HttpRequest, area: Area, there: list[StoredFile]) -> dict[str, Any]:
    post = request.POST
    return {
        "sent": post, "units": unit_choices(request.at, area), "files": named(there),  # type: ignore[attr-defined]
        "chosen": {number(u) for u in post.getlist("accused_units")}, "picked": {number(f) for f in post.getlist("files")},
    }  # fmt: skip


def _said(request: HttpRequest) -> dict[str, Any]:
    """What it says, whom it accuses and which files go along. A number that is none becomes one that is nobody's."""
    post = request.POST
    return {
        "part": post.get("part", "")[:20_000].strip(),
        "accused": [line.strip()[:60] for line in post.get("accused", "")[:MOST_NAMES].splitlines() if line.strip()],
        "accused_units": [number(u) for u in post.getlist("accused_units")],
        "files": [number(f) for f in post.getlist("files")],
    }  # fmt: skip


def named(files: list[StoredFile]) -> list[tuple[int, str]]:
    """Files with the names they came with."""
    found = []
    for file in files:
        try:
            found.append((file.pk, open_key(file.key_id).open(file.name, field="file.name") or _("附件")))
        except Sealed:
            continue
    return found


def _letters_here(case: Case) -> bool:
    """Whether there is a letter to shut away whole, as far as this reader sees."""
    return TriageDecision.objects.filter(case=case).exclude(intake__stratum=Case.Stratum.VAULT).exists()
