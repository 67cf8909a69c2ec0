"""A paper as a page, a PDF or a Word file; voiding it, setting the seal, filling in what a step left blank."""

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jiefen.cases.access import case_for, note_reading, roles_on
from jiefen.cases.marks import marked_reading
from jiefen.cases.models import Case
from jiefen.desk.door import staff
from jiefen.kernel.seal import Key, Sealed, open_row
from jiefen.papers import fonts, printing
from jiefen.papers.actions import PaperRefused, complete, set_seal, void
from jiefen.papers.actions.filing import LONGEST, lacking
from jiefen.papers.actions.sealing import may_seal
from jiefen.papers.models import Paper
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import vocabulary

SERVICE = "service"
SERVES = (
    "handler",
    "unit-head",
    "review-officer",
    "petition-officer",
    "clerk",
    "dispatcher",
    "mediator",
    "arbitration-clerk",
)
"""Whose work delivering is."""
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def paper_of(case: Case, pk: int) -> Paper:
    """A paper of the case, or 404."""
    paper = Paper.objects.filter(case=case, pk=pk).select_related(*printing.READS_WITH).first()
    if paper is None:
        raise Http404
    return paper


def note(request: HttpRequest, case: Case, what: str = "文书") -> None:
    note_reading(f"case:{case.pk}", request.actor, purpose="办理", what=what, at=request.at)  # type: ignore[attr-defined]


@staff
def paper_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A paper on A4, as printed. With `?for=service` as it is handed to the person."""
    case = case_for(request.actor, slug)  # type: ignore[attr-defined]
    paper = paper_of(case, pk)
    return shown(request, case, paper, mark=marked(request, case))


def marked(request: HttpRequest, case: Case) -> str:
    """Leave the reading line; the mark of what is taken away. Empty on the copy that is served, which only whoever delivers
    papers here can take; it leaves a line of its own."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    serving = request.GET.get("for") == SERVICE and serves(actor, case)
    what = "送达用的文书" if serving else "文书"
    mark = marked_reading(f"case:{case.pk}", actor, purpose="办理", what=what, at=at)
    return "" if serving else mark.line


def serves(actor: Actor, case: Case) -> bool:
    """Whether delivering papers of this case is this person's work."""
    return bool(set(SERVES) & set(roles_on(actor, case)))


def shown(
    request: HttpRequest, case: Case, paper: Paper, refused: str = "", typed: Any = None, status: int = 200, mark: str = ""
) -> HttpResponse:  # fmt: skip
    """The page of a paper, with what may be done with it; `refused` is why something just was not."""
    key = open_row(case.key)
    context = page_context(paper, key) | {"case": case, "refused": refused, "mark": mark}
    context["may_serve"] = serves(request.actor, case)  # type: ignore[attr-defined]
    context |= _may(request.actor, case, paper, key, typed)  # type: ignore[attr-defined]
    return render(request, "desk/papers/paper.html", context, status=status)


def page_context(paper: Paper, key: Key) -> dict[str, Any]:
    """What the page of a paper shows, for the office and for the person it was made for."""
    return {
        "paper": paper, "label": vocabulary().papers[paper.kind]["label"], "sheet": printing.sheet_for(paper, key, with_seal=False),
        "no_fonts": "" if fonts.at_hand() else _why_no_pdf(), "sealed": paper.seal_id is not None,
    }  # fmt: skip


def _why_no_pdf() -> str:
    try:
        fonts.found()
    except fonts.NoFonts as no:
        return str(no)
    return ""


def _may(actor: Actor, case: Case, paper: Paper, key: Key, typed: Any) -> dict[str, Any]:
    """Which of the verbs this reader may use here."""
    own = bool(roles_on(actor, case)) and (paper.by_id == actor.person_id or paper.unit_id in actor.units)
    stands = paper.void_at is None
    empty = lacking(paper.kind, key.open(paper.fields, field="paper") or {}) if own and stands else []
    blanks = [
        {**f, "value": (typed or {}).get(f["name"], "")}
        for f in vocabulary().papers[paper.kind]["fields"]
        if f["name"] in empty
    ]
    return {
        "may_void": own and stands, "may_seal": stands and paper.seal_id is None and not empty and may_seal(paper, actor),
        "blanks": blanks if paper.seal_id is None else [],
    }  # fmt: skip


@require_safe
@staff
def as_pdf(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The paper as PDF/A; where the fonts are missing, the page says so."""
    case = case_for(request.actor, slug)  # type: ignore[attr-defined]
    paper = paper_of(case, pk)
    mark = marked(request, case)
    try:
        data = printing.as_pdf(paper, open_row(case.key), mark=mark)
    except fonts.NoFonts as no:
        return shown(request, case, paper, str(no), status=503, mark=mark)
    return sent(data, "application/pdf", f"{vocabulary().papers[paper.kind]['label']} {paper.number}.pdf", inline=True)


@require_safe
@staff
def as_docx(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The paper for editing in Word."""
    case = case_for(request.actor, slug)  # type: ignore[attr-defined]
    paper = paper_of(case, pk)
    mark = marked_reading(f"case:{case.pk}", request.actor, purpose="办理", what="文书", at=request.at)  # type: ignore[attr-defined]
    data = printing.as_docx(paper, open_row(case.key), mark=mark.line)
    return sent(data, DOCX, f"{vocabulary().papers[paper.kind]['label']} {paper.number}.docx")


def sent(data: bytes, kind: str, name: str, *, inline: bool = False) -> HttpResponse:
    """A file to the browser, kept by no machine in between."""
    response = HttpResponse(data, content_type=kind)
    safe = "".join(c for c in name if c.isprintable() and c not in '/\\:*?"<>|')
    response["Content-Disposition"] = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(safe)}"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _done(request: HttpRequest, slug: str, pk: int, verb: Any) -> HttpResponse:
    """Do one thing with a paper; its page again, or its page with why not."""
    actor = request.actor  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    paper = paper_of(case, pk)
    if not roles_on(actor, case):
        raise Http404
    try:
        verb(paper)
    except PaperRefused as no:
        return shown(request, case, paper_of(case, pk), str(no), request.POST, status=422)
    except Sealed as gone:
        return shown(request, case, paper, str(gone), status=410)
    return redirect(f"/cases/{slug}/papers/{pk}/")


@require_POST
@staff
def void_paper(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Void a paper, with a reason; number and row stay."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    why = request.POST.get("reason", "")[: LONGEST + 1]
    return _done(request, slug, pk, lambda paper: void(paper, by=actor, at=at, reason=why))


@require_POST
@staff
def seal_paper(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Set the office's seal; only its head."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    return _done(request, slug, pk, lambda paper: set_seal(paper, by=actor, at=at))


@require_POST
@staff
def complete_paper(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Fill in what a step left blank."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    return _done(request, slug, pk, lambda paper: complete(paper, typed, by=actor, at=at))


__all__ = ["as_docx", "as_pdf", "complete_paper", "page_context", "paper_page", "seal_paper", "sent", "void_paper"]
