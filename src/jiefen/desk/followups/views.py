"""Whom to ask next, calling them without seeing the number, and writing down what they said."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jiefen.cases.access import note_reading
from jiefen.cases.models import Case, Party
from jiefen.desk.door import staff
from jiefen.desk.followups.reading import LISTS, matter_for, page, record_of
from jiefen.files.actions import BadFile
from jiefen.kernel.scope import scope
from jiefen.oversight.actions import LONGEST, Newer, NotIndependent, record_follow_up
from jiefen.oversight.answers import ASKED_BY
from jiefen.oversight.models import FollowUp
from jiefen.oversight.visits import walkers

ROLES = frozenset({ASKED_BY})
PURPOSE = "回访"
MOST_PHOTOS = 6


class ToPhone(HttpResponse):
    """Hands the number to the telephone of whoever pressed; it stands on no page."""

    status_code = 302

    def __init__(self, number: str) -> None:
        super().__init__()
        self["Location"] = f"tel:{number}"
        self["Cache-Control"] = "private, no-store"


@staff(roles=ROLES)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The list, 50 a page."""
    which = request.GET.get("which", "due")
    if which not in LISTS:
        raise Http404
    rows, begins = page(request.actor, request.at, which, request.GET.get("after", ""))  # type: ignore[attr-defined]
    return render(
        request, "desk/followups/list.html",
        {"rows": rows, "after": begins, "which": which, "title": LISTS[which], "lists": LISTS},
    )  # fmt: skip


@staff(roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, slug: str) -> HttpResponse:
    """One matter: what was asked and answered, the tries so far, and writing down the next one."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case, m, key = matter_for(actor, slug)
    note_reading(f"case:{case.pk}", actor, purpose=PURPOSE, what="诉求和答复", at=at)
    said: dict[str, Any] = {"outcome": request.GET.get("outcome", ""), "party": request.GET.get("party", "")}
    problem, once = "", secrets.token_urlsafe(12)
    if request.method == "POST":
        said, once = said_in(request), request.POST.get("once", "")[:32] or once
        try:
            record_follow_up(
                case, by=actor, at=at, once=once, expected=seen_in(request), photos=photos_in(request), **said
            )  # fmt: skip
            messages_after(request, case, said["outcome"])
            return redirect(f"/follow-ups/{slug}/")
        except NotIndependent as no:
            raise Http404 from no
        except Newer as no:
            problem = str(no)  # said now what happened meanwhile: pressing once more is meant
        except (BadFile, ValueError) as no:
            problem = str(no)
            once = secrets.token_urlsafe(12) if FollowUp.objects.filter(case=case, once=once).exists() else once
    found = record_of(actor, case, m, key, at)
    with scope("worker"):
        offices = walkers(case, at) if case.stratum == Case.Stratum.ORDINARY else []
    return render(
        request, "desk/followups/record.html",
        {"r": found, "case": case, "said": said, "problem": problem, "once": once, "offices": offices,
         "grounds": FollowUp.Ground.choices, "ways": [("phone", _("电话")), ("visit", _("走访"))]},
        status=422 if problem else 200,
    )  # fmt: skip


def said_in(request: HttpRequest) -> dict[str, Any]:
    """What the form of an attempt says."""
    sent = request.POST
    answer = {"yes": True, "no": False}
    ground, way = sent.get("ground", ""), sent.get("way", "")
    return {
        "outcome": sent.get("outcome", ""), "words": sent.get("words", "")[:LONGEST], "party": sent.get("party", "")[:8],
        "solved": answer.get(sent.get("solved", "")), "satisfied": answer.get(sent.get("satisfied", "")),
        "ground": ground if ground in FollowUp.Ground.values else "", "place": sent.get("place", "")[:200],
        "way": way if way in ("phone", "visit") else "phone",
    }  # fmt: skip


def seen_in(request: HttpRequest) -> int | None:
    """How many attempts the page that was sent had shown."""
    said = request.POST.get("seen", "")
    return int(said) if said.isdecimal() and len(said) < 6 else None


def photos_in(request: HttpRequest) -> list[tuple[str, bytes]]:
    """The photos that were sent along. Raises BadFile for too many."""
    sent = request.FILES.getlist("photos")
    if len(sent) > MOST_PHOTOS:
        raise BadFile(_("一次最多传%(n)s张，其余的可以再记一次。") % {"n": MOST_PHOTOS})
    return [(upload.name or "", upload.read()) for upload in sent]


def messages_after(request: HttpRequest, case: Case, outcome: str) -> None:
    """What happens now, said on the next page."""
    reached = outcome == FollowUp.Outcome.REACHED
    messages.success(request, _("回访已记下。") if reached else _("这一次没联系上，已记下。换个时段再试。"))


@staff(roles=ROLES)
@require_safe
def call(request: HttpRequest, slug: str, party: str) -> HttpResponse:
    """Calls one person. The purpose is the task in hand; they see the line that is left."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case, _m, key = matter_for(actor, slug)
    found = Party.objects.filter(case=case, key=party, role=Party.Role.COMPLAINANT).first()
    who = (key.open(found.sealed, field="party") or {}) if found and found.sealed else {}
    if found is None or found.identity == Party.Identity.ANONYMOUS or not who.get("phone"):
        raise Http404
    note_reading(f"case:{case.pk}", actor, purpose=PURPOSE, what="打电话，没有看到号码", at=at)
    return ToPhone("".join(c for c in who["phone"] if c.isdigit() or c == "+"))
