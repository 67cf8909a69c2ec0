"""Clocks: each is started, stopped and bounded; nobody waits without one."""

from typing import Any

from ..strict import listed
from .flow import Graph, reach
from .report import Report, facts_of, papers_of

UNITS = ("days", "months", "hours")
STARTS = {"enter", "step", "fact", "notice"}
STOPS = {"step", "notice", "opens"}


def check_shape(report: Report, raw: dict[str, Any]) -> None:
    """Words and numbers of each clock."""
    vocabulary, steps, states = report.vocabulary, raw["steps"], raw["states"]
    extends = any("extension-allowed" in listed(step.get("guards")) for step in steps.values())
    for name, clock in raw["clocks"].items():
        report.sourced(name, clock)
        report.known(name, "binds", clock["binds"], vocabulary.binds)
        report.known(name, "scope", clock["scope"], vocabulary.scopes)
        report.known(name, "state", clock.get("pauses"), states)
        _length(report, name, clock)
        _extension(report, name, clock, extends)
        _moves(report, raw, name, clock)
        if clock.get("due-fact"):
            report.known(name, "fact", clock["due-fact"], vocabulary.facts)


def _length(report: Report, name: str, clock: dict[str, Any]) -> None:
    lengths = [unit for unit in UNITS if unit in clock]
    if len(lengths) != 1 or clock["kind"] not in ("natural", "working", "clock"):
        report.refuse(name, "days、months、hours 只写一个，kind 写 natural、working 或 clock。")
    elif not isinstance(clock[lengths[0]], int) or clock[lengths[0]] < 0:
        report.refuse(name, f"{lengths[0]} 应当是不小于0的整数。")
    ours = clock["mark"] == "A" and clock["binds"] in ("unit", "mediator", "campaign")
    if ours and not clock.get("variants") and not {"setting", "due-fact"} & set(clock):
        report.refuse(name, "法律没有定日数的，须写 setting，让区县能改。")
    for variant in clock.get("variants", []):
        report.sourced(f"{name}.variants", variant)
        if sum(unit in variant for unit in UNITS) != 1 or not isinstance(variant.get("when"), dict):
            report.refuse(f"{name}.variants", "每一种写 when，和 days、months、hours 中的一个。")
    if name in ("object-by", "return-by") and not clock.get("lapses"):
        report.refuse(name, "不提异议不是失职，期满自然终止；请写 lapses: true。")


def _extension(report: Report, name: str, clock: dict[str, Any], extends: bool) -> None:
    extension = clock["extension"]
    if extension == "none":
        return
    if not isinstance(extension, dict) or not {"days", "approver", "times"} <= set(extension):
        report.refuse(name, "extension 写 none，或 {days, approver, times, mark}。")
        return
    report.known(name, "approver", extension["approver"], report.vocabulary.approvers)
    if not extends:
        report.refuse(name, "可以延长，却没有延长的步骤；请加一个带 extension-allowed 的步骤，或写 extension: none。")


def _moves(report: Report, raw: dict[str, Any], name: str, clock: dict[str, Any]) -> None:
    """What starts, stops and restarts it is known and can happen."""
    starts, stops = clock["starts"], clock.get("stops", {})
    if not isinstance(starts, dict) or not starts or not set(starts) <= STARTS:
        report.refuse(name, "没有什么让它起算；请写 starts: {enter|step|fact|notice: …}。")
        return
    if not set(stops) <= STOPS or (not stops and not clock.get("lapses")):
        report.refuse(name, "没有什么让它停；请写 stops: {step|notice|opens: …}，自行终止的权利写 lapses: true。")
    vocabulary = report.vocabulary
    report.known(name, "state", starts.get("enter"), raw["states"])
    for trigger in (starts, stops, clock.get("restarts", {})):
        report.known(name, "step", trigger.get("step"), raw["steps"])
        report.known(name, "paper", trigger.get("notice"), vocabulary.papers)
    for fact in report.known(name, "fact", starts.get("fact"), vocabulary.facts):
        if fact not in facts_of(raw):
            report.refuse(name, f"由 {fact} 起算，却没有步骤记下它；请让某一步 facts 写上它。")
    for paper in listed(starts.get("notice")) + listed(stops.get("notice")):
        if paper not in papers_of(raw):
            report.refuse(name, f"由 {paper} 的送达起停，而它从不在卷；请让某一步 makes 或 needs 它。")
    for to in listed(stops.get("opens")):
        if not any(opening["to"] == to for opening in raw["opens"]):
            report.refuse(name, f"由转开 {to} 停住，而本程序从不转开它；请在 opens 里加上。")


def begins_in(raw: dict[str, Any], clock: dict[str, Any], graph: Graph) -> set[str]:
    """The states a clock may begin in; by a fact or a delivery, from the start on."""
    starts, steps = clock["starts"], raw["steps"]
    begin = set(listed(starts.get("enter")))
    for step in (steps[name] for name in listed(starts.get("step"))):
        begin |= set(step["from"]) if step["to"] == "stay" else {step["to"]}
    return begin | ({graph.start} if "fact" in starts or "notice" in starts else set())


def check_flow(report: Report, raw: dict[str, Any], graph: Graph) -> None:
    """Every stop can follow its start, nothing runs past an end, nobody waits without a clock."""
    waited: set[str] = set()
    for name, clock in raw["clocks"].items():
        _owed_to_each(report, raw, name, clock)
        begin = begins_in(raw, clock, graph)
        halts = set(listed(clock.get("stops", {}).get("step")))
        onward = reach(graph.onward, begin)
        if halts and not any(set(raw["steps"][halt]["from"]) & onward for halt in halts):
            report.refuse(name, "起算以后，停它的步骤一个也走不到；请改 starts 或 stops。")
        if clock["binds"] not in ("complainant", "parties") and not clock.get("lapses"):
            waited |= reach(graph.onward, begin, halts)
        if not clock.get("lapses") and halts and "only-when" not in clock:
            _runs_past(report, raw, graph, name, clock, begin, halts)
    for state in sorted(set(raw["states"]) - set(graph.ends) - waited):
        report.refuse(state, "可以在这个状态一直等下去而没有时钟在走；请加一个时钟。")


def _owed_to_each(report: Report, raw: dict[str, Any], name: str, clock: dict[str, Any]) -> None:
    """What is owed to each person who complained is counted for each of them."""
    each = set(report.vocabulary.papers_to_each_complainant)
    ending = [raw["steps"][step] for step in listed(clock.get("stops", {}).get("step"))]
    to_each = each & {paper for step in ending for paper in listed(step.get("makes")) + listed(step.get("needs"))}
    to_each |= each & set(listed(clock.get("stops", {}).get("notice")))
    moves_on = any("lead-unit" in listed(step.get("facts")) for step in ending)
    owed = clock["binds"] == "complainant" or name.startswith("notify")
    if clock["scope"] != "complainant" and (owed or (clock["scope"] == "case" and to_each and not moves_on)):
        report.refuse(name, "这是对每位反映人各自的期限；请写 scope: complainant。")


def _runs_past(
    report: Report,
    raw: dict[str, Any],
    graph: Graph,
    name: str,
    clock: dict[str, Any],
    begin: set[str],
    halts: set[str],
) -> None:
    if clock["scope"] == "assignment":  # an end releases what is open; what closes by an answer waits for it
        begin = set()
        for step in (raw["steps"][step] for step in listed(clock["starts"].get("step"))):
            if step["to"] != "stay":
                begin.add(step["to"])
            elif step.get("on") != "assignment":
                begin |= set(step["from"])
    for end in sorted(reach(graph.onward, begin, halts) & set(graph.ends) - begin):
        report.refuse(name, f"到了终点 {end} 还在走；请把走到那里的步骤加进 stops。")
