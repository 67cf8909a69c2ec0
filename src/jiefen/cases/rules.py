"""What the steps add up to. Pure: rows in, standing out. `take_step` and `rebuild` use the same function."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from jiefen.cases import turns
from jiefen.procedures.clocks import AssignmentRef, Happened
from jiefen.procedures.definition import Procedure, Step

UNIT_ROLES = frozenset(
    {"handler", "unit-head", "mediator", "mediation-head", "review-officer", "arbitration-clerk", "arbitration-head"}
)
"""Roles that count only at the unit that has the duty; the others count at a centre over the matter's area. A sponsor's
counts for the person named in the case alone."""

ON_ASSIGNMENT = {
    "sign-assignment": "signed",
    "answer-assignment": "answered",
    "object-assignment": "objected",
    "keep-assignment": "open",
    "release-assignment": "released",
}
BUILT_IN = {
    "opened": "立案登记", "delivered": "文书送达", "corrected": "更正", "left": "一位反映人撤回", "telling": "告知对方",
    "asked": "请当事人补充或说明", "question-answered": "当事人补充、说明", "question-withdrawn": "撤回补充要求",
    "meeting-called": "召集联席会议", "meeting-minuted": "记下联席会议纪要", "meeting-off": "取消联席会议",
    "task-done": "办完会议定的一项", "task-off": "撤销会议定的一项",
    "joined": "并件", "parted": "撤销并件", "taken-out": "取出一件来件",
    "raised": "提级", "handed-down": "下交", "succeeded": "单位、区域变更",
    "represented": "推选代表", "published": "公示复核意见", "taken-down": "撤下公示",
    "advised": "提出建议", "advice-answered": "书面反馈建议采纳情况", "talk-called": "约谈", "circulated": "通报",
    "listed-to-mend": "挂牌督办",
    "recused": "工作人员回避", "recusal-lifted": "解除回避",
}  # fmt: skip
"""Rows of every procedure that no file defines, and what pages call them."""
RECUSED, BACK_IN = "recused", "recusal-lifted"
GIVEN_BACK = "agree-return"
"""The objection was agreed to: nobody has the duty until it is handed on again."""


@dataclass(frozen=True, slots=True)
class Row:
    """A step's row without its sealed parts."""

    seq: int
    name: str
    assignment: str
    to_state: str
    by: int | None
    by_role: str
    unit: int | None
    at: datetime
    codes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Duty:
    """One assignment as it stands."""

    key: str
    unit: int
    part: str
    state: str
    named: int | None
    dispatched_at: datetime
    signed_at: datetime | None = None
    answered_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.state != "released"


@dataclass(frozen=True, slots=True)
class Act:
    """Who took a step, at which unit and in which role. `part`: answer or second-look where it was that, else empty."""

    seq: int
    name: str
    person: int
    unit: int | None
    role: str
    part: str


@dataclass(slots=True)
class Standing:
    """Everything about a case that follows from its rows."""

    state: str = ""
    is_open: bool = True
    ended_at: datetime | None = None
    returns: int = 0
    duties: dict[str, Duty] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)  # kind, area, centre, grade, flags, people as last corrected
    history: list[Happened] = field(default_factory=list)
    actors: dict[int, set[int | None]] = field(default_factory=dict)  # who took steps, and at which units
    acts: list[Act] = field(default_factory=list)  # each step somebody took, oldest first
    sponsor: int | None = None  # the leader named for this case
    telling: bool = False  # under a harm flag: a named person allowed that the other side is told
    reported: set[str] = field(default_factory=set)  # flags that were reported to whoever must come
    ruled: bool = False  # who must act was ruled on since the matter was last opened; that binds
    left: set[str] = field(default_factory=set)  # keys of people who took back what they asked, while others went on
    joined_to: int | None = None  # the case that leads this one, while they are joined
    joins: set[int] = field(default_factory=set)  # the cases that this one leads
    recused: set[int] = field(default_factory=set)  # who has stepped back from it: it does not exist for them

    @property
    def lead(self) -> Duty | None:
        """The lead duty that stands, if any."""
        return next((d for d in reversed(self.duties.values()) if d.part == "lead" and d.is_live), None)

    def live(self) -> list[Duty]:
        return [d for d in self.duties.values() if d.is_live]


def objects(step: Step) -> bool:
    """Whether a step gives the matter back as not this office's."""
    return "objection-reasoned" in step.guards


def rules_on(step: Step) -> bool:
    """Whether a step is the ruling on which office must act."""
    return "ruling-words" in step.facts and "lead-unit" in step.facts


def answers(step: Step) -> bool:
    """Whether a step of the office answers the demands."""
    return "every-demand-answered" in step.guards and bool({"handler", "unit-head"} & set(step.roles))


def part_of(step: Step | None) -> str:
    """What a step was to the proof that somebody else looked again: an answer, a second look, or neither."""
    if step is None:
        return ""
    return "second-look" if step.name.startswith("second-look") else "answer" if answers(step) else ""


def answer_given(procedure: Procedure, history: Iterable[Happened]) -> bool:
    """Whether what the demands say has been given to whoever asked, and not been called back since.

    An answering step gives it; sending back, reopening, or coming again to where an answer is written calls it back.
    """
    steps = [step for step in procedure.steps.values() if answers(step)]
    written_in = {state for step in steps for state in step.from_states}
    given = False
    for happened in history:
        step = procedure.steps.get(happened.name)
        if step is None:
            continue
        if answers(step):
            given = True
        elif _sent_back(step) or step.reopens or (step.on == "case" and step.to in written_in):
            given = False
    return given


def answered_before(procedure: Procedure, history: Iterable[Happened], person: str) -> bool:
    """Whether the answer that stands was given before this person came in: then it answers nothing of theirs, and no paper
    of it is their answer until one is given anew. People who were there from the start are in the first row."""
    came, answered = 0, 0
    for happened in history:
        step = procedure.steps.get(happened.name)
        if happened.name == "opened" and person in happened.complainants:
            came = happened.seq
        elif step is not None and answers(step):
            answered = happened.seq
        elif step is not None and (step.reopens or _sent_back(step)):
            answered = 0
    return 0 < answered < came


def fold(procedure: Procedure, rows: Sequence[Row]) -> Standing:
    """Work out the standing from the rows, in order of `seq`.

    A row `corrected` changes how an earlier one is read from then on: its time, the kind, the area, who is
    responsible, or that the last step belonged to another case (`void`). The earlier row itself stays as written.
    """
    voided, moved = _corrections(rows)
    out = {row.codes["out"] for row in rows if "out" in row.codes}
    standing = Standing(state=procedure.start.name)
    for row in rows:
        if row.seq in voided:
            continue
        if out & set(row.codes.get("persons", ())):  # who was taken out is spoken of no more where others are
            row = replace(row, codes={**row.codes, "persons": [p for p in row.codes["persons"] if p not in out]})
        if row.seq in moved:
            row = replace(row, at=moved[row.seq])
        _apply(standing, procedure, row)
    return standing


def taken_back(rows: Iterable[Row]) -> set[int]:
    """The numbers of the rows that are read as if they had not been."""
    return _corrections(rows)[0]


def _corrections(rows: Iterable[Row]) -> tuple[set[int], dict[int, datetime]]:
    voided: set[int] = set()
    moved: dict[int, datetime] = {}
    for row in rows:
        if row.name in ("parted", "taken-out"):
            # The join is read as if it had not been, and what came along with it and was taken back.
            voided |= {row.codes["parts"], *row.codes.get("void", ())}
        what = row.codes.get("corrected")
        if not what:
            continue
        if what.get("void"):
            voided.add(what["step"])
        if "at" in what:
            moved[what["step"]] = datetime.fromisoformat(what["at"])
    return voided, moved


def _apply(standing: Standing, procedure: Procedure, row: Row) -> None:
    step = procedure.steps.get(row.name)
    before = {key for key, duty in standing.duties.items() if duty.is_live}
    opened: list[AssignmentRef] = []
    _about(standing, row)
    turns.take(standing, row)
    for new in row.codes.get("assign", ()):
        if new["part"] == "lead":
            for old in standing.live():
                if old.part == "lead" or (old.unit == new["unit"] and old.state != "answered"):
                    standing.duties[old.key] = replace(old, state="released")  # a helper that now leads helps no more
        standing.duties[new["key"]] = Duty(new["key"], new["unit"], new["part"], "open", new.get("named"), row.at)
        opened.append(AssignmentRef(new["key"], new["part"], new["unit"]))
    _note(standing, step, row)
    if row.assignment and row.name in ON_ASSIGNMENT:
        _on_assignment(standing, row)
    elif step is not None:
        _by_lead(standing, procedure, step, row)
        if step.to:
            standing.state = step.to
        end = procedure.states[standing.state].end
        if rules_on(step):
            standing.ruled = True
        if step.reopens:
            standing.is_open, standing.ended_at, standing.ruled = True, None, False
        elif end and standing.is_open:
            standing.is_open, standing.ended_at = False, row.at
            for duty in standing.live():
                if duty.state != "answered":
                    standing.duties[duty.key] = replace(duty, state="released")
        if objects(step) and step.on == "case":
            standing.returns += 1
    if row.by is not None:
        standing.actors.setdefault(row.by, set()).add(row.unit)
        standing.acts.append(Act(row.seq, row.name, row.by, row.unit, row.by_role, part_of(step)))
    if row.name == RECUSED:
        standing.recused.add(row.codes["recused"])
    elif row.name == BACK_IN:
        standing.recused.discard(row.codes["back"])
    if row.name == "left":
        standing.left.add(row.codes["person"])
    if row.name == "joined" and "into" in row.codes:
        standing.joined_to = row.codes["into"]
    elif row.name == "joined":
        standing.joins.add(row.codes["took"])
    after = {key for key, duty in standing.duties.items() if duty.is_live}
    standing.history.append(
        Happened(
            seq=row.seq,
            name=row.name,
            at=row.at,
            state=standing.state,
            assignment=row.assignment,
            opened_assignments=tuple(opened),
            released=tuple(sorted(before - after)),
            complainants=_named(row.codes),
            facts={k: v for k, v in row.codes.items() if k not in ("assign", "joined", "persons", "corrected")},
            paper=row.codes.get("paper", ""),
            opens=row.codes.get("opens", ""),
        )
    )


def _named(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """Whom a row names by key: who joined, for whom something was opened, whom a paper reached, who left."""
    one = [codes["person"]] if "person" in codes else []
    return tuple(codes.get("joined", ()) or codes.get("persons", ()) or one)


def _note(standing: Standing, step: Step | None, row: Row) -> None:
    """Who is named for the case, what it was graded and flagged as, and whether the other side may be told."""
    standing.sponsor = row.codes.get("sponsor", standing.sponsor)
    for key, person in row.codes.get("named", {}).items():
        if key in standing.duties:
            standing.duties[key] = replace(standing.duties[key], named=person)
    if row.name == "telling":
        standing.telling = row.codes["telling"] == "allowed"
    if step is None:
        return
    if "grade" in step.facts and row.codes.get("grade"):
        standing.about["grade"] = row.codes["grade"]
    if "flags" in step.facts:
        known = standing.about.get("flags", [])
        new = [flag for flag in row.codes.get("flags", ()) if flag not in known]
        if new:
            standing.about["flags"] = [*known, *new]
        if endangered(new):
            standing.telling = False  # what was allowed before this was known is asked anew
            standing.about["stratum"] = standing.about.get("stratum") or 1  # and fewer may see it from now on
        if step.name == "report-danger":
            standing.reported |= set(row.codes.get("flags") or standing.about.get("flags", []))


ENDANGERED = frozenset({"domestic-violence", "minor-harmed"})


def endangered(flags: Iterable[str]) -> bool:
    """Whether a matter is one in which telling the other side may hurt somebody (反家庭暴力法, 未成年人保护法)."""
    return bool(ENDANGERED & set(flags))


def may_tell(standing: Standing) -> bool:
    """Whether the other side may be told anything: always, but under such a flag only once a named person allowed it."""
    return standing.telling or not endangered(standing.about.get("flags", ()))


def _about(standing: Standing, row: Row) -> None:
    if row.name == "opened" and "about" in row.codes:
        standing.about.update(row.codes["about"])
    what = row.codes.get("corrected", {})
    if "about" in what:
        standing.about.update(what["about"])
    if "responsible" in what and what.get("assignment") in standing.duties:
        duty = standing.duties[what["assignment"]]
        standing.duties[duty.key] = replace(duty, named=what["responsible"])


def _on_assignment(standing: Standing, row: Row) -> None:
    duty = standing.duties[row.assignment]
    state = ON_ASSIGNMENT[row.name]
    changes: dict[str, Any] = {"state": state}
    if state == "signed":
        changes |= {"signed_at": row.at, "named": row.codes.get("responsible") or row.by}
    if state == "answered":
        changes |= {"answered_at": row.at, "signed_at": duty.signed_at or row.at}
    standing.duties[duty.key] = replace(duty, **changes)


def _by_lead(standing: Standing, procedure: Procedure, step: Step, row: Row) -> None:
    """What a step on the case does to the lead unit's own duty."""
    lead = standing.lead
    if lead is None or row.codes.get("assign"):
        return
    if turns.lets_go(row):
        standing.duties[lead.key] = replace(lead, state="released")
        return
    if row.unit == lead.unit and row.by_role in UNIT_ROLES:
        if objects(step):
            lead = replace(lead, state="objected")
        elif answers(step):
            lead = replace(lead, state="answered", answered_at=row.at, signed_at=lead.signed_at or row.at)
        elif lead.state == "open":
            lead = replace(lead, state="signed", signed_at=row.at, named=row.codes.get("responsible") or row.by)
    elif step.to and (step.to == procedure.start.name or step.name == GIVEN_BACK):
        lead = replace(lead, state="released")  # taken back: nobody has the duty until it is handed on again
    elif lead.state == "objected":
        lead = replace(lead, state="open")  # the objection was not agreed to
    elif lead.state == "answered" and step.to and not procedure.states[step.to].end and _sent_back(step):
        lead = replace(lead, state="signed", answered_at=None)
    standing.duties[lead.key] = lead


def _sent_back(step: Step) -> bool:
    return "redo-justified" in step.guards


def doors_of(
    standing: Standing,
    *,
    centres: Iterable[int],
    excluded: frozenset[int],
    stratum: int,
    first_asked: int | None,
    vault_area: int,
    receipts: Iterable[int],
    door_of: Any,
    sponsor: int | None = None,
) -> list[int]:
    """The doors of a case, sorted: which offices and persons may come in (design, section 6).

    Ordinary matters: the centres over the area, the units with a duty, who took it in. Restricted ones: no centre
    below the county's. The vault: its keeper alone. Offices complained of, and all below them, are taken away from
    every one of these; a receipt's holder keeps theirs.
    """
    own = {door_of("receipt", r) for r in receipts}
    if stratum == 2:
        return sorted(own | {door_of("vault", vault_area)})
    units = {duty.unit for duty in standing.live()} | set(centres)
    if stratum == 0:  # who handled it at another level sees what became of it, and why
        units |= set(standing.about.get("eyes", ()))
    doors = own | {door_of("unit", u) for u in units - excluded}
    doors |= {door_of("person", person) for person in (first_asked, sponsor) if person is not None}
    return sorted(doors)
