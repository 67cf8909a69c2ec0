"""Intakes: those that wait, one with its words and suggestions, its receipt, and the decision."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jiefen.cases.access import note_reading, open_to
from jiefen.cases.models import Case
from jiefen.desk import alongside, drawn, lists, receipts
from jiefen.desk.door import staff
from jiefen.desk.joining.taking_out import holder_of
from jiefen.desk.register import guesses
from jiefen.desk.roads import tree
from jiefen.desk.roster.calls import CALLS, calls_about
from jiefen.desk.suggestions.said import instead, marked
from jiefen.files.queries import held_by
from jiefen.intake.models import Intake
from jiefen.kernel.masking import mask_name, mask_phone, mask_text
from jiefen.kernel.seal import open_row
from jiefen.people.actor import UNIT, Actor, sort_of
from jiefen.people.models import Unit
from jiefen.places.models import Area
from jiefen.procedures.catalogue import vocabulary
from jiefen.triage import alike, resembling, setup
from jiefen.triage.actions import AlreadyDecided, BadDecision, Decision, clear_flag, decide, leave_vault, suggestion_of
from jiefen.triage.companions import came_along
from jiefen.triage.facts import mask
from jiefen.triage.models import TriageDecision
from jiefen.triage.precedents import proposed
from jiefen.triage.road import seal_away
from jiefen.triage.rules.road import RoadRefused, hints, shipped
from jiefen.triage.vault import may_split_letter

DECIDERS = frozenset({"clerk", "dispatcher", "petition-officer", "hotline-agent", "vault-keeper"})
ROADS = (
    ("", gettext_lazy("不转外部渠道")),
    ("110", gettext_lazy("110（正在发生的违法、危险）")),
    ("external-court", gettext_lazy("人民法院")),
    ("external-arbitration", gettext_lazy("劳动人事争议仲裁")),
    ("external-review", gettext_lazy("行政复议机关")),
)
ASK_TYPES = (
    ("求助", gettext_lazy("求助")),
    ("咨询", gettext_lazy("咨询")),
    ("投诉", gettext_lazy("投诉")),
    ("举报", gettext_lazy("举报")),
    ("建议", gettext_lazy("建议")),
)
GRADES = (("ordinary", gettext_lazy("一般")), ("complex", gettext_lazy("复杂")), ("major", gettext_lazy("重大疑难")))
PROCEDURES = (
    ("hotline-order", gettext_lazy("工单办理")),
    ("petition-claim", gettext_lazy("申诉求决")),
    ("petition-suggestion", gettext_lazy("建议意见")),
)
ROAD = "road"
"""The button that only asks where the answers lead: nothing is written."""
SEAL = "seal"
KEPT = (
    "kind", "grade", "procedure", "title", "demands", "respondents", "ask_type", "case_number", "article", "to_road", "reason",
)  # fmt: skip


CLEAR_REASONS = (
    gettext_lazy("说的是以前的事，现在没有危险"), gettext_lazy("是打比方、说气话，问过了"), gettext_lazy("已经有人到场在管"),
)  # fmt: skip
"""Why an alarm is taken back, most often: one click each. Anything else is written."""


def intake_for(actor: Actor, number: str) -> Intake:
    """The intake, or 404: the same whether it does not exist or is not yours. What became a matter is read like the matter:
    raises ReasonFirst where that does."""
    if "\x00" in number:
        raise Http404
    row = lists.visible_intakes(actor).select_related("key", "area", "centre", "taken_by").filter(number=number).first()
    if row is None:
        raise Http404
    at_centre = {one for p in actor.areas() for one in p.doors}
    if row.taken_by_id != actor.person_id and not at_centre & set(row.doors):
        decided = TriageDecision.objects.select_related("case").filter(intake=row, case__isnull=False).first()
        if decided is not None and decided.case is not None:
            open_to(actor, decided.case)
        elif {sort_of(d) for d in actor.keys & set(row.doors)} == {UNIT}:
            raise Http404  # works at the centre, but takes nothing in and decides nothing there: a sponsor
    return row


@staff
def queue(request: HttpRequest) -> HttpResponse:
    """What waits to be decided at my centre."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = lists.waiting(actor)
    channel = request.GET.get("channel", "")
    if channel:
        rows = rows.and_("i.channel = %(channel)s", channel=channel)
    if request.GET.get("flag"):
        rows = rows.and_("cardinality(i.flags) > 0")
    labels = setup.tables(request.at).label  # type: ignore[attr-defined]
    page = lists.intake_page(rows, labels=labels, flags=vocabulary().flags, after=request.GET.get("after", ""))
    return render(
        request,
        "desk/intakes.html",
        {"page": page, "total": lists.counted(rows), "channel": channel, "title": _("待分诊")},
    )


class DecideForm(forms.Form):
    """The decision. Lists of offices and places are filled from the county."""

    action = forms.ChoiceField(choices=TriageDecision.Action.choices)
    kind = forms.CharField(required=False, max_length=8)
    area_code = forms.CharField(required=False, max_length=20)
    grade = forms.ChoiceField(choices=GRADES, required=False, initial="ordinary")
    unit = forms.IntegerField(required=False)
    helpers = forms.TypedMultipleChoiceField(coerce=int, required=False, choices=())
    procedure = forms.ChoiceField(choices=PROCEDURES, required=False)
    ask_type = forms.ChoiceField(choices=ASK_TYPES, required=False, initial="求助")
    urgent = forms.BooleanField(required=False)
    title = forms.CharField(required=False, max_length=80)
    demands = forms.CharField(required=False, widget=forms.Textarea)
    respondent_units = forms.TypedMultipleChoiceField(coerce=int, required=False, choices=())
    respondents = forms.CharField(required=False, max_length=200)
    case_number = forms.CharField(required=False, max_length=40)
    article = forms.CharField(required=False, max_length=60)
    to_unit = forms.IntegerField(required=False)
    to_road = forms.CharField(required=False, max_length=60)
    reason = forms.CharField(required=False, widget=forms.Textarea, max_length=2000)

    def __init__(self, *args: Any, units: list[tuple[int, str]] = (), **kwargs: Any):  # type: ignore[assignment]
        super().__init__(*args, **kwargs)
        for name in ("helpers", "respondent_units"):
            self.fields[name].choices = units  # type: ignore[attr-defined]

    def decision(self) -> Decision:
        """What was decided, for the verb. A join names the case by its number."""
        said = self.cleaned_data
        case = None
        if said["action"] == "join":
            number = said["case_number"].strip()
            case = Case.objects.filter(number=number).first() or Case.objects.filter(slug=number.lower()).first()
            if case is None:
                raise BadDecision(_("没有编号为“%(number)s”的事项，请核对。") % {"number": number})
        return Decision(
            action=said["action"], reason=said["reason"] or str(self.data.get("road_reason", ""))[:2000], kind=said["kind"], area_code=said["area_code"],
            grade=said["grade"] or "ordinary", unit=said["unit"], helpers=said["helpers"], procedure=said["procedure"],
            ask_type=said["ask_type"] or "求助", urgent=said["urgent"], title=said["title"],
            demands=said["demands"].splitlines(), respondent_units=said["respondent_units"],
            respondents=said["respondents"].replace("，", "、").split("、"), case=case.pk if case else None,
            article=said["article"] or self._by_road("article"), to_unit=said["to_unit"] or self._road_unit(),
            to_road=said["to_road"] or self._by_road("to_road"), road=tree.read(self.data),
        )  # fmt: skip

    def _by_road(self, name: str) -> str:
        """What the reached end brings where nobody chose otherwise: the ground of a refusal, the road of a referral."""
        return str(self.data.get(f"road_{name}", ""))[:60]

    def _road_unit(self) -> int | None:
        said = self.data.get("road_unit", "")
        return int(said) if said.isdecimal() and len(said) < 18 and not self.cleaned_data["to_road"] else None


def unit_choices(at: Any, area: Area) -> list[tuple[int, str]]:
    """Offices that a matter of this area may go to: the county's, and those of its own township and village. Never the seat
    of the vault's keeper."""
    from jiefen.cases import ground

    above = ground.lineage(area.pk)
    rows = Unit.objects.filter(area_id__in=above, until__isnull=True).exclude(unit_type=ground.SEAT)
    rows = rows.order_by("area__code", "unit_type", "name")
    return [(u.pk, u.name) for u in rows]


@staff
def intake_page(request: HttpRequest, number: str) -> HttpResponse:
    """One intake: the words, what the rules suggest and why, and the decision of a person."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    intake = intake_for(actor, number)
    units = unit_choices(request.at, intake.area)  # type: ignore[attr-defined]
    asks = request.POST.get("action") == ROAD or "fact" in request.POST or tree.CONFIRM in request.POST
    form = DecideForm(request.POST if request.method == "POST" and not asks else None, units=units)
    status = 200
    if request.method == "POST":
        if not actor.roles & DECIDERS:
            raise Http404
        try:
            if request.POST.get("action") == SEAL:
                seal_away(intake, by=actor, at=request.at)  # type: ignore[attr-defined]
                return redirect("/intakes/")
            if not asks and form.is_valid():
                made = decide(intake, _decided(request, intake, form), by=actor, at=request.at)  # type: ignore[attr-defined]
                return redirect(f"/cases/{made.case.slug}/" if made.case else f"/intakes/{number}/")
        except (BadDecision, AlreadyDecided, RoadRefused) as refused:
            form.add_error(None, str(refused))
        status = 200 if asks else 422
    note_reading(f"intake:{intake.pk}", actor, purpose="分诊", what="来件原文", at=request.at)  # type: ignore[attr-defined]
    return render(request, "desk/intake.html", _context(request, intake, form, units), status=status)


def _decided(request: HttpRequest, intake: Intake, form: DecideForm) -> Decision:
    """The decision with whom it is against as taken from the text, and what became of each fact."""
    key = open_row(intake.key)
    words = key.open(intake.words, field="intake.words")
    facts = drawn.facts_of(words["text"], request.at, intake.area.code)  # type: ignore[attr-defined]
    return drawn.with_taken(form.decision(), request.POST, facts, words.get("facts") or {})


def _context(request: HttpRequest, intake: Intake, form: DecideForm, units: list[tuple[int, str]]) -> dict[str, Any]:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    key = open_row(intake.key)
    words = key.open(intake.words, field="intake.words")
    teller = key.open(intake.teller, field="intake.teller") or {}
    made = said = suggestion_of(intake, at, words=words)
    if made and request.GET.get("kind"):  # one click to the second best; nothing is decided by it
        made = instead(made, request.GET["kind"], setup.tables(at))
    decision = TriageDecision.objects.select_related("by", "case", "to_unit").filter(intake=intake).first()
    same = (
        lists.visible_intakes(actor).filter(text_digest=intake.text_digest).exclude(pk=intake.pk).exclude(state="void")
        if intake.text_digest
        else Intake.objects.none()
    )
    flags = vocabulary().flags
    tables = setup.tables(at)
    names = (teller.get("name", ""),)
    shown = _tree(request, intake, hints(made, subject=words.get("subject", ""), text=words["text"]), names)
    taken: dict[str, Any] = {
        "kind": made.kind if made else "",
        "area": intake.area.code,
        "grade": made.grade.value if made else "ordinary",
        "unit": _unit_guess(made, intake, at),
        "procedure": setup.procedure_for(
            made.route.procedure if made else "",
            made.kind if made else "",
            intake.channel,
            setup.taken_in_at(intake.taken_by_id, intake.received_at),
        ),
        "title": _title_guess(intake, words, key.open(intake.subject, field="intake.subject"), made),
        "demands": mask_text(words.get("subject", ""), names) or key.open(intake.subject, field="intake.subject"),
    }
    earlier = proposed(taken["kind"], intake.area_id, at) if intake.stratum != 2 else None
    if earlier and request.method != "POST":
        taken["unit"] = earlier.unit  # what was ruled before goes before the table; a person decides
    taken["case_number"] = request.GET.get("case", "")[:40]  # chosen among the alike ones
    may_decide = bool(actor.roles & DECIDERS) and intake.state == "waiting"
    if may_decide:
        alike.index_new()
    asks_road = bool(made and made.route.procedure == "petition-claim") or taken["procedure"] == "petition-claim"
    if request.method == "POST":
        taken |= _kept(request)
    if shown.end and shown.end.procedure:
        taken["procedure"] = shown.end.procedure
    sent = drawn.pressed(request.POST)
    facts = drawn.facts_of(words["text"], at, intake.area.code) if may_decide else []
    chips = drawn.for_decision(facts, *sent, words.get("facts") or {})
    place = next((c.value for c in chips if c.fill and f"take {c.key}" == request.POST.get("fact")), "")
    if place:  # the way without JavaScript
        taken["area"] = place
    if "respondents" not in taken and words.get("against"):
        taken["respondents"] = words["against"]
    return {
        "along": alongside.shown_with(intake, words), "chips": chips, "chips_form": "decide", "facts_sent": ["\n".join(keys) for keys in sent],
        "intake": intake, "form": form, "title": key.open(intake.subject, field="intake.subject"),
        "text": marked(mask(words["text"], names), said, "body"), "subject": marked(mask(words.get("subject", ""), names), said, "subject"),
        "who": {"name": mask_name(teller.get("name", "")), "phone": mask_phone(teller["phone"]) if teller.get("phone") else ""},
        "guesses": guesses(said, at) if said else [], "made": made, "taken": taken, "units": units, "earlier": earlier,
        "kinds": [k for k in tables.kinds.values() if len(k.code) == 4],
        "areas": _areas(intake, at),
        "refusals": shipped().refusals, "roads": [*ROADS, *((r.id, r.label) for r in shipped().roads.values())],
        "tree": shown, "notice_label": vocabulary().papers[shown.end.notice]["label"] if shown.end and shown.end.notice else "",
        "focus": request.POST.get("action") == ROAD or tree.CONFIRM in request.POST, "end_unit": _end_unit(shown, intake, at), "asks_road": asks_road,
        "decision_road": _decided_road(decision), "ask_types": ASK_TYPES, "grades": GRADES, "procedures": PROCEDURES,
        "flags": [{"name": f, **flags[f]} for f in intake.flags if f in flags], "clear_reasons": CLEAR_REASONS,
        "same": lists.intake_page(same, labels=tables.label, flags=flags, newest=True, size=6).rows,
        "withdrawn_why": key.open(intake.withdrawn_why, field="intake.withdrawn") if intake.withdrawn_why else "",
        "decision": decision, "decision_reason": key.open(decision.reason, field="decision.reason") if decision and decision.reason else "",
        "may_decide": may_decide, "found": resembling.of_intake(actor, intake) if may_decide else None, "files": list(held_by(f"intake:{intake.pk}")),
        "takes_out": bool(decision and decision.action == "join" and holder_of(actor, intake)),
        "calls": calls_about(actor, intake, at), "may_call": bool(CALLS & actor.roles) and intake.stratum != 2,
        "may_split": not (decision and decision.case_id) and may_split_letter(intake, actor) is not None,
        "sealed": intake.stratum == 2 and "vault-keeper" in actor.roles,
        "overrule_labels": [{"kind": _("类型"), "area": _("地点"), "grade": _("等级"), "unit": _("承办单位"), "precedent": _("裁定先例")}.get(x, x) for x in (decision.overruled if decision else [])],
    }  # fmt: skip


def _tree(request: HttpRequest, intake: Intake, spoken: dict[str, Any], names: tuple[str, ...]) -> tree.Tree:
    """The questions as they stand: what was sent with this page, else nothing answered."""
    answers, off = {}, None
    try:
        answers = tree.read(request.POST)
    except RoadRefused as bad:
        off = bad
    return tree.tree_of(answers, at=request.at, area=intake.area_id, hints=spoken, names=names, refused=off)  # type: ignore[attr-defined]


def _kept(request: HttpRequest) -> dict[str, Any]:
    """What was filled in before the page came back, so that nothing is typed twice."""
    said: dict[str, Any] = {name: request.POST[name] for name in KEPT if name in request.POST}
    if "unit" in request.POST:
        said |= {n: int(v) if (v := request.POST.get(n, "")).isdecimal() else None for n in ("unit", "to_unit")}
    for name in ("helpers", "respondent_units"):
        said[name] = [int(v) for v in request.POST.getlist(name) if v.isdecimal()]
    if "area_code" in request.POST:
        said["area"] = request.POST["area_code"]
    return said | {"urgent": bool(request.POST.get("urgent"))}


def _end_unit(shown: tree.Tree, intake: Intake, at: Any) -> int | None:
    """The county's office of the road that was reached: a referral goes there."""
    sort = shown.end.unit_type if shown.end and shown.end.action == "refer" else ""
    unit = setup.unit_for(sort, intake.area_id, at) if sort else None
    return unit.pk if unit else None


def _decided_road(decision: TriageDecision | None) -> list[tuple[str, str]]:
    """What was answered when it was decided: question and answer in words."""
    said = (decision.chosen.get("road") or {}).get("answers", {}) if decision else {}
    found = []
    for question in shipped().questions:
        value, _sep, standing = said.get(question.id, "").partition(":")
        option = question.option(value)
        if option is not None:
            label = shipped().standings.get(standing, ("", False))[0]
            found.append((question.ask, "，".join(filter(None, [option.label, label]))))
    return found


def _areas(intake: Intake, at: Any) -> list[tuple[str, str]]:
    """Places to choose from, with the intake's own first when it lies below a village."""
    options = setup.area_options(at)
    own = (intake.area.code, intake.area.full_name)
    return options if own in options else [own, *options]


def _title_guess(intake: Intake, words: dict[str, Any], subject: str, made: Any) -> str:
    """A title without names: what the source called it, else place and kind."""
    if words.get("subject", "").strip() or made is None or not made.kind:
        return subject
    kind = setup.tables_now().kinds.get(made.kind)
    return f"{intake.area.name}：{kind.l2_label or kind.l1_label}" if kind else subject


def _unit_guess(made: Any, intake: Intake, at: Any) -> int | None:
    if made is None or not made.route.unit_type:
        return None
    unit = setup.unit_for(made.route.unit_type, intake.area_id, at)
    return unit.pk if unit else None


@staff
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt on one page, for printing: number, code, QR."""
    intake = intake_for(request.actor, number)  # type: ignore[attr-defined]
    note_reading(f"intake:{intake.pk}", request.actor, purpose="打印受理单", what="受理单", at=request.at)  # type: ignore[attr-defined]
    others = came_along(intake, open_row(intake.key).open(intake.words, field="intake.words"))
    for one in others:
        note_reading(f"intake:{one.pk}", request.actor, purpose="打印受理单", what="受理单", at=request.at)  # type: ignore[attr-defined]
    return render(request, "desk/receipt.html", receipts.receipt_context(request, intake, others))


@require_POST
@staff
def flag(request: HttpRequest, number: str) -> HttpResponse:
    """Clear a false alarm with a word, or release a text from the vault."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    intake = intake_for(actor, number)
    try:
        if request.POST.get("vault") and "vault-keeper" in actor.roles:
            leave_vault(intake, by=actor, at=request.at, reason=request.POST.get("reason", ""))  # type: ignore[attr-defined]
            return redirect("/intakes/")
        clear_flag(intake, request.POST.get("flag", ""), by=actor, at=request.at, reason=request.POST.get("reason", ""))  # type: ignore[attr-defined]
    except BadDecision as refused:
        units = unit_choices(request.at, intake.area)  # type: ignore[attr-defined]
        return render(
            request,
            "desk/intake.html",
            _context(request, intake, DecideForm(units=units), units) | {"refused": str(refused)},
            status=422,
        )
    return redirect(f"/intakes/{number}/")
