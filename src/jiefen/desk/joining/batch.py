"""What an import brought that may be the same: groups to look at, join or leave, and one press that undoes it all."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.cases.access import note_reading, visible_cases
from jiefen.channels.jobs import find_alike, join_alike
from jiefen.channels.ledger.joining import brought_for, join_group, joined_of, leads_of, reasons, summary, undo_joins
from jiefen.channels.models import ImportBatch
from jiefen.desk.door import staff
from jiefen.desk.intakes import unit_choices
from jiefen.desk.lists import visible_intakes
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Sealed, open_row
from jiefen.people.actor import Actor
from jiefen.triage import setup

ROLES = frozenset({"dispatcher", "petition-officer", "supervisor"})
SHOWN = 20
AT_ONCE = 20
"""A larger group is joined by a job, with its progress on the page."""


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    """A batch that the person brought in themselves, or that came by the command line to their centre; or 404."""
    row = ImportBatch.objects.select_related("home").filter(brought_for(request.actor), pk=pk).first()  # type: ignore[attr-defined]
    if row is None or row.state != ImportBatch.State.DONE:
        raise Http404
    return row


@staff(roles=ROLES)
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The groups, each with reasons; POST `do`: find, join, undo."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    batch = _batch(request, pk)
    problem = ""
    if request.method == "POST":
        problem = _do(request, batch)
        if not problem:
            return redirect(f"/ledger/{pk}/alike/")
    state: dict[str, Any] = batch.counts.get("alike", {})
    labels = setup.tables(at)
    groups: list[dict[str, Any]] = []
    for number, ids in enumerate(state.get("groups", [])):
        rows = list(visible_intakes(actor).select_related("key", "area").filter(pk__in=ids).exclude(state="void").order_by("received_at", "pk"))  # fmt: skip
        if len(rows) > 1:
            groups.append(_shown(number, rows, actor))
        if len(groups) >= SHOWN:
            break
    leads = leads_of([one["pk"] for group in groups for one in group["rows"] if one["pk"]])
    for group in groups:
        group["done"] = not group["left"] and len({leads.get(one["pk"], one["pk"]) for one in group["rows"]}) == 1
        for one in group["rows"]:
            note_reading(f"intake:{one['row'].pk}", actor, purpose="分诊", what="批量查同一件事", at=at)
    with scope("worker"):
        joined = len(joined_of(batch.pk))
    shown = {
        "batch": batch, "state": state, "groups": groups, "problem": problem, "joined": joined, "units": unit_choices(at, batch.home),
        "kinds": [k for k in labels.kinds.values() if len(k.code) == 4], "more": len(state.get("groups", [])) > SHOWN,
        "refresh": state.get("state") == "running" or bool(state.get("joining")),
    }  # fmt: skip
    return render(request, "desk/joining/batch.html", shown, status=422 if problem else 200)


def _shown(number: int, rows: list[Any], actor: Actor) -> dict[str, Any]:
    mine = visible_cases(actor).filter(decisions__intake__in=[r.pk for r in rows])
    cases = {intake: (pk, said) for intake, pk, said in mine.values_list("decisions__intake", "pk", "number")}
    listed = []
    for row in rows:
        try:
            subject = open_row(row.key).open(row.subject, field="intake.subject") or ""
        except Sealed:
            continue
        case, said = cases.get(row.pk, (None, ""))
        listed.append({"row": row, "subject": subject, "pk": case, "case": said})
    first = rows[0].suggestion or {}
    with scope("worker"):
        why = reasons(rows)
    return {"number": number, "rows": listed, "why": why, "kind": first.get("kind", ""), "left": sum(not o["case"] for o in listed)}  # fmt: skip


def _do(request: HttpRequest, batch: ImportBatch) -> str:
    """Carry out what was pressed; a sentence where it could not be."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    said, do = request.POST, request.POST.get("do", "")
    counts = batch.counts.get("alike", {})
    if do == "find":
        batch.counts = {**batch.counts, "alike": {"state": "running", "done": 0, "of": batch.created}}
        batch.save(update_fields=["counts"])
        find_alike.defer(batch=batch.pk)
        return ""
    reason = said.get("reason", "").strip()[:4000]
    if not reason:
        return _("请写一句理由，每一件上都会记下。")
    if do == "undo":
        result = undo_joins(batch, by=actor, at=at, reason=reason)
        _keep(batch, summary(result) | {"undone": True})
        return ""
    number = said.get("group", "")
    groups = counts.get("groups", [])
    if do != "join" or not number.isdecimal() or not int(number[:6]) < len(groups):
        raise Http404
    chosen = [pk for pk in groups[int(number)] if str(pk) in said.getlist("pick")]
    if len(chosen) < 2:
        return _("至少选两件，才谈得上并。")
    kind, unit = said.get("kind", "")[:8], said.get("unit", "")
    office = int(unit) if unit.isdecimal() and len(unit) < 18 else None
    if len(chosen) > AT_ONCE:
        _keep(batch, {}, joining={"done": 0, "of": 2 * len(chosen)})
        join_alike.defer(batch=batch.pk, ids=chosen, by=actor.person_id, kind=kind, unit=office, reason=reason)
        return ""
    _keep(batch, summary(join_group(batch, chosen, by=actor, at=at, kind=kind, unit=office, reason=reason)))
    return ""


def _keep(batch: ImportBatch, last: dict[str, Any], **more: Any) -> None:
    row = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    row.counts = {**row.counts, "alike": {**row.counts.get("alike", {}), "last": last, **more}}
    row.save(update_fields=["counts"])
