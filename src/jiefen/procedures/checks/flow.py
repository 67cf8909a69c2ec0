"""The states as a graph: all reached, none a dead end."""

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from .report import Report

Edge = tuple[str, str, str]


@dataclass(frozen=True)
class Graph:
    """`onward`: (step, from, to) of every step that moves the case and does not reopen it."""

    start: str
    ends: tuple[str, ...]
    onward: tuple[Edge, ...]


def reach(edges: Iterable[Edge], begin: Iterable[str], without: Collection[str] = ()) -> set[str]:
    """Every state that can be come to from `begin` without taking the steps `without`."""
    edges = list(edges)
    seen = set(begin)
    todo = deque(seen)
    while todo:
        here = todo.popleft()
        for step, source, target in edges:
            if source == here and step not in without and target not in seen:
                seen.add(target)
                todo.append(target)
    return seen


def graph_of(raw: dict[str, Any]) -> Graph:
    """The graph of a file that passed the word checks. The first start is taken where there are several."""
    starts = [name for name, state in raw["states"].items() if state.get("start")]
    ends = tuple(name for name, state in raw["states"].items() if state.get("end"))
    onward = tuple(
        (name, source, step["to"])
        for name, step in raw["steps"].items()
        for source in step["from"]
        if step["to"] != "stay" and not step.get("reopens")
    )
    return Graph(starts[0] if starts else "", ends, onward)


def check(report: Report, raw: dict[str, Any]) -> Graph:
    """One start, at least one end, every state reached, an end reachable from each."""
    graph = graph_of(raw)
    if sum(bool(state.get("start")) for state in raw["states"].values()) != 1 or not graph.ends:
        report.refuse("", "应当恰有一个起点（start: true）和至少一个终点（end: true）。")
        return graph
    for state in sorted(set(raw["states"]) - reach(graph.onward, [graph.start])):
        report.refuse(state, "从起点走不到这个状态；请加一个到它的步骤，或删去它。")
    for state in raw["states"]:
        if state not in graph.ends and not reach(graph.onward, [state]) & set(graph.ends):
            report.refuse(state, "从这个状态走不到任何终点；请加一个往前走的步骤。")
    return graph
