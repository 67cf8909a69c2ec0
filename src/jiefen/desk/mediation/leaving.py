"""The person leaves a mediation, or takes their matter back, by their code: where the procedure lets them do it alone, and
before anybody has decided about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiefen.cases.actions import StepRefused, take_step
from jiefen.cases.models import Case, Party
from jiefen.desk.follow import case_of, party_of
from jiefen.desk.mediation.bycode import frame_of
from jiefen.desk.mediation.ways_out import STEPS, way_out
from jiefen.desk.privacy.resident import fresh_proof, receipt_page
from jiefen.desk.vault.office import lies_there
from jiefen.intake.models import Intake
from jiefen.intake.own_actions import NotWithdrawn, shut_because, withdraw
from jiefen.privacy.requests import NotTaken


@require_http_methods(["GET", "HEAD", "POST"])
@receipt_page
def leave_page(request: HttpRequest, row: Intake, back: str) -> HttpResponse:
    """What leaving means; POST leaves. Where somebody must first ask whether it is free, it says whom to call."""
    at, case = request.at, case_of(row)  # type: ignore[attr-defined]
    if lies_there(row, case):
        return redirect(back)
    if case is None:
        return _before_any_case(request, row, back)
    party = party_of(row, case)
    step, problem = way_out(case, party), ""
    alone = step is not None and not step.guards and not step.needs
    if request.method == "POST":
        if party is None or step is None or not alone:
            problem = _("现在不能在这里退出。请看下面写的，或打电话问。")
        else:
            seen = request.POST.get("seen", "")
            expected = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
            try:
                fresh_proof(request, row)
                take_step(case, step.name, by=None, at=at, for_party=party.key, expected=expected)
            except (NotTaken, StepRefused) as no:
                problem = str(no)
            else:
                return redirect(f"{back}leave/")
    shown = frame_of(row, case, back) | {
        "problem": problem, "step": step, "alone": alone, "case": case, "left": bool(party and _left(case, party)), "seen": case.steps,
    }  # fmt: skip
    return render(request, "portal/leave.html", shown, status=422 if problem else 200)


def _before_any_case(request: HttpRequest, row: Intake, back: str) -> HttpResponse:
    """The same for what is not a case yet: it is taken back with a reason, and nobody decides about it any more."""
    problem, words = "", request.POST.get("words", "")[:4000]
    if request.method == "POST":
        try:
            fresh_proof(request, row)
            withdraw(row, words=words, at=request.at)  # type: ignore[attr-defined]
        except (NotTaken, NotWithdrawn) as no:
            problem = str(no)
        else:
            return redirect(f"{back}leave/")
    done = row.state == Intake.State.RECALLED
    shown = frame_of(row, None, back) | {
        "problem": problem, "done": done, "shut": "" if done else shut_because(row), "words": words,
    }  # fmt: skip
    return render(request, "portal/withdraw.html", shown, status=422 if problem else 200)


def _left(case: Case, party: Party) -> bool:
    """Whether it ended by this very person's leaving."""
    last = case.trail.order_by("seq").last()
    return not case.is_open and last is not None and last.name in STEPS and last.codes.get("for") == party.key


urls = [path("follow/<str:token>/leave/", leave_page, name="leave")]
