"""Everything the page of one case shows, read in a fixed number of queries whatever its length."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases import reading
from jiefen.cases.models import Assignment, Case, Demand, Party
from jiefen.cases.rules import BUILT_IN, Row, Standing, taken_back
from jiefen.cases.standing import deadlines_of, standing_of
from jiefen.desk.beside import read_beside
from jiefen.desk.moves import Move, moves_of
from jiefen.kernel.masking import mask_address, mask_id, mask_name, mask_phone
from jiefen.kernel.models import Reading
from jiefen.kernel.seal import Key, Sealed, open_row
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import current_calendar, procedure, vocabulary
from jiefen.procedures.clocks import Chip, Deadline, Reckoning, chip, reckon


@dataclass(frozen=True, slots=True)
class Answer:
    """A demand with its answer, and what is missing."""

    seq: int
    text: str
    outcome: str
    outcome_label: str
    result: str
    basis: str
    remedy: str
    gaps: list[str]


@dataclass(frozen=True, slots=True)
class Duty:
    """A unit's duty on the way dispatched → signed → answered."""

    row: Assignment
    chip: Chip | None
    mine: bool
    said: str = ""  # what a helping office answered, for whoever leads


@dataclass(frozen=True, slots=True)
class Person:
    """A party, masked unless the reader said why."""

    row: Party
    name: str
    phone: str
    id_number: str
    address: str
    open: bool


@dataclass(frozen=True, slots=True)
class Trail:
    """One row of the history in words."""

    seq: int
    at: datetime
    recorded_at: datetime
    label: str
    by: str
    note: str
    name: str
    void: bool = False  # read as if it had not been


@dataclass(frozen=True, slots=True)
class Due:
    """A clock with its chip and its arithmetic."""

    deadline: Deadline
    chip: Chip
    reckoning: Reckoning | None
    mark: str
    open: bool


@dataclass(slots=True)
class Sheet:
    """The case page."""

    case: Case
    title: str
    state_label: str
    procedure: Any
    kind_label: str
    grade_label: str
    answers: list[Answer]
    duties: list[Duty]
    people: list[Person]
    trail: list[Trail]
    dues: list[Due]
    papers: list[Any]
    files: list[dict[str, Any]]
    moves: list[Move]
    refused: list[Move]
    readings: list[Reading]
    flags: list[dict[str, Any]]
    roles: dict[str, Any] = field(default_factory=dict)
    first_open: str = ""

    @property
    def may_answer(self) -> bool:
        """Whether this reader writes the answers: the office with the duty, or the agent on the phone."""
        return self.case.is_open and bool({"handler", "unit-head", "hotline-agent"} & set(self.roles))

    @property
    def owes_answers(self) -> bool:
        """Whether each demand is answered here: what is only handed on is answered by whoever receives it."""
        return bool(self.procedure.closing.answer_matrix != "exempt")

    @property
    def kept(self) -> bool:
        """Whether it lies with the keeper alone."""
        return self.case.stratum == Case.Stratum.VAULT

    @property
    def answered(self) -> int:
        return sum(not a.gaps for a in self.answers)


def case_sheet(case: Case, actor: Actor, at: datetime, *, unmasked: frozenset[str] = frozenset()) -> Sheet:
    """Read a case for its page. Raises Sealed when its content was destroyed."""
    definition = procedure(case.procedure, case.version)
    key = open_row(case.key)
    steps = reading.trail(case)
    rows = [Row(s.seq, s.name, s.assignment, s.to_state, s.by_id, s.by_role, s.unit_id, s.at, s.codes) for s in steps]
    reading.keep_rows(case, rows)
    standing, void = standing_of(case, rows), taken_back(rows)
    assignments, parties, demands = reading.assignments(case), reading.parties(case), reading.demands(case)
    beside = read_beside(case)
    dues = _dues(case, standing, at)
    answers = [_answer(d, key) for d in demands]
    files = beside.files
    # What the page has read already need not be read again to weigh the steps.
    known = {
        "·parties": parties,
        "demand-answers": [
            {"demand": a.seq, "outcome": a.outcome, "result": a.result, "basis": a.basis, "remedy": a.remedy}
            for a in answers
        ],
        "evidence": [{"id": f.pk, "by_handler": f.by_handler} for f in files if f.purpose == "evidence"],
    }
    moves, refused, roles = moves_of(case, standing, actor, at, assignments, parties, known)
    return Sheet(
        case=case, title=key.open(case.title, field="case.title"), state_label=definition.states[case.state].label,
        procedure=definition, kind_label=_kind(case.kind), grade_label={"ordinary": _("一般"), "complex": _("复杂"), "major": _("重大疑难")}.get(case.grade, case.grade),
        answers=answers, duties=_duties(assignments, dues, actor, _helpers_said(steps, key)), people=[_person(p, key, p.key in unmasked) for p in parties],
        trail=[_trail(s, key, definition, assignments, void) for s in steps], dues=dues, papers=_papers(beside.papers), files=_files(files, key),
        moves=moves, refused=refused, roles=roles, readings=beside.readings,
        flags=[{"name": f, **vocabulary().flags[f]} for f in case.flags if f in vocabulary().flags],
        first_open=moves[0].url if moves else "",
    )  # fmt: skip


def _kind(code: str) -> str:
    from jiefen.triage.setup import tables_now

    return tables_now().label(code)


def _answer(d: Demand, key: Key) -> Answer:
    said = {n: key.open(getattr(d, n), field=f"demand.{n}") or "" for n in ("result", "basis", "remedy")}
    gaps = [
        label for n, label in (("result", _("结论")), ("basis", _("依据")), ("remedy", _("救济途径"))) if not said[n]
    ]
    return Answer(
        d.seq, key.open(d.text, field="demand.text"), d.outcome, d.get_outcome_display() if d.outcome else "",
        said["result"], said["basis"], said["remedy"], gaps,
    )  # fmt: skip


def _person(p: Party, key: Key, shown: bool) -> Person:
    who = key.open(p.sealed, field="party") or {}
    name = p.unit.name if p.unit else who.get("name", "")
    if p.unit or shown:
        return Person(
            p, name or _("未留姓名"), who.get("phone", ""), who.get("id_number", ""), who.get("address", ""), True
        )
    if p.identity == Party.Identity.ANONYMOUS:
        return Person(p, _("匿名"), "", "", "", False)
    return Person(
        p, mask_name(name) or _("未留姓名"), mask_phone(who["phone"]) if who.get("phone") else "",
        mask_id(who["id_number"]) if who.get("id_number") else "", mask_address(who.get("address", "")), False,
    )  # fmt: skip


def _dues(case: Case, standing: Standing, at: datetime) -> list[Due]:
    calendar = current_calendar()
    found = []
    for d in deadlines_of(case, standing):
        is_open = d.stopped_at is None and not d.lapsed
        found.append(
            Due(
                d,
                chip(d, at=at, calendar=calendar),
                reckon(d, at=at, calendar=calendar) if is_open else None,
                d.mark,
                is_open,
            )
        )
    found.sort(
        key=lambda due: (not due.open, due.deadline.due_at is None, due.deadline.due_at or due.deadline.started_at)
    )
    return found


def _helpers_said(steps: list[reading.Told], key: Key) -> dict[str, str]:
    """What each helping office answered last, by the key of its assignment."""
    rows = [s for s in steps if s.name == "answer-assignment" and s.assignment and s.facts]
    return {s.assignment: str((key.open(s.facts, field="step.facts") or {}).get("assignment-answer", "")) for s in rows}


def _duties(assignments: list[Assignment], dues: list[Due], actor: Actor, said: dict[str, str]) -> list[Duty]:
    chips: dict[str, Chip] = {}
    for due in dues:
        if due.open and due.deadline.key and not due.deadline.lapses:
            chips.setdefault(due.deadline.key, due.chip)
    finish = next((d.chip for d in dues if d.open and d.deadline.clock in ("finish-by", "redo-by", "reply-by")), None)
    return [
        Duty(
            a,
            chips.get(a.key) or (finish if a.part == "lead" and a.state == "signed" else None),
            a.unit_id in actor.units,
            said.get(a.key, "") if a.state == "answered" else "",
        )
        for a in assignments
    ]


def _trail(s: reading.Told, key: Key, definition: Any, assignments: list[Assignment], void: set[int]) -> Trail:
    known = definition.steps.get(s.name)
    label = known.label if known else BUILT_IN.get(s.name, s.name)
    if s.name == "opened" and s.seq > 1:
        label = _("并入来件")
    if s.name == "telling":  # one name for both in the chain; what was decided is the news
        label = _("同意告诉对方") if s.codes.get("telling") == "allowed" else _("撤回，不再告诉对方")
    names = {a.key: a.unit.name for a in assignments}
    parts = []
    if s.codes.get("assign"):
        parts.append(
            "、".join(
                f"{_('主办') if x['part'] == 'lead' else _('协办')}{names.get(x['key'], '')}" for x in s.codes["assign"]
            )
        )
    if s.assignment:
        parts.append(names.get(s.assignment, ""))
    if s.codes.get("extensions"):
        parts += [_("延长%(days)s日") % {"days": e["days"]} for e in s.codes["extensions"]]
    if s.reason:
        parts.append(key.open(s.reason, field="step.reason"))
    if s.facts:
        told = key.open(s.facts, field="step.facts") or {}
        parts += [
            str(told[f])
            for f in (
                "session-note",
                "assignment-answer",
                "objection-reasons",
                "ruling-words",
                "new-facts",
                "question",
                "question-answer",
            )
            if told.get(f)
        ]
    by = "，".join(filter(None, [s.by_name, s.unit_name]))
    said = list(dict.fromkeys(filter(None, parts)))  # a reason typed twice is shown once
    words = "；".join([*(part.rstrip("。；") for part in said[:-1]), *said[-1:]])
    return Trail(s.seq, s.at, s.recorded_at, label, by, words, s.name, s.seq in void)


def _papers(papers: list[Any]) -> list[Any]:
    words = vocabulary().papers
    return [
        {
            "id": p.pk,
            "label": words[p.kind]["label"] if p.kind in words else p.kind,
            "number": p.number,
            "made_at": p.made_at,
            "void": p.void_at is not None,
        }
        for p in papers
    ]


def _files(files: list[Any], key: Key) -> list[dict[str, Any]]:
    found = []
    for f in files:
        try:
            name = key.open(f.name, field="file.name")
        except Sealed:
            name = _("附件")
        found.append(
            {
                "id": f.pk,
                "name": name,
                "kind": f.kind,
                "size": f.size,
                "received_at": f.received_at,
                "by_handler": f.by_handler,
            }
        )
    return found
