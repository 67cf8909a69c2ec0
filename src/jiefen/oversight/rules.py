"""What follows from what somebody independent heard. Pure; the table is `tests/again.csv`.

The rule proposes, a named person decides: nothing here takes a step.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from jiefen.oversight.answers import shape_of
from jiefen.procedures.definition import Procedure, Step

GROUNDS = ("unanswered", "untrue", "no-contact")
SEND_BACK_BY = frozenset({"supervisor", "follow-up-caller"})
REOPEN_BY = frozenset({"supervisor", "dispatcher", "petition-officer"})

WHY = {
    "content": "您说解决了、满意，就不用再办了。",
    "not-answered": "还没有答复，先等答复。",
    "left-out": "按规定不作满意度评价。",
    "ask-more": "您说不满意，请再说一句是哪一条：有一件没答复、说的不是事实，还是没有人找过您。说了，才好退回重办。",
    "send-back": "您说的已经送到督办的人那里，由他决定是否退回重办，会告诉您。",
    "reopen": "您说的已经送到能重启的人那里，由他决定是否重新办理，会告诉您。",
    "window-over": "办结已经很久了，按原件重启的期限已过。事情还在，请再登记一次，会写明是同一件事。",
    "review-road": "不同意处理意见的，走复查：向上一级机关提出，最晚的日期写在意见书上。您说的已经记下。",
    "no-step": "这一步没有退回重办。对方不履行的，打下面的电话，会告诉您怎样申请司法确认、起诉或者执行。您说的已经记下。",
}
"""What each outcome means for the person, in one sentence."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the person said. None: they did not say."""

    solved: bool | None
    satisfied: bool | None
    ground: str = ""

    @property
    def unhappy(self) -> bool:
        return self.solved is False or self.satisfied is False


@dataclass(frozen=True, slots=True)
class Consequence:
    """The step that is proposed (empty: none), and why, as a code of `WHY`."""

    step: str
    why: str


def consequence(
    procedure: Procedure, state: str, heard: Heard, *, days: int | None, window: int, unanswered: bool = False,
    left_out: bool = False,
) -> Consequence:  # fmt: skip
    """What to propose.

    `days` since the closing event (None while the matter is open), `window` the days within which the same matter may be
    taken up again, `unanswered` whether a demand lacks its answer, `left_out` whether the law leaves it out.
    """
    if left_out:
        return Consequence("", "left-out")
    if state not in answered_states(procedure):
        return Consequence("", "not-answered")
    if not heard.unhappy:
        return Consequence("", "content")
    grounded = bool(heard.ground) or unanswered
    if not procedure.states[state].end:
        step = _sends_back(procedure, state)
        if step is None:
            return _road(procedure)
        if "redo-justified" in step.guards and not (heard.satisfied is False and grounded):
            return Consequence("", "ask-more")
        return Consequence(step.name, "send-back")
    step = _reopens(procedure, state)
    if step is None:
        return _road(procedure)
    if days is not None and days > window:
        return Consequence("", "window-over")
    if heard.solved is not False and not grounded:
        return Consequence("", "review-road") if _has_review(procedure) else Consequence("", "ask-more")
    return Consequence(step.name, "reopen")


def answered_states(procedure: Procedure) -> frozenset[str]:
    """The states in which an answer stands: where steps that give one lead, and on from there."""
    shape = shape_of(procedure)
    found: set[str] = set()
    look = [step.to for step in procedure.steps.values() if step.name in shape.gives and step.to]
    while look:
        state = look.pop()
        if state in found:
            continue
        found.add(state)
        if procedure.states[state].end:
            continue
        look += [
            s.to for s in procedure.steps.values()
            if state in s.from_states and s.to and s.on == "case" and s.name not in shape.calls_back
            and (not procedure.states[s.to].end or procedure.states[s.to].answers)
        ]  # fmt: skip
    return frozenset(found)


def _sends_back(procedure: Procedure, state: str) -> Step | None:
    shape = shape_of(procedure)
    return next(
        (
            s
            for s in procedure.steps.values()
            if s.on == "case" and state in s.from_states and s.name in shape.calls_back and not s.reopens
            and SEND_BACK_BY & set(s.roles)
        ),
        None,
    )  # fmt: skip


def _reopens(procedure: Procedure, state: str) -> Step | None:
    return next(
        (s for s in procedure.steps.values() if s.reopens and state in s.from_states and REOPEN_BY & set(s.roles)), None
    )


def _has_review(procedure: Procedure) -> bool:
    return any(clock.binds == "complainant" for clock in procedure.clocks.values())


def _road(procedure: Procedure) -> Consequence:
    return Consequence("", "review-road" if _has_review(procedure) else "no-step")


def again_steps(procedures: Iterable[Procedure]) -> frozenset[str]:
    """The names of all steps by which a matter is taken up again."""
    return frozenset(name for p in procedures for name in shape_of(p).calls_back)


def tries(calls: Iterable[Any]) -> set[tuple[str, str]]:
    """Tries that nobody answered, once for each part of each day: what the guard `follow-up-done` counts."""
    return {(c["on"], c["part"]) for c in calls if c["outcome"] == "no-answer"}
