"""How often somebody may be wrong at the sign-in, from many addresses or few, without anybody being shut out by another.

Six wrong passwords lock a name at one address (django-axes). Beside that, counted an hour at a time and before it is weighed:

- wrong ones for a name, over all addresses, and wrong ones from an address, over all names: beyond that a browser in which this
  person never signed in has to wait;
- in a browser in which they did, its own wrong ones alone: so whoever tries many passwords for somebody's name shuts out
  themselves, not that person;
- wrong codes of the second factor, and wrong passwords where it is asked for again, for each person.

What is counted does not depend on whether there is such a name.
"""

import secrets
import unicodedata
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from allauth.account.internal.stagekit import get_pending_stage
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jiefen.desk.limits import address_mark, give_back, spend
from jiefen.kernel.seal import blind

WRONG_A_NAME = 30
"""Wrong passwords for one name in an hour, from wherever, in browsers that do not know it."""
WRONG_AN_ADDRESS = 60
"""Wrong passwords from one address in an hour, for whatever names: a whole town hall may have one address."""
WRONG_A_BROWSER = 12
"""Wrong passwords in an hour in a browser in which this person signed in before."""
WRONG_A_PERSON = 10
"""Wrong codes of the second factor, or passwords asked for again, of one person in an hour."""
WRONG_A_CHANGE = 30
"""The same where a new password is chosen: most of what is wrong there is a new one that is too weak."""
REMEMBERED = 180 * 86_400
"""Seconds for which a browser remembers that somebody signed in there."""
LONGEST = 150

View = Callable[..., HttpResponse]
Try = tuple[str, str, int]
"""What is counted, whose, and how many may be wrong."""


def folded(name: str) -> str:
    """A name as the database compares it: whatever finds the same account is one name. Cut where no account's goes on."""
    return unicodedata.normalize("NFKC", name).strip().upper().lower()[:LONGEST]


def name_typed(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Whom somebody wants to sign in as, for the lock of a name at an address."""
    said = (credentials or {}).get("username") or request.POST.get("login") or ""
    return folded(str(said))


def _mark(name: str) -> str:
    return blind("signin", folded(name)).hex()[:16]


def known_as(request: HttpRequest, name: str) -> str:
    """The number of this browser, if somebody of this name signed in here before; else empty."""
    mark = _mark(name)
    try:
        said, _dot, serial = signing.loads(
            request.COOKIES.get(f"known-{mark[:8]}", ""), salt="known", max_age=REMEMBERED
        ).partition(".")
    except (signing.BadSignature, AttributeError):
        return ""
    return serial if said == mark else ""


def is_known(request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
    """Whether the lock of a name at an address leaves this browser alone; it has a number of its own."""
    return bool(known_as(request, name_typed(request, credentials)))


def remember(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """Let this browser know that somebody of this name signed in."""
    if known_as(request, name):
        return
    mark = _mark(name)
    response.set_cookie(
        f"known-{mark[:8]}", signing.dumps(f"{mark}.{secrets.token_hex(8)}", salt="known"), max_age=REMEMBERED,
        path="/signin/", httponly=True, samesite="Strict", secure=request.is_secure(),
    )  # fmt: skip


def at_the_door(view: View) -> View:
    """The page of name and password."""

    def whose(request: HttpRequest) -> Sequence[Try]:
        name = request.POST.get("login", "")
        if serial := known_as(request, name):
            return [("knock-known", serial, WRONG_A_BROWSER)]
        return [("knock-name", _mark(name), WRONG_A_NAME), ("knock-from", address_mark(request), WRONG_AN_ADDRESS)]

    return _counted(view, whose)


def by_person(view: View, most: int = WRONG_A_PERSON) -> View:
    """A page that asks somebody for one thing more: the code of the second factor, or the password once more."""

    def whose(request: HttpRequest) -> Sequence[Try]:
        if request.user.is_authenticated:
            return [("knock-again", str(request.user.pk), most)]
        stage = get_pending_stage(request)
        person = getattr(getattr(stage, "login", None), "user", None)
        return [("knock-second", str(person.pk), most)] if person else []

    return _counted(view, whose)


def _counted(view: View, whose: Callable[[HttpRequest], Sequence[Try]]) -> View:
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        at = request.at  # type: ignore[attr-defined]
        tries = whose(request)
        if not all([spend(what, mark, at, most) for what, mark, most in tries]):
            return render(request, "desk/locked.html", {"hour": True}, status=429)
        response = view(request, *args, **kwargs)
        if response.status_code == 302:  # let in, or on to the second factor: it was right
            for what, mark, _most in tries:
                give_back(what, mark, at)
            if request.user.is_authenticated:
                remember(request, response, request.user.get_username())
        return response

    return page
