"""A plain page of each legal road, for everybody, for the screen and for paper. The same data the clerk is led by."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiefen.desk.portal import resident
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import vocabulary
from jiefen.triage import setup
from jiefen.triage.rules.road import shipped
from jiefen.triage.rules.road_table import Road


@require_safe
@resident
def every(request: HttpRequest) -> HttpResponse:
    """All roads, under the five heads of the regulations, with the one for everything else at the end."""
    table = shipped()
    heads = [
        {"label": row.label, "article": row.article, "roads": [r for r in table.roads.values() if r.route == name]}
        for name, row in table.routes.items()
    ]
    return render(request, "desk/roads/every.html", {"heads": heads, "petition": table.ends["petition"]})


@require_safe
@resident
def one(request: HttpRequest, name: str) -> HttpResponse:
    """One road: for what, where, how, what to bring, by when, how long, what it costs, and what comes after."""
    road = shipped().roads.get(name)
    if road is None:
        raise Http404
    return render(
        request, "desk/roads/one.html",
        {"road": road, "head": shipped().routes[road.route], "unit": _office(road, request.at), "lines": _lines(road)},  # type: ignore[attr-defined]
    )  # fmt: skip


def _office(road: Road, at: Any) -> Unit | None:
    """The county's own office for it, if it has one."""
    county = setup.county_of(at)
    return setup.unit_for(road.unit, county.pk, at) if road.unit and county else None


def _lines(road: Road) -> list[tuple[str, Any]]:
    """Statements that bear a mark, with where each was read."""
    title = vocabulary().source_title
    said = [("takes", road.takes), ("remedy", road.remedy), ("cost", road.cost)]
    return [(name, {"says": s.says, "mark": s.mark, "basis": [title(b) for b in s.basis]}) for name, s in said]
