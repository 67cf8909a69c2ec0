"""A paper opened by the code it was made for: the person's own door, a line for each reading, nothing else of the case."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_safe

from jiefen.desk.follow import case_of
from jiefen.desk.papers.reading import page_context, sent
from jiefen.desk.portal import opened_by_short_code, resident, token_page
from jiefen.desk.vault.office import lies_there
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local_day
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Sealed, open_row
from jiefen.papers import fonts, printing
from jiefen.papers.queries import made_for
from jiefen.procedures.catalogue import vocabulary

WHO = "本人（凭受理码）"


@require_safe
@resident
def by_token(request: HttpRequest, token: str, pk: int, pdf: bool = False) -> HttpResponse:
    """By the long code of the link or QR."""

    def view(request: HttpRequest, row: Intake, code: str) -> HttpResponse:
        return _shown(request, row, pk, pdf, f"/follow/{code}/")

    return token_page(view)(request, token)


@require_safe
@resident
def by_short_code(request: HttpRequest, pk: int, pdf: bool = False) -> HttpResponse:
    """After coming by the short code and the second thing."""
    with transaction.atomic():
        row = opened_by_short_code(request)
        if row is None:
            return redirect("/follow/")
        try:
            return _shown(request, row, pk, pdf, "/follow/open/")
        except Sealed:
            return render(request, "portal/gone.html", status=410)


def _shown(request: HttpRequest, row: Intake, pk: int, pdf: bool, back: str) -> HttpResponse:
    """The paper, if it was made for this receipt's person; otherwise the same 404 as for one that does not exist."""
    case = case_of(row)
    shut = lies_there(row, case)  # what somebody looking over a shoulder could read there
    paper = next((p for p in made_for(case, row.pk) if p.pk == pk), None) if case and not shut else None
    if case is None or paper is None:
        raise Http404
    key = open_row(case.key)
    label = vocabulary().papers[paper.kind]["label"]
    _note(request, case.pk, label)
    if pdf and fonts.at_hand():
        return sent(printing.as_pdf(paper, key), "application/pdf", f"{label} {paper.number}.pdf", inline=True)
    context = page_context(paper, key) | {"back": back, "pdf_url": f"{back}papers/{pk}/pdf/"}
    return render(request, "portal/paper.html", context, status=503 if pdf else 200)


def _note(request: HttpRequest, case: int, label: str) -> None:
    """The person sees on the same page that the paper was opened by their code; one line a day is enough."""
    at = request.at  # type: ignore[attr-defined]
    with scope("worker"):
        last = Reading.objects.filter(subject=f"case:{case}", name=WHO, what=label).order_by("-at").first()
        if last is None or local_day(last.at) != local_day(at):
            Reading.objects.create(
                subject=f"case:{case}", person=0, name=WHO, unit="", purpose="查看", what=label, at=at
            )


urls = [
    path("follow/open/papers/<int:pk>/", by_short_code),
    path("follow/open/papers/<int:pk>/pdf/", by_short_code, {"pdf": True}),
    path("follow/<str:token>/papers/<int:pk>/", by_token),
    path("follow/<str:token>/papers/<int:pk>/pdf/", by_token, {"pdf": True}),
]
