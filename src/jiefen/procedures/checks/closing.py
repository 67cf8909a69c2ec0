"""Closing: what an end that answers demands, second looks, openings, rights."""

from collections.abc import Collection
from typing import Any

from ..strict import listed
from . import papers
from .report import Report


def check(report: Report, raw: dict[str, Any], names: Collection[str] | None) -> None:
    """The closing rules of the file."""
    _openings(report, raw, names)
    _dossier(report, raw)
    _second_look(report, raw)
    _answers(report, raw)
    for notice in raw["rights-notices"]:
        report.known("rights-notices", "step", notice.get("when"), raw["steps"])
        report.sourced("rights-notices", notice)


def _openings(report: Report, raw: dict[str, Any], names: Collection[str] | None) -> None:
    for opening in raw["opens"]:
        to = opening["to"]
        if names is not None and not to.startswith("external-"):
            report.known("opens", "procedure", to, names)
        where = listed(opening.get("during")) + listed(opening.get("after"))
        report.known(f"opens.{to}", "state", where, raw["states"])
        if not where:
            report.refuse(f"opens.{to}", "没有写在哪些状态可以转开；请写 during 或 after。")


def _dossier(report: Report, raw: dict[str, Any]) -> None:
    for part in raw["closing"]["dossier"]:
        if not isinstance(part, str) and set(part) != {"paper", "if-step"}:
            report.refuse("closing.dossier", "每一项写文书名，或 {paper: 文书, if-step: [步骤]}。")
    demanded = papers.dossier_of(raw)
    report.known("closing.dossier", "paper", [paper for paper, _ in demanded], report.vocabulary.papers)
    report.known("closing.dossier", "step", [step for _, when in demanded for step in when], raw["steps"])


def _second_look(report: Report, raw: dict[str, Any]) -> None:
    role = raw["closing"]["second-look"]
    if role == "none":
        return
    report.known("closing.second-look", "role", role, report.vocabulary.roles)
    looks = {n for n, s in raw["steps"].items() if role in s["roles"] and "second-person" in listed(s.get("guards"))}
    if not looks:
        report.refuse("closing.second-look", f"二次核对由 {role} 作，但它没有一个带 second-person 的步骤；请加上。")
    for name, step in raw["steps"].items():
        target = raw["states"].get(step["to"], {})
        if not target.get("answers") or target.get("second-look") == "none" or step.get("reopens") or name in looks:
            continue
        if "second-look-done" not in listed(step.get("guards")):
            report.refuse(name, "没有二次核对就办结；请加条件 second-look-done。")


def _answers(report: Report, raw: dict[str, Any]) -> None:
    matrix = raw["closing"]["answer-matrix"]
    if matrix not in ("required", "exempt"):
        report.refuse("closing.answer-matrix", "只能是 required 或 exempt。")
    if matrix != "required":
        return
    ends = {name: state for name, state in raw["states"].items() if state.get("end")}
    for name, state in ends.items():
        if state.get("answers") not in (True, False):
            report.refuse(name, "终点须写明 answers: true 或 false，即是否算答复了诉求。")
    if not any(state.get("answers") for state in ends.values()):
        report.refuse("", "没有一个答复诉求的终点；请让至少一个终点 answers: true。")
    for name, step in raw["steps"].items():
        if raw["states"].get(step["to"], {}).get("answers") and "every-demand-answered" not in listed(
            step.get("guards")
        ):
            report.refuse(name, f"走到答复诉求的终点 {step['to']}，须有条件 every-demand-answered，请加上。")
