"""Consents, what was told, the agreement and its promises, as far as they are written down at a desk."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.cases import reading
from jiefen.cases.access import case_for, note_reading, roles_on
from jiefen.cases.actions import StepRefused
from jiefen.cases.models import Case, Party
from jiefen.desk.door import staff
from jiefen.desk.mediation.alone import let_out_of, ways_in
from jiefen.desk.mediation.forms import MORE_ROWS, BadForm, clauses_of, day_of, fen_of, rows_of, typed
from jiefen.desk.mediation.names import name_of
from jiefen.desk.seen import seen_of
from jiefen.files.actions import BadFile, store_once
from jiefen.files.queries import held_by
from jiefen.kernel.clock import local_day
from jiefen.kernel.money import yuan
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.mediation import actions
from jiefen.mediation.actions.agreements import DRAFTS, MEDIATOR, SEAL, AgreementRefused
from jiefen.mediation.actions.agreements import clauses_of as clauses_in
from jiefen.mediation.actions.consents import SIDES, ConsentRefused
from jiefen.mediation.actions.obligations import WATCHES, ObligationRefused
from jiefen.mediation.clauses import lint
from jiefen.mediation.models import Agreement, Consent, Declined, Groundwork, How, Obligation, Signature
from jiefen.mediation.panels import mediates
from jiefen.mediation.proofs import WRITES_DOWN, NotProved

MAY = WRITES_DOWN | DRAFTS | WATCHES
REFUSALS = (NotProved, ConsentRefused, AgreementRefused, ObligationRefused, StepRefused, BadForm, BadFile)


@staff
def mediation_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything about agreeing in one case; POST `do` names what is written down."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if not MAY & set(roles_on(actor, case)) or not mediates(case):
        raise Http404
    problem, rows = "", None
    if request.method == "POST":
        do = DO.get(request.POST.get("do", ""))
        if do is None:
            raise Http404
        try:
            with transaction.atomic():  # what is refused keeps no file either
                do(request, case)
            return redirect(f"/cases/{slug}/mediation/")
        except REFUSALS as no:
            problem, rows = str(no), rows_of(request.POST) or None
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="调解", at=at)
    shown = _context(case, at, rows)
    shown |= {"problem": problem, **ways_in(request, case, shown["sides"])}
    return render(request, "desk/mediation.html", shown, status=422 if problem else 200)


def _context(case: Case, at: Any, rows: list[dict[str, str]] | None) -> dict[str, Any]:
    key = open_row(case.key)
    sides = list(Party.objects.filter(case=case, role__in=SIDES).select_related("unit").order_by("pk"))
    names = {p.key: name_of(p, key) for p in sides} | {MEDIATOR: _("调解员"), SEAL: _("调解组织印章")}
    agreement = Agreement.objects.filter(case=case).exclude(state=Agreement.State.REPLACED).order_by("seq").last()
    clauses = clauses_in(agreement, key) if agreement else []
    with scope("worker"):  # a row of these is shown to no eyes but our own; who works on the matter reads it here
        signed = dict(Signature.objects.filter(agreement=agreement).values_list("who", "at")) if agreement else {}
        no = Declined.objects.filter(agreement=agreement).exclude(who__in=signed).order_by("at") if agreement else []
        declined = [(names.get(d.who, d.who), key.open(d.words, field="declined.words"), d.at) for d in no]
    consents = list(Consent.objects.filter(case=case).order_by("pk"))
    groundwork = list(Groundwork.objects.filter(case=case).select_related("by").order_by("at", "pk"))
    last = agreement.seq if agreement else 0
    draft = agreement is not None and agreement.state == Agreement.State.DRAFT
    wrong = lint(clauses, parties=[p.key for p in sides], signed_on=local_day(at)) if draft else []
    rows = rows or [typed(c) for c in clauses]
    blank = {"who": "", "whom": "", "what": "", "yuan": "", "due_on": "", "where": "", "at_once": ""}
    files = [(f.pk, key.open(f.name, field="file.name")) for f in held_by(f"case:{case.pk}")]
    return {
        "case": case, "title": key.open(case.title, field="case.title"), "sides": [(p, names[p.key]) for p in sides],
        "names": names, "consents": [(c, names.get(c.party, "")) for c in consents], "to": Consent.To.choices,
        "hows": [(v, label) for v, label in How.choices if v != How.CODE], "files": files,
        "groundwork": groundwork,
        "agreement": agreement, "draft": draft, "wrong": wrong,
        "clauses": [(c, names.get(c.who, c.who), names.get(c.whom, c.whom), yuan(c.fen) if c.fen else "") for c in clauses],
        "rows": [*rows, *([blank] * MORE_ROWS)], "first_spare": len(rows) + 2, "signed": signed,
        "signers": [(who, names[who], signed.get(who)) for who in (*(p.key for p in sides), MEDIATOR, SEAL)],
        "obligations": [
            (o, names.get(o.owes, ""), names.get(o.to, ""), key.open(o.what, field="obligation.what"), yuan(o.fen) if o.fen else "")
            for o in Obligation.objects.filter(case=case).order_by("clause", "pk")
        ],
        "today": local_day(at), "spoken": len(consents) + sum(c.withdrawn_at is not None for c in consents),
        "declined": declined, "joint": let_out_of(case, names),
        "looks": sum(g.kind == Groundwork.Kind.BARS for g in groundwork), "last_draft": last,
    }  # fmt: skip


def _proof(request: HttpRequest, case: Case) -> int | None:
    """The file that shows it: one already there, or one sent along."""
    sent = request.FILES.get("file")
    if sent is not None:
        with scope("worker"):
            reading.locked(case.pk)
        kept = store_once(
            sent.read(), sent.name or "", holder=f"case:{case.pk}", key_id=case.key_id, at=request.at,  # type: ignore[attr-defined]
            given_by=f"staff:{request.actor.person_id}", purpose="proof",  # type: ignore[attr-defined]
        )  # fmt: skip
        return kept.pk
    chosen = request.POST.get("proof", "")
    return int(chosen) if chosen.isdecimal() else None


def _consent(request: HttpRequest, case: Case) -> None:
    post, by, at = request.POST, request.actor, request.at  # type: ignore[attr-defined]
    who, to, how, proof = post.get("party", ""), post.get("to", ""), post.get("how", ""), _proof(request, case)
    if post.get("take-back"):
        actions.withdraw_consent(case, who, to=to, how=how, by=by, at=at, proof=proof)
    elif post.get("decline"):
        actions.decline_consent(case, who, to=to, how=how, by=by, at=at, proof=proof)
    else:
        given_on = day_of(post.get("on", ""))
        actions.give_consent(
            case, who, to=to, how=how, by=by, at=at, proof=proof, given_on=given_on, expected=seen_of(request)
        )


def _rights(request: HttpRequest, case: Case) -> None:
    actions.tell_rights(case, by=request.actor, at=request.at, on=day_of(request.POST.get("on", "")))  # type: ignore[attr-defined]


def _bars(request: HttpRequest, case: Case) -> None:
    bars = [line for line in request.POST.get("bars", "").splitlines() if line.strip()]
    actions.check_bars(case, by=request.actor, at=request.at, bars=bars, expected=seen_of(request))  # type: ignore[attr-defined]


def _draft(request: HttpRequest, case: Case) -> None:
    said = clauses_of(rows_of(request.POST))
    actions.draft_agreement(case, said, by=request.actor, at=request.at, expected=seen_of(request))  # type: ignore[attr-defined]


def _sign(request: HttpRequest, case: Case) -> None:
    post = request.POST
    seq = post.get("seq", "")
    actions.sign_agreement(
        case, post.get("who", ""), seq=int(seq) if seq.isdecimal() else 0, how=post.get("how", ""),
        by=request.actor, at=request.at, proof=_proof(request, case),  # type: ignore[attr-defined]
    )  # fmt: skip


def _promise(request: HttpRequest, case: Case) -> Obligation:
    number = request.POST.get("obligation", "")
    found = Obligation.objects.filter(case=case, pk=number if number.isdecimal() else 0).first()
    if found is None:
        raise Http404
    return found


def _fulfil(request: HttpRequest, case: Case) -> None:
    words = request.POST.get("words", "")[:4000]
    actions.fulfil(
        _promise(request, case), by=request.actor, at=request.at, words=words, proof=_proof(request, case)  # type: ignore[attr-defined]
    )  # fmt: skip


def _unfulfilled(request: HttpRequest, case: Case) -> None:
    words = request.POST.get("words", "")[:4000]
    actions.tell_unfulfilled(_promise(request, case), by=request.actor, at=request.at, words=words)  # type: ignore[attr-defined]


def _change(request: HttpRequest, case: Case) -> None:
    post = request.POST
    day, proof = day_of(post.get("due_on", "")), _proof(request, case)
    if day is None or proof is None:
        raise BadForm(_("变更须写明新的履行日期，并附双方签字的书面材料。"))
    actions.change_obligation(
        _promise(request, case), by=request.actor, at=request.at, proof=proof, due_on=day, fen=fen_of(post.get("yuan", ""))  # type: ignore[attr-defined]
    )  # fmt: skip


DO: dict[str, Callable[[HttpRequest, Case], Any]] = {
    "consent": _consent, "rights": _rights, "bars": _bars, "draft": _draft, "sign": _sign, "fulfil": _fulfil,
    "unfulfilled": _unfulfilled, "change": _change,
}  # fmt: skip
