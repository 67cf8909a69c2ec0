"""What the person told the mediator alone, by their code: opened only with the second thing, said again for each act.

The link alone shows nothing, not even whether there is anything. Every answer is drawn at once and not after a redirect, so
that what was opened lies at no address; sent again it is written once.
"""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiefen.cases.models import Case, Party
from jiefen.desk.follow import case_of, party_of
from jiefen.desk.limits import SAID_AN_HOUR, address_mark, count_try, tried
from jiefen.desk.mediation.alone import KINDS, REFUSALS, let_out_of, row_of, rows_of, typed_in
from jiefen.desk.mediation.bycode import frame_of
from jiefen.desk.mediation.names import called_by
from jiefen.desk.privacy.resident import fresh_proof, receipt_page
from jiefen.desk.vault.office import lies_there
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.mediation import actions
from jiefen.mediation.actions.lanes import LaneRefused, named_mediator
from jiefen.mediation.queries import lane_seen, may_talk_alone
from jiefen.mediation.shape import SIDES
from jiefen.privacy.requests import NotTaken

SAYS = {
    "say": lambda: _("记下了，只有您和调解员看得到。"),
    "correct": lambda: _("更正了，原来写的也留着。"),
    "let-out": lambda: _("照您的意思公开了，双方都看得到。"),
    "take-over": lambda: _("您同意交给现在的调解员了，上一位从此看不到。"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@receipt_page
def alone_page(request: HttpRequest, row: Intake, back: str) -> HttpResponse:
    """GET asks for the second thing. POST with it opens the lane; `do` says, corrects, lets out, or agrees to the mediator."""
    at, case = request.at, case_of(row)  # type: ignore[attr-defined]
    if lies_there(row, case):
        return redirect(back)
    party = party_of(row, case)
    if case is None or party is None or not may_talk_alone(case, party):
        shown = _shown(row, back, case) | {"none": True}
        return render(request, "portal/alone.html", shown, status=422 if request.method == "POST" else 200)
    problem, opened, do = "", False, request.POST.get("do", "")
    if request.method == "POST":
        try:
            fresh = fresh_proof(request, row)
            opened = True
            _do(request, case, party, do, fresh)
        except (NotTaken, *REFUSALS) as no:
            problem = str(no)
    shown = _shown(row, back, case) | {"opened": opened, "problem": problem, "do": do}
    if opened:
        done = SAYS[do]() if do in SAYS and not problem else ""
        shown |= _opened(case, party, at) | {"done": done, "said": request.POST if problem else {}}
    return render(request, "portal/alone.html", shown, status=422 if problem else 200)


def _shown(row: Intake, back: str, case: Case | None) -> dict[str, Any]:
    return frame_of(row, case, back) | {"once": secrets.token_urlsafe(12)}


def _opened(case: Case, party: Party, at: Any) -> dict[str, Any]:
    """The lane as the side reads it, within the receipt's own scope, and who mediates now."""
    seen = lane_seen(case, party)
    with scope("worker"):
        named = named_mediator(case, at)
        key = open_row(case.key)
        names = {
            p.key: called_by(p, party, key)
            for p in Party.objects.filter(case=case, role__in=SIDES).select_related("unit")
        }
    handed = seen is None or named is None or seen.mediator[0] == named.person_id
    return {
        "seen": rows_of(seen),
        "named": named,
        "changed": not handed,
        "kinds": KINDS,
        "joint": let_out_of(case, names),
    }


def _do(request: HttpRequest, case: Case, party: Party, do: str, fresh: str) -> None:
    at, whose = request.at, address_mark(request)  # type: ignore[attr-defined]
    by_code: dict[str, Any] = {"by": None, "at": at, "fresh": fresh}
    if do in ("say", "correct"):
        if tried("say", whose, at) >= SAID_AN_HOUR:
            raise LaneRefused(_("从这里送来的太多了，请一小时后再送，或者打电话、到窗口说。您写的字还在下面。"))
        if do == "say":
            actions.tell_alone(case, party.key, kind=request.POST.get("kind", ""), **typed_in(request), **by_code)
        else:
            actions.correct_entry(case, party.key, row_of(request), **typed_in(request), **by_code)
        count_try("say", whose, at)
    elif do == "let-out":
        actions.release_entry(case, party.key, row_of(request), how="code", **by_code)
    elif do == "take-over":
        actions.agree_mediator(case, party.key, how="code", **by_code)


urls = [path("follow/<str:token>/alone/", alone_page, name="alone")]
