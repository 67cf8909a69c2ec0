"""A procedure as a picture: states in a column in the order they are come to, steps as numbered lines beside them.

Lines that go on run on the right, lines that go back on the left, each in a lane of its own, so that nothing
crosses a box.
Steps between the same two states share a line. Pure text; no drawing tool is needed.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from .definition import Procedure

BOX_WIDTH, BOX_HEIGHT, PORT, GAP, LANE, MARGIN = 210, 44, 18, 30, 26, 24
FONT = "'Noto Sans SC','Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',sans-serif"


@dataclass(frozen=True)
class Line:
    """Steps, by number, from one row to another."""

    numbers: tuple[int, ...]
    source: int
    target: int

    @property
    def onward(self) -> bool:
        """Whether it runs downwards."""
        return self.target > self.source


def order(procedure: Procedure) -> list[str]:
    """The states from the start on, ends last, those come to first before the others."""
    seen = [procedure.start.name]
    todo = deque(seen)
    while todo:
        here = todo.popleft()
        for step in procedure.steps.values():
            if here in step.from_states and step.to and step.to not in seen:
                seen.append(step.to)
                todo.append(step.to)
    return sorted(seen, key=lambda name: procedure.states[name].end)


def lines(procedure: Procedure) -> list[Line]:
    """All moves between two different states; steps that stay are only told in the table."""
    row = {name: place for place, name in enumerate(order(procedure))}
    found: dict[tuple[int, int], list[int]] = {}
    for number, step in enumerate(procedure.steps.values(), 1):
        for state in step.from_states if step.to else ():
            if state != step.to:
                found.setdefault((row[state], row[step.to or ""]), []).append(number)
    return [Line(tuple(numbers), *ends) for ends, numbers in sorted(found.items())]


def _lanes(side: Iterable[Line]) -> dict[Line, int]:
    """A lane for each line, the shortest nearest the boxes, so that no two in a lane share a row."""
    lanes: list[list[tuple[int, int]]] = []
    given: dict[Line, int] = {}
    for line in sorted(side, key=lambda one: (abs(one.target - one.source), one.source)):
        low, high = sorted((line.source, line.target))
        free = (place for place, taken in enumerate(lanes) if all(high < a or low > b for a, b in taken))
        place = next(free, len(lanes))
        if place == len(lanes):
            lanes.append([])
        lanes[place].append((low, high))
        given[line] = place
    return given


def _ports(found: list[Line], rows: int) -> dict[tuple[int, Line], float]:
    """Where on a box's side each line leaves or enters, spread so that no two share a point."""
    ports: dict[tuple[int, Line], float] = {}
    for row in range(rows):
        for onward in (True, False):
            here = [line for line in found if row in (line.source, line.target) and line.onward == onward]
            here.sort(key=lambda line: (line.source + line.target - row, abs(line.target - line.source)))
            for place, line in enumerate(here, 1):
                ports[(row, line)] = (place - (len(here) + 1) / 2) * PORT
    return ports


def _heights(found: list[Line], rows: int) -> list[float]:
    """How tall each box must be for the lines on its busier side."""
    busiest = [
        max(sum(row in (line.source, line.target) and line.onward == side for line in found) for side in (True, False))
        for row in range(rows)
    ]
    return [max(BOX_HEIGHT, PORT * count + 8) for count in busiest]


def svg(procedure: Procedure) -> str:
    """The whole picture as an SVG document."""
    names, found = order(procedure), lines(procedure)
    right = _lanes(line for line in found if line.onward)
    left = _lanes(line for line in found if not line.onward)
    start_x = MARGIN + (max(left.values(), default=-1) + 2) * LANE
    width = start_x + BOX_WIDTH + (max(right.values(), default=-1) + 2) * LANE + MARGIN
    tall = _heights(found, len(names))
    height = sum(tall) + GAP * (len(names) - 1) + 2 * MARGIN
    ports = _ports(found, len(names))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}" width="{width}" height="{height:g}" '
        f'role="img" aria-labelledby="t d" font-family="{FONT}">',
        f'<title id="t">{escape(procedure.label)}：状态与步骤</title>',
        f'<desc id="d">{escape("；".join(_told(procedure)))}</desc>',
        '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#475569"/></marker></defs>',
        f'<rect width="{width}" height="{height:g}" fill="#ffffff"/>',
    ]
    middle = [MARGIN + sum(tall[:place]) + GAP * place + tall[place] / 2 for place in range(len(names))]
    for line in found:
        lane = (right if line.onward else left)[line]
        side = start_x + BOX_WIDTH if line.onward else start_x
        turn = side + (lane + 1) * LANE * (1 if line.onward else -1)
        leaves = middle[line.source] + ports[(line.source, line)]
        enters = middle[line.target] + ports[(line.target, line)]
        parts.append(_line(line, side, turn, leaves, enters))
    parts += [_box(procedure, name, start_x, middle[place], tall[place]) for place, name in enumerate(names)]
    return "\n".join([*parts, "</svg>", ""])


def _told(procedure: Procedure) -> Iterable[str]:
    for number, step in enumerate(procedure.steps.values(), 1):
        sources = "、".join(procedure.states[state].label for state in step.from_states)
        yield f"{number} {step.label}：{sources}→{procedure.states[step.to].label if step.to else '不变'}"


def _line(line: Line, side: float, turn: float, leaves: float, enters: float) -> str:
    way = 1 if line.onward else -1
    path = f"M{side:g} {leaves:.1f}H{turn:g}V{enters:.1f}H{side + 2 * way:g}"
    said = "·".join(str(number) for number in line.numbers)
    wide = 7 * len(said) + 8
    near = side + way * (wide / 2 + 6)
    return (
        f'<path d="{path}" fill="none" stroke="#64748b" stroke-width="1.3" marker-end="url(#a)"/>'
        f'<rect x="{near - wide / 2:g}" y="{leaves - 7.5:.1f}" width="{wide}" height="15" rx="7" fill="#eef2f7"/>'
        f'<text x="{near:g}" y="{leaves + 4:.1f}" font-size="11" text-anchor="middle" fill="#0f172a">{said}</text>'
    )


def _box(procedure: Procedure, name: str, x: float, middle: float, tall: float) -> str:
    state = procedure.states[name]
    fill, edge, thick = ("#e2e8f0", "#334155", 2.5) if state.end else ("#ffffff", "#0f766e", 1.5)
    if state.start:
        fill, thick = "#ccfbf1", 2.5
    said = f"{'▸ ' if state.start else ''}{state.label}{' ■' if state.end else ''}"
    size = 15 if len(said) < 13 else 12
    return (
        f'<rect x="{x:g}" y="{middle - tall / 2:g}" width="{BOX_WIDTH}" height="{tall:g}" rx="8" '
        f'fill="{fill}" stroke="{edge}" stroke-width="{thick:g}"/>'
        f'<text x="{x + BOX_WIDTH / 2:g}" y="{middle + 5:g}" font-size="{size}" text-anchor="middle" '
        f'fill="#0f172a">{escape(said)}</text>'
    )
