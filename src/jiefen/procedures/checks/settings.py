"""Settings: each number an area may change is declared once, and the clock's own number is its default."""

from typing import Any

from ..strict import listed
from .report import Report

UNITS = ("days", "months", "hours")


def _amount(thing: dict[str, Any]) -> tuple[Any, str]:
    unit = next(unit for unit in UNITS if unit in thing)
    return thing[unit], unit


def check(report: Report, raw: dict[str, Any]) -> None:
    """Clocks agree with the declared settings; guards that take a number are given one."""
    for name, clock in raw["clocks"].items():
        if "setting" in clock:
            _clock(report, name, clock)
    for name, step in raw["steps"].items():
        takes = [g for g in listed(step.get("guards")) if report.vocabulary.guards[g].get("with")]
        key = (step.get("with") or {}).get("setting")
        if takes and not key:
            report.refuse(name, f"条件 {'、'.join(takes)} 要一个数；请写 with: {{setting: …}}。")
        elif key and not takes:
            report.refuse(name, "写了 with，却没有条件用它；请删去。")
        if key:
            report.known(name, "setting", key, report.vocabulary.settings)


def _clock(report: Report, name: str, clock: dict[str, Any]) -> None:
    key = clock["setting"]
    if not report.known(name, "setting", key, report.vocabulary.settings):
        return
    declared = report.vocabulary.settings[key]
    number, unit = _amount(clock)
    if (number, unit, clock["kind"]) != (declared["default"], declared["unit"], declared["kind"]):
        report.refuse(
            name,
            f"期限与设置 {key} 的默认值 {declared['default']} {declared['unit']} {declared['kind']} 不同；请改成一致。",
        )
    local = [(v["when"], *_amount(v), v["kind"]) for v in clock.get("variants", []) if v["mark"] == "A"]
    if local != [(v["when"], v["default"], v["unit"], v["kind"]) for v in declared.get("variants", [])]:
        report.refuse(name, f"分情形的期限与设置 {key} 里的不同；请改成一致。")
    if clock["mark"] == "V" and not declared["shorten-only"]:
        report.refuse(name, f"法律定的数只能缩短；请在设置 {key} 写 shorten-only: true。")


def unused(report: Report) -> list[str]:
    """Words nobody uses, once every procedure has been read."""
    vocabulary = report.vocabulary
    for facts in [*vocabulary.guards.values(), *vocabulary.built_in_steps.values()]:
        for fact in facts["facts"]:
            report.used[("fact", fact)] += 1
    sorts = (
        ("guard", vocabulary.guards, "条件"),
        ("role", vocabulary.roles, "角色"),
        ("fact", vocabulary.facts, "事实"),
    )
    return [
        f"vocabulary：{label} {name} 没有地方用到；请删去，或在程序里用上。"
        for sort, names, label in sorts
        for name in names
        if not report.used[(sort, name)]
    ]
