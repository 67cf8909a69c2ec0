"""Is the tree whole: gaps and overlaps on the ground, areas without a worker, areas whose parent has ended, counts.

Who works where is known one floor over; `register_staffed` lets that package answer without being imported here.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from . import rules, shapes
from .models import Area
from .queries import in_force

_staffed: list[Callable[[date], Iterable[int]]] = []


def register_staffed(reader: Callable[[date], Iterable[int]]) -> None:
    """Register who answers: the ids of areas that have a worker of their own on a day."""
    _staffed.append(reader)


@dataclass(frozen=True)
class Finding:
    """One thing to mend. `kind`: gap, overlap, outside, no-shape, no-worker, orphan, shared-name."""

    kind: str
    code: str
    says: str
    m2: float = 0.0


@dataclass
class Report:
    """What `check_areas` found. `clean` is about the tree and the ground; missing workers are listed beside it."""

    on: date
    counts: dict[str, int] = field(default_factory=dict)
    ground: list[Finding] = field(default_factory=list)
    orphans: list[Finding] = field(default_factory=list)
    unstaffed: list[Finding] = field(default_factory=list)
    staff_known: bool = False

    @property
    def clean(self) -> bool:
        return not self.ground and not self.orphans

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def lines(self) -> list[str]:
        """The report as lines of text, for the terminal and the page."""
        counts = " + ".join(f"{n} {rules.LEVELS[key].label}" for key, n in self.counts.items())
        out = [f"{self.on}在用区域：{counts} = {self.total}" if self.total else f"{self.on}没有在用的区域"]
        for title, found in (("图形", self.ground), ("上级与代码", self.orphans), ("没有专人的", self.unstaffed)):
            out.append(f"{title}：{len(found)}处" if found else f"{title}：没有要补的")
            out.extend(f"  {finding.says}" for finding in found)
        if not self.staff_known:
            out[-1] = "没有专人的：还不知道，没有登记人员"
        return out


def check_areas(on: date, *, tolerance_m2: float = shapes.TOLERANCE_M2) -> Report:
    """Check every area in force on a day. tolerance_m2: gaps and overlaps up to this many m² are let pass."""
    areas = {area.pk: area for area in in_force(on).order_by("path")}
    counted = Counter(area.level for area in areas.values())
    report = Report(on, {key: counted[key] for key in rules.LEVELS if counted[key]})
    children: dict[int, list[Area]] = {}
    for area in areas.values():
        if area.parent_id is not None:
            children.setdefault(area.parent_id, []).append(area)
    report.orphans = _orphans(areas)
    for parent_id, inside in children.items():
        if parent_id in areas:
            report.ground += _ground(areas[parent_id], inside, tolerance_m2)
    report.ground.sort(key=lambda finding: -finding.m2)
    report.staff_known = bool(_staffed)
    if _staffed:
        worked = {pk for reader in _staffed for pk in reader(on)}
        report.unstaffed = [
            Finding("no-worker", area.code, f"{area.full_name}（{area.code}）没有网格员")
            for area in areas.values()
            if area.staff_needed and area.pk not in worked
        ]
    return report


def _orphans(areas: dict[int, Area]) -> list[Finding]:
    """Areas in force whose parent is not, and codes that no longer lie in their parent's."""
    found = []
    for area in areas.values():
        above = areas.get(area.parent_id) if area.parent_id else None
        if area.parent_id and above is None:
            found.append(Finding("orphan", area.code, f"{area.full_name}（{area.code}）的上级已经停用"))
            continue
        problem = rules.code_problem(area.code, area.level) or rules.place_problem(
            area.code, area.level, above.code if above else None, above.level if above else None
        )
        if problem:
            found.append(Finding("orphan", area.code, f"{area.full_name}（{area.code}）：{problem}"))
    return found


def _ground(parent: Area, inside: list[Area], tolerance_m2: float) -> list[Finding]:
    """Gaps, overlaps and what lies outside among the areas of one parent; areas still without a shape."""
    if parent.shape is None:
        return []  # said once, at its own parent; a county without shapes at all is not drawn yet
    drawn = [(area.code, area.shape) for area in inside if area.shape is not None]
    names = {area.code: area.name for area in inside}
    found = [
        Finding("no-shape", area.code, f"{area.full_name}（{area.code}）没有图形")
        for area in inside
        if area.shape is None
    ]
    if not drawn:
        return found
    for flaw in shapes.flaws((parent.code, parent.shape), drawn, tolerance_m2=tolerance_m2):
        size = f"约{flaw.m2:,.0f}平方米"
        says = {
            "gap": f"{parent.full_name}有一块不属任何下级区域，{size}",
            "overlap": f"{parent.full_name}：{names.get(flaw.first)}与{names.get(flaw.second)}重叠{size}",
            "outside": f"{names.get(flaw.first)}有{size}在{parent.full_name}之外",
        }[flaw.kind]
        found.append(Finding(flaw.kind, flaw.first, says, flaw.m2))
    return found
