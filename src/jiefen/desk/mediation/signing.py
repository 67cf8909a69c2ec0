"""The person reads the agreement by their code, signs it, or does not and says why: with the second thing said again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiefen.cases.actions import StepRefused
from jiefen.cases.models import Case, Party
from jiefen.desk.follow import case_of, party_of
from jiefen.desk.mediation.alone import let_out_of
from jiefen.desk.mediation.bycode import frame_of
from jiefen.desk.mediation.names import called_by
from jiefen.desk.privacy.resident import fresh_proof, receipt_page
from jiefen.desk.said import day
from jiefen.desk.vault.office import lies_there
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local_day
from jiefen.kernel.money import yuan
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.mediation.actions import decline_agreement, sign_agreement
from jiefen.mediation.actions.agreements import AgreementRefused
from jiefen.mediation.actions.declines import tell_of_draft
from jiefen.mediation.clauses import lint
from jiefen.mediation.proofs import NotProved
from jiefen.mediation.queries import AgreementSeen, to_sign
from jiefen.mediation.shape import SIDES
from jiefen.privacy.requests import NotTaken


@require_http_methods(["GET", "HEAD", "POST"])
@receipt_page
def agreement_page(request: HttpRequest, row: Intake, back: str) -> HttpResponse:
    """Its words, clause by clause, and what signing means; POST `say` signs, or declines with a word."""
    at, case = request.at, case_of(row)  # type: ignore[attr-defined]
    if lies_there(row, case):
        return redirect(back)
    party = party_of(row, case)
    seen = to_sign(case, party) if case else None
    problem = ""
    if request.method == "POST":
        if case is None or party is None or seen is None or request.POST.get("say") not in ("sign", "decline"):
            problem = _("现在没有等您签的协议。")
        else:
            problem = _say(request, row, case, party)
        if not problem:
            return redirect(f"{back}agreement/")
    words = request.POST.get("words", "")[:2000] if problem else ""
    shown = frame_of(row, case, back) | {"problem": problem, "words": words, "seen": seen}
    if case and party and seen:
        shown |= _words(case, party, seen, at)
    return render(request, "portal/agreement.html", shown, status=422 if problem else 200)


def _words(case: Case, party: Party, seen: AgreementSeen, at: Any) -> dict[str, Any]:
    """The clauses as this person reads them, and whether anything still keeps them from being signed."""
    key = open_row(case.key)
    with scope("worker"):
        sides = list(Party.objects.filter(case=case, role__in=SIDES).select_related("unit").order_by("pk"))
        joint = let_out_of(case, {p.key: called_by(p, party, key) for p in sides})
    names = {p.key: called_by(p, party, key) for p in sides}
    clauses = [
        (c, names.get(c.who, ""), names.get(c.whom, ""), yuan(c.fen) if c.fen else "", day(c.due_on))
        for c in seen.clauses
    ]
    unclear = seen.in_force_since is None and lint(seen.clauses, parties=list(names), signed_on=local_day(at))
    return {"clauses": clauses, "unclear": bool(unclear), "joint": joint}


def _say(request: HttpRequest, row: Intake, case: Case, party: Party) -> str:
    """Do it; a sentence when it cannot be done. Sent twice it is done once."""
    say, seq, at = request.POST["say"], request.POST.get("seq", ""), request.at  # type: ignore[attr-defined]
    number = int(seq) if seq.isdecimal() and len(seq) < 6 else 0
    try:
        fresh = fresh_proof(request, row)
        by_code: dict[str, Any] = {"how": "code", "by": None, "at": at, "fresh": fresh}
        if say == "sign":
            sign_agreement(case, party.key, seq=number, **by_code)
        else:
            decline_agreement(case, party.key, seq=number, words=request.POST.get("words", ""), **by_code)
    except (NotTaken, NotProved, AgreementRefused, StepRefused) as no:
        return str(no)
    tell_of_draft(case, number, party.key, "signed" if say == "sign" else "declined", at=at)
    return ""


urls = [path("follow/<str:token>/agreement/", agreement_page, name="agreement")]
