"""The person answers by their code: with words, files and the second thing once more. What is said here stands in the
record as theirs, so whoever holds the link alone, or sits down at an open page, does not speak for them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.cases import questions
from jiefen.cases.questions import QuestionRefused
from jiefen.desk.bycode import routes
from jiefen.desk.context import scale_of
from jiefen.desk.follow import case_of, party_of, progress_for
from jiefen.desk.limits import SAID_AN_HOUR, address_mark, count_try, tried
from jiefen.desk.privacy.resident import TriedTooOften, proof_if_left
from jiefen.desk.questions.views import uploads
from jiefen.desk.shut_words import of_the_vault, where_instead
from jiefen.files.actions import BadFile
from jiefen.intake.models import Intake
from jiefen.privacy.requests import NotProved


def _answer(request: HttpRequest, row: Intake, back: str) -> HttpResponse:
    at, whose, problem, status = request.at, address_mark(request), "", 422  # type: ignore[attr-defined]
    words, seq = request.POST.get("words", "")[:6000], request.POST.get("question", "")
    anyway = request.POST.get("anyway") == "1"
    case = case_of(row)
    party = party_of(row, case)
    if case is None or party is None or not seq.isdecimal() or len(seq) > 5:
        problem = _("没有问您这件事，请核对。")
    elif tried("say", whose, at) >= SAID_AN_HOUR:
        problem = _("从这里送来的太多了，请一小时后再送，或者打电话、到窗口说。您写的字还在下面。")
    elif request.POST.get("anyway") != "1" and of_the_vault(words, at):
        problem, anyway = where_instead(), True
    else:
        try:
            proof_if_left(request, row)
            questions.answer(
                case, int(seq), words=words, way="code", by=None, at=at, for_party=party.key, files=uploads(request)
            )
        except TriedTooOften as no:
            problem, status = str(no), 429
        except NotProved as no:
            problem = f"{no}{_('您写的字还在，文件请重新选一次。')}"
        except (QuestionRefused, BadFile) as no:
            problem = str(no)
        else:
            count_try("say", whose, at)
            return redirect(f"{back}#asked")
    found = progress_for(row, at)
    elder = scale_of(request) == "elder"
    open_ones = {str(one.seq): one.seq for one in found.wanted if one.waits}
    said: dict[str, Any] = {"q_problem": problem, "q_words": words, "q_seq": open_ones.get(seq, 0), "q_anyway": anyway}
    return render(request, "portal/progress.html", {"p": found, "path": back, "elder": elder, **said}, status=status)


urls = routes("answer", _answer)
