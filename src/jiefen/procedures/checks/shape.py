"""The keys a file must and may have, so that the other checks can trust it."""

from typing import Any

from .report import Report

TOP = {
    "procedure",
    "version",
    "status",
    "label",
    "effective",
    "basis",
    "who-may-start",
    "about",
    "makes-on-open",
    "facts-on-open",
    "states",
    "steps",
    "clocks",
    "opens",
    "closing",
    "rights-notices",
}
STATE = {"label", "start", "end", "answers", "second-look"}
STEP = {
    "label",
    "from",
    "to",
    "roles",
    "guards",
    "facts",
    "needs",
    "makes",
    "tell",
    "reason",
    "basis",
    "mark",
    "reopens",
    "on",
    "with",
    "note",
}
STEP_MUST = {"label", "from", "to", "roles", "reason"}
CLOCK = {
    "label",
    "binds",
    "scope",
    "starts",
    "stops",
    "restarts",
    "pauses",
    "days",
    "months",
    "hours",
    "kind",
    "variants",
    "setting",
    "extension",
    "warn-at",
    "basis",
    "mark",
    "firm",
    "lapses",
    "repeats",
    "only-when",
    "due-fact",
    "note",
}
CLOCK_MUST = {"label", "binds", "scope", "starts", "kind", "extension", "warn-at", "mark"}
CLOSING = {"answer-matrix", "evidence", "second-look", "rules", "dossier"}
MAPPINGS = ("states", "steps", "clocks", "closing", "who-may-start")


def _keys(report: Report, place: str, thing: Any, may: set[str], must: set[str]) -> bool:
    if not isinstance(thing, dict):
        report.refuse(place, "这里应当是一组“名字: 值”。")
        return False
    for key in set(thing) - may:
        if key is True:
            report.refuse(place, '请把 "on" 写在引号里，不加引号会读成“是”。')
        else:
            report.refuse(place, f"不认识的键 {key}；请删去或改正拼写。")
    for key in sorted(must - set(thing)):
        report.refuse(place, f"缺少 {key}，请补上。")
    return must <= set(thing) and set(thing) <= may


def check(report: Report, raw: Any) -> bool:
    """True when the file has the shape the other checks rely on."""
    if not _keys(report, "", raw, TOP, TOP):
        return False
    if not all(isinstance(raw[key], dict) for key in MAPPINGS) or not raw["states"]:
        report.refuse("", f"{'、'.join(MAPPINGS)} 应当是一组“名字: 值”，且 states 不能空。")
        return False
    good = True
    for name, state in raw["states"].items():
        good &= _keys(report, f"states.{name}", state, STATE, {"label"})
    for name, step in raw["steps"].items():
        good &= _keys(report, str(name), step, STEP, STEP_MUST)
        if good and not (isinstance(step["from"], list) and isinstance(step["roles"], list)):
            report.refuse(str(name), "from 和 roles 应当是列表，写成 [a, b]。")
            good = False
    for name, clock in raw["clocks"].items():
        good &= _keys(report, str(name), clock, CLOCK, CLOCK_MUST)
    good &= _keys(report, "closing", raw["closing"], CLOSING, CLOSING)
    good &= _keys(report, "who-may-start", raw["who-may-start"], {"roles", "note"}, {"roles"})
    if not isinstance(raw["version"], int) or raw["version"] < 1:
        report.refuse("", "version 应当是从1起的整数。")
        good = False
    if raw["about"] not in ("matter", "campaign"):
        report.refuse("", "about 只能是 matter（事项）或 campaign（专项行动）。")
        good = False
    return bool(good)
