"""What a resident sees of their matter, by code: where it is, who holds it, which day, what next, which roads remain."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases.models import Case, Demand, Party, Step
from jiefen.cases.rules import Row, Standing, taken_back
from jiefen.cases.standing import deadlines_of, standing_of
from jiefen.desk.mediation.ways_out import way_out
from jiefen.desk.own_windows import Window, windows_of
from jiefen.desk.questions.wanted import Wanted, wanted_of
from jiefen.desk.roads.told import notice_of, road_label
from jiefen.desk.vault.office import keeper_office, lies_there
from jiefen.intake.models import Intake
from jiefen.intake.own_actions import shut_because
from jiefen.kernel.clock import local_day
from jiefen.kernel.ids import TOKEN_LENGTH, read_code, read_short_code
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import set_scope
from jiefen.kernel.seal import Key, Sealed, open_row, second_mark, token_mark
from jiefen.mediation.queries import AgreementSeen, asked_of, may_talk_alone, to_sign
from jiefen.mediation.queries import Asked as ConsentAsked
from jiefen.mediation.shape import leads
from jiefen.oversight.by_code import Asked as Rated
from jiefen.oversight.by_code import asked as rated
from jiefen.oversight.by_code import in_hand
from jiefen.oversight.models import ReopenAsk
from jiefen.oversight.reading import Matter
from jiefen.oversight.reopening import may_ask
from jiefen.papers.queries import made_for
from jiefen.people.actor import RECEIPT, door
from jiefen.procedures.catalogue import current_calendar, procedure, vocabulary
from jiefen.procedures.clocks import Chip, Reckoning, chip, reckon
from jiefen.triage.models import TriageDecision


@dataclass(frozen=True, slots=True)
class Line:
    """A step in plain words, for the person it concerns."""

    at: datetime
    text: str
    now: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing they asked, with its answer once there is one."""

    text: str
    outcome: str
    result: str
    basis: str
    remedy: str


@dataclass(slots=True)
class Progress:
    """The page of one receipt."""

    number: str
    short_code: str
    token: str
    title: str
    received_at: datetime
    state: str  # waiting | decided | void | recalled | case
    headline: str
    day_number: int
    holder: str = ""
    holder_phone: str = ""
    centre: str = ""
    centre_phone: str = ""
    next_step: str = ""
    case_number: str = ""
    due_chip: Chip | None = None
    reckoning: Reckoning | None = None
    due_on: Any = None
    provisional: bool = False
    windows: list[Window] = field(default_factory=list)  # what they may ask for, and until when
    asked: list[Asked] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    papers: list[dict[str, Any]] = field(default_factory=list)
    notice: dict[str, str] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)  # the notice itself, where it became no case
    consents: list[ConsentAsked] = field(default_factory=list)  # what they may say yes or no to
    wanted: list[Wanted] = field(default_factory=list)  # what is, and was, asked of this person
    ended: bool = False
    can_reopen: bool = False
    once: str = ""  # key of the form that asks for it
    asks: list[dict[str, Any]] = field(default_factory=list)  # what this person asked after the end, and the answer
    rate: Rated | None = None  # what they are asked about the answer, and what they said
    second: bool = False  # whether saying it takes the second thing once more
    agreement: AgreementSeen | None = None  # drafted or in force
    alone: bool = False  # whether there is a mediator whom they may tell something alone
    way_out: bool = False  # whether they may leave or take it back
    may_withdraw: bool = False  # whether they may take back what nobody has decided about yet
    sealed: bool = False  # it lies with the keeper: the page says so and nothing of what was told

    @property
    def waits_for_you(self) -> bool:
        return any(one.waits for one in self.wanted)

    @property
    def asks_consent(self) -> bool:
        return any(one.asks for one in self.consents)

    @property
    def to_sign(self) -> bool:
        one = self.agreement
        return one is not None and not (one.in_force_since or one.signed_by_me_at or one.declined_by_me_at)

    @property
    def was_asked(self) -> list[Wanted]:
        return [one for one in self.wanted if not one.waits]


def intake_by_token(token: str) -> Intake | None:
    """The intake a long code belongs to. Call inside a transaction; its scope becomes this receipt's and nothing more."""
    code = read_code(token)
    if len(code) != TOKEN_LENGTH:
        return None
    set_scope("worker")
    row = Intake.objects.select_related("key", "centre", "area").filter(token_mark=token_mark(code)).first()
    set_scope("resident", [door(RECEIPT, row.pk)] if row else [])
    return row


def intake_by_short_code(code: str, second: str) -> Intake | None:
    """The intake of a short code with its second thing: the phone's last digits or the chosen word. None otherwise, the
    same for a wrong code, a wrong second thing, and a receipt that has no second thing."""
    mark = second_mark(second)
    set_scope("worker")
    row = Intake.objects.select_related("key", "centre", "area").filter(short_code=read_short_code(code)).first()
    destroyed = row is not None and row.key.wrapped is None  # nothing is left to guard: the page says that it is gone
    if row is not None and not destroyed and (row.second_mark is None or bytes(row.second_mark) != mark):
        row = None
    set_scope("resident", [door(RECEIPT, row.pk)] if row else [])
    return row


def progress_for(row: Intake, at: datetime) -> Progress:
    """Everything the page of one receipt shows, within this receipt's scope. Raises Sealed when the content is gone."""
    key = open_row(row.key)
    found = Progress(
        number=row.number, short_code=row.short_code, token=key.open(row.token, field="intake.token"),
        title=subject_of(row, key), received_at=row.received_at, state=row.state,
        headline="已经收到，正在看归谁办", day_number=(local_day(at) - local_day(row.received_at)).days + 1,
        centre=row.centre.name, centre_phone=row.centre.phone, holder=row.centre.name, holder_phone=row.centre.phone,
        next_step="中心会定归谁办，并告诉您。",
        readings=list(Reading.objects.filter(subject=f"intake:{row.pk}").order_by("-at")[:20]),
    )  # fmt: skip
    found.lines.append(Line(row.received_at, f"{row.centre.name}收到了您反映的事。"))
    if row.apart_at is not None:
        found.lines.append(Line(row.apart_at, _("不再与别的件一并办理，您这件单独往下办；时限照走，不重来。")))
    if row.state == Intake.State.VOID:
        found.headline, found.next_step = "这份登记已撤销", "它是整批导入时撤回的，会重新登记；有疑问请打下面的电话。"
        return found
    if row.state == Intake.State.RECALLED:
        found.headline, found.ended = _("您已经撤回，没有再办"), True
        found.next_step = _("想再办，重新反映就行，不受这次影响。撤回不是您本人办的，请马上打上面的电话。")
        found.lines.append(Line(row.withdrawn_at or row.recorded_at, _("您凭码撤回了。"), True))
        return found
    decision = (
        TriageDecision.objects.select_related(
            "case__key", "case__lead_unit", "case__responsible", "case__centre", "to_unit"
        )
        .filter(intake=row)
        .first()
    )
    if lies_there(row, decision.case if decision else None):
        return _with_keeper(found, row, decision.case if decision else None, at)
    if decision is None:
        found.may_withdraw = not shut_because(row)
        return found
    if decision.case is not None:
        return _of_case(found, row, decision.case, at)
    reason = key.open(decision.reason, field="decision.reason") if decision.reason else ""
    refused = decision.action == TriageDecision.Action.REFUSE
    found.ended = True
    found.headline = "不予受理，理由和依据在下面" if refused else "已转到该管的地方"
    to = road_label(decision)
    found.next_step = "不服可以按告知书写明的途径提出。" if refused else f"请找{to}。" if to else ""
    found.holder = to or found.holder
    found.holder_phone = decision.to_unit.phone if decision.to_unit else found.centre_phone
    found.notice = {
        "reason": reason,
        "article": vocabulary().source_title(decision.article) if decision.article else "",
    }
    found.told = notice_of(row, key)
    found.lines.append(Line(decision.at, found.headline + "。", True))
    return found


def subject_of(row: Intake, key: Key) -> str:
    """What a receipt and its page call the matter; of what lies in the vault nothing that tells what it is about."""
    return _("您反映的情况") if row.stratum == Case.Stratum.VAULT else key.open(row.subject, field="intake.subject")


def _with_keeper(found: Progress, row: Intake, case: Case | None, at: datetime) -> Progress:
    """What may stand on a page that somebody else may look at too: that it came in, who has it, and whom to call."""
    office = keeper_office(row.area_id, at)
    found.sealed, found.readings = True, []
    found.holder = "，".join(filter(None, [office.name if office else "", _("专管员")]))
    found.holder_phone = found.centre_phone = office.phone if office else ""
    found.centre, found.next_step = office.name if office else "", _("要补充、要问进展，请打电话或当面找专管员。")
    passed = case is not None and case.state in ("handed-over", "receipted")
    found.headline = _("已经收到，已按规定转交") if passed else _("已经收到，由专管员保管")
    return found


def case_of(row: Intake) -> Case | None:
    """The case that an intake became, within its receipt's scope."""
    decision = TriageDecision.objects.select_related("case").filter(intake=row).first()
    return decision.case if decision else None


def party_of(row: Intake, case: Case | None) -> Party | None:
    """Whose receipt it is, in the case that the intake became."""
    return Party.objects.filter(case=case, receipt=row.pk).first() if case else None


def _reopening(found: Progress, row: Intake, case: Case, standing: Standing, key: Key, at: datetime) -> None:
    """What the person said after the end, and whether they may say it now: asked of the engine, never guessed."""
    asks = list(ReopenAsk.objects.filter(case=case, intake=row.pk).order_by("-at")[:5])
    found.asks = [
        {
            "at": one.at, "words": key.open(one.words, field="ask.words"), "waits": one.done_at is None,
            "reopened": one.reopened, "answer": key.open(one.answer, field="ask.answer") if one.answer else "",
        }
        for one in asks
    ]  # fmt: skip
    found.can_reopen = may_ask(case, standing, at) and not any(one.done_at is None for one in asks)
    found.once = secrets.token_urlsafe(12) if found.can_reopen else ""


def _of_case(found: Progress, row: Intake, case: Case, at: datetime) -> Progress:
    definition = procedure(case.procedure, case.version)
    key = open_row(case.key)
    standing = standing_of(case)
    mine = party_of(row, case)
    found.title = key.open(case.title, field="case.title")
    found.state, found.case_number, found.ended = "case", case.number, not case.is_open
    found.headline = PLAIN_STATE.get(case.state, definition.states[case.state].label)
    unit = case.lead_unit or case.centre
    found.holder = "，".join(filter(None, [unit.name, case.responsible.name if case.responsible else ""]))
    found.holder_phone = unit.phone
    if found.ended or any(definition.states[h.state].end for h in standing.history):
        _reopening(found, row, case, standing, key, at)
    if mine is not None:
        found.rate, found.second = rated(Matter(case, definition, standing), mine.key, key), row.second_mark is not None
    calendar = current_calendar()
    clocks = list(deadlines_of(case, standing))
    found.windows = windows_of(definition, clocks, mine.key, at=at, calendar=calendar) if mine else []
    due = [
        d for d in clocks
        if d.stopped_at is None and not d.lapsed and d.binds not in ("complainant", "parties") and d.scope == "complainant"
        and d.key in ("", mine.key if mine else "") and d.due_at
    ]  # fmt: skip
    if due and case.is_open:
        last = max(due, key=lambda d: d.due_at or at)
        found.due_chip, found.due_on, found.provisional = (
            chip(last, at=at, calendar=calendar),
            last.due_on,
            last.provisional,
        )
        found.reckoning = reckon(last, at=at, calendar=calendar)
    clock = definition.clocks.get(case.next_clock)
    found.next_step = PLAIN_NEXT.get(case.state, clock.label if clock else "")
    # A draft of an answer, and an opinion that has not been served on them, are not an answer to them.
    told = mine is not None and in_hand(Matter(case, definition, standing), mine.key)
    found.asked = [_asked(d, key, told=told) for d in Demand.objects.filter(case=case)]
    steps = list(Step.objects.filter(case=case).select_related("unit").order_by("seq"))
    void = taken_back(
        [Row(s.seq, s.name, s.assignment, s.to_state, s.by_id, s.by_role, s.unit_id, s.at, s.codes) for s in steps]
    )
    found.lines += [
        Line(s.at, _("%(step)s（后来撤回，不算）") % {"step": text} if s.seq in void else text, s.seq == steps[-1].seq)
        for s in steps
        if (text := _plain(s, definition, {a.key: a for a in standing.duties.values()}, case))
    ]
    found.wanted = wanted_of(case, key, mine) if mine else []
    found.consents = asked_of(case, mine)
    if mine is not None and leads(case):
        found.agreement, found.alone = to_sign(case, mine), may_talk_alone(case, mine)
    found.way_out = way_out(case, mine) is not None
    found.lines = sorted([*found.lines, *_asked_lines(found.wanted)], key=lambda line: line.at)
    found.papers = [
        {"id": p.pk, "label": vocabulary().papers[p.kind]["label"], "made_at": p.made_at}
        for p in made_for(case, row.pk)
    ]
    found.readings = sorted(
        [*found.readings, *Reading.objects.filter(subject=f"case:{case.pk}").order_by("-at")[:20]],
        key=lambda r: r.at,
        reverse=True,
    )[:20]
    return found


PLAIN_STATE = {
    "received": "已登记，正在定归谁办",
    "registered": "已登记，正在定归谁办",
    "dispatched": "已交给承办单位，等它签收",
    "disputed": "承办单位说不归它管，中心正在定",
    "objected": "承办单位提了异议，正在核实",
    "handling": "承办单位正在办",
    "studying": "承办单位正在研究",
    "accepted": "已受理，正要开始办",
    "investigating": "正在调查核实",
    "opinion-issued": "意见已作出，正在送给您",
    "served": "意见书已送达您",
    "replied": "已经答复，会有人给您打电话问满不满意",
    "closed": "办结了",
    "answered": "已当场答复",
    "referred": "已转到该管的地方",
    "unreachable": "多次联系不上您，先办结了；您来电就能重启",
    "withdrawn": "您已撤回；随时可以再提",
}
PLAIN_NEXT = {
    "received": "定下归谁办，并告诉您。",
    "registered": "十五日内转给该办的单位，并告诉您。",
    "dispatched": "承办单位签收，并联系您。",
    "disputed": "中心定下由谁办。您的时限照算，不重来。",
    "handling": "承办单位查清后，把每一项都答复您。",
    "studying": "研究后书面回复您，采不采纳都说明理由。",
    "replied": "会有没经手的人打电话问您：办得实不实、满不满意。",
}
_SAYS = {
    "opened": "立为一件事办理。",
    "dispatch": "交给{unit}办。",
    "transfer": "转给{unit}研究。",
    "redispatch": "改由{unit}办。",
    "reject-return": "中心核实后，仍由原单位办。",
    "rule": "定下由{unit}办。",
    "sign": "承办单位签收了。",
    "take": "承办单位接收了，并书面告知。",
    "contact": "承办单位联系了您。",
    "accept": "受理了。",
    "investigate": "听取陈述，调查核实。",
    "issue-opinion": "作出了意见，送给您。",
    "serve": "意见书送达了。",
    "return": "承办单位认为不归它管，退回中心定。",
    "object": "承办单位提出异议，正在核实。",
    "reply": "答复了您，答复内容见上。",
    "answer": "当场答复了您。",
    "call-back": "回访过您，办结。",
    "no-answer": "多次联系不上，先办结。",
    "redo": "您不满意，发回重办。",
    "reopen": "重启办理。",
    "extend": "延长了期限，理由已告知您。",
    "remind": "催办了一次。",
    "refer": "转到该管的地方。",
    "withdraw": "您撤回了。",
}


def _plain(step: Step, definition: Any, duties: dict[str, Any], case: Case) -> str:
    """A row in words to the person; rows between offices that say nothing to them are left out."""
    words = _joined(step) if step.name in ("joined", "parted") else _SAYS.get(step.name)
    if words is None or (step.name == "opened" and step.seq > 1):
        return ""
    lead = next((x["unit"] for x in step.codes.get("assign", ()) if x["part"] == "lead"), None)
    if "{unit}" in words:
        from jiefen.people.models import Unit

        name = Unit.objects.filter(pk=lead).values_list("name", flat=True).first() if lead else None
        return words.format(unit=name or "承办单位")
    return words


def _joined(step: Step) -> str:
    """A join or its undo, to the person: nothing of the others, neither who nor what."""
    if step.name == "joined":
        return _("有人反映同一件事，一并办理。您的编号、时限、答复都还是您自己的，不重来。")
    return _("不再与别的件一并办理，您这件单独往下办；时限照走，不重来。")


def _asked_lines(wanted: list[Wanted]) -> list[Line]:
    """The person's own questions and answers among the steps; nobody else's."""
    lines = [Line(one.asked_at, _("请您补充或说明。")) for one in wanted]
    lines += [Line(one.answered_at, _("您补充、说明了。")) for one in wanted if one.answered_at]
    return lines + [Line(one.withdrawn_at, _("不用补了，撤回了请您补充的要求。")) for one in wanted if one.withdrawn_at]


def _asked(d: Demand, key: Any, *, told: bool) -> Asked:
    text = key.open(d.text, field="demand.text")
    if not told:  # a draft of an answer is not an answer
        return Asked(text, "", "", "", "")
    said = {n: key.open(getattr(d, n), field=f"demand.{n}") or "" for n in ("result", "basis", "remedy")}
    return Asked(text, d.get_outcome_display() if d.outcome else "", said["result"], said["basis"], said["remedy"])


__all__ = ["Sealed", "case_of", "intake_by_short_code", "intake_by_token", "progress_for"]
