"""Pages for importing a ledger: upload, look, start, watch, mend, take back. `ROUTES` says who may open which."""

import csv
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiefen.channels.ledger import uploads
from jiefen.channels.ledger.actions import ImportRefused
from jiefen.channels.ledger.county import profiles
from jiefen.channels.ledger.joining import brought_for
from jiefen.channels.ledger.profile import BadProfile
from jiefen.channels.ledger.undo import undo
from jiefen.channels.models import ImportBatch, RowError
from jiefen.channels.reading import Unreadable, neutral
from jiefen.intake.models import Intake
from jiefen.people.actor import Actor
from jiefen.triage.rules import URGENT, names

MOST_SHOWN = 300


ROLES = frozenset({"clerk", "dispatcher", "administrator"})


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    """A batch the person started; an administrator's any. Others get the 404 of what does not exist."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = ImportBatch.objects.select_related("home", "by").filter(pk=pk).first()
    if row is None or not (row.by_id == actor.person_id or actor.is_administrator):
        raise Http404
    return row


def _ledger(request: HttpRequest) -> HttpResponse:
    """The batches, and the form for another. POST keeps the file and shows what it would become."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    problem = ""
    if request.method == "POST":
        file, profile = request.FILES.get("file"), request.POST.get("profile", "")
        if file is None:
            problem = _("请先选一个文件。")
        else:
            try:
                made = uploads.keep_upload(file, profile, actor=actor, at=request.at)  # type: ignore[attr-defined]
                return redirect(f"/ledger/{made.pk}/")
            except (Unreadable, BadProfile) as no:
                problem = str(no)
    rows = ImportBatch.objects.select_related("by").order_by("-started_at", "-id")
    if not actor.is_administrator:
        rows = rows.filter(by_id=actor.person_id)
    bare = ImportBatch.objects.filter(brought_for(actor), by__isnull=True, state=ImportBatch.State.DONE)
    shown = {
        "by_command": bare.order_by("-pk")[:10],
        "batches": rows[:50],
        "profiles": [p for p in profiles() if p.answered is None],
        "problem": problem,
    }
    return render(request, "channels/ledger.html", shown, status=422 if problem else 200)


def _page(request: HttpRequest, pk: int, problem: str = "") -> HttpResponse:
    row = _batch(request, pk)
    shown: dict[str, Any] = {"batch": row, "problem": problem, "label": _label(row.profile)}
    if row.state == ImportBatch.State.WAITING:
        try:
            shown["preview"] = uploads.preview(row, request.at)  # type: ignore[attr-defined]
        except (Unreadable, BadProfile) as no:
            shown["problem"] = problem or str(no)
    shown["errors"] = list(RowError.objects.filter(batch=row)[:MOST_SHOWN])
    shown["refresh"] = row.state == ImportBatch.State.RUNNING
    return render(request, "channels/batch.html", shown, status=422 if problem else 200)


@require_safe
def _batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview, the progress or the report of one batch."""
    return _page(request, pk)


@require_POST
def _start(request: HttpRequest, pk: int) -> HttpResponse:
    row = _batch(request, pk)
    try:
        uploads.start(row, at=request.at)  # type: ignore[attr-defined]
    except ImportRefused as no:
        return _page(request, pk, str(no))
    return redirect(f"/ledger/{pk}/")


@require_POST
def _undo(request: HttpRequest, pk: int) -> HttpResponse:
    row = _batch(request, pk)
    undo(row.pk, at=request.at)  # type: ignore[attr-defined]
    uploads.throw_away(row)
    return redirect(f"/ledger/{pk}/")


@require_safe
def _errors(request: HttpRequest, pk: int) -> HttpResponse:
    """The bad rows as a CSV: line, column, reason."""
    row = _batch(request, pk)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{row.pk}-errors.csv"'
    writer = csv.writer(response)
    writer.writerow([_("行"), _("列"), _("原因")])
    for error in RowError.objects.filter(batch=row).iterator():
        writer.writerow([error.line, neutral(error.column), neutral(error.reason)])
    return response


@require_safe
def _urgent(request: HttpRequest, pk: int) -> HttpResponse:
    """What one notice stands for: the intakes of a file that carry a mark of danger, of those this person may see."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = list(
        Intake.objects.filter(batch=pk, flags__overlap=sorted(URGENT), doors__overlap=sorted(actor.keys))
        .exclude(state=Intake.State.VOID)
        .order_by("-received_at", "pk")[:MOST_SHOWN]
    )
    if not rows:
        raise Http404
    shown = [(row, [names.FLAGS.get(f, f) for f in row.flags if f in URGENT]) for row in rows]
    return render(request, "channels/urgent.html", {"rows": shown, "pk": pk})


def _label(profile: str) -> str:
    return next((p.label for p in profiles() if p.name == profile), profile)


ROUTES: list[tuple[str, Callable[..., HttpResponse], frozenset[str]]] = [
    ("ledger/", _ledger, ROLES),
    ("ledger/<int:pk>/", _batch_page, ROLES),
    ("ledger/<int:pk>/start/", _start, ROLES),
    ("ledger/<int:pk>/undo/", _undo, ROLES),
    ("ledger/<int:pk>/errors.csv", _errors, ROLES),
    ("ledger/<int:pk>/urgent/", _urgent, frozenset()),
]
"""Address, view, roles that may open it (none: anybody on the staff). The desk, which lies above, puts its door before
each; a view here is never reached without it."""
