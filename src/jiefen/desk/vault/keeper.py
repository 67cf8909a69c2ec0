"""The keeper's ways out: what somebody asks for themselves goes out alone; what is no accusation goes back."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jiefen.cases.access import case_for, may_see, note_reading
from jiefen.cases.actions import StepRefused
from jiefen.cases.models import Case, Party
from jiefen.desk.door import staff
from jiefen.desk.matters import step_page
from jiefen.desk.mediation.forms import BadForm
from jiefen.desk.mediation.views import name_of
from jiefen.desk.said import number
from jiefen.desk.seen import seen_of
from jiefen.desk.vault.office import slip
from jiefen.desk.vault.panel import keeps, out_of
from jiefen.desk.vault.split import named
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.procedures.catalogue import procedure
from jiefen.triage import setup
from jiefen.triage.vault import KIND, give_back, let_out
from jiefen.triage.vault_files import files_of

STEPS = {"let-out": "split", "give-back": "unseal"}


@never_cache
@staff
def vault_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Both ways; POST `do` takes one and says once where it went."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if not keeps(case, actor):
        raise Http404
    problem = ""
    if request.method == "POST":
        do = DO.get(request.POST.get("do", ""))
        if do is None:
            raise Http404
        try:
            made = _once(request, case, do)
            shown = {"case": case, "made": made, "opens": may_see(actor, made), "back": do is _give_back}
            return render(request, "desk/vault/out.html", shown)
        except (StepRefused, BadForm) as no:
            problem = str(no)
            case.refresh_from_db()
    key = open_row(case.key)
    people = Party.objects.filter(case=case, role=Party.Role.COMPLAINANT).select_related("unit").order_by("pk")
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="事项全页", at=at)
    there = files_of(case)
    own = {f.pk for f in there if f.holder == f"case:{case.pk}"}  # what came with a letter goes back with its letter
    files = {"let-out": named(there), "give-back": named([f for f in there if f.pk in own])}
    shown = {
        "picked": {number(f) for f in request.POST.getlist("files")},
        "case": case, "title": key.open(case.title, field="case.title"), "problem": problem, "sent": request.POST,
        "people": [(p.key, name_of(p, key)) for p in people], "persons": request.POST.getlist("persons"),
        "kinds": [k for k in setup.tables(at).kinds.values() if len(k.code) == 4 and not k.code.startswith(KIND[:2])],
        "ways": [(do, _roads(case, do), files[do]) for do, step in STEPS.items() if out_of(case, step)], "slip": slip(case.outside_number),
        "channel": request.POST.get("safe-channel", "")[:400],
    }  # fmt: skip
    return render(request, "desk/vault/keeper.html", shown, status=422 if problem else 200)


def _roads(case: Case, do: str) -> list[tuple[str, str]]:
    """As what it can go on outside: while it stays here, or once it has ended as no accusation."""
    definition = procedure(case.procedure, case.version)
    after = definition.steps[STEPS[do]].to or case.state
    found = [o.to for o in definition.opens if after in (*o.during, *o.after)]
    return [(to, procedure(to).label) for to in found]


def _once(request: HttpRequest, case: Case, do: Callable[..., Case]) -> Case:
    """One press, one matter: letting out leaves the state as it is, so the page says how far it had read."""
    with scope("worker"):
        row = Case.objects.select_for_update().get(pk=case.pk)
        if row.steps != seen_of(request):
            raise BadForm(
                _("打开这一页以后，本件又有了新的一步，也许刚才已经办过。请看过步骤，确实还要再办的，再按一次。")
            )
        return do(request, row)


def _said(request: HttpRequest, case: Case, do: str) -> dict[str, Any]:
    post = request.POST
    if post.get("to", "") not in dict(_roads(case, do)):
        raise BadForm(_("请选择转到外面按哪个程序办。"))
    if post.get("kind", "") not in setup.tables(request.at).kinds:  # type: ignore[attr-defined]
        raise BadForm(_("请选择类型。"))
    return {
        "to": post["to"], "title": post.get("title", "")[:120], "kind": post["kind"], "by": request.actor,  # type: ignore[attr-defined]
        "demands": [line for line in post.get("demands", "")[:20_000].splitlines() if line.strip()],
        "at": request.at, "reason": post.get("reason", "")[:4000],  # type: ignore[attr-defined]
        "files": [number(f) for f in post.getlist("files")],
    }  # fmt: skip


def _let_out(request: HttpRequest, case: Case) -> Case:
    here = set(Party.objects.filter(case=case, role=Party.Role.COMPLAINANT).values_list("key", flat=True))
    persons = [key for key in request.POST.getlist("persons") if key in here]
    if len(here) > 1 and not persons:
        raise BadForm(_("请选择是谁的诉求：只有本人同意的才能另办。"))
    channel = request.POST.get("safe-channel", "")[:400].strip()
    return let_out(case, **_said(request, case, "let-out"), safe_channel=channel, persons=persons)


def _give_back(request: HttpRequest, case: Case) -> Case:
    return give_back(case, **_said(request, case, "give-back"))


DO: dict[str, Callable[[HttpRequest, Case], Case]] = {"let-out": _let_out, "give-back": _give_back}


@staff
def instead(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """The bare steps of the vault open nothing outside: whoever keeps it is led to the page that does both."""
    case = case_for(request.actor, slug)  # type: ignore[attr-defined]
    if keeps(case, request.actor):  # type: ignore[attr-defined]
        return redirect(f"/cases/{slug}/vault/")
    return step_page(request, slug, name)
