"""The two doors of whatever a person does by code: the long code of a link, and the short code with a second thing."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import quote

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from jiefen.desk.follow import case_of
from jiefen.desk.portal import opened_by_short_code, resident, token_page
from jiefen.desk.vault.office import lies_there
from jiefen.intake.models import Intake

PART = {"answer": "asked"}
"""Where an act is asked for on the person's own page, where that part is called otherwise."""
Act = Callable[[HttpRequest, Intake, str], HttpResponse]
"""Given the request, the intake that the code opened, and the address of the person's own page to go back to."""


def routes(name: str, act: Act) -> list[URLPattern]:
    """The addresses of one act: `follow/open/<name>/` and `follow/<code>/<name>/`. Opened by hand, or after signing off
    and back, they lead to the part of the person's own page that asks for it. In what lies with the keeper nothing is done
    by code: the page says whom to call."""

    def done(request: HttpRequest, row: Intake, back: str) -> HttpResponse:
        return redirect(back) if lies_there(row, case_of(row)) else act(request, row, back)

    def asked_for(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def page(request: HttpRequest, token: str = "open") -> HttpResponse:
            if request.method != "POST":
                return redirect(f"/follow/{quote(token, safe='')}/?all=1#{PART.get(name, name)}")
            return view(request) if token == "open" else view(request, token)

        return page

    @wraps(act)
    def by_token(request: HttpRequest, row: Intake, token: str) -> HttpResponse:
        return done(request, row, f"/follow/{token}/")

    @wraps(act)
    def by_short_code(request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            row = opened_by_short_code(request)
            return done(request, row, "/follow/open/") if row else redirect("/follow/")

    return [
        path(f"follow/open/{name}/", resident(asked_for(by_short_code)), name=f"{name}_open"),
        path(f"follow/<str:token>/{name}/", resident(asked_for(token_page(by_token))), name=name),
    ]
