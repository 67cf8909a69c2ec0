"""What is said when something does not open. Each page says why, what is kept, and where to go on.

There is one 404 for «wrong» and «not yours»: it is made without the request, so no path, name, token or nonce can tell
them apart.
"""

import secrets
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from jiefen.desk.language import html_lang
from jiefen.kernel.clock import local, now


def _bare() -> dict[str, Any]:
    language = translation.get_language() or settings.LANGUAGE_CODE
    other = ("zh-hans", "中文") if language == "en" else ("en", "English")
    return {"lang": language, "html_lang": html_lang(language), "other_language": other}


@cache
def _nothing(language: str) -> str:
    """The words of the 404, once for each language: nothing of who asks or what was asked is in them."""
    return render_to_string("errors/404.html", _bare())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same bytes for everything and everybody."""
    response = HttpResponse(_nothing(_bare()["lang"]), status=404)
    patch_vary_headers(response, ("Cookie",))
    return response


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: what was asked is against a rule. The exception may carry `says`, `rule`, `basis`, `kept` and `back`."""
    says = getattr(exception, "says", "") or (str(exception) if exception else "")
    return refusal(
        request,
        says=says or _("您现在的任职不包括这一步。"),
        rule=getattr(exception, "rule", "") or _("职责范围"),
        basis=getattr(exception, "basis", ""),
        kept=getattr(exception, "kept", ""),
        back=getattr(exception, "back", ""),
    )


def refusal(
    request: HttpRequest, *, says: str, rule: str, basis: str = "", kept: str = "", back: str = "", title: str = "",
    status: int = 403,
) -> HttpResponse:  # fmt: skip
    """The page of a refused step: which rule, what is kept, where to go on. `back`: the page to return to."""
    at = now()
    number = f"R-{local(at):%Y%m%d}-{secrets.token_hex(3).upper()}"
    context: dict[str, Any] = {"says": says, "rule": rule, "basis": basis, "kept": kept, "back": back, "heading": title}
    context |= {"number": number, "at": at}
    return render(request, "errors/403.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what was sent cannot be read."""
    return render(request, "errors/400.html", status=400)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token: it lay open too long, or came from another site. Nothing was changed."""
    return render(request, "errors/stale.html", status=403)


_BROKEN = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>出了故障 · 解纷</title><style>
body{font:1.0625rem/1.75 sans-serif;max-width:38rem;margin:12vh auto;padding:0 1.25rem}
h1{font-size:1.5rem}</style></head><body><p>500</p><h1>我们这边出了故障</h1>
<p>您刚才做的没有保存，已经保存的都在。请过一会儿再试；急事请到窗口或者打电话。</p>
<p>若一直这样，请把这个时间告诉管理员：<b>{time}</b></p><hr>
<p lang="en">Something broke on our side. What you just did was not saved; everything saved before is safe. Please
try again in a while, or come to the counter. If it keeps happening, tell the administrator the time above.</p>
<p><a href="/">解纷</a></p></body></html>
"""


def broken(request: HttpRequest) -> HttpResponse:
    """500, made of nothing that could be broken too: no template, no database, no context."""
    return HttpResponse(_BROKEN.replace("{time}", f"{local(now()):%Y-%m-%d %H:%M:%S}"), status=500)
