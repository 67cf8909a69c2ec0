"""After the end, by code: «it is not solved». The words are kept, told to who may reopen, and answered on the same page."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.desk.bycode import routes
from jiefen.desk.context import scale_of
from jiefen.desk.follow import case_of, progress_for
from jiefen.desk.limits import SAID_AN_HOUR, address_mark, count_try, tried
from jiefen.desk.shut_words import of_the_vault, where_instead
from jiefen.intake.models import Intake
from jiefen.oversight.reopening import NotAsked, ask_reopen


def _ask(request: HttpRequest, row: Intake, back: str) -> HttpResponse:
    at, whose, problem = request.at, address_mark(request), ""  # type: ignore[attr-defined]
    words = request.POST.get("words", "")[:4000]
    anyway = request.POST.get("anyway") == "1"
    case = case_of(row)
    if case is None:
        problem = _("这件事还没有立案办理，有话请打下面的电话说。")
    elif tried("say", whose, at) >= SAID_AN_HOUR:
        problem = _("从这里送来的太多了，请一小时后再送，或者打电话、到窗口说。您写的字还在下面。")
    elif not anyway and of_the_vault(words, at):
        problem, anyway = where_instead(), True
    else:
        try:
            once = request.POST.get("once", "")[:32] or secrets.token_urlsafe(12)
            ask_reopen(case, intake=row.pk, words=words, once=once, at=at)
        except NotAsked as no:
            problem = str(no)
        else:
            count_try("say", whose, at)
            return redirect(f"{back}?all=1#reopen")
    found = progress_for(row, at)
    context = {
        "p": found,
        "path": back,
        "problem": problem,
        "words": words,
        "anyway": anyway,
        "elder": scale_of(request) == "elder",
    }
    return render(request, "portal/progress.html", context, status=422)


urls = routes("reopen", _ask)
