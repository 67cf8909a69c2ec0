"""The guide's pages. What somebody types to find their road is looked at once and kept nowhere, not even in an address."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from jiefen.desk.guide import plain
from jiefen.desk.portal import resident
from jiefen.desk.receipts import qr_svg
from jiefen.triage import setup
from jiefen.triage.rules import suggest
from jiefen.triage.rules.guide import way_for, way_of
from jiefen.triage.rules.road import shipped

MOST_READ = 4_000
"""A page of writing says which road; the rest is for the form."""


@require_http_methods(["GET", "HEAD", "POST"])
@resident
def finder(request: HttpRequest) -> HttpResponse:
    """Say it in your own words, or choose; the page says which road fits and why, or that it cannot tell."""
    at = request.at  # type: ignore[attr-defined]
    text = request.POST.get("text", "")[:MOST_READ] if request.method == "POST" else ""
    context = {"tree": plain.tree(at), "text": text, "asked": request.method == "POST"} | _found(text, at)
    return render(request, "guide/finder.html", context)


def _found(text: str, at: Any) -> dict[str, Any]:
    if not text.strip():
        return {}
    tables = setup.tables(at)
    made = suggest(text, tables=tables, gazetteer=None, **setup.day_of(at))
    way = way_for(made, tables.kinds)
    kind, near = tables.kinds.get(made.kind), tables.kinds.get(made.second)
    sure = kind is not None
    if kind is None and near is not None:  # too little to say so, enough to ask
        kind, near = near, None
        way = way_of(kind, flags=[f.name for f in made.urgent])
    words = list(dict.fromkeys(h.word for h in made.hits if kind and h.word and h.code[:2] == kind.l1))[:5]
    return {"way": way, "kind": kind, "near": near if near != kind else None, "sure": sure, "words": words}


@require_safe
@resident
def kind(request: HttpRequest, code: str) -> HttpResponse:
    """One kind of trouble: who handles it, how long, what to bring, what comes next, what else there is."""
    at = request.at  # type: ignore[attr-defined]
    found = setup.tables(at).kinds.get(code)
    if found is None:
        raise Http404
    return render(request, "guide/kind.html", {"page": plain.page_of(found, at)} | _self(request, f"/guide/{code}/"))


@require_safe
@resident
def road(request: HttpRequest, name: str) -> HttpResponse:
    """One legal road on one sheet: for what, where, by when, what to bring, how long, who pays, and what comes after."""
    table = shipped()
    found = table.roads.get(name)
    if found is None:
        raise Http404
    limit = found.limitation
    context = {
        "road": found, "head": table.routes[found.route], "unit": plain.office(found.unit, request.at),  # type: ignore[attr-defined]
        "lines": plain.road_lines(found), "limit_basis": plain.sources(limit.basis) if limit else (),
    }  # fmt: skip
    return render(request, "guide/road.html", context | _self(request, f"/guide/road/{name}/"))


def _self(request: HttpRequest, path: str) -> dict[str, Any]:
    """The page's own address, as printed on it and in its QR."""
    address = request.build_absolute_uri(path)
    return {"address": address, "qr": qr_svg(address)}
