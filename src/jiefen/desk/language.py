"""Which language a page is in, and how words that pure rules say in Chinese are said in it.

Chinese unless somebody pressed the switch: no guess from what a browser asks for, since office machines ask for
anything.
"""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

COOKIE = "lang"
YEAR = 365 * 24 * 3600
LANGUAGES = ("zh-hans", "en")


class LanguageMiddleware:
    """Activates the language of the cookie for one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.COOKIES.get(COOKIE, "")
        language = asked if asked in LANGUAGES else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", html_lang(language))
        patch_vary_headers(response, ("Cookie",))
        return response


# Exempt: it changes nothing but a cookie of taste, so the switch needs no token, not even on the page of a 404.
@csrf_exempt
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """POST /language/: set the language and go back to the page the switch was on."""
    response = HttpResponseRedirect(came_from(request))
    language = request.POST.get("language", "")
    if language in LANGUAGES:
        response.set_cookie(COOKIE, language, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


switch.no_database = True  # type: ignore[attr-defined]
switch.guard = ("public", frozenset())  # type: ignore[attr-defined]


def came_from(request: HttpRequest, otherwise: str = "/") -> str:
    """The page of this site that a form was sent from, as a path; `otherwise` when it is unknown or another site's."""
    page = request.headers.get("Referer", "")
    host = request.get_host()
    if not url_has_allowed_host_and_scheme(page, allowed_hosts={host}, require_https=request.is_secure()):
        return otherwise
    path = page.split(host, 1)[1].split("#")[0]
    return path if path.startswith("/") and not path.startswith("//") else otherwise


def html_lang(language: str) -> str:
    """The code as `<html lang>` wants it."""
    return "zh-Hans" if language.startswith("zh") else language


_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_STOP = re.compile(r"([，；。：（）()·]|、(?=\D))")
_MARKS = {"，": ", ", "；": "; ", "。": ". ", "：": ": ", "（": " (", "）": ")", "、": ", ", "·": " · "}


def template_of(phrase: str) -> tuple[str, list[str]]:
    """A phrase with its figures taken out: «余3个工作日» gives («余{0}个工作日», [«3»])."""
    figures: list[str] = []

    def take(found: re.Match[str]) -> str:
        figures.append(found.group())
        return "{" + str(len(figures) - 1) + "}"

    return _FIGURE.sub(take, phrase.replace("{", "（").replace("}", "）")), figures


def say(words: Any) -> str:
    """What a pure rule said in Chinese, in the language of the page.

    Known as it stands; else with its figures taken out; else clause by clause. What the catalogue does not know stays
    Chinese: the name of a law is better left than guessed.
    """
    text = str(words or "")
    if not text or (translation.get_language() or "zh").startswith("zh"):
        return text
    known = _known(text) or _named(text)
    if known is not None:
        return known
    said = []
    for piece in _STOP.split(text):
        if piece in _MARKS:
            said.append(_MARKS[piece])
        elif piece:
            said.append(_known(piece) or piece)
    return re.sub(r"\s+([,.;:)])", r"\1", "".join(said)).strip()


NAMED = (
    "交给{unit}办。", "转给{unit}研究。", "改由{unit}办。", "定下由{unit}办。", "{unit}收到了您反映的事。",
    "请找{unit}。",
)  # fmt: skip
"""Phrases a pure rule says with an office's name in them; the name stays as it is."""


def _named(phrase: str) -> str | None:
    for pattern in NAMED:
        before, after = pattern.split("{unit}")
        if phrase.startswith(before) and phrase.endswith(after) and len(phrase) > len(before) + len(after):
            said = gettext(pattern)
            name = phrase[len(before) : len(phrase) - len(after)]
            return said.replace("{unit}", name) if said != pattern else None
    return None


def _known(phrase: str) -> str | None:
    plain = gettext(phrase)
    if plain != phrase:
        return plain
    template, figures = template_of(phrase)
    if not figures:
        return None
    found = gettext(template)
    return _ONE.sub(r"1 \1", found.format(*figures)) if found != template else None


_ONE = re.compile(r"\b1 (working day|day|hour|minute|time)s\b")
