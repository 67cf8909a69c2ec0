"""The resident's pages: three doors, saying a thing, its receipt, and following it by code. Nobody signs in here."""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jiefen.analytics.definitions import catalogue
from jiefen.analytics.indicators import source_said
from jiefen.analytics.monthly import last_month, of_last_month
from jiefen.desk.context import SCALE_COOKIE, SCALES, scale_of
from jiefen.desk.door import public
from jiefen.desk.follow import intake_by_short_code, intake_by_token, progress_for, subject_of
from jiefen.desk.language import YEAR, switch
from jiefen.desk.limits import (
    WRONG_AN_HOUR,
    address_mark,
    code_mark,
    count_sent,
    count_try,
    may_try,
    sent_too_many,
    tried,
    was_right,
    was_wrong,
)
from jiefen.desk.portal_forms import FollowForm, SayForm
from jiefen.desk.receipts import follow_address, qr_svg
from jiefen.files.actions import BadFile, check, store
from jiefen.intake.actions import OtherContent, Receipt, new_once_key
from jiefen.intake.drafts import BadDraft, IntakeDraft
from jiefen.intake.models import Intake
from jiefen.kernel.ids import ALPHABET, SHORT_LENGTH, TOKEN_LENGTH
from jiefen.kernel.scope import set_scope
from jiefen.kernel.seal import Key, Sealed, open_row
from jiefen.people.actor import RECEIPT, door
from jiefen.places.models import Area
from jiefen.triage import setup
from jiefen.triage.actions import take_in

OPEN_MINUTES = 30
"""How long a matter opened by a short code stays open in this browser."""

View = Callable[..., HttpResponse]


def resident(view: View) -> View:
    """A resident's page: open to all, remembers the size of the letters, never kept by a machine in between."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        asked = request.GET.get("scale", "")
        if asked in SCALES:
            response.set_cookie(
                SCALE_COOKIE, asked, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
            )
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return public(page)


# ---------- the doors ----------


@require_safe
@resident
def home(request: HttpRequest) -> HttpResponse:
    """Three doors. Whoever is signed in goes on to their desk."""
    if getattr(request, "actor", None):
        return redirect("/desk/")
    return render(request, "portal/home.html", {"figures": of_last_month(request.at)})  # type: ignore[attr-defined]


@require_safe
@resident
def figures(request: HttpRequest) -> HttpResponse:
    """How the figures of the first page are counted: both counts, what is left out, where the definition was read."""
    held, at = catalogue(), request.at  # type: ignore[attr-defined]
    shown = [(one, held.excluded(one.indicator), source_said(one.indicator)) for one in of_last_month(at)]
    return render(request, "portal/figures.html", {"shown": shown, "month": last_month(at)})


@require_safe
@resident
def privacy(request: HttpRequest) -> HttpResponse:
    """What is done with what somebody writes, and what they may ask for."""
    return render(request, "portal/privacy.html")


@require_safe
@resident
def ways(request: HttpRequest) -> HttpResponse:
    """Which road fits: in plain words, without a number that a law could change."""
    return render(request, "portal/ways.html")


# ---------- saying ----------


@require_http_methods(["GET", "HEAD", "POST"])
@resident
def say(request: HttpRequest) -> HttpResponse:
    """Write a matter down. Sent twice, it is one intake and one receipt."""
    at = request.at  # type: ignore[attr-defined]
    if request.method != "POST":
        form = SayForm(initial={"once": new_once_key(), "identity": "named"})
        return render(request, "portal/say.html", {"form": form})
    form = SayForm(request.POST, request.FILES)
    whose = address_mark(request)
    if sent_too_many(whose, at):
        form.is_valid()
        form.add_error(None, _("从这里送来的太多了，请一小时后再送，或者打电话、到窗口说。您写的字还在下面。"))
        return render(request, "portal/say.html", {"form": form}, status=429)
    files = _files(form) if form.is_valid() else []
    if form.is_valid():
        try:
            receipt = _take_in(form, files, at)
        except BadDraft as bad:
            for name, sentence in bad.problems.items():
                form.add_error(name if name in form.fields else None, sentence)
        except OtherContent as other:
            form.data = request.POST.copy()
            form.data["once"] = new_once_key()  # type: ignore[index]
            before = _("您刚才已经送过一次，登记为%(number)s，这次的内容不同。") % {"number": other.number}
            form.add_error(None, before + _("若是另一件事，请再按一次送出；若是补充那一件，请到窗口或打电话。"))
        else:
            count_sent(whose, at)
            return redirect(f"/follow/{receipt.token}/receipt/")
    return render(request, "portal/say.html", {"form": form}, status=422)


def _files(form: SayForm) -> list[tuple[str, bytes]]:
    """The files as they are, each checked; what cannot be kept is said beside the field."""
    kept = []
    for upload in form.cleaned_data["attachments"]:
        data = upload.read()
        try:
            check(data, upload.name)
        except BadFile as bad:
            form.add_error("attachments", f"{upload.name}：{bad}")
            return []
        kept.append((upload.name, data))
    return kept


def _take_in(form: SayForm, files: list[tuple[str, bytes]], at: datetime) -> Receipt:
    said = form.cleaned_data
    anonymous = said["identity"] == "anonymous"
    draft = IntakeDraft(
        channel="web", once_key=said["once"] or new_once_key(), text=said["text"], identity=said["identity"],
        name="" if anonymous else said["name"].strip(), phone="" if anonymous else said["phone"],
        second_word=said["second_word"].strip(), area_code=form.area_code, people=said["people"],
        happened_on=said["happened_on"].isoformat() if said["happened_on"] else "", files=files,
    )  # fmt: skip

    def keep(row: Intake, key: Key) -> None:
        for name, data in files:
            store(data, name, holder=f"intake:{row.pk}", key_id=key.id, given_by="resident", at=at)

    return take_in(draft, home=_home(form.area_code, at), by=None, at=at, keep=keep if files else None)


def _home(code: str, at: datetime) -> Area:
    """Where a matter is taken in when nobody sits there: the place that was named, else the county."""
    found = Area.objects.filter(code=code).first() if code else None
    return found or setup.county_of(at)


# ---------- the code ----------


def read_typed(text: str) -> tuple[str, str]:
    """What somebody typed as a code: («long», token), («short», code as printed), or («», «»).

    Dashes, blanks and letter case do not matter; I and L are read as 1 and O as 0, except in the office's own letters.
    """
    plain = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    digits = str.maketrans({"O": "0", "I": "1", "L": "1"})
    if len(plain) == TOKEN_LENGTH:
        return "long", plain.translate(digits)
    letters, tail = plain[:-SHORT_LENGTH], plain[-SHORT_LENGTH:].translate(digits)
    if 1 <= len(letters) <= 4 and letters.isalpha() and len(tail) == SHORT_LENGTH and set(tail) <= set(ALPHABET):
        return "short", f"{letters}-{tail[:4]}-{tail[4:]}"
    return "", ""


def _second_of(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


@require_http_methods(["GET", "HEAD", "POST"])
@resident
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for a code. A wrong code and a wrong second thing get the same words."""
    if request.method != "POST":
        form = FollowForm(initial={"code": request.GET.get("code", "")[:60]})
        return render(request, "portal/follow.html", {"form": form})
    at, whose = request.at, address_mark(request)  # type: ignore[attr-defined]
    form = FollowForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/follow.html", {"form": form}, status=422)
    kind, code = read_typed(form.cleaned_data["code"])
    mark = code_mark(code) if kind == "short" else ""
    if stopped := may_try(mark, whose, at):
        return _too_often(request, form, stopped)
    with transaction.atomic():
        if kind == "long" and intake_by_token(code):
            was_right(mark, whose, at)
            return redirect(f"/follow/{code}/")
        row = intake_by_short_code(code, _second_of(form.cleaned_data["second"])) if kind == "short" else None
    if row:
        was_right(mark, whose, at)
        until = int(at.timestamp()) + OPEN_MINUTES * 60
        request.session["following"] = [row.pk, until]
        return redirect("/follow/open/")
    if mark:
        was_wrong(at)
    return _unknown(request, form)


def _unknown(request: HttpRequest, form: FollowForm | None = None) -> HttpResponse:
    form = form or FollowForm({"code": "-"})
    form.is_valid()
    form.add_error(None, _("没有查到。请核对受理码，短码还要手机后四位或您定的口令。写错和不存在，我们都这样答。"))
    return _unlogged(render(request, "portal/follow.html", {"form": form, "blank": True}, status=404))


def _too_often(request: HttpRequest, form: FollowForm | None = None, until: str = "hour") -> HttpResponse:
    form = form or FollowForm({"code": "-"})
    form.is_valid()
    if until == "day":
        form.add_error(
            None,
            _(
                "这个短码今天写错的次数太多，今天不能再用它查。受理单上的二维码、长码照样能用，也可以打电话、到窗口查。这是为了不让别人猜出您的口令。"
            ),
        )
    else:
        form.add_error(None, _("试得太多了，请一小时后再试，或者打电话、到窗口查。这是为了不让别人猜出您的码。"))
    return _unlogged(render(request, "portal/follow.html", {"form": form, "blank": True}, status=429))


def _unlogged(response: HttpResponse) -> HttpResponse:
    """Keeps the address out of the log: a wrong code is often a right one with one sign changed."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def token_page(view: Callable[[HttpRequest, Intake, str], HttpResponse]) -> View:
    """A page behind the long code of a link or QR, in a transaction that sees this receipt and nothing more.

    Guessing is counted per address.
    """

    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        at, whose = request.at, address_mark(request)  # type: ignore[attr-defined]
        if tried("follow", whose, at) >= WRONG_AN_HOUR:
            return _too_often(request)
        kind, code = read_typed(token)
        if kind == "long":
            with transaction.atomic():
                row = intake_by_token(code)
                if row is not None:
                    try:
                        return view(request, row, code)
                    except Sealed:
                        return _gone(request)
        count_try("follow", whose, at)
        return _unknown(request)

    return page


@require_safe
@resident
@token_page
def receipt(request: HttpRequest, row: Intake, token: str) -> HttpResponse:
    """The receipt on one page, for the screen and for paper."""
    key = open_row(row.key)
    context = {
        "intake": row, "token": "-".join((token[:4], token[4:8], token[8:])),
        "subject": subject_of(row, key),
        "address": follow_address(request, token), "qr": qr_svg(follow_address(request, token)),
        "has_second": row.second_mark is not None, "path": f"/follow/{token}/",
    }  # fmt: skip
    return render(request, "portal/receipt.html", context)


@require_safe
@resident
@token_page
def progress(request: HttpRequest, row: Intake, token: str) -> HttpResponse:
    """Where the matter is, by the long code."""
    return _progress(request, row)


@require_safe
@resident
def progress_open(request: HttpRequest) -> HttpResponse:
    """The same for whoever came by the short code and the second thing, for half an hour in this browser."""
    with transaction.atomic():
        row = opened_by_short_code(request)
        if row is None:
            return redirect("/follow/")
        try:
            return _progress(request, row)
        except Sealed:
            return _gone(request)


def opened_by_short_code(request: HttpRequest) -> Intake | None:
    """The intake that this browser opened by the short code and the second thing, while that lasts. Call inside a
    transaction; its scope becomes this receipt's."""
    pk, until = request.session.get("following", (0, 0))
    if not pk or until < request.at.timestamp():  # type: ignore[attr-defined]
        return None
    set_scope("resident", [door(RECEIPT, pk)])
    return Intake.objects.select_related("key", "centre", "area").filter(pk=pk).first()


def _progress(request: HttpRequest, row: Intake) -> HttpResponse:
    """The page of one receipt; the elder's says less unless all is asked for."""
    found = progress_for(row, request.at)  # type: ignore[attr-defined]
    whole = request.GET.get("all") == "1" or scale_of(request) != "elder"
    template = "portal/progress.html" if whole else "portal/progress_elder.html"
    return render(request, template, {"p": found, "path": request.path})


def _gone(request: HttpRequest) -> HttpResponse:
    """The time for keeping it is over and its content destroyed; the receipt is still true."""
    return render(request, "portal/gone.html", status=410)


urls = [
    path("language/", switch, name="language"),
    path("say/", say, name="say"),
    path("ways/", ways, name="ways"),
    path("figures/", figures, name="figures"),
    path("privacy/", privacy, name="privacy"),
    path("follow/", follow, name="follow"),
    path("follow/open/", progress_open, name="progress_open"),
    path("follow/<str:token>/", progress, name="progress"),
    path("follow/<str:token>/receipt/", receipt, name="receipt"),
]
