"""Ordinary, complex or major; scale; where it is handled. The table decides, row by row, and says which row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from . import names
from .facts import Facts
from .tables import GradeRule, Tables, listed

FEN = 100
MEMO = 20_000
NO_RULE = GradeRule("", "grade", "ordinary", "以上都不是", "*", "*", "*")


@dataclass(frozen=True, slots=True)
class GradeResult:
    """`value` by row `fired`; `handled_at` a level by rows `raised`; `on_spot` a grid worker may settle it there."""

    value: str
    fired: str
    scale: str
    scale_rule: str
    handled_at: str
    raised: tuple[str, ...]
    on_spot: bool
    reasons: tuple[str, ...]

    @property
    def label(self) -> str:
        """Chinese name of the grade."""
        return names.GRADE_LABELS[self.value]


def decide_grade(facts: Facts, tables: Tables, *, level: str = "village") -> GradeResult:
    """Grade a matter that arises at `level` (where it would be handled if ordinary). Raises nothing: unknown facts
    fire no row. Who told it, how often and by which channel cannot be passed in (row G37)."""
    key = (facts, level)
    known = tables.memo.get(key)
    if isinstance(known, GradeResult):
        return known
    result = _grade(replace(facts, grade=""), tables.grades, level)
    if len(tables.memo) < MEMO:
        tables.memo[key] = result
    return result


def _grade(facts: Facts, rules: tuple[GradeRule, ...], level: str) -> GradeResult:
    # Rows of one value may all hold; the gravest value wins and its first row speaks.
    by_value = {
        value: [r for r in rules if r.sets == "grade" and r.value == value and holds(r, facts)]
        for value in reversed(names.GRADES)
    }
    value, fired_rows = next(((v, rows) for v, rows in by_value.items() if rows), ("ordinary", [NO_RULE]))
    facts = replace(facts, grade=value)
    reasons = [sentence(r, facts) for r in fired_rows]

    raised = [r for r in rules if r.sets == "raise_to" and holds(r, facts)]
    handled = level
    for r in raised:
        if names.LEVELS.index(r.value) > names.LEVELS.index(handled):
            handled = r.value
            reasons.append(f"{sentence(r, facts)}，由{names.LEVEL_LABELS[handled]}办")
    if facts.both_agree and any(r.sets == "hand_down" and holds(r, facts) for r in rules):
        down = next(r for r in rules if r.sets == "hand_down" and holds(r, facts))
        if value == "ordinary" and names.LEVELS.index(down.value) < names.LEVELS.index(handled):
            handled = down.value
            reasons.append(f"{sentence(down, facts)}，可交{names.LEVEL_LABELS[handled]}")
    spot = next((r for r in rules if r.sets == "handle_at" and holds(r, facts)), None)
    on_spot = spot is not None and level in ("grid", "village") and not raised
    if on_spot and facts.settle_on_spot and spot is not None:
        handled = spot.value
        reasons.append(f"{sentence(spot, facts)}，网格员当场办")

    # An intake that writes no number was told by one person: individual until somebody knows better.
    counted = replace(facts, people=facts.people if facts.people is not None else 1)
    scale = next((r for r in rules if r.sets == "scale" and holds(r, counted)), None)
    return GradeResult(
        value=value,
        fired=fired_rows[0].id,
        scale=scale.value if scale else "",
        scale_rule=scale.id if scale else "",
        handled_at=handled,
        raised=tuple(r.id for r in raised),
        on_spot=on_spot,
        reasons=tuple(reasons),
    )


def holds(rule: GradeRule, facts: Facts) -> bool:
    """Whether one row of the table holds for the facts; an unknown number holds for nothing."""
    if rule.field == "*":
        return True
    got = getattr(facts, rule.field)
    if rule.op == "has":
        return rule.threshold in got
    if rule.op == "in":
        wanted = listed(rule.threshold)
        return got in wanted or got[:2] in wanted
    if rule.op == "is":
        return got is True if rule.threshold == "yes" else got == rule.threshold
    if got is None:
        return False
    number = got // FEN if rule.field == "amount" else got
    if rule.op == ">=":
        return number >= int(rule.threshold)
    if rule.op == "<":
        return number < int(rule.threshold)
    low, _, high = rule.op.partition("..")
    return int(low) <= number <= int(high)


NOT_READ = "未取："
"""How a row of the table marks, in its note, a part of its condition that nobody can know here."""


def not_weighed(facts: Facts, rules: Iterable[GradeRule]) -> tuple[str, ...]:
    """What the rows could not look at: a figure nobody wrote down, and what the table itself marks as not read. Pure."""
    unknown: dict[str, list[GradeRule]] = {}
    said = []
    for rule in rules:
        if NOT_READ in rule.note:
            said.append(f"{rule.id} {rule.note.partition(NOT_READ)[2]}")
        if rule.sets in ("grade", "raise_to") and getattr(facts, rule.field, "") is None:
            unknown.setdefault(rule.field, []).append(rule)
    return (*(f"{'、'.join(r.id for r in rows)} {rows[0].condition}：没有写明" for rows in unknown.values()), *said)


def sentence(rule: GradeRule, facts: Facts) -> str:
    """One short Chinese sentence: the row, its condition, the figure at hand and the line it crosses."""
    said = rule.condition
    if rule.field in ("people", "units", "failed_tries", "same_cause_30d") and rule.op == ">=":
        said += f"（{getattr(facts, rule.field)}，线 {rule.threshold}）"
    elif rule.field == "amount" and facts.amount is not None:
        yuan, fen = divmod(facts.amount, FEN)
        said += f"（{yuan}.{fen:02d}元，线 {rule.threshold}元）"
    return f"{rule.id} {said}" if rule.id else said
