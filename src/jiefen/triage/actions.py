"""Taking in with suggestions, and deciding. A machine suggests; a named person decides."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases import ground
from jiefen.cases.access import roles_on
from jiefen.cases.actions import CaseDraft, DemandDraft, PartyDraft, StepRefused, join_party, open_case, take_step
from jiefen.cases.models import Case
from jiefen.cases.rules import ENDANGERED
from jiefen.intake.actions import Place, Receipt, Sorted, once_more, receive_within
from jiefen.intake.drafts import BadDraft, IntakeDraft
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local_day
from jiefen.kernel.models import SealKey
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.notices.models import Notice
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.places.models import Area
from jiefen.triage import companions, road, setup
from jiefen.triage.doors import follow
from jiefen.triage.duty import alarm, duty_people
from jiefen.triage.finding import index
from jiefen.triage.models import TriageDecision
from jiefen.triage.precedents import beside
from jiefen.triage.road import leave_vault
from jiefen.triage.rules import Suggestion, suggest
from jiefen.triage.rules.road import End, Given, RoadRefused
from jiefen.triage.weighing import problem
from jiefen.triage.written import put_notice

ACCUSATION = "accusation-handover"
VAULT = Case.Stratum.VAULT


class AlreadyDecided(Exception):
    """Somebody decided this intake first. Says who and when; nothing was written."""

    def __init__(self, decision: TriageDecision):
        who = decision.by.name if decision.by else "—"
        super().__init__(_("这件来件已由%(who)s分诊，您的决定没有写入。请看他的决定。") % {"who": who})
        self.decision = decision


class BadDecision(ValueError):
    """The decision lacks something; the message says what."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A suggestion worked out elsewhere (another process): its codes as JSON text, the place's code, the firm marks,
    whether it belongs in the vault, and what a list may show of it."""

    codes: str
    place: str
    firm: tuple[str, ...]
    sealed: bool
    title: str = ""


def sort_draft(draft: IntakeDraft, *, home: Area, at: datetime, ready: Ready | None = None) -> Sorted:
    """Where a draft belongs and what the rules suggest. `home` is where it was taken in; `ready` the suggestion where
    it was made already. Raises BadDraft for an area code nobody knows."""
    if wrong := draft.problems():
        raise BadDraft(wrong)
    day_ = local_day(at)
    ids = setup.area_ids(day_)
    if draft.area_code and draft.area_code not in ids:
        raise BadDraft({"area_code": f"没有区划代码 {draft.area_code}。请核对，或留空由我们按地点判断。"})
    codes = None
    if ready is None:
        made = suggest(
            draft.text, subject=draft.subject, tables=setup.tables(at), gazetteer=setup.gazetteer(at),
            home=draft.area_code or home.code, people=draft.people, **setup.day_of(at),
        )  # fmt: skip
        codes = made.to_codes()
        place_code = made.place.code if made.place else ""
        ready = Ready("", place_code, tuple(f.name for f in made.flags if f.firm), made.route.sealed)
    area_id = ids.get(draft.area_code or ready.place, home.pk)
    place = setup.kept_for("place", (area_id, ready.sealed, day_), lambda: _place(area_id, ready.sealed, at))
    return Sorted(draft, place, ready.firm, codes, suggestion_json=ready.codes, title=ready.title)


def _place(area_id: int, sealed: bool, at: datetime) -> Place:
    county = setup.county_of(at)
    centre = ground.home_centre(area_id, at) or ground.home_centre(county.pk, at)
    if centre is None:
        raise BadDraft({"area_code": "这个区域还没有设中心，无法收件。请管理员先设单位。"})
    doors = (
        [ground.door_of("vault", county.pk)]
        if sealed
        else [ground.door_of("unit", u.pk) for u in ground.centres_over(area_id, at)]
    )
    return Place(area_id, centre.pk, centre.letters or "JF", county.code[:6], tuple(doors), VAULT if sealed else 0)


def take_in(
    draft: IntakeDraft, *, home: Area, by: Actor | None, at: datetime, keep: Callable[[Intake, Key], None] | None = None
) -> Receipt:
    """Take one thing in by any channel: sorted, suggested for, stored, the duty person told when somebody is in danger.

    Raises BadDraft and OtherContent as `intake.receive` does.
    """

    def take() -> Receipt:
        item = sort_draft(draft, home=home, at=at)
        receipt = receive_within(item, by=by, at=at, keep=keep)
        if receipt.created:
            alarm(receipt.intake_id, item, at)
            index.write_intakes([receipt.intake_id])
        return receipt

    return once_more(take)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided. For `open`: kind, area, grade, unit (and helpers), procedure, demands, who is complained
    of. For `join`: case. For `refer`: to_unit or to_road. For `refuse`: article. `refer` and `refuse` need a reason."""

    action: str
    reason: str = ""
    kind: str = ""
    area_code: str = ""
    grade: str = "ordinary"
    unit: int | None = None
    helpers: Sequence[int] = ()
    procedure: str = ""
    ask_type: str = "求助"
    urgent: bool = False
    title: str = ""
    demands: Sequence[str] = ()
    respondent_units: Sequence[int] = ()
    respondents: Sequence[str] = ()
    flags: Sequence[str] | None = None
    case: int | None = None
    article: str = ""
    to_unit: int | None = None
    to_road: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    road: Mapping[str, Given] = field(default_factory=dict)  # the answers on the legal road, where they were asked
    facts: Mapping[str, Any] = field(default_factory=dict)  # of the text: how many were taken and dropped, by kind


def suggestion_of(intake: Intake, at: datetime, *, words: dict[str, Any] | None = None) -> Suggestion | None:
    """The suggestion as it was made at taking-in; with the words, also what in them made it."""
    if not intake.suggestion:
        return None
    said = words or {}
    return Suggestion.from_codes(
        intake.suggestion, setup.tables(at), subject=said.get("subject", ""), text=said.get("text", "")
    )


def decide(
    intake: Intake,
    decision: Decision,
    *,
    by: Actor | None,
    role: str = "",
    at: datetime,
    recorded_at: datetime | None = None,
) -> TriageDecision:
    """Decide an intake, once. Raises AlreadyDecided and BadDecision; nothing is half-done.

    Opening a case also hands it to the unit, when the person deciding may dispatch.
    """
    recorded_at = recorded_at or at
    if wrong := problem(decision):
        raise BadDecision(wrong)
    try:
        reached = road.walked(decision, at)
    except RoadRefused as off:
        raise BadDecision(str(off)) from off
    with transaction.atomic(), scope("worker"):
        row = Intake.objects.select_for_update(of=("self",)).select_related("key", "area", "centre").get(pk=intake.pk)
        if by is not None and not by.keys & set(row.doors):
            raise BadDecision(_("没有这件来件。请核对编号。"))
        if row.state != Intake.State.WAITING:
            earlier = TriageDecision.objects.select_related("by").filter(intake=row).first()
            if row.state == Intake.State.RECALLED:
                raise BadDecision(_("本人已经凭码撤回这件来件，不用再分诊。"))
            if earlier is None:
                raise BadDecision(_("这件来件已随导入撤销，不能再分诊。"))
            raise AlreadyDecided(earlier)
        key = open_row(row.key)
        words = key.open(row.words, field="intake.words")
        chosen, case = _carry_out(row, key, words, decision, reached, by=by, role=role, at=at, recorded_at=recorded_at)
        if decision.facts:
            chosen["facts"] = dict(decision.facts)
        suggested, overruled = beside(_suggested(row), _overruled(row, chosen), chosen, case if by else None, at)
        made = TriageDecision.objects.create(
            intake=row, action=decision.action, case=case, article=decision.article,
            reason=key.seal(decision.reason.strip(), field="decision.reason") if decision.reason.strip() else None,
            to_unit_id=decision.to_unit, to_road=decision.to_road, chosen=chosen, suggested=suggested, overruled=overruled, by_id=by.person_id if by else None, at=at, recorded_at=recorded_at,
        )  # fmt: skip
        row.state = Intake.State.DECIDED
        row.save(update_fields=["state"])
        if case is not None:
            follow([case.pk])
            index.write_cases([case.pk])
        for other, same in companions.decisions(row, words, decision, case):
            decide(other, same, by=by, role=role, at=at, recorded_at=recorded_at)
        if case is not None and decision.action == TriageDecision.Action.OPEN:
            companions.name_speakers(row, words, case, by=by, at=at)
        return made


def _carry_out(
    row: Intake, key: Key, words: dict[str, Any], decision: Decision, reached: End | None, *, by: Actor | None, role: str,
    at: datetime, recorded_at: datetime,
) -> tuple[dict[str, Any], Case | None]:  # fmt: skip
    if ground.keepers_seat([u for u in (decision.unit, decision.to_unit, *decision.helpers) if u is not None]):
        raise BadDecision(_("检举控告专管席不办理一般事项，请选择别的单位；属于检举控告的，请按“封存，交专管员”。"))
    if decision.action == TriageDecision.Action.OPEN:
        return _open(row, key, words, decision, reached, by=by, role=role, at=at, recorded_at=recorded_at)
    if decision.action == TriageDecision.Action.JOIN:
        return _join(row, key, decision, by=by, role=role, at=at, recorded_at=recorded_at)
    if not decision.reason.strip():
        raise BadDecision(_("请写明理由，当事人会看到。"))
    if decision.action == TriageDecision.Action.REFER:
        if not (decision.to_unit or decision.to_road):
            raise BadDecision(_("请写明转到哪里。"))
        put_notice(row, key, "route-notice", decision, reached, by, at)
        return {"to_unit": decision.to_unit, "to_road": decision.to_road, **road.codes(decision.road, reached)}, None
    if decision.action == TriageDecision.Action.REFUSE:
        if not decision.article:
            raise BadDecision(_("不予受理须写明依据的条款。"))
        put_notice(row, key, "refusal-notice", decision, reached, by, at)
        return {"article": decision.article, **road.codes(decision.road, reached)}, None
    raise BadDecision(_("请选择立为新事项、并入、转出或不予受理。"))


def _open(
    row: Intake, key: Key, words: dict[str, Any], decision: Decision, reached: End | None, *, by: Actor | None, role: str,
    at: datetime, recorded_at: datetime,
) -> tuple[dict[str, Any], Case]:  # fmt: skip
    tables = setup.tables(at)
    if decision.kind not in tables.kinds:
        raise BadDecision(_("请选择类型。"))
    area = _area(decision, row)
    excluded = ground.with_below(decision.respondent_units)
    unit = decision.unit
    if unit is not None and (unit in excluded or set(decision.helpers) & excluded):
        raise BadDecision(_("所选单位是被投诉单位或其下属，不能经手。请交其上一级或其他单位。"))
    restricted = tables.kinds[decision.kind].restricted or bool(ENDANGERED & {*row.flags, *(decision.flags or ())})
    stratum = row.stratum or (Case.Stratum.RESTRICTED if restricted else 0)
    teller = key.open(row.teller, field="intake.teller") or {}
    office = setup.taken_in_at(row.taken_by_id, row.received_at)
    procedure = (
        decision.procedure
        or (reached.procedure if reached else "")
        or setup.procedure_for(row.suggestion.get("route", {}).get("procedure", ""), decision.kind, row.channel, office)
    )
    if stratum == VAULT:
        procedure, unit = ACCUSATION, None
    elif procedure == ACCUSATION or decision.kind.startswith("24"):
        raise BadDecision(_("检举控告不在这里分诊。请按“封存，交专管员”，以后只有专管员能看（条例30）。"))
    lead = unit if unit is not None and setup.duty_at_once(procedure) else None
    if lead is None and setup.duty_at_once(procedure, must=True) and by is not None:
        raise BadDecision(_("请选择由哪个单位或调解组织办理。"))
    centre = ground.home_centre(area.pk, at, excluded)
    case = open_case(
        CaseDraft(
            procedure=procedure, title=decision.title.strip() or key.open(row.subject, field="intake.subject"),
            kind=decision.kind, area=area.pk, centre=centre.pk if centre else row.centre_id, channel=row.channel,
            grade=decision.grade, flags=list(decision.flags) if decision.flags is not None else list(row.flags),
            stratum=stratum, people=row.people or 1, first_asked=row.taken_by_id or (by.person_id if by else None),
            outside_number=row.outside_number, key=row.key_id, facts=setup.said_at_opening(procedure, decision.extra, road.first_facts(reached, area.pk, at)),
            received_by=setup.received_by(office), lead=lead, helpers=decision.helpers if lead else (),
            demands=[DemandDraft(d.strip()) for d in decision.demands if d.strip()]
            or [DemandDraft(words.get("subject") or words["text"][:200])],
            parties=[
                PartyDraft("complainant", identity=row.identity, receipt=row.pk, joined_at=row.received_at, **teller),
                *(PartyDraft("respondent", name=Unit.objects.get(pk=u).name, unit=u) for u in decision.respondent_units),
                *(PartyDraft("respondent", name=n.strip()) for n in decision.respondents if n.strip()),
            ],
        ),
        by=by, role=role, unit=row.centre_id, at=row.received_at, recorded_at=recorded_at,
    )  # fmt: skip
    if unit is not None and lead is None:
        _dispatch(case, decision, by=by, at=at, recorded_at=recorded_at, role=role)
        case.refresh_from_db()
    chosen = {
        "kind": decision.kind, "area": area.code, "grade": decision.grade, "unit": unit, "helpers": list(decision.helpers),
        "procedure": procedure, **road.codes(decision.road, reached),
    }  # fmt: skip
    return chosen, case


def _dispatch(
    case: Case, decision: Decision, *, by: Actor | None, at: datetime, recorded_at: datetime, role: str
) -> None:
    name = "transfer" if case.procedure in ("petition-suggestion", "petition-claim") else "dispatch"
    may = {"dispatcher", "petition-officer"} if name == "transfer" else {"dispatcher"}
    if by is not None and not set(roles_on(by, case)) & may:
        return  # whoever only takes in, or may not see a restricted matter further, leaves it to the dispatcher's queue
    facts = {
        "lead-unit": decision.unit, "helper-units": list(decision.helpers), "ask-type": decision.ask_type,
        "urgent": decision.urgent,
    } | {name: said for name, said in decision.extra.items() if name == "new-facts" and said}  # fmt: skip
    inside = role if by is None else ""
    try:
        take_step(case, name, by=by, at=at, recorded_at=recorded_at, inside=inside, facts=facts)
    except StepRefused as refused:  # the whole decision is taken back with it
        raise BadDecision(setup.not_handed_on(refused.refusal)) from refused


def _join(
    row: Intake, key: Key, decision: Decision, *, by: Actor | None, role: str, at: datetime, recorded_at: datetime
) -> tuple[dict[str, Any], Case]:
    case = Case.objects.filter(pk=decision.case or 0, is_open=True).first()
    if case is None or (by is not None and not by.keys & set(case.doors)):
        raise BadDecision(_("没有这件在办事项。请核对编号；已办结的请走重启。"))
    SealKey.objects.filter(pk=row.key_id).update(parent_id=case.key_id)
    teller = key.open(row.teller, field="intake.teller") or {}
    join_party(
        case, PartyDraft("complainant", identity=row.identity, receipt=row.pk, joined_at=row.received_at, **teller),
        by=by, role=role, unit=row.centre_id, at=at, recorded_at=recorded_at,
    )  # fmt: skip
    case.refresh_from_db()
    return {"case": case.number}, case


def _area(decision: Decision, row: Intake) -> Area:
    if not decision.area_code:
        return row.area
    area = Area.objects.filter(code=decision.area_code).first()
    if area is None:
        raise BadDecision(_("没有这个区域，请重新选择。"))
    return area


def _suggested(row: Intake) -> dict[str, Any]:
    s = row.suggestion
    if not s:
        return {}
    return {
        "kind": s["kind"], "area": (s["place"] or {}).get("code", ""), "grade": s["grade"]["value"],
        "unit_type": s["route"]["unit_type"], "rule": s["route"]["fired"], "procedure": s["route"]["procedure"],
        "second": s.get("second", ""), **{name: s[name] for name in ("model", "chance") if name in s},
    }  # fmt: skip


def _overruled(row: Intake, chosen: dict[str, Any]) -> list[str]:
    """Which suggestions a person changed. An abstention overruled nobody."""
    said = _suggested(row)
    off = [
        name for name in ("kind", "area", "grade") if said.get(name) and chosen.get(name) and said[name] != chosen[name]
    ]
    if said.get("unit_type") and chosen.get("unit"):
        unit = Unit.objects.filter(pk=chosen["unit"]).first()
        wanted = "village-committee" if said["unit_type"] == "grid" else said["unit_type"]
        if unit and unit.unit_type != wanted:
            off.append("unit")
    return off


def clear_flag(intake: Intake, flag: str, *, by: Actor, at: datetime, reason: str) -> None:
    """A false alarm is cleared with a word; everybody told of it sees that it was cleared."""
    if not reason.strip():
        raise BadDecision(_("请写一句为什么解除。"))
    with transaction.atomic(), scope("worker"):
        row = Intake.objects.select_for_update().get(pk=intake.pk)
        row.flags = [f for f in row.flags if f != flag]
        row.save(update_fields=["flags"])
        Notice.objects.filter(intake=row.pk, code=flag, done_at__isnull=True).update(
            done_at=at, done_why=reason.strip()[:200]
        )


__all__ = [
    "AlreadyDecided", "BadDecision", "Decision", "Ready", "alarm", "clear_flag", "decide", "duty_people", "leave_vault", "sort_draft",
    "suggestion_of", "take_in",
]  # fmt: skip
