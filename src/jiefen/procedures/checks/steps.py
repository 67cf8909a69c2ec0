"""The steps one by one: every word known, every step sourced, ends left only by reopening."""

from typing import Any

from ..strict import listed
from .report import Report


def check(report: Report, raw: dict[str, Any]) -> None:
    """Words of the steps, and of what is said of the file as a whole."""
    vocabulary = report.vocabulary
    report.known("makes-on-open", "paper", raw["makes-on-open"], vocabulary.papers)
    report.known("facts-on-open", "fact", raw["facts-on-open"], vocabulary.facts)
    for basis in raw["basis"]:
        report.sourced("basis", basis)
    report.known("who-may-start", "role", raw["who-may-start"]["roles"], vocabulary.roles)
    for name, step in raw["steps"].items():
        _words(report, raw, name, step)
        _ends(report, raw, name, step)
        _returns(report, name, step)
    _campaign(report, raw)


def _words(report: Report, raw: dict[str, Any], name: str, step: dict[str, Any]) -> None:
    vocabulary = report.vocabulary
    if name in vocabulary.built_in_steps:
        report.refuse(name, "这是每个程序都有的内置步骤，文件里不写；请删去。")
    if step.get("on", "case") not in ("case", "assignment"):
        report.refuse(name, "on 只能是 case（事项）或 assignment（任务）。")
    report.sourced(name, step)
    report.known(name, "state", step["from"], raw["states"])
    if step["to"] != "stay":
        report.known(name, "state", step["to"], raw["states"])
    report.known(name, "role", step["roles"], vocabulary.roles)
    report.known(name, "role", step.get("tell"), vocabulary.roles)
    report.known(name, "guard", step.get("guards"), vocabulary.guards)
    report.known(name, "fact", step.get("facts"), vocabulary.facts)
    report.known(name, "paper", step.get("needs"), vocabulary.papers)
    report.known(name, "paper", step.get("makes"), vocabulary.papers)
    if step["reason"] not in ("none", "required"):
        report.refuse(name, "reason 只能是 none 或 required。")


def _ends(report: Report, raw: dict[str, Any], name: str, step: dict[str, Any]) -> None:
    for state in step["from"]:
        end = bool(raw["states"].get(state, {}).get("end"))
        if end and not step.get("reopens"):
            report.refuse(name, f"离开了终点 {state} 却没有写 reopens: true；请写明重启，或改 from。")
        if not end and step.get("reopens"):
            report.refuse(name, f"从 {state} 重启，而它不是终点；请删去 reopens 或改 from。")


def _returns(report: Report, name: str, step: dict[str, Any]) -> None:
    guards, facts = listed(step.get("guards")), listed(step.get("facts"))
    if "ruling-words" in facts and "returns-at-limit" not in guards:
        report.refuse(name, "裁定须有条件 returns-at-limit（退回次数已到或争议），请加上。")
    on_case = step.get("on", "case") == "case"
    if on_case and "objection-window-open" in guards and "returns-below-limit" not in guards:
        report.refuse(name, "提出异议须有条件 returns-below-limit（退回次数未到），请加上。")


def _campaign(report: Report, raw: dict[str, Any]) -> None:
    clocks, people = raw["clocks"], {"applicant", "respondent"}
    if raw["about"] == "matter":
        if any(clock["binds"] == "campaign" for clock in clocks.values()):
            report.refuse("", "事项没有专项行动的时钟；请改 binds。")
        return
    if raw["closing"]["answer-matrix"] != "exempt" or any(
        clock["binds"] != "campaign" or clock["scope"] == "complainant" for clock in clocks.values()
    ):
        report.refuse("", "专项行动没有诉求，也没有当事人的时钟；请写 answer-matrix: exempt，时钟写 binds: campaign。")
    told = {role for step in raw["steps"].values() for role in [*step["roles"], *listed(step.get("tell"))]}
    if people & (told | set(raw["who-may-start"]["roles"])):
        report.refuse("", "专项行动没有当事人；请把 applicant、respondent 从 roles 和 tell 里去掉。")
