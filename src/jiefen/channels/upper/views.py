"""Pages for the systems above: what has no number yet, the sheet to paste from, the pack, and what came back."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiefen.cases.access import case_for, note_reading, roles_on
from jiefen.channels.reading import Unreadable
from jiefen.channels.upper.actions import ROLES, NumberRefused, end, enter, make_pack, take_receipt
from jiefen.channels.upper.mapping import System, systems
from jiefen.channels.upper.queries import numbers_of, sheet, without_number
from jiefen.kernel.clock import local_day
from jiefen.kernel.seal import Sealed, open_row
from jiefen.people.actor import Actor

SHOWN = 100
MOST_BYTES = 20_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _system(name: str) -> System:
    found = systems().get(name)
    if found is None:
        raise Http404
    return found


@require_safe
def _waiting(request: HttpRequest) -> HttpResponse:
    """Every matter that belongs in a system above and has no number there yet, the oldest first."""
    return _page(request)


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    today = local_day(request.at)  # type: ignore[attr-defined]
    parts = []
    for system in systems().values():
        waiting = without_number(actor, system)
        rows = []
        for case in waiting.select_related("key", "lead_unit", "centre")[:SHOWN]:
            try:
                title = open_row(case.key).open(case.title, field="case.title")
            except Sealed:
                title = _("内容已按期限销毁")
            rows.append(
                {
                    "case": case, "title": title, "days": (today - local_day(case.opened_at)).days,
                    "url": f"/cases/{case.slug}/upper/{system.name}/", "unit": case.lead_unit or case.centre,
                }
            )  # fmt: skip
        parts.append({"system": system, "rows": rows, "total": len(rows) if len(rows) < SHOWN else waiting.count()})
    return render(request, "channels/upper.html", {"parts": parts, "shown": SHOWN} | more, status=status)


@require_safe
def _sheet_page(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    return _sheet(request, slug, name)


def _sheet(request: HttpRequest, slug: str, name: str, problem: str = "", typed: str = "") -> HttpResponse:
    """A matter in the order of the form above, to be pasted field by field or all at once."""
    actor, at, system = request.actor, request.at, _system(name)  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if not set(roles_on(actor, case)) & ROLES or case.procedure not in system.procedures:
        raise Http404
    cells = sheet(case, system, at)
    note_reading(f"case:{case.pk}", actor, purpose=_("报送上级"), what=system.label, at=at)
    shown = {
        "case": case, "system": system, "cells": cells, "problem": problem, "typed": typed,
        "number": next((n for n in numbers_of(case) if n.system == system.name), None),
        "letters": sum(len(cell.value) for cell in cells), "filled": sum(bool(cell.value) for cell in cells),
        "whole": "\t".join(cell.value.replace("\n", "；") for cell in cells),
    }  # fmt: skip
    return render(request, "channels/upper_sheet.html", shown, status=422 if problem else 200)


@require_POST
def _enter(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    actor, at, system = request.actor, request.at, _system(name)  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if not set(roles_on(actor, case)) & ROLES:
        raise Http404
    number = request.POST.get("number", "")[:80]
    try:
        if "end" in request.POST:
            end(case, system, by=actor, at=at, why=request.POST.get("why", ""), number=number)
        else:
            enter(case, system, number, by=actor, at=at)
    except NumberRefused as no:
        return _sheet(request, slug, name, str(no), number)
    return redirect(f"/cases/{slug}/upper/{system.name}/")


@require_POST
def _pack(request: HttpRequest, name: str) -> HttpResponse:
    """The workbook for the system above."""
    actor, at, system = request.actor, request.at, _system(name)  # type: ignore[attr-defined]
    pack = make_pack(system, by=actor, at=at)
    if pack.row is None:
        why = _("没有可以报送的事项：都已有编号，或者缺必填的内容。")
        if pack.held_back:
            why += " ".join(f"{number}：{'、'.join(lacking)}。" for number, lacking in pack.held_back[:20])
        return _page(request, status=422, problem=why)
    response = HttpResponse(pack.content, content_type=XLSX)
    file = quote(f"{system.label}报送{local_day(at)}-{pack.row.pk}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{file}"
    return response


@require_POST
def _receipt(request: HttpRequest, name: str) -> HttpResponse:
    """The pack come back with the numbers above filled in."""
    actor, at, system = request.actor, request.at, _system(name)  # type: ignore[attr-defined]
    file = request.FILES.get("file")
    if file is None or not file.size or file.size > MOST_BYTES:
        return _page(request, status=422, problem=_("请选一个不超过20兆的表格文件。"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "receipt"
        with path.open("wb") as out:
            for piece in file.chunks():
                out.write(piece)
        try:
            entered = take_receipt(path, system, by=actor, at=at)
        except Unreadable as no:
            return _page(request, status=422, problem=str(no))
    return _page(request, entered=entered)


ROUTES: list[tuple[str, Callable[..., HttpResponse], frozenset[str]]] = [
    ("upper/", _waiting, ROLES | {"supervisor"}),
    ("upper/<slug:name>/pack/", _pack, ROLES),
    ("upper/<slug:name>/receipt/", _receipt, ROLES),
    ("cases/<str:slug>/upper/<slug:name>/", _sheet_page, ROLES),
    ("cases/<str:slug>/upper/<slug:name>/enter/", _enter, ROLES),
]
"""Address, view, roles that may open it; the desk puts its door before each."""
