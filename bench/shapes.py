"""Courses that a hotline order takes, with their clocks, worked out by the real rules once a day and course and then moved
by minutes. So a million matters hold the deadlines that `rebuild` would work out, without asking the clocks a million times."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from jiefen.cases.rules import Row, fold
from jiefen.cases.standing import _deadline_fields, _is_duty
from jiefen.kernel.clock import SHANGHAI
from jiefen.procedures import clocks
from jiefen.procedures.catalogue import current_calendar, procedure, settings_in_force

LEAD, OTHER, HELPER, BENCH = 1, 2, 3, 4
"""Who stands for which office while a course is worked out; the county puts real ones in their place."""

# course: its share among the ended, or among the open
ENDED = {
    "closed": 44, "closed-quick": 16, "unreachable": 8, "returned": 8, "assisted": 14, "referred": 6, "closed-late": 4,
}  # fmt: skip
OPEN = {"received": 8, "dispatched": 14, "handling": 56, "replied": 22}
ASKS = ("求助", "投诉举报", "咨询")


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of a course: what, how many days and hours after the morning of opening, in which role, at whose office."""

    name: str
    day: int
    hour: float
    role: str
    office: int
    on: str = ""


def _course(name: str, wait: int) -> list[Stage]:
    opened = Stage("opened", 0, 8.0, "clerk", BENCH)
    dispatch = Stage("dispatch", 0, 9.5, "dispatcher", BENCH)
    sign = Stage("sign", 0, 13.0, "handler", LEAD)
    contact = Stage("contact", 1, 9.0, "handler", LEAD)
    reply = Stage("reply", wait, 15.0, "handler", LEAD)
    back = Stage("call-back", wait + 1, 10.0, "follow-up-caller", BENCH)
    return {
        "received": [opened],
        "dispatched": [opened, dispatch],
        "handling": [opened, dispatch, sign, contact],
        "replied": [opened, dispatch, sign, contact, reply],
        "closed": [opened, dispatch, sign, contact, reply, back],
        "closed-late": [opened, dispatch, sign, contact, Stage("reply", wait + 30, 15.0, "handler", LEAD), Stage("call-back", wait + 31, 10.0, "follow-up-caller", BENCH)],
        "closed-quick": [opened, dispatch, sign, reply, back],
        "unreachable": [opened, dispatch, sign, reply, Stage("no-answer", wait + 3, 11.0, "follow-up-caller", BENCH)],
        "referred": [opened, dispatch, sign, Stage("refer", wait, 11.0, "handler", LEAD)],
        "returned": [
            opened, dispatch, Stage("return", 0, 14.0, "handler", LEAD), Stage("redispatch", 0, 15.5, "dispatcher", BENCH),
            Stage("sign", 0, 16.5, "handler", OTHER), Stage("reply", wait, 15.0, "handler", OTHER), back,
        ],
        "assisted": [
            opened, dispatch, sign, Stage("sign-assignment", 0, 14.0, "handler", HELPER, "a2"),
            Stage("answer-assignment", min(2, wait), 10.0, "handler", HELPER, "a2"), reply, back,
        ],
    }[name]  # fmt: skip


LONGEST = {"received": 1, "dispatched": 1, "handling": 2}
"""Days an open matter must be old for its course to have happened; the others: 11."""


@dataclass(frozen=True, slots=True)
class Duty:
    """An assignment of a course. `named`: somebody signed, else its head answers; `acts`: it still has to act."""

    key: str
    office: int
    part: str
    state: str
    named: bool
    acts: bool
    dispatched: int
    signed: int | None
    answered: int | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Course:
    """A course on one day: its rows and the caches that follow from them. Moments of rows are given as (index), since
    they move with the matter's own minutes; due moments are ends of days and do not."""

    stages: tuple[Stage, ...]
    at: tuple[datetime, ...]
    codes: tuple[dict[str, Any], ...]
    states: tuple[tuple[str, str], ...]  # (from, to)
    state: str
    is_open: bool
    ended: int | None
    returns: int
    lead: int | None  # office
    named: bool
    live: tuple[int, ...]
    next_due_at: datetime | None
    next_clock: str
    duties: tuple[Duty, ...]
    deadlines: tuple[tuple[str, Any, str, Any, str], ...]  # columns up to firm, started, due, stopped, the rest


@lru_cache(maxsize=60_000)
def course(name: str, day: date, ask: str) -> Course:
    """Work a course out for an opening day, by the real fold and the real clocks."""
    definition = procedure("hotline-order", 1)
    wait = 1 + (day.toordinal() * 7 + len(name)) % 9
    stages = _course(name, wait)
    morning = datetime.combine(day, time(), SHANGHAI)
    rows, states, codes_all, at_all = [], [], [], []
    state = definition.start.name
    for seq, stage in enumerate(stages, 1):
        at = (morning + timedelta(days=stage.day, hours=stage.hour)).astimezone(UTC)
        codes: dict[str, Any] = {}
        if stage.name == "opened":
            codes = {"about": {"kind": "", "area": 0, "centre": 0, "stratum": 0}, "kind": "", "joined": ["p1"]}
        elif stage.name == "dispatch":
            codes = {"ask-type": ask, "urgent": False, "assign": [{"key": "a1", "unit": LEAD, "part": "lead"}]}
            if name == "assisted":
                codes["assign"].append({"key": "a2", "unit": HELPER, "part": "assist"})
        elif stage.name == "redispatch":
            codes = {"assign": [{"key": "a2", "unit": OTHER, "part": "lead"}]}
        elif stage.name == "call-back":
            codes = {"call-result": "已解决"}
        step = definition.steps.get(stage.name)
        to = step.to if step and step.to and stage.on == "" else state
        rows.append(Row(seq, stage.name, stage.on, to, 10 + stage.office, stage.role, stage.office, at, codes))
        states.append(("" if seq == 1 else state, to))
        codes_all.append(codes)
        at_all.append(at)
        state = to
    standing = fold(definition, rows)
    due = clocks.run(definition, standing.history, calendar=current_calendar(), settings=settings_in_force(at_all[0]))
    place = {at: n for n, at in enumerate(at_all)}
    running = sorted(
        (d.due_at, d.clock) for d in due if d.stopped_at is None and not d.lapsed and d.due_at and _is_duty(d)
    )
    fields = _deadline_fields(due)
    lead = standing.lead
    duties = []
    for duty in standing.duties.values():
        works = duty.is_live and duty.state != "answered"
        dates = [
            d.due_at
            for d in due
            if d.key == duty.key and d.stopped_at is None and not d.lapsed and d.due_at and _is_duty(d)
        ]
        duties.append(
            Duty(
                duty.key, duty.unit, duty.part, duty.state,
                bool(duty.named), works and standing.is_open,
                place[duty.dispatched_at], place[duty.signed_at] if duty.signed_at else None,
                place[duty.answered_at] if duty.answered_at else None, min(dates) if dates and works else None,
            )
        )  # fmt: skip
    return Course(
        stages=tuple(stages), at=tuple(at_all), codes=tuple(codes_all), states=tuple(states), state=standing.state,
        is_open=standing.is_open, ended=place[standing.ended_at] if standing.ended_at else None, returns=standing.returns,
        lead=lead.unit if lead else None, named=bool(lead and lead.named), live=tuple(d.unit for d in standing.live()),
        next_due_at=running[0][0] if running and standing.is_open else None,
        next_clock=running[0][1] if running and standing.is_open else "",
        duties=tuple(duties),
        deadlines=tuple(
            (
                "\t".join(map(_cell, (clock, key, run, v["binds"], v["firm"]))), _stamp(v["started_at"], place),
                _cell(v["due_at"]), _stamp(v["stopped_at"], place),
                "\t".join(map(_cell, (v["lapsed"], v["paused"], v["provisional"], v["extended"]))),
            )
            for (clock, key, run), v in fields.items()
        ),
    )  # fmt: skip


def _stamp(value: datetime | None, place: dict[datetime, int]) -> Any:
    """The row a moment belongs to, else the moment as text."""
    if value is None:
        return None
    return place[value] if value in place else value.isoformat()


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, datetime) else str(value)
