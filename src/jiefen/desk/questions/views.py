"""The office asks, writes down what was said at the window or on the phone, and takes a question back."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.cases import questions
from jiefen.cases.access import case_for, note_reading, roles_on
from jiefen.cases.models import Case, Question
from jiefen.cases.questions import QuestionRefused
from jiefen.desk.door import staff
from jiefen.desk.questions.panel import names_of
from jiefen.files.actions import BadFile
from jiefen.intake.actions import new_once_key
from jiefen.kernel.seal import open_row
from jiefen.procedures.catalogue import settings_in_force

MOST_LETTERS = 6000


def uploads(request: HttpRequest) -> list[tuple[str, bytes]]:
    """The files that came with a form."""
    return [(one.name or "", one.read()) for one in request.FILES.getlist("attachments")]


@staff
def ask_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask somebody for more: what, by which day, and what happens without."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if not questions.ASKERS & set(roles_on(actor, case)):
        raise Http404
    key = open_row(case.key)
    said = {n: request.POST.get(n, "")[:MOST_LETTERS] for n in ("of", "sort", "text", "due_on", "without", "once")}
    problem, rule = "", ""
    if request.method == "POST":
        try:
            questions.ask(
                case, of=said["of"], sort=said["sort"], text=said["text"], due_on=_day(said["due_on"]),
                without=said["without"], by=actor, at=at, once_key=said["once"][:40] or new_once_key(),
            )  # fmt: skip
            return redirect(f"/cases/{slug}/#questions")
        except QuestionRefused as no:
            problem, rule = str(no), no.rule
    table = questions.table()
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="请当事人补充", at=at)
    return render(
        request, "desk/questions/ask.html",
        {"case": case, "title": key.open(case.title, field="case.title"), "names": names_of(case, key), "said": said,
         "problem": problem, "sorts": table["sorts"], "withouts": table["without"], "clock": table["clock"],
         "least": settings_in_force(at)[questions.LEAST_DAYS], "once": new_once_key() if rule == "once" else said["once"] or new_once_key()},
        status=422 if problem else 200,
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as bad:
        raise QuestionRefused("date", _("日期写得不对，请按年-月-日填。")) from bad


@staff
def answer_page(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """Write down what somebody said in answer, or take the question back."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    roles = set(roles_on(actor, case))
    row = Question.objects.filter(case=case, seq=seq).first()
    if row is None or not (questions.ASKERS | questions.WRITE_DOWN) & roles:
        raise Http404
    key = open_row(case.key)
    said = {n: request.POST.get(n, "")[:MOST_LETTERS] for n in ("words", "way", "said_by", "reason")}
    problem = ""
    if request.method == "POST":
        try:
            _act(request, case, seq, said)
            return redirect(f"/cases/{slug}/#questions")
        except (QuestionRefused, BadFile) as no:
            problem = str(no)
    one = next(w for w in questions.read_all(case, key) if w.row.pk == row.pk)
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="请当事人补充", at=at)
    return render(
        request, "desk/questions/answer.html",
        {"case": case, "asked": one, "who": names_of(case, key).get(row.of, ""), "said": said, "problem": problem,
         "ways": [(v, label) for v, label in Question.Way.choices if v != Question.Way.CODE],
         "may_write": bool(questions.WRITE_DOWN & roles), "may_take_back": bool(questions.ASKERS & roles),
         "waits": row.answered_at is None and row.withdrawn_at is None and case.is_open},
        status=422 if problem else 200,
    )  # fmt: skip


def _act(request: HttpRequest, case: Case, seq: int, said: dict[str, str]) -> None:
    actor: Any = request.actor  # type: ignore[attr-defined]
    at = request.at  # type: ignore[attr-defined]
    if request.POST.get("action") == "withdraw":
        questions.take_back(case, seq, by=actor, at=at, reason=said["reason"])
        return
    questions.answer(
        case,
        seq,
        words=said["words"],
        way=said["way"],
        by=actor,
        at=at,
        said_by=said["said_by"],
        files=uploads(request),
    )
