"""Figures with the lists behind them, and the overall ledger to take away."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jiefen.analytics import facts
from jiefen.analytics.asker import Asker, Cut, NotYet
from jiefen.analytics.asking import PARTS, figure
from jiefen.analytics.definitions import catalogue
from jiefen.analytics.exports import ask, folder
from jiefen.analytics.ledger_file import BadLedger
from jiefen.analytics.models import LedgerExport
from jiefen.desk.door import staff
from jiefen.desk.indicators.shown import all_figures, page_behind, shown
from jiefen.kernel.clock import local_day
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.places.models import Area
from jiefen.places.queries import in_force

ROLES = frozenset({"supervisor", "sponsor", "dispatcher", "petition-officer"})
CHOICE_LEVELS = ("county", "township", "village")
PART_NAMES = {
    "denominator": gettext_lazy("分母"),
    "numerator": gettext_lazy("分子"),
    "missing": gettext_lazy("没有计入分子的"),
    "waiting": gettext_lazy("未满期"),
}
RECENT = 5


class CutForm(forms.Form):
    """Which day, which period, which area. Everything may be left empty."""

    day = forms.DateField(
        required=False, label=gettext_lazy("截至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    since = forms.DateField(
        required=False,
        label=gettext_lazy("从哪天起（不写就从头）"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    area = forms.ChoiceField(required=False, label=gettext_lazy("区域"))

    def __init__(self, data: Any, *, areas: list[Area]):
        super().__init__(data)
        self.fields["area"].choices = [("", _("我的范围"))] + [(a.code, a.full_name) for a in areas]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("day") and said.get("since") and said["since"] > said["day"]:
            self.add_error("since", _("起日晚于截至日，请改一个。"))
        return said


def areas_of(asker: Asker, on: date) -> list[Area]:
    """The county, townships and villages within the areas of the asker's postings."""
    rows = in_force(on).filter(level__in=CHOICE_LEVELS).order_by("path").only("id", "code", "full_name", "path")
    paths = asker.paths or ()
    return [a for a in rows if any(f"{a.path}.".startswith(f"{path}.") for path in paths)]


def cut_of(request: HttpRequest, asker: Asker) -> tuple[CutForm, Cut, dict[str, str]]:
    """The cut asked for, and the part of an address that asks for it again. What is wrong is said beside its field, and
    today is shown instead. An area that is not the asker's is a 404."""
    at: datetime = request.at  # type: ignore[attr-defined]
    areas = areas_of(asker, local_day(at))
    form = CutForm({"day": str(local_day(at)), **request.GET.dict()}, areas=areas)
    form.is_valid()
    said = form.cleaned_data
    area = next((a for a in areas if a.code == said.get("area")), None)
    if request.GET.get("area") and area is None:
        raise Http404
    since = said.get("since")
    try:
        cut = Cut.of(said.get("day"), at=at, since=since, area=area)
    except NotYet as wrong:
        form.add_error("day", str(wrong))
        cut = Cut.of(None, at=at, since=since, area=area)
    keep = {"day": str(cut.day), "since": str(since or ""), "area": area.code if area else ""}
    return form, cut, {name: value for name, value in keep.items() if value}


@staff(roles=ROLES)
def index(request: HttpRequest) -> HttpResponse:
    """Every connected figure; what is defined but not connected; the ledgers asked for."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asker = Asker.of(actor)
    form, cut, keep = cut_of(request, asker)
    return render(request, "desk/indicators/index.html", {
        "form": form, "cut": cut, "keep": keep, "figures": all_figures(asker, cut, keep),
        "behind": facts.behind(),
        "waiting": [i for i in catalogue().indicators.values() if not i.connected],
        "exports": LedgerExport.objects.filter(person_id=actor.person_id).select_related("area").order_by("-asked_at")[:RECENT],
    }, status=200 if form.is_valid() else 422)  # fmt: skip


@staff(roles=ROLES)
def behind(request: HttpRequest, key: str) -> HttpResponse:
    """The list behind one figure: exactly the rows that were counted."""
    indicator = catalogue().indicators.get(key)
    part = request.GET.get("part", "numerator")
    if indicator is None or not indicator.connected or part not in PARTS:
        raise Http404
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asker = Asker.of(actor)
    form, cut, keep = cut_of(request, asker)
    found = figure(indicator, asker, cut)
    lines, after = page_behind(
        indicator,
        actor,
        asker,
        cut,
        part=part,
        after=request.GET.get("after", ""),
        at=request.at,  # type: ignore[attr-defined]
    )
    totals = {"denominator": found.denominator, "numerator": found.numerator, "waiting": found.waiting or None}
    if found.indicator.shape == "rate" and indicator.grain != "assignment":
        totals["missing"] = (found.denominator or 0) - found.numerator
    parts = [(name, label, totals[name]) for name, label in PART_NAMES.items() if totals.get(name) is not None]
    return render(request, "desk/indicators/list.html", {
        "behind": facts.behind(), "figure": shown(found, keep), "indicator": indicator, "form": form, "cut": cut, "part": part, "parts": parts,
        "lines": lines, "keep": urlencode(keep), "next": urlencode({**keep, "part": part, "after": after}) if after else "",
    }, status=200 if form.is_valid() else 422)  # fmt: skip


@require_POST
@staff(roles=ROLES)
def order_ledger(request: HttpRequest) -> HttpResponse:
    """Ask for the overall ledger: a job makes it, with the asker's name on it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asker, at = Asker.of(actor), request.at  # type: ignore[attr-defined]
    areas = areas_of(asker, local_day(at))
    form = CutForm(request.POST, areas=areas)
    unit = Unit.objects.filter(pk__in=actor.units, code=request.POST.get("unit", "")).first()
    if request.POST.get("unit") and unit is None:
        raise Http404
    if not form.is_valid():
        raise Http404
    area = next((a for a in areas if a.code == form.cleaned_data["area"]), None)
    day = form.cleaned_data["day"]
    try:
        row = ask(actor, at=at, day=None if day == local_day(at) else day, area=area, unit=unit)
    except BadLedger:
        return redirect(f"/indicators/?{urlencode({'day': str(day)})}")
    return redirect(f"/indicators/ledger/{row.pk}/")


def _mine(request: HttpRequest, pk: int) -> LedgerExport:
    rows = LedgerExport.objects.select_related("area", "unit")
    row = rows.filter(pk=pk, person_id=request.actor.person_id).first()  # type: ignore[attr-defined]
    if row is None:
        raise Http404
    return row


@staff(roles=ROLES)
def ledger_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; when it is made, the way to it."""
    row = _mine(request, pk)
    going = row.state in (LedgerExport.State.WAITING, LedgerExport.State.RUNNING)
    return render(request, "desk/indicators/ledger.html", {"row": row, "going": going})


@staff(roles=ROLES)
def ledger_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file itself, for the person who asked and nobody else."""
    row = _mine(request, pk)
    path = folder() / row.file
    if row.state != LedgerExport.State.READY or not path.is_file():
        raise Http404
    name = _("总表-%(day)s.xlsx") % {"day": row.day or local_day(row.asked_at)}
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)  # type: ignore[return-value]
