"""The list problems are written on, and the words every check shares."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..definition import Vocabulary
from ..strict import listed

SORTS = {
    "state": "状态",
    "step": "步骤",
    "role": "角色",
    "guard": "条件",
    "fact": "事实",
    "paper": "文书",
    "procedure": "程序",
    "binds": "义务人",
    "scope": "范围",
    "approver": "批准人",
    "setter": "设定人",
    "source": "来源",
    "level": "层级",
    "setting": "设置",
}
HERE = {"state": "本文件的 states", "step": "本文件的 steps", "procedure": "程序目录"}


class Report:
    """Problems found, each a sentence that names its place; and which words were used, to find the unused."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.where = ""
        self.problems: list[str] = []
        self.used: Counter[tuple[str, str]] = Counter()

    def refuse(self, place: str, says: str) -> None:
        """Write a problem down. `place` is a step or clock, empty for the whole file."""
        self.problems.append(f"{'.'.join(part for part in (self.where, place) if part)}：{says}")

    def known(self, place: str, sort: str, names: Any, among: Collection[str]) -> list[str]:
        """Refuse each name that is not `among`; returns those that are."""
        names = listed(names)
        for name in names:
            self.used[(sort, str(name))] += 1
            if name not in among:
                where = HERE.get(sort, "词表")
                self.refuse(place, f"不认识的{SORTS[sort]} {name}；请改用{where}里有的名字，或先把它加进去。")
        return [name for name in names if name in among]

    def sourced(self, place: str, thing: Mapping[str, Any]) -> None:
        """Refuse what names no basis, a source that is not listed, or no mark V/M/A."""
        bases = listed(thing.get("basis", thing.get("source")))
        if not bases:
            self.refuse(place, "没有依据；请写 basis，自己拟定的写 OWN。")
        for basis in bases:
            text = basis.get("source") if isinstance(basis, dict) else basis
            self.known(place, "source", source_keys(str(text)), self.vocabulary.sources)
        if thing.get("mark") not in self.vocabulary.marks:
            self.refuse(place, "没有标记；请写 mark: V（读过原文）、M（凭记忆）或 A（拟定）。")


def source_keys(basis: str) -> list[str]:
    """`L-XF:23` → [L-XF]; several sources before the colon are separated by commas."""
    return [key for key in basis.split(":")[0].split(",") if key]


def facts_of(raw: dict[str, Any]) -> set[str]:
    """Every fact that opening or some step records."""
    return set(raw["facts-on-open"]).union(*(listed(step.get("facts")) for step in raw["steps"].values()))


def papers_of(raw: dict[str, Any]) -> set[str]:
    """Every paper that opening or some step puts on file, or that somebody drafts because a step needs it."""
    steps: Iterable[dict[str, Any]] = raw["steps"].values()
    return set(raw["makes-on-open"]).union(*(listed(step.get("makes")) + listed(step.get("needs")) for step in steps))
