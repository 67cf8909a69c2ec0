"""The office's pages about personal requests: what waits, writing one down at the window or on the phone, answering."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiefen.cases.access import note_reading
from jiefen.desk.door import staff
from jiefen.desk.intakes import intake_for
from jiefen.desk.privacy import queries
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Sealed, open_row
from jiefen.people.actor import RECEIPT, door
from jiefen.privacy import shipped
from jiefen.privacy.models import PersonalRequest
from jiefen.privacy.requests import ANSWERS, Asking, NotTaken, answer, ask, proposed, shown
from jiefen.procedures.catalogue import vocabulary

WRITES = ANSWERS - {"supervisor"}


@staff(roles=ANSWERS)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for an answer here, what is due first on top."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    context = {
        "waiting": queries.waiting(actor, at), "answered": queries.answered(actor, at),
        "writes": bool(actor.roles & WRITES), "clocks": shipped.answerings(),
    }  # fmt: skip
    return render(request, "desk/privacy/queue.html", context)


@staff(roles=WRITES)
def write_down(request: HttpRequest) -> HttpResponse:
    """Somebody came or called: whose receipt, what they ask. Who writes it down has looked at who it is."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    number = (request.POST if request.method == "POST" else request.GET).get("intake", "").strip()[:24]
    said = {n: request.POST.get(n, "")[:4000] for n in ("kind", "part", "wanted", "words", "way")}
    problem = ""
    if request.method == "POST":
        intake = intake_for(actor, number)
        kind = said["kind"]
        if not request.POST.get("known"):
            problem = _("请先核对身份：当面看证件，或打登记的电话核对。")
        elif kind not in ("copy", "correction", "deletion"):
            problem = _("请选择要办哪一样。")
        else:
            fixed = kind == "correction"
            asking = Asking(
                kind, request.POST.get("once", "")[:32] or secrets.token_urlsafe(12), said["words"],
                said["part"] if fixed else "", said["wanted"] if fixed else "",
            )  # fmt: skip
            try:
                made = ask(intake, asking, at=at, by=actor, way=said["way"])
                return redirect(f"/personal/{made.pk}/")
            except (NotTaken, Sealed) as no:
                problem = str(no) if isinstance(no, NotTaken) else _("内容已按期限销毁，没有可办的了。")
    context = {
        "number": number, "said": said, "problem": problem, "once": secrets.token_urlsafe(12),
        "parts": PersonalRequest.Part.choices,
        "kinds": [c for c in PersonalRequest.Kind.choices if c[0] != "reading"],
        "ways": [c for c in PersonalRequest.Way.choices if c[0] != "code"],
    }  # fmt: skip
    return render(request, "desk/privacy/write.html", context, status=422 if problem else 200)


@staff(roles=ANSWERS)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, and answering it."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    found = queries.one(actor, pk)
    if found is None:
        raise Http404
    row, intake = found
    problem, words = "", request.POST.get("words", "")[:4000]
    if request.method == "POST":
        if request.POST.get("answer") not in ("yes", "no"):
            problem = _("请选择照办，或不照办。")
        else:
            try:
                answer(pk, by=actor, at=at, grant=request.POST["answer"] == "yes", words=words)
                messages.success(request, _("已答复，当事人凭码看得到。"))
                return redirect("/personal/")
            except (NotTaken, Sealed) as no:
                problem = str(no) if isinstance(no, NotTaken) else _("内容已按期限销毁，没有可办的了。")
    try:
        seen = shown(row, open_row(row.key), at)
    except Sealed:
        return render(request, "desk/privacy/gone.html", {"number": intake.number}, status=410)
    note_reading(f"intake:{intake.pk}", actor, purpose="答复个人信息请求", what="请求的内容", at=at)
    rule = None
    if row.kind == "deletion" and row.state == "open":
        with scope("worker"):
            rule = proposed(row, intake, at)
    context = {
        "one": seen, "intake": intake, "problem": problem, "words": words, "rule": rule,
        "article": vocabulary().source_title(rule.article) if rule else "",
        "case": row.case if row.case and actor.keys & set(row.case.doors) else None,
    }  # fmt: skip
    return render(request, "desk/privacy/one.html", context, status=422 if problem else 200)


@require_POST
@staff(roles=WRITES)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """The copy itself, to print and hand over to the person who stands here. It leaves a line that they can see."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    found = queries.one(actor, pk)
    if found is None or found[0].kind != "copy":
        raise Http404
    row, intake = found
    from jiefen.desk.privacy.copy import bundle

    note_reading(f"intake:{intake.pk}", actor, purpose="把复制件交给本人", what="全部内容的复制件", at=at)
    try:
        # What is handed over is what the person's own code shows, not what this member of staff may see.
        with scope("resident", [door(RECEIPT, intake.pk)]):
            data = bundle(intake, at=at, by_code=False)
    except Sealed:
        return render(request, "desk/privacy/gone.html", {"number": intake.number}, status=410)
    if row.state == PersonalRequest.State.OPEN:
        answer(row.pk, by=actor, at=at, grant=True, words=_("已把复制件交给本人。"))
    response = HttpResponse(data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{intake.short_code}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


def waits_for(actor: Any) -> int:
    """How many wait here, up to 99."""
    return queries.answered_here(actor).filter(state="open")[:99].count()
