"""Assignments: an assisting unit signs, answers and objects on its own, and closing waits for it."""

from typing import Any

from ..strict import listed
from .report import Report

OWN_STEPS = {"sign-assignment", "answer-assignment", "object-assignment"}


def check(report: Report, raw: dict[str, Any]) -> None:
    """Steps on an assignment stay, closing waits, and only assignment clocks move by them."""
    steps = raw["steps"]
    ends = {name for name, state in raw["states"].items() if state.get("end")}
    mine = {name: step for name, step in steps.items() if step.get("on") == "assignment"}
    if any("helper-units" in listed(step.get("facts")) for step in steps.values()) and not set(mine) >= OWN_STEPS:
        report.refuse("", f"有协办单位，却没有它们自己的步骤；请加 {'、'.join(sorted(OWN_STEPS - set(mine)))}。")
    for name, step in mine.items():
        if step["to"] != "stay" or step.get("reopens"):
            report.refuse(name, "任务上的步骤不动事项的状态；请写 to: stay，不写 reopens。")
        if set(step["from"]) & ends:
            report.refuse(name, "终点没有未了的任务；请把终点从 from 里去掉。")
    answerable = set(mine.get("answer-assignment", {}).get("from", []))
    for name, step in steps.items():
        waits = "assignments-answered" in listed(step.get("guards"))
        answers = raw["states"].get(step["to"], {}).get("answers")
        if set(step["from"]) & answerable and answers and not step.get("reopens") and not waits:
            report.refuse(name, "可能还有未了的任务就办结；请加条件 assignments-answered。")
        for state in step["from"] if waits else ():
            if not any(
                state in mine[own]["from"] for own in ("answer-assignment", "release-assignment") if own in mine
            ):
                report.refuse(name, f"在 {state} 等任务反馈，可那时任务既不能反馈也不能解除；请补上 from。")
    for name, clock in raw["clocks"].items():
        moved_by = listed(clock.get("stops", {}).get("step")) + listed(clock["starts"].get("step"))
        if clock["scope"] != "assignment" and any(step in mine for step in moved_by):
            report.refuse(name, "由任务上的步骤起停，范围应当是 scope: assignment。")
