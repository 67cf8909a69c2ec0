"""What every page knows: the language, the day, whose desk it is, what waits there, and whom a resident can phone."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from jiefen.desk.language import html_lang
from jiefen.desk.nav import Counts, Group, counts, groups
from jiefen.kernel.clock import local, now

SCALES = ("resident", "elder")
SCALE_COOKIE = "scale"


@dataclass(frozen=True, slots=True)
class County:
    """The place a page belongs to, as it is printed at the top and the foot."""

    name: str = ""
    centre: str = ""
    phone: str = ""
    address: str = ""


_kept: dict[str, tuple[float, County]] = {}


def county() -> County:
    """The county and its centre. Read at most once a minute."""
    import time

    kept = _kept.get("")
    if kept and time.monotonic() - kept[0] < 60:
        return kept[1]
    found = _read_county()
    if found.name:
        _kept[""] = (time.monotonic(), found)
    return found


def _read_county() -> County:
    from django.db import DatabaseError

    from jiefen.people.models import Unit
    from jiefen.places.models import Area

    try:
        area = Area.objects.filter(level="county").order_by("code").first()
        unit = Unit.objects.filter(unit_type="county-centre", until__isnull=True).order_by("pk").first()
    except DatabaseError:
        return County()
    if area is None:
        return County()
    if unit is None:
        return County(area.name)
    return County(area.name, unit.name, unit.phone, unit.address)


def scale_of(request: HttpRequest) -> str:
    """`resident` or `elder`: as the address asks, else as remembered."""
    asked = request.GET.get("scale") or request.COOKIES.get(SCALE_COOKIE, "")
    return asked if asked in SCALES else "resident"


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor. Nothing here asks the database unless the template does."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    actor = getattr(request, "actor", None)
    at = getattr(request, "at", None) or now()
    scale = scale_of(request)

    @cache
    def waits() -> Counts:
        return counts(actor, at) if actor else Counts()

    return {
        "lang": language,
        "html_lang": html_lang(language),
        "other_language": ("zh-hans", "中文") if language == "en" else ("en", "English"),
        "at": at,
        "today": local(at),
        "actor": actor,
        "desk_unit": actor.desk.unit_name if actor and actor.desk else "",
        "nav": SimpleLazyObject(lambda: _nav(request, actor, waits())),
        "unread": SimpleLazyObject(lambda: waits().unread),
        "county": SimpleLazyObject(county),
        "scale": scale,
        "messages": SimpleLazyObject(lambda: _messages(request)),
    }


def _messages(request: HttpRequest) -> list[Any]:
    from django.contrib.messages import get_messages

    return list(get_messages(request))


def _nav(request: HttpRequest, actor: Any, waits: Counts) -> list[Group]:
    return groups(actor, waits, request.path) if actor else []
