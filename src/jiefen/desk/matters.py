"""Cases: lists, the page of one, its steps, answers, evidence, follow-ups, corrections and papers."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiefen.cases.access import case_for, note_reading, roles_on
from jiefen.cases.actions import StepRefused, answer_demand, deliver, take_step
from jiefen.cases.actions.answer import NotAnAnswer
from jiefen.cases.models import Assignment, Case, Demand, Party
from jiefen.desk import lists
from jiefen.desk.door import staff
from jiefen.desk.intakes import unit_choices
from jiefen.desk.sheet import Sheet, case_sheet
from jiefen.desk.step_forms import facts_of, form_for
from jiefen.files.actions import BadFile, name_of, read, store
from jiefen.files.models import StoredFile
from jiefen.kernel.seal import Sealed, open_row
from jiefen.oversight.actions import NotIndependent, record_follow_up
from jiefen.oversight.models import FollowUp
from jiefen.papers.actions import PaperRefused, draft_by_hand
from jiefen.papers.models import Paper
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import procedure, vocabulary

UNMASKED_MINUTES = 10
NAMES_UNITS = frozenset({"lead-unit", "helper-units", "proper-unit", "objection-reasoned"})
"""Facts and guards whose boxes offer the offices; other steps need not read them all."""
WAYS = ("当面", "邮寄", "短信", "网上", "留置")
PURPOSES = ("电话核对事实", "送达文书", "约定调解", "回访")


@staff
def listing(request: HttpRequest) -> HttpResponse:
    """A list of matters; its filters stand in the address, so that a list can be sent to somebody."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    scope = request.GET.get("scope", "mine")
    if scope not in lists.SCOPES:
        raise Http404
    when, state, kind = (request.GET.get(n, "") for n in ("when", "state", "kind"))
    rows = lists.narrowed(lists.scoped(actor, scope), when=when, at=at, state=state, kind=kind)
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
    return {
        "sheet": sheet,
        "case": sheet.case,
        "purposes": PURPOSES,
        "ways": WAYS,
        "outcomes": Demand.Outcome.choices,
        "grounds": FollowUp.Ground.choices,
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
    assignment = request.POST.get("a") or request.GET.get("a", "")
    duty = Assignment.objects.filter(case=case, key=assignment).select_related("unit").first() if assignment else None
    if step is None or not set(step.roles) & set(roles_on(actor, case, duty)):
        raise Http404
    units = unit_choices(at, case.area) if NAMES_UNITS & {*step.facts, *step.guards} else []
    form = form_for(definition, step, units, request.POST if request.method == "POST" else None)
    if request.method == "GET" and request.GET.get("lead-unit", "").isdigit() and "lead-unit" in form.fields:
        form.initial["lead-unit"] = int(request.GET["lead-unit"])  # the board proposes an office; a person confirms it
    refusal = None
    if request.method == "POST" and form.is_valid():
        facts, reason = facts_of(form)
        try:
            take_step(case, name, by=actor, at=at, facts=facts, reason=reason, assignment=assignment)
            return redirect(f"/cases/{slug}/")
        except StepRefused as no:
            refusal = no.refusal
    key = open_row(case.key)
    return render(
        request, "desk/step.html",
        {"case": case, "title": key.open(case.title, field="case.title"), "step": step, "form": form, "refusal": refusal,
         "assignment": assignment, "duty": duty, "procedure": definition,
         "basis": [vocabulary().source_title(b) for b in step.basis], "tells": [vocabulary().roles[r]["label"] for r in step.tell]},
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


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
    said = {n: key.open(getattr(demand, n), field=f"demand.{n}") or "" for n in ("result", "basis", "remedy")} | {
        "outcome": demand.outcome
    }
    problem = ""
    if request.method == "POST":
        said = {n: request.POST.get(n, "")[:20_000] for n in ("outcome", "result", "basis", "remedy")}
        try:
            answer_demand(case, seq, **said)
            return redirect(f"/cases/{slug}/")
        except NotAnAnswer as bad:
            problem = str(bad)
    return render(
        request, "desk/demand.html",
        {"case": case, "seq": seq, "text": key.open(demand.text, field="demand.text"), "said": said, "outcomes": Demand.Outcome.choices, "problem": problem},
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
    try:
        store(
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
    note_reading(f"case:{case.pk}", actor, purpose=purpose, what="姓名和联系方式", at=at)
    shown = request.session.get("unmasked", {})
    shown.setdefault(slug, {})[party] = (at + timedelta(minutes=UNMASKED_MINUTES)).timestamp()
    request.session["unmasked"] = {k: v for k, v in shown.items() if max(v.values()) > at.timestamp()}
    return redirect(f"/cases/{slug}/#parties")


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
            ground=ground if ground in FollowUp.Ground.values else "",
        )  # fmt: skip
    except (NotIndependent, ValueError) as no:
        return _refused(request, case, str(no))
    return redirect(f"/cases/{slug}/#follow-up")


@staff
def paper_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A paper on A4, as printed."""
    case = case_for(request.actor, slug)  # type: ignore[attr-defined]
    paper = Paper.objects.filter(pk=pk, case=case).select_related("unit").first()
    if paper is None:
        raise Http404
    note_reading(f"case:{case.pk}", request.actor, purpose="办理", what="文书", at=request.at)  # type: ignore[attr-defined]
    return render(request, "desk/paper_page.html", paper_context(paper, open_row(case.key)) | {"case": case})


def paper_context(paper: Paper, key: Any) -> dict[str, Any]:
    """A paper's fields in the order of its definition; empty ones are left out."""
    words = vocabulary().papers[paper.kind]
    fields = key.open(paper.fields, field="paper")
    rows = []
    for f in words["fields"]:
        value = fields.get(f["name"])
        if value in (None, "", []) or f["name"] in ("number", "unit", "date"):
            continue
        rows.append(
            {
                "label": f["label"],
                "value": value if isinstance(value, list) else [value],
                "long": f["type"] in ("long", "list"),
            }
        )
    return {
        "paper": paper,
        "label": words["label"],
        "rows": rows,
        "signatures": words.get("signatures", []),
        "fields": fields,
    }


@require_POST
@staff
def delivery(request: HttpRequest, slug: str) -> HttpResponse:
    """Record that a paper reached one person: windows run from here, and only from here."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    roles = roles_on(actor, case)
    paper = (
        Paper.objects.filter(case=case, pk=request.POST.get("paper") or 0).first()
        if request.POST.get("paper", "0").isdigit()
        else None
    )
    party = Party.objects.filter(case=case, key=request.POST.get("party", "")).first()
    role = next((r for r in ("handler", "unit-head", "petition-officer", "clerk", "dispatcher") if r in roles), None)
    if role is None:
        raise Http404
    way = request.POST.get("way", "")
    if paper is None or party is None or way not in WAYS:
        return _refused(request, case, _("请选择送达哪份文书、给谁、怎么送的。"))
    deliver(
        case,
        paper=paper.kind,
        person=party.key,
        way=way,
        by=actor,
        role=role,
        unit=roles[role][0],
        at=at,
        note=request.POST.get("note", "")[:400],
    )
    return redirect(f"/cases/{slug}/#papers")


@staff
def draft_page(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """A paper that a step of this state needs, filled in by hand."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    roles = roles_on(actor, case)
    words = vocabulary().papers.get(kind)
    if words is None or not roles:
        raise Http404
    from jiefen.papers.fill import fields_for

    known = fields_for(kind, case, None, at)
    problem = ""
    if request.method == "POST":
        unit = Unit.objects.get(pk=next(iter(roles.values()))[0])
        try:
            draft_by_hand(
                case,
                kind,
                {f["name"]: request.POST.get(f["name"], "")[:20_000] for f in words["fields"]},
                by=actor,
                unit=unit,
                at=at,
            )
            return redirect(f"/cases/{slug}/#papers")
        except PaperRefused as no:
            problem = str(no)
            known |= {f["name"]: request.POST.get(f["name"], "") for f in words["fields"]}
    fields = [
        {**f, "value": "\n".join(v) if isinstance(v := known.get(f["name"], ""), list) else v}
        for f in words["fields"]
        if f["name"] != "number"
    ]
    return render(
        request,
        "desk/draft.html",
        {"case": case, "label": words["label"], "fields": fields, "problem": problem},
        status=422 if problem else 200,
    )
