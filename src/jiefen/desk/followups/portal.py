"""On the person's own page: was it solved, are you content, and if not, why. The answer is kept as any follow-up is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.desk.bycode import routes
from jiefen.desk.context import scale_of
from jiefen.desk.follow import case_of, party_of, progress_for
from jiefen.desk.limits import SAID_AN_HOUR, address_mark, count_try, tried
from jiefen.desk.privacy.resident import TriedTooOften, proof_if_left
from jiefen.intake.models import Intake
from jiefen.oversight.by_code import NotAsked, rate_by_code
from jiefen.privacy.requests import NotProved

ANSWER = {"yes": True, "no": False}


def _rate(request: HttpRequest, row: Intake, back: str) -> HttpResponse:
    at, whose, status = request.at, address_mark(request), 422  # type: ignore[attr-defined]
    sent = request.POST
    said: dict[str, Any] = {
        "solved": ANSWER.get(sent.get("solved", "")), "satisfied": ANSWER.get(sent.get("satisfied", "")),
        "ground": sent.get("ground", "")[:12], "words": sent.get("words", "")[:4100],
    }  # fmt: skip
    case = case_of(row)
    party = party_of(row, case)
    if case is None or party is None:
        problem = _("这件事还没有立案办理，有话请打下面的电话说。")
    elif tried("say", whose, at) >= SAID_AN_HOUR:
        problem, status = _("试得太多了，请一小时后再说，或者打下面的电话。您写的字还在下面。"), 429
    else:
        try:
            proof_if_left(request, row)  # whoever holds the link alone, or sits down at an open page, is not them
            rate_by_code(case, party.key, at=at, **said)
        except TriedTooOften as no:
            problem, status = str(no), 429
        except NotProved:
            problem = _("手机后四位或查询口令不对，请核对。这是为了不让别人替您评。您写的字还在下面。")
        except NotAsked as no:
            problem = str(no)
        else:
            count_try("say", whose, at)
            return redirect(f"{back}?all=1#rate")
    found = progress_for(row, at)
    context = {"p": found, "path": back, "rate_problem": problem, "rated": said, "elder": scale_of(request) == "elder"}
    return render(request, "portal/progress.html", context, status=status)


urls = routes("rate", _rate)
