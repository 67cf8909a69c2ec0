"""The dossier in one click, or what it lacks."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiefen.cases.access import case_for, roles_on
from jiefen.cases.marks import marked_reading
from jiefen.desk.door import staff
from jiefen.desk.papers.reading import sent
from jiefen.papers.dossier import NotBound, bind
from jiefen.papers.fonts import NoFonts


@require_safe
@staff
def dossier(request: HttpRequest, slug: str) -> HttpResponse:
    """Cover, index, papers and what was given, as one PDF; where it cannot be bound, a page that says what to do."""
    case = case_for(request.actor, slug)  # type: ignore[attr-defined]
    if not roles_on(request.actor, case):  # type: ignore[attr-defined]
        raise Http404
    mark = marked_reading(f"case:{case.pk}", request.actor, purpose="办理", what="卷宗", at=request.at)  # type: ignore[attr-defined]
    try:
        data = bind(case, request.at, mark=mark.line)  # type: ignore[attr-defined]
    except NotBound as no:
        return render(request, "desk/papers/unbound.html", {"case": case, "missing": no.missing}, status=422)
    except NoFonts as no:
        return render(request, "desk/papers/unbound.html", {"case": case, "missing": [str(no)]}, status=503)
    return sent(data, "application/pdf", f"卷宗 {case.number}.pdf", inline=True)
