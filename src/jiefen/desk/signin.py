"""Signing in: staff only, by name and password and a second factor. Nobody signs up, nobody is written an e-mail.

Residents never sign in. The pages are allauth's views in our own clothes, at our own addresses; those of its pages that
we do not offer answer 404.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from allauth.account import views as account
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context as current
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from jiefen.desk.knocking import WRONG_A_CHANGE, at_the_door, by_person
from jiefen.people.actor import Actor

MUST_PROVE = frozenset({"administrator", "supervisor"})
"""Roles whose postings reach widest: they need a second factor wherever one is demanded."""

FRESH = 300
"""Seconds for which somebody who has just signed in need not do so again before changing how they sign in."""

_PROVED = "second_factor"

WRONG: str | Promise = _("账号或密码不对。请核对大小写再试。")


class StaffOnlyAdapter(DefaultAccountAdapter):
    """No sign-up, no mail; our own words for what went wrong."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "too_many_login_attempts": _("试得太密了，请过一会儿再试。"),
        "account_inactive": WRONG,
        "incorrect_password": _("密码不对，请再输一次。"),
        "enter_current_password": _("请输入现在的密码。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nobody is written to."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nobody is written to."""

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return "/signin/"

    def set_password(self, user: Any, password: str) -> None:
        """A password somebody chose themselves need not be changed again."""
        user.must_change_password = False
        super().set_password(user, password)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether to ask once more who it is: not within five minutes of having shown it at the sign-in."""
        request = current.request
        rows = get_authentication_records(request, request.user) if request else []
        fresh = any(time.time() - row.get("at", 0) < FRESH for row in rows)
        return not fresh and super().is_reauthentication_required(app=app, **kwargs)

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """The package's praise for each click is left out; pages say what is so."""


def second_factor_demanded() -> bool:
    """Whether this site demands a second factor: JIEFEN_REQUIRE_MFA, else everywhere but in a demo."""
    said = getattr(settings, "JIEFEN_REQUIRE_MFA", None)
    if said is not None:
        return bool(said)
    told = os.environ.get("JIEFEN_REQUIRE_MFA", "")
    return told == "1" if told else not (Path(settings.HOME) / "demo.txt").exists()


def second_factor_missing(request: HttpRequest, actor: Actor) -> bool:
    """Whether this person still has to set up or show a second factor before anything else opens.

    Asked at each click by the door; the database is asked once a session.
    """
    if not actor.roles & MUST_PROVE or not second_factor_demanded():
        return False
    if request.session.get(_PROVED) == actor.person_id:
        return False
    by_second = any(row.get("method") == "mfa" for row in get_authentication_records(request, request.user))  # type: ignore[arg-type]
    if by_second or mfa_adapter().is_mfa_enabled(request.user):
        request.session[_PROVED] = actor.person_id
        return False
    return True


def _marked(view: Callable[..., HttpResponse], who: str) -> Callable[..., HttpResponse]:
    """Say for the house test who may open a page of the sign-in package; `self` means whoever is signed in."""

    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if who == "self" and getattr(request, "actor", None) is None:
            from django.shortcuts import redirect

            return redirect(f"/signin/?next={request.path}" if request.method == "GET" else "/signin/")
        response = view(request, *args, **kwargs)
        if hasattr(response, "render") and not response.is_rendered:  # type: ignore[attr-defined]
            response.render()  # type: ignore[attr-defined]
        return response

    def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Rendered in a transaction that sees what this person may: the side of the page counts their work."""
        actor = getattr(request, "actor", None)
        if actor is None:
            return page(request, *args, **kwargs)
        from django.db import transaction

        from jiefen.kernel.scope import set_scope

        with transaction.atomic():
            set_scope("staff", sorted(actor.keys))
            return page(request, *args, **kwargs)

    scoped.guard = (who, frozenset())  # type: ignore[attr-defined]
    scoped.__name__ = getattr(view, "__name__", "page")
    return scoped


def not_offered(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """A page of the sign-in package that this house does not have."""
    raise Http404


not_offered.guard = ("public", frozenset())  # type: ignore[attr-defined]


def _page(where: str, view: Callable[..., HttpResponse], name: str, who: str = "self") -> URLPattern:
    return path(where, _marked(view, who), name=name)


# Names are the package's own, since it looks its pages up by them.
signin_urls: list[URLPattern] = [
    _page("signin/", at_the_door(account.login), "account_login", "public"),
    _page("signout/", require_POST(account.logout), "account_logout", "public"),
    _page("signin/closed/", account.account_inactive, "account_inactive", "public"),
    _page("signin/again/", by_person(account.reauthenticate), "account_reauthenticate"),
    _page("password/", by_person(account.password_change, WRONG_A_CHANGE), "account_change_password"),
    _page("signin/second/", mfa.index, "mfa_index"),
    _page("signin/code/", by_person(mfa.authenticate), "mfa_authenticate", "public"),
    _page("signin/again/code/", by_person(mfa.reauthenticate), "mfa_reauthenticate"),
    _page("signin/second/app/", totp.activate_totp, "mfa_activate_totp"),
    _page("signin/second/app/remove/", totp.deactivate_totp, "mfa_deactivate_totp"),
    _page("signin/second/spare/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    _page("signin/second/spare/new/", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    _page("signin/second/spare/file/", codes.download_recovery_codes, "mfa_download_recovery_codes"),
    _page("signin/second/keys/", keys.list_webauthn, "mfa_list_webauthn"),
    _page("signin/second/keys/add/", keys.add_webauthn, "mfa_add_webauthn"),
    _page("signin/second/keys/<int:pk>/remove/", keys.remove_webauthn, "mfa_remove_webauthn"),
    _page("signin/second/keys/<int:pk>/edit/", keys.edit_webauthn, "mfa_edit_webauthn"),
    _page("signin/again/key/", keys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    _page("signin/key/", keys.login_webauthn, "mfa_login_webauthn", "public"),
    path("signin/none/signup/", not_offered, name="account_signup"),
    path("signin/none/mail/", not_offered, name="account_email"),
    path("signin/none/sent/", not_offered, name="account_email_verification_sent"),
    path("signin/none/reset/", not_offered, name="account_reset_password"),
    path("signin/none/set/", not_offered, name="account_set_password"),
]
