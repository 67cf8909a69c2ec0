"""The person's own pages about their information, by code: who read it, what they may ask, and the answers."""

import secrets
from collections.abc import Callable
from functools import wraps
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiefen.desk.follow import case_of
from jiefen.desk.limits import (
    SAID_AN_HOUR,
    WRONG_A_CODE,
    WRONG_A_DAY,
    WRONG_AN_HOUR,
    address_mark,
    count_try,
    give_back,
    spend,
    tried,
)
from jiefen.desk.portal import opened_by_short_code, resident, token_page
from jiefen.desk.privacy.copy import bundle
from jiefen.desk.privacy.told import told_of
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local_day
from jiefen.kernel.models import Reading
from jiefen.kernel.seal import Sealed, blind
from jiefen.privacy import shipped
from jiefen.privacy.models import PersonalRequest
from jiefen.privacy.readings import why_of
from jiefen.privacy.requests import Asking, NotProved, NotTaken, ask, of_receipt, prove

PAGE = 40
View = Callable[[HttpRequest, Intake, str], HttpResponse]


def receipt_page(view: View) -> Callable[..., HttpResponse]:
    """A page of one receipt, by the long code or, as `open`, in the browser that came by the short one. The view gets the
    receipt, in a transaction that sees it and nothing more, and the address of its progress page."""
    by_code = token_page(lambda request, row, code: view(request, row, f"/follow/{code}/"))

    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        if token != "open":
            return by_code(request, token)
        with transaction.atomic():
            row = opened_by_short_code(request)
            if row is None:
                return redirect("/follow/")
            try:
                return view(request, row, "/follow/open/")
            except Sealed:
                return render(request, "portal/gone.html", status=410)

    return resident(page)


# ---------- who read it ----------


def readings_of(row: Intake) -> Any:
    """Every reading of the intake and of the case it became, within the receipt's scope."""
    case = case_of(row)
    which = Q(subject=f"intake:{row.pk}")
    if case is not None:
        which |= Q(subject=f"case:{case.pk}")
    return Reading.objects.filter(which)


@require_safe
@receipt_page
def readings(request: HttpRequest, row: Intake, back: str) -> HttpResponse:
    """Every reading, by day, the newest first."""
    return _readings(request, row, back)


def _readings(request: HttpRequest, row: Intake, back: str, **more: Any) -> HttpResponse:
    rows = readings_of(row)
    total = rows.count()
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    whys = why_of(shown)
    asked = {r.row.reading_id: r for r in of_receipt(row, request.at) if r.row.kind == "reading"}  # type: ignore[attr-defined]
    days = [
        (day, [(one, asked.get(one.pk), whys.get(one.pk, "")) for one in many])
        for day, many in groupby(shown, key=lambda r: local_day(r.at))
    ]
    context = {
        "intake": row, "days": days, "total": total, "back": back, "after": shown[-1].pk if len(found) > PAGE else "",
        "once": secrets.token_urlsafe(12), "clock": shipped.answerings()["reading"], "has_second": row.second_mark is not None,
    }  # fmt: skip
    return render(request, "portal/readings.html", context | more, status=422 if more.get("problem") else 200)


@require_POST
@receipt_page
def object_to(request: HttpRequest, row: Intake, back: str) -> HttpResponse:
    """«This reading should not have been»: told to the supervisor, answered by a day."""
    wanted = request.POST.get("reading", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 19 else None
    problem = _asked(request, row, kind="reading", reading=number)
    if problem:
        said = {"problem": problem, "open_at": number, "words": request.POST.get("words", "")[:2000]}
        return _readings(request, row, back, **said)
    return redirect(f"{back}readings/")


# ---------- what they may ask ----------


@require_safe
@receipt_page
def mine(request: HttpRequest, row: Intake, back: str) -> HttpResponse:
    """What is kept, why, how long, who sees it, whom to ask; what was asked and answered; the forms."""
    return _mine(request, row, back)


def _mine(request: HttpRequest, row: Intake, back: str, **more: Any) -> HttpResponse:
    case = case_of(row)
    context = {
        "intake": row, "back": back, "told": told_of(row, case), "asked": of_receipt(row, request.at),  # type: ignore[attr-defined]
        "parts": PersonalRequest.Part.choices, "clocks": shipped.answerings(), "once": secrets.token_urlsafe(12),
        "has_second": row.second_mark is not None,
    }  # fmt: skip
    return render(request, "portal/mine.html", context | more, status=422 if more.get("problem") else 200)


@require_http_methods(["POST"])
@receipt_page
def request_it(request: HttpRequest, row: Intake, back: str) -> HttpResponse:
    """Ask for a correction or for deletion."""
    kind = request.POST.get("kind", "")
    if kind not in ("correction", "deletion"):
        return _mine(request, row, back, problem=_("请选择要办哪一样。"))
    part = request.POST.get("part", "") if kind == "correction" else ""
    wanted = request.POST.get("wanted", "")[:4000] if kind == "correction" else ""
    problem = _asked(request, row, kind=kind, part=part, wanted=wanted)
    if problem:
        said = {"kind": kind, "part": part, "wanted": wanted, "words": request.POST.get("words", "")[:4000]}
        return _mine(request, row, back, problem=problem, said=said)
    return redirect(f"{back}mine/")


@require_POST
@receipt_page
def copy(request: HttpRequest, row: Intake, back: str) -> HttpResponse:
    """Everything they said and were told, in one archive, at once. The request and its answer are one row."""
    try:
        fresh_proof(request, row)
    except NotTaken as no:
        return _mine(request, row, back, problem=str(no))
    from jiefen.privacy.copies import taken_by_code

    taken_by_code(row, at=request.at)  # type: ignore[attr-defined]
    data = bundle(row, at=request.at, by_code=True)  # type: ignore[attr-defined]
    response = HttpResponse(data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{row.short_code}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


def _asked(request: HttpRequest, row: Intake, **asking: Any) -> str:
    """Take the request; a sentence when it cannot be taken."""
    at, whose = request.at, address_mark(request)  # type: ignore[attr-defined]
    if tried("say", whose, at) >= SAID_AN_HOUR:
        return _("从这里送来的太多了，请一小时后再送，或者打电话、到窗口说。您写的字还在下面。")
    once, words = request.POST.get("once", "")[:32], request.POST.get("words", "")[:4000]
    try:
        fresh = fresh_proof(request, row)
        ask(row, Asking(once=once or secrets.token_urlsafe(12), words=words, **asking), fresh=fresh, at=at)
    except NotTaken as no:
        return str(no)
    count_try("say", whose, at)
    return ""


class TriedTooOften(NotProved):
    """Too many wrong second things, for this receipt or from this address."""


def fresh_proof(request: HttpRequest, row: Intake) -> str:
    """The second thing as typed now. Wrong ones are counted for each receipt, whatever is done by its code, and for each
    address across receipts. Raises NotProved."""
    at, whose = request.at, address_mark(request)  # type: ignore[attr-defined]
    fresh, mark = request.POST.get("second", "")[:60], blind("proof", str(row.pk)).hex()[:16]
    if not (spend("proof", whose, at, WRONG_AN_HOUR) and spend("proof", mark, at, WRONG_A_CODE)):
        raise TriedTooOften(_("试得太多了，请一小时后再试，或者打电话、带受理单到窗口办。"))
    if not spend("proof-day", mark, at, WRONG_A_DAY, day=True):
        raise TriedTooOften(_("今天试错的次数太多，今天不能再在网上办这一项，请打电话、带受理单到窗口办。"))
    prove(row, fresh)  # a wrong one stays counted
    for what, one, day in (("proof", whose, False), ("proof", mark, False), ("proof-day", mark, True)):
        give_back(what, one, at, day=day)
    return fresh


def proof_if_left(request: HttpRequest, row: Intake) -> None:
    """The same, for what anybody with the receipt may say: where no second thing was left, the link is all there is."""
    if row.second_mark is not None:
        fresh_proof(request, row)


urls = [
    path("follow/<str:token>/readings/", readings, name="readings"),
    path("follow/<str:token>/readings/object/", object_to, name="readings_object"),
    path("follow/<str:token>/mine/", mine, name="mine"),
    path("follow/<str:token>/mine/ask/", request_it, name="mine_ask"),
    path("follow/<str:token>/mine/copy/", copy, name="mine_copy"),
]
