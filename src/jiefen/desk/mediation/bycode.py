"""The person says yes or no by their code: to mediation, to help, to meeting. Free, theirs alone, taken back at any time."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiefen.cases.actions import StepRefused
from jiefen.cases.models import Case, Party
from jiefen.desk.follow import case_of, party_of
from jiefen.desk.privacy.resident import fresh_proof, receipt_page
from jiefen.desk.vault.office import lies_there
from jiefen.intake.models import Intake
from jiefen.mediation.actions import decline_consent, give_consent, withdraw_consent
from jiefen.mediation.actions.consents import ConsentRefused
from jiefen.mediation.actions.declines import tell_of_answer
from jiefen.mediation.proofs import NotProved
from jiefen.mediation.queries import Asked, asked_of
from jiefen.privacy.requests import NotTaken

DO = {"yes": give_consent, "no": decline_consent, "back": withdraw_consent}


def frame_of(row: Intake, case: Case | None, back: str) -> dict[str, Any]:
    """What every page of a mediation by code is drawn with: whom to call, the way back, whether there is a second thing."""
    unit = (case.lead_unit or case.centre) if case else row.centre
    return {"intake": row, "back": back, "unit": unit, "has_second": row.second_mark is not None}


@require_http_methods(["GET", "HEAD", "POST"])
@receipt_page
def consent_page(request: HttpRequest, row: Intake, back: str) -> HttpResponse:
    """What is asked, what they have by right, what they said; POST says yes, no, or takes it back."""
    case = case_of(row)
    if lies_there(row, case):
        return redirect(back)
    party = party_of(row, case)
    asked = asked_of(case, party) if case else []
    problem, wrong = "", request.POST.get("to", "")
    if request.method == "POST":
        one = next((a for a in asked if a.to == wrong), None)
        if case is None or party is None or one is None or request.POST.get("say") not in DO:
            problem, wrong = _("现在没有要您表示的，请核对。"), ""
        else:
            problem = _say(request, row, case, party, one)
        if not problem:
            return redirect(f"{back}consent/")
    shown = frame_of(row, case, back) | {"asked": asked, "problem": problem, "wrong": wrong}
    return render(request, "portal/consent.html", shown, status=422 if problem else 200)


def _say(request: HttpRequest, row: Intake, case: Case, party: Party, one: Asked) -> str:
    """Do it; a sentence when it cannot be done. The same said again is the same."""
    say, at = request.POST["say"], request.at  # type: ignore[attr-defined]
    try:
        fresh = fresh_proof(request, row)
        if say == one.said:
            return ""
        if request.POST.get("seen", "") != one.mark:
            return _("您打开这一页以后，又表示过一次。现在的写在下面，还要改的，再按一次。")
        made = DO[say](case, party.key, to=one.to, how="code", by=None, at=at, fresh=fresh)
    except (NotTaken, NotProved, ConsentRefused, StepRefused) as no:
        return str(no)
    tell_of_answer(made, at=at)
    return ""


urls = [path("follow/<str:token>/consent/", consent_page, name="consent")]
