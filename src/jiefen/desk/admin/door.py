"""The administrator's own door: who changes what is written down, a refusal is a sentence, and a double click is one."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from jiefen.desk.door import staff
from jiefen.desk.models import SetupChange
from jiefen.kernel.alone import one_at_a_time
from jiefen.people import widening

View = Callable[..., HttpResponse]

PARTS = (
    ("areas", "geo-alt"),
    ("units", "building"),
    ("people", "people"),
    ("postings", "person-plus"),
    ("successions", "intersect"),
    ("holidays", "calendar3"),
    ("settings", "sliders"),
    ("routing", "signpost-split"),
    ("procedures", "diagram-2"),
    ("seals", "award"),
    ("retention", "archive"),
    ("changes", "clock-history"),
)


def labels() -> dict[str, str]:
    """The names of the administrator's parts."""
    return {
        "areas": _("区域"),
        "units": _("单位"),
        "people": _("人员与任职"),
        "postings": _("等同意的任职"),
        "successions": _("合并、拆分"),
        "holidays": _("节假日"),
        "settings": _("时限与设置"),
        "routing": _("分派表"),
        "procedures": _("办理程序"),
        "seals": _("印章与文字"),
        "retention": _("保管期满的"),
        "changes": _("改动记录"),
    }


def administrator(view: View) -> View:
    """A page of the administrator; everybody else gets 404. What it changes is logged under the actor's number."""

    @staff(roles={"administrator"})
    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        log_as(request)
        return view(request, *args, **kwargs)

    return inside


def log_as(request: HttpRequest) -> None:
    """What this request changes of set-up data is logged under the number of who sent it, with its form's own token."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('jiefen.actor', %s, true), set_config('jiefen.once', %s, true)",
            [str(request.actor.person_id), request.POST.get("once", "")[:40]],  # type: ignore[attr-defined]
        )


def second_person(view: View) -> View:
    """A page of whoever may agree to what an administrator put forward. A township's supervisor has no say here: the same 404
    as for everybody else."""

    @staff(roles=widening.AGREES)
    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not widening.may_agree(request.actor):  # type: ignore[attr-defined]
            raise Http404
        log_as(request)
        return view(request, *args, **kwargs)

    return inside


def done_before(request: HttpRequest) -> bool:
    """Whether this very form was carried out already. Waits for a twin still under way, so that one of two wins."""
    token = request.POST.get("once", "")[:40]
    if not token:
        return False
    one_at_a_time(token)
    if not SetupChange.objects.filter(once=token).exists():
        return False
    messages.warning(request, _("这一步刚才已经办过了，没有再办一次。"))
    return True


def page(
    request: HttpRequest, template: str, part: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render one of the administrator's pages. `refused` in the context is a sentence or a list of them."""
    words = labels()
    tabs = [(key, words[key], sign, key == part) for key, sign in PARTS]
    refused = (context or {}).get("refused")
    whole = {
        **(context or {}),
        "tabs": tabs,
        "part": words.get(part, ""),
        "refused": [refused] if isinstance(refused, str) else refused,
        "once": uuid.uuid4().hex,
    }
    return render(request, f"desk/admin/{template}.html", whole, status=status)


def said(request: HttpRequest, sentence: str) -> None:
    """Say on the next page what was done."""
    messages.success(request, sentence)
