"""Cases: lists, the page of one, its steps, answers, evidence, follow-ups, corrections."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiefen.cases import panels, reading
from jiefen.cases.access import case_for, note_reading, roles_on
from jiefen.cases.actions import StepRefused, answer_demand, take_step
from jiefen.cases.actions.answer import NotAnAnswer, closed_to_answers, mark_of, written
from jiefen.cases.actions.steps import PARTY_ROLES, WRITE_DOWN
from jiefen.cases.models import Assignment, Case, Demand, Party
from jiefen.cases.rules import rules_on
from jiefen.cases.turns import STEPS
from jiefen.desk import lists
from jiefen.desk.door import staff
from jiefen.desk.mediation.views import name_of as party_name
from jiefen.desk.seen import seen_of
from jiefen.desk.sheet import Sheet, case_sheet
from jiefen.desk.step_asks import ask_for
from jiefen.desk.step_forms import facts_of, form_for
from jiefen.files.actions import BadFile, name_of, read, store_once
from jiefen.files.models import StoredFile
from jiefen.kernel.scope import scope as eyes
from jiefen.kernel.seal import Sealed, open_row
from jiefen.oversight.actions import NotIndependent, record_follow_up
from jiefen.oversight.models import FollowUp, ReopenAsk
from jiefen.oversight.reopening import DECIDE, NotAsked, decline_reopen
from jiefen.oversight.rulings import may_rule
from jiefen.privacy import unmasking
from jiefen.procedures.catalogue import procedure, vocabulary
from jiefen.triage.precedents import for_step
from jiefen.triage.vault_files import files_of

UNMASKED_MINUTES = 10
"""Facts and guards whose boxes offer the offices; other steps need not read them all."""
PURPOSES = ("电话核对事实", "送达文书", "约定调解", "回访")


@staff
def listing(request: HttpRequest) -> HttpResponse:
    """A list of matters; its filters stand in the address, so that a list can be sent to somebody."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    scope = request.GET.get("scope", "mine")
    if scope not in lists.SCOPES:
        raise Http404
    when, state, kind = (request.GET.get(n, "") for n in ("when", "state", "kind"))
    rows = lists.narrowed(lists.scoped(actor, scope, when=when), when=when, at=at, state=state, kind=kind)
    page = lists.page_of(
        rows,
        actor=actor,
        at=at,
        after=request.GET.get("after", ""),
        newest=when in ("all", "ended"),
        by_index=lists.has_index(actor, scope),
    )
    keep = "&".join(f"{k}={quote(str(v))}" for k, v in request.GET.items() if k != "after")
    return render(
        request,
        "desk/cases.html",
        {"page": page, "total": lists.counted(rows), "scope": scope, "when": when, "state": state, "kind": kind,
         "title": lists.SCOPES[scope], "scopes": lists.SCOPES, "whens": lists.WHEN, "keep": keep},
    )  # fmt: skip


@staff
def case_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One case."""
    case = case_for(request.actor, slug)  # type: ignore[attr-defined]
    try:
        sheet = sheet_of(request, case)
    except Sealed as gone:
        return render(request, "desk/case_gone.html", {"case": case, "why": str(gone)}, status=410)
    note_reading(f"case:{case.pk}", request.actor, purpose="办理", what="事项全页", at=request.at)  # type: ignore[attr-defined]
    return render(request, "desk/case.html", page_of_case(request, sheet))


def sheet_of(request: HttpRequest, case: Case) -> Sheet:
    return case_sheet(case, request.actor, request.at, unmasked=_unmasked(request, case.slug))  # type: ignore[attr-defined]


def page_of_case(request: HttpRequest, sheet: Sheet, **more: Any) -> dict[str, Any]:
    """What every painting of the case page is given; the parts that other packages bring come last."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    return {
        "sheet": sheet,
        "case": sheet.case,
        "purposes": PURPOSES,
        "outcomes": Demand.Outcome.choices,
        "panels": panels.shown(sheet.case, open_row(sheet.case.key), actor, at),
        **more,
    }


def _unmasked(request: HttpRequest, slug: str) -> frozenset[str]:
    """Whose particulars this session may show for some more minutes."""
    shown = request.session.get("unmasked", {}).get(slug, {})
    now = request.at.timestamp()  # type: ignore[attr-defined]
    return frozenset(key for key, until in shown.items() if until > now)


def _refused(request: HttpRequest, case: Case, sentence: str, rule: str = "") -> HttpResponse:
    """The page again, with the sentence and the rule where the person is stuck."""
    return render(
        request,
        "desk/case.html",
        page_of_case(request, sheet_of(request, case), refused=sentence, refused_rule=rule),
        status=422,
    )


@staff
def step_page(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """A step's form, and taking it."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    definition = procedure(case.procedure, case.version)
    step = definition.steps.get(name)
    if step is not None and rules_on(step) and request.method == "GET" and may_rule(case, actor):
        return redirect(f"/cases/{slug}/ruling/?{request.GET.urlencode()}")  # both sides are read there
    if name in STEPS.values() and step is not None:
        return redirect(f"/cases/{slug}/level/")  # a level is chosen there, with what the grade table says
    assignment = request.POST.get("a") or request.GET.get("a", "")
    duty = Assignment.objects.filter(case=case, key=assignment).select_related("unit").first() if assignment else None
    held = roles_on(actor, case, duty)
    party = _party_of(case, step, request.POST.get("p") or request.GET.get("p", ""), held)
    if step is None or not (party or set(step.roles) & set(held)):
        raise Http404
    unit = next((held[r][0] for r in step.roles if r in held), None)
    ask = ask_for(case, step, unit=unit, at=at)
    form = form_for(definition, step, list(ask.units), request.POST if request.method == "POST" else None, ask)
    if request.method == "GET" and request.GET.get("lead-unit", "").isdigit() and "lead-unit" in form.fields:
        form.initial["lead-unit"] = int(request.GET["lead-unit"])  # the board proposes an office; a person confirms it
    if (
        request.method == "GET"
        and step.reopens
        and request.GET.get("ask", "").isdecimal()
        and "new-facts" in form.fields
    ):
        asked = ReopenAsk.objects.filter(case=case, pk=int(request.GET["ask"][:12])).first()
        form.initial["new-facts"] = open_row(case.key).open(asked.words, field="ask.words") if asked else ""
    refusal = None
    seen: int | None = case.steps
    if request.method == "POST":
        seen = seen_of(request)
    if request.method == "POST" and form.is_valid():
        facts, reason = facts_of(form)
        try:
            take_step(
                case, name, by=actor, at=at, facts=facts, reason=reason, assignment=assignment, expected=seen,
                for_party=party.key if party else "",
            )  # fmt: skip
            return redirect(f"/cases/{slug}/")
        except StepRefused as no:
            refusal = no.refusal
            if refusal.rule == "newer":
                seen = case.steps  # said now what happened meanwhile: pressing once more is meant
    key = open_row(case.key)
    return render(
        request, "desk/step.html",
        {"case": case, "title": key.open(case.title, field="case.title"), "step": step, "form": form, "refusal": refusal,
         "assignment": assignment, "duty": duty, "procedure": definition, "seen": seen,
         "party": party, "party_name": party_name(party, key) if party else "",
         "earlier": for_step(case, step, at),
         "basis": [vocabulary().source_title(b) for b in step.basis], "tells": [vocabulary().roles[r]["label"] for r in step.tell]},
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


def _party_of(case: Case, step: Any, key: str, held: dict[str, Any]) -> Party | None:
    """The person whose own step is written down here, where somebody may write it down for them."""
    if not key or step is None or not WRITE_DOWN & set(held):
        return None
    party = Party.objects.filter(case=case, key=key[:8]).select_related("unit").first()
    return party if party is not None and PARTY_ROLES.get(party.role) in step.roles else None


@staff
def demand_page(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """Answer one demand: outcome, result, basis, remedy."""
    actor = request.actor  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    roles = roles_on(actor, case)
    demand = Demand.objects.filter(case=case, seq=seq).first()
    if demand is None or not {"handler", "unit-head", "hotline-agent"} & set(roles):
        raise Http404
    key = open_row(case.key)
    said = written(demand, key) | {"outcome": demand.outcome}
    mark, closed, problem, newer = mark_of(demand), closed_to_answers(case), "", None
    if request.method == "POST":
        sent = {n: request.POST.get(n, "")[:20_000] for n in ("outcome", "result", "basis", "remedy")}
        try:
            answer_demand(case, seq, **sent, expected=request.POST.get("mark"))
            return redirect(f"/cases/{slug}/")
        except NotAnAnswer as bad:
            problem, said, there = str(bad), sent, said
            newer = there if request.POST.get("mark", mark) != mark else None
    return render(
        request, "desk/demand.html",
        {"case": case, "seq": seq, "text": key.open(demand.text, field="demand.text"), "said": said, "outcomes": Demand.Outcome.choices,
         "problem": problem or closed, "closed": closed, "mark": mark, "newer": newer},
        status=422 if problem else 200,
    )  # fmt: skip


@require_POST
@staff
def evidence(request: HttpRequest, slug: str) -> HttpResponse:
    """Add evidence. Whether it is the handler's own word is said, not guessed."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if not roles_on(actor, case):
        raise Http404
    upload = request.FILES.get("file")
    if upload is None:
        return _refused(request, case, _("还没有选文件。"))
    with eyes("worker"):
        reading.locked(case.pk)
    try:
        store_once(
            upload.read(), upload.name or "", holder=f"case:{case.pk}", key_id=case.key_id, given_by=f"staff:{actor.person_id}", at=at,
            by_handler=request.POST.get("whose") != "outside",
        )  # fmt: skip
    except BadFile as bad:
        return _refused(request, case, str(bad))
    return redirect(f"/cases/{slug}/#evidence")


@staff
def file_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A file, as it was given; never run by the browser."""
    case = case_for(request.actor, slug)  # type: ignore[attr-defined]
    row = StoredFile.objects.filter(pk=pk, holder=f"case:{case.pk}").first()
    row = row or next((f for f in files_of(case) if f.pk == pk), None)  # what came with its letters
    if row is None:
        raise Http404
    try:
        data = read(row)
    except (BadFile, Sealed, FileNotFoundError) as bad:
        return _refused(request, case, str(bad))
    note_reading(f"case:{case.pk}", request.actor, purpose="办理", what="附件", at=request.at)  # type: ignore[attr-defined]
    return attachment(data, row.kind, name_of(row))


def attachment(data: bytes, kind: str, name: str) -> HttpResponse:
    """A download that no browser will run."""
    response = HttpResponse(
        data,
        content_type=kind
        if kind.startswith(("image/", "audio/", "video/")) or kind == "application/pdf"
        else "application/octet-stream",
    )
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@staff
def unmask(request: HttpRequest, slug: str) -> HttpResponse:
    """Show somebody's particulars for some minutes, for a purpose they will see."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    party, purpose = request.POST.get("party", ""), request.POST.get("purpose", "")
    if (
        not roles_on(actor, case)
        or not Party.objects.filter(case=case, key=party).exclude(identity="anonymous").exists()
    ):
        raise Http404
    if purpose not in PURPOSES:
        return _refused(request, case, _("请选择揭开的用途，当事人会看到。"))
    if not unmasking.unmask(case, party, purpose=purpose, by=actor, at=at):
        return _refused(
            request,
            case,
            _("您今天揭开的已经到了一天的次数。已请第二个人同意，同意以后再揭开；打电话、送达不用揭开也能办。"),
        )
    shown = request.session.get("unmasked", {})
    shown.setdefault(slug, {})[party] = (at + timedelta(minutes=UNMASKED_MINUTES)).timestamp()
    request.session["unmasked"] = {k: v for k, v in shown.items() if max(v.values()) > at.timestamp()}
    return redirect(f"/cases/{slug}/#parties")


@require_POST
@staff
def unmask_agree(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The second person agrees that particulars are shown to somebody above the day's number, or does not."""
    actor = request.actor  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if not unmasking.may_agree(actor, case):
        raise Http404
    if request.POST.get("answer") not in ("yes", "no"):
        return _refused(request, case, _("请选择同意，或不同意。"))
    try:
        unmasking.decide(case, pk, agree=request.POST["answer"] == "yes", by=actor, at=request.at)  # type: ignore[attr-defined]
    except unmasking.NotUnmasked as no:
        return _refused(request, case, str(no))
    return redirect(f"/cases/{slug}/#unmask-asks")


@require_POST
@staff
def follow_up(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down one attempt to reach the person."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if "follow-up-caller" not in roles_on(actor, case):
        raise Http404
    outcome = request.POST.get("outcome", "")
    if outcome not in FollowUp.Outcome.values:
        return _refused(request, case, _("请选择联系上了还是没联系上。"))
    satisfied = {"yes": True, "no": False}.get(request.POST.get("satisfied", ""))
    ground = request.POST.get("ground", "")
    try:
        record_follow_up(
            case, by=actor, at=at, outcome=outcome, words=request.POST.get("words", "")[:4000], satisfied=satisfied,
            ground=ground if ground in FollowUp.Ground.values else "", once=request.POST.get("once", "")[:32],
            expected=seen_of(request), party=request.POST.get("party", "")[:8],
        )  # fmt: skip
    except (NotIndependent, ValueError) as no:
        return _refused(request, case, str(no))
    return redirect(f"/cases/{slug}/#follow-up")


@require_POST
@staff
def answer_ask(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say to whoever asked by code that it is not reopened, and why."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if not (DECIDE & set(roles_on(actor, case)) or actor.person_id == case.first_asked_id):
        raise Http404
    try:
        decline_reopen(case, pk, by=actor, words=request.POST.get("words", ""), at=at)
    except NotAsked as no:
        return _refused(request, case, str(no))
    return redirect(f"/cases/{slug}/#reopen-asks")
