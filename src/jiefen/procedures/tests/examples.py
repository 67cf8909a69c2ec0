"""Histories and facts that several tests begin from."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jiefen.kernel.clock import local_moment
from jiefen.procedures import loader
from jiefen.procedures.clocks import AssignmentRef, Happened
from jiefen.procedures.definition import Procedure, Vocabulary
from jiefen.procedures.seeds import seeded

CALENDAR = seeded()
LEAD, ASSIST = AssignmentRef("water", "lead"), AssignmentRef("housing", "assist")


@cache
def vocabulary() -> Vocabulary:
    return loader.load_vocabulary()


@cache
def procedure(name: str) -> Procedure:
    """Its newest version."""
    newest = loader.procedure_files(of=name)[-1]
    return loader.trusted(newest.read_text("utf-8"), vocabulary())


def row(seq: int, name: str, at: str, state: str, **more: Any) -> Happened:
    """A row at a local time."""
    return Happened(seq, name, local_moment(at), state, **more)


def hotline(*more: Happened, ask: str = "投诉", urgent: bool = False) -> list[Happened]:
    """Lan's call on Friday 20 November 2026, dispatched an hour later to two offices."""
    return [
        row(1, "opened", "2026-11-20 09:00", "received", complainants=("lan",)),
        row(
            2,
            "dispatch",
            "2026-11-20 10:00",
            "dispatched",
            opened_assignments=(LEAD, ASSIST),
            facts={"ask-type": ask, "urgent": urgent},
        ),
        *more,
    ]


def content() -> dict[str, Any]:
    """Facts with which every guard of the hotline and of suggestions passes, save those that contradict each other."""
    answered = [{"demand": 1, "result": "已修复", "basis": "供水条例", "remedy": "可要求重办"}]
    return {
        "demand-answers": answered,
        "routes-text": "可向法院起诉，最晚2027年1月4日。",
        "complained-of-units": [],
        "acting-unit": ["water"],
        "acting-person": {"person": "su", "unit": "centre"},
        "earlier-actors": [{"person": "he", "unit": "water", "handled": True, "seq": 3, "part": "answer"}],
        "ruling-stands": False,
        "recusal-declared": True,
        "clock-state": [
            {
                "clock": clock,
                "key": "water",
                "due_at": local_moment("2026-11-24"),
                "at": local_moment("2026-11-21"),
                "open": True,
            }
            for clock in ("return-by", "object-by")
        ],
        "objection-reasons": "管道属供水公司产权。",
        "proper-unit": "utility",
        "return-count": 0,
        "remit-disputed": False,
        "extensions": [{"clock": "finish-by", "days": 5, "reason": "等配件", "approver": "dispatcher", "most": 10}],
        "evidence": [{"id": 1, "by_handler": False}],
        "follow-ups": [
            {"outcome": "reached", "words": "水来了。", "part": "morning", "satisfied": False, "ground": "untrue"}
        ],
        "assignments": [{"key": "housing", "unit": 2, "part": "assist", "state": "answered"}],
        "remit-unit": "water",
        "complainants": [{"key": "lan"}],
        "delivery": [{"to": "lan", "on": "2026-11-25"}],
        "served-on": None,
        "withdrawal-check": "回访员已核实，本人自愿。",
    }


def but(**changed: Any) -> Mapping[str, Any]:
    """The contented facts with some changed; `_` in names stands for `-`."""
    return {**content(), **{name.replace("_", "-"): value for name, value in changed.items()}}
