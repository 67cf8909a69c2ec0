"""The vocabulary and the papers themselves: complete, sourced, and hanging together."""

from typing import Any

from ..definition import Vocabulary
from .report import Report
from .words import check_house_words

SETTING = {"label", "default", "unit", "kind", "by", "shorten-only", "mark", "basis"}
FIELD_TYPES = {"text", "long", "list", "date", "time", "number", "code", "count", "money", "flag"}
FIELD = {"name", "label", "type", "required", "personal"}
NUMBERED = ["county", "township", "village", "micro-grid"]


def vocabulary_problems(vocabulary: Vocabulary) -> list[str]:
    """All problems of the vocabulary and of the papers, as sentences."""
    report = Report(vocabulary)
    report.where = "vocabulary"
    for name, guard in vocabulary.guards.items():
        report.known(f"guards.{name}", "fact", guard["facts"], vocabulary.facts)
    for name, step in vocabulary.built_in_steps.items():
        report.known(f"built-in-steps.{name}", "fact", step["facts"], vocabulary.facts)
    report.known("papers-copy-to-each-complainant", "paper", list(vocabulary.papers_copy_to_each), vocabulary.papers)
    _settings(report)
    _levels(report)
    report.where = "papers"
    for name, paper in vocabulary.papers.items():
        _paper(report, name, paper)
    return report.problems


def _settings(report: Report) -> None:
    for key, setting in report.vocabulary.settings.items():
        place = f"settings.{key}"
        report.sourced(place, setting)
        if set(setting) - {"variants"} != SETTING or setting["shorten-only"] not in (True, False):
            report.refuse(place, f"须恰好有 {'、'.join(sorted(SETTING))}（可加 variants）。")
            continue
        report.known(place, "setter", setting["by"], report.vocabulary.setters)
        if setting["unit"] not in ("days", "months", "hours", "minutes", "times", "people") or not isinstance(
            setting["default"], int
        ):
            report.refuse(place, "unit 写 days、months、hours、minutes、times 或 people，default 写整数。")
        if setting["kind"] not in ("natural", "working", "clock", "none"):
            report.refuse(place, "kind 写 natural、working、clock 或 none。")


def _levels(report: Report) -> None:
    levels = report.vocabulary.levels
    numbered = sorted((level["number"], name) for name, level in levels.items() if "number" in level)
    if [name for _, name in numbered] != NUMBERED or "dedicated" not in levels:
        report.refuse("levels", "四级依次是 county、township、village、micro-grid，另有 dedicated；请改正。")
    for name, level in levels.items():
        report.known(f"levels.{name}", "level", level["under"], levels)
        hangs = name == "county" or any("optional" not in levels.get(upper, {}) for upper in level["under"])
        if not hangs:
            report.refuse(f"levels.{name}", "没有上级，或只挂在可有可无的一级下；请补上 under。")


def _paper(report: Report, name: str, paper: dict[str, Any] | Any) -> None:
    report.sourced(name, paper)
    check_house_words(report, dict(paper), name)
    fields = paper["fields"]
    names = [field.get("name") for field in fields]
    if not names or len(set(names)) != len(names):
        report.refuse(name, "栏目没有或重名；请各写一个不同的 name。")
    for field in fields:
        if set(field) != FIELD or field["type"] not in FIELD_TYPES or not isinstance(field["personal"], bool):
            report.refuse(
                f"{name}.{field.get('name')}", "栏目须有 name、label、type、required、personal，personal 写 yes 或 no。"
            )
    for alternative in paper["dossier"].values():
        if alternative.startswith("must-or:") and alternative[8:] not in report.vocabulary.papers:
            report.refuse(name, f"可替代的文书 {alternative[8:]} 不存在；请改正名字。")
