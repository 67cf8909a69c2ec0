"""A walk over every (state, papers on file) that can come about: is each end open, is each dossier ever complete?

Guards other than papers and dossier count as satisfiable. A paper comes on file by opening, by a step that
makes it, or by
hand in a state whose step needs it and no step makes it.
"""

from collections import deque
from collections.abc import Collection, Iterator
from typing import Any

from ..strict import listed
from .flow import Graph, reach
from .report import Report

Node = tuple[str, frozenset[str]]
Part = tuple[str, tuple[str, ...]]


def dossier_of(raw: dict[str, Any]) -> list[Part]:
    """(paper, steps that make it demanded); no steps: always."""
    return [
        (part, ()) if isinstance(part, str) else (part.get("paper"), tuple(listed(part.get("if-step"))))
        for part in raw["closing"]["dossier"]
    ]


def lacking(dossier: list[Part], on_file: Collection[str]) -> list[str]:
    """Papers demanded and not on file; steps taken are in `on_file` as `step:name`."""
    return [
        paper
        for paper, when in dossier
        if paper not in on_file and (not when or any(f"step:{step}" in on_file for step in when))
    ]


class Walk:
    """All nodes that come about, with the way to each."""

    def __init__(self, raw: dict[str, Any], graph: Graph) -> None:
        self.raw, self.graph = raw, graph
        self.steps = {name: step for name, step in raw["steps"].items() if not step.get("reopens")}
        self.dossier = dossier_of(raw)
        self.made = set(raw["makes-on-open"]).union(*(listed(step.get("makes")) for step in self.steps.values()))
        self.needed = set().union(*(listed(step.get("needs")) for step in self.steps.values()))
        self.asked = {step for _, when in self.dossier for step in when}
        self.matters = self._matters()
        self.by_hand = {
            paper: {
                state for step in self.steps.values() if paper in listed(step.get("needs")) for state in step["from"]
            }
            for paper in (self.needed - self.made) & self.matters
        }
        begin: Node = (graph.start, frozenset(set(raw["makes-on-open"]) & self.matters))
        self.came: dict[Node, tuple[str, Node] | None] = {begin: None}
        self.back: dict[Node, list[Node]] = {}
        todo = deque([begin])
        while todo:
            node = todo.popleft()
            for step, target in self.moves(node):
                self.back.setdefault(target, []).append(node)
                if target not in self.came:
                    self.came[target] = (step, node)
                    todo.append(target)

    def _matters(self) -> set[str]:
        """Papers that decide anything: the dossier's, those a moving step needs, and those needed to make such
        papers.
        """
        matters = {paper for paper, _ in self.dossier}
        matters |= set().union(*(listed(s.get("needs")) for s in self.steps.values() if s["to"] != "stay"))
        while True:
            more = {
                paper
                for name, step in self.steps.items()
                if name in self.asked or matters & set(listed(step.get("makes")))
                for paper in listed(step.get("needs"))
            } - matters
            if not more:
                return matters
            matters |= more

    def moves(self, node: Node) -> Iterator[tuple[str, Node]]:
        """What can follow a node: a paper drafted by hand (`+paper`), or a step."""
        state, on_file = node
        for paper, where in self.by_hand.items():
            if state in where and paper not in on_file:
                yield f"+{paper}", (state, on_file | {paper})
        for name, step in self.steps.items():
            if state not in step["from"] or not set(listed(step.get("needs"))) & self.matters <= on_file:
                continue
            after = (
                on_file
                | (set(listed(step.get("makes"))) & self.matters)
                | ({f"step:{name}"} & {f"step:{s}" for s in self.asked})
            )
            if "dossier-complete" in listed(step.get("guards")) and lacking(self.dossier, after):
                continue
            target: Node = (state if step["to"] == "stay" else step["to"], frozenset(after))
            if target != node:
                yield name, target

    def way(self, end: str) -> list[str] | None:
        """The first way found to an end, as step names, or None."""
        node = next((node for node in self.came if node[0] == end), None)
        if node is None:
            return None
        taken = []
        while (before := self.came[node]) is not None:
            taken.append(before[0])
            node = before[1]
        return taken[::-1]


def check(report: Report, raw: dict[str, Any], graph: Graph) -> None:
    """Refuse dossiers that can never be complete and ends that shut for good."""
    walk = Walk(raw, graph)
    for paper, _ in walk.dossier:
        if paper not in walk.made | walk.needed:
            report.refuse(
                "closing.dossier", f"卷宗要 {paper}，但没有哪一步生成或需要它；请让某一步 makes 或 needs 它。"
            )
    _completable(report, walk)
    whole = False
    for end in graph.ends:
        here = [node for node in walk.came if node[0] == end]
        whole |= any(not lacking(walk.dossier, node[1]) for node in here)
        if not here:
            report.refuse(end, "这个终点走不到：需要的文书从不在卷，或卷宗永远不齐；请改 needs、makes 或 dossier。")
        else:
            _not_shut(report, walk, end, here)
    if not whole:
        report.refuse("closing.dossier", "在任何终点卷宗都不可能齐；请改 dossier，或让步骤生成所缺的文书。")


def _completable(report: Report, walk: Walk) -> None:
    """Where a step asks for a complete dossier, it must be completable: by hand or by steps that stay."""
    for name, step in walk.steps.items():
        if "dossier-complete" not in listed(step.get("guards")):
            continue
        told: set[str] = set()
        for state, on_file in sorted((n for n in walk.came if n[0] in step["from"]), key=lambda n: len(n[1])):
            full = set(on_file) | {paper for paper, where in walk.by_hand.items() if state in where}
            for other in walk.steps.values():
                stays = other["to"] == "stay" and state in other["from"]
                if stays and set(listed(other.get("needs"))) & walk.matters <= full:
                    full |= set(listed(other.get("makes")))
            lacks = lacking(walk.dossier, full | set(listed(step.get("makes"))))
            if lacks and state not in told:
                told.add(state)
                report.refuse(
                    name, f"在 {state} 时卷宗凑不齐，缺 {'、'.join(lacks)}；请让之前的步骤生成，或写成 if-step。"
                )


def _not_shut(report: Report, walk: Walk, end: str, here: list[Node]) -> None:
    """From every node whose state leads to the end, the end must be open with some further papers."""
    can, todo = set(here), deque(here)
    while todo:
        for node in walk.back.get(todo.popleft(), []):
            if node not in can:
                can.add(node)
                todo.append(node)
    told: set[str] = set()
    shut = (node for node in walk.came if node not in can and node[0] not in walk.graph.ends)
    for state, on_file in sorted(shut, key=lambda node: len(node[1])):
        if state not in told and end in reach(walk.graph.onward, [state]):
            told.add(state)
            report.refuse(
                state,
                f"卷里只有 {'、'.join(sorted(on_file)) or '空'} 时，终点 {end} 永远走不到；请改 needs 或 dossier。",
            )
