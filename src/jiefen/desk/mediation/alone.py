"""The mediator's page of talks with one side alone, a lane for each, and the page of whoever types for a side and reads nothing.

Neither leaves a line among the readings of the case, which both sides and the supervisor read: whether anybody talked alone
is nobody else's business. Both answer by role alone, never by whether there is a lane.
"""

import secrets
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.cases.access import case_for
from jiefen.cases.actions import StepRefused
from jiefen.cases.models import Case, Party
from jiefen.cases.telling import may_tell_party
from jiefen.desk.door import staff
from jiefen.desk.mediation.forms import BadForm, fen_of
from jiefen.desk.mediation.names import name_of
from jiefen.files.actions import BadFile
from jiefen.kernel.money import yuan
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.mediation import actions
from jiefen.mediation.actions.lanes import TOLD, LaneRefused, may_type, named_mediator
from jiefen.mediation.models import LaneEntry
from jiefen.mediation.proofs import NotProved, other_side
from jiefen.mediation.queries import LaneSeen, joint_record, lane_seen
from jiefen.mediation.shape import SIDES

REFUSALS = (LaneRefused, NotProved, StepRefused, BadForm, BadFile)
KINDS = [(kind.value, kind.label) for kind in TOLD]


@staff
def alone_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Both lanes, for the named mediator and nobody else; POST `do` says, corrects, lets out or takes over."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    named = named_mediator(case, at)
    if named is None or named.person_id != actor.person_id:
        raise Http404
    sides = list(Party.objects.filter(case=case, role__in=SIDES).select_related("unit").order_by("pk"))
    problem, where = "", request.POST.get("party", "")
    if request.method == "POST":
        if not any(p.key == where for p in sides) or request.POST.get("do") not in DO:
            raise Http404
        try:
            with transaction.atomic():
                DO[request.POST["do"]](request, case, where)
            return redirect(f"/cases/{slug}/mediation/alone/#{where}")
        except REFUSALS as no:
            problem = str(no)
    key = open_row(case.key)
    with scope("worker"):
        tells = {p.pk: may_tell_party(case, p) for p in sides}
    shown = [(p, name_of(p, key), rows_of(lane_seen(case, p)), tells[p.pk]) for p in sides]
    context: dict[str, Any] = {
        "case": case, "title": key.open(case.title, field="case.title"), "sides": shown, "kinds": KINDS, "problem": problem,
        "where": where, "said": request.POST if problem else {}, "once": secrets.token_urlsafe(12),
        "joint": let_out_of(case, {p.key: name for p, name, _seen, _tell in shown}),
    }  # fmt: skip
    return render(request, "desk/alone.html", context, status=422 if problem else 200)


def rows_of(seen: LaneSeen | None) -> dict[str, Any] | None:
    """A lane as a page draws it."""
    if seen is None:
        return None
    kinds = dict(LaneEntry.Kind.choices)
    rows = [(r, kinds[r.kind], yuan(r.fen) if r.fen else "", _yuan_of(r.fen)) for r in seen.rows]
    return {"mediator": seen.mediator, "opened_at": seen.opened_at, "rows": rows}


def _yuan_of(fen: int | None) -> str:
    """A sum as it is typed."""
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}".removesuffix(".00")


def let_out_of(case: Case, names: dict[str, str]) -> list[tuple[Any, str, str, str]]:
    """The joint record as a page draws it: (row, whose, which sort, sum)."""
    kinds = dict(LaneEntry.Kind.choices)
    return [(n, names.get(n.party, ""), kinds[n.kind], yuan(n.fen) if n.fen else "") for n in joint_record(case)]


def paper_of(request: HttpRequest) -> tuple[str, bytes] | None:
    """A signed paper that was sent along: (name, bytes)."""
    sent = request.FILES.get("file")
    return (sent.name or "", sent.read()) if sent is not None else None


def row_of(request: HttpRequest) -> int:
    """Which row is meant; 0 for none."""
    seq = request.POST.get("row", "")
    return int(seq) if seq.isdecimal() and len(seq) < 8 else 0


def typed_in(request: HttpRequest) -> dict[str, Any]:
    """The words, the sum and the form's own key. Raises BadForm."""
    post = request.POST
    return {"words": post.get("words", ""), "fen": fen_of(post.get("yuan", "")), "once": post.get("once", "")[:32]}


def _say(request: HttpRequest, case: Case, party: str) -> None:
    kind = request.POST.get("kind", "")
    actions.tell_alone(case, party, kind=kind, by=request.actor, at=request.at, **typed_in(request))  # type: ignore[attr-defined]


def _correct(request: HttpRequest, case: Case, party: str) -> None:
    actions.correct_entry(case, party, row_of(request), by=request.actor, at=request.at, **typed_in(request))  # type: ignore[attr-defined]


def _let_out(request: HttpRequest, case: Case, party: str) -> None:
    actions.release_entry(
        case, party, row_of(request), how="paper", by=request.actor, at=request.at, paper=paper_of(request)  # type: ignore[attr-defined]
    )  # fmt: skip


def _take_over(request: HttpRequest, case: Case, party: str) -> None:
    actions.agree_mediator(case, party, how="paper", by=request.actor, at=request.at, paper=paper_of(request))  # type: ignore[attr-defined]


DO = {"say": _say, "correct": _correct, "let-out": _let_out, "take-over": _take_over}


@staff
def typing_page(request: HttpRequest, slug: str, party: str) -> HttpResponse:
    """Type for one side what it wants the mediator alone to know. Nothing that was typed before is shown."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    side = Party.objects.filter(case=case, key=party[:8], role__in=SIDES).select_related("unit").first()
    if side is None or not may_type(case, actor, at) or other_side(case, side, actor):
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                kind = request.POST.get("kind", "")
                actions.tell_alone(case, side.key, kind=kind, by=actor, at=at, **typed_in(request))
            messages.success(request, _("记下了，只有这一方本人和调解员看得到，您也看不到了。记错了的，请调解员更正。"))
            return redirect(f"/cases/{slug}/mediation/alone/{side.key}/")
        except REFUSALS as no:
            problem = str(no)
    key = open_row(case.key)
    context = {
        "case": case, "side": side, "name": name_of(side, key), "kinds": KINDS, "problem": problem,
        "said": request.POST if problem else {}, "once": secrets.token_urlsafe(12),
        "title": key.open(case.title, field="case.title"),
    }  # fmt: skip
    return render(request, "desk/alone_typing.html", context, status=422 if problem else 200)


def ways_in(request: HttpRequest, case: Case, sides: list[tuple[Party, str]]) -> dict[str, Any]:
    """What the page of the mediation offers of this: `alone` for the mediator, `types` for whoever may type, by role alone."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    named = named_mediator(case, at)
    if named is not None and named.person_id == actor.person_id:
        return {"alone": True}
    return {"types": sides if may_type(case, actor, at) else []}
