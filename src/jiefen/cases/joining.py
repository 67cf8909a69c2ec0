"""Which matters may be handled together, which of them leads, and what goes along. Pure.

A join is a relation and not a state: each matter keeps its people, receipts, clocks, answers and chain. What the lead's
offices do for the one goes along in the others by the table `joining.csv`; what is owed to one person never does.
"""

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from django.utils.translation import gettext_noop

from jiefen.cases.rules import BUILT_IN, Row, endangered
from jiefen.procedures.definition import Procedure

TABLE = Path(__file__).with_name("joining.csv")
VAULT = 2
OBJECTED = frozenset({"disputed", "objected"})


@dataclass(frozen=True, slots=True)
class Side:
    """One of two matters as the rules see it. People are blind marks: equal where the person is the same."""

    number: str
    procedure: str
    stratum: int
    opened_at: datetime
    flags: tuple[str, ...] = ()
    state: str = ""
    is_open: bool = True
    handed_over: bool = False  # an office has the duty
    answered: bool = False  # what it answers has been given to whoever asked
    taken: int = 0  # steps of its procedure taken so far
    units: frozenset[int] = frozenset()  # the offices with a duty, and its centre
    excluded: frozenset[int] = frozenset()  # the offices complained of, and all below them
    asking: frozenset[bytes] = frozenset()
    asked_of: frozenset[bytes] = frozenset()
    hidden: bool = False  # somebody's name is kept from the other side
    leads: bool = False
    follows: bool = False


@dataclass(frozen=True, slots=True)
class No:
    """Why two matters may not be joined: the rule's word, and a sentence that says what to do instead."""

    rule: str
    says: str


@cache
def along() -> Mapping[str, Mapping[str, bool]]:
    """By procedure and step, whether what the lead does is done in the joined matters too."""
    found: dict[str, dict[str, bool]] = {}
    with TABLE.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            found.setdefault(row["procedure"], {})[row["step"]] = row["along"] == "1"
    return found


def goes_along(procedure: str, step: str) -> bool:
    """Whether a step of the lead is done in the joined matters too."""
    return along().get(procedure, {}).get(step, False)


def refuse(lead: Side, other: Side) -> No | None:
    """Why `other` may not be joined to `lead`, the first thing in the way; None where it may."""
    either = (lead, other)
    if lead.number == other.number:
        return No("same", gettext_noop("这就是同一件，不用并。"))
    if any(side.stratum == VAULT for side in either):
        return No("vault", gettext_noop("检举控告只由专管员保管，不与别的事项一并办理。"))
    if any(side.procedure not in along() for side in either):
        return No(
            "procedure",
            gettext_noop(
                "只有工单、申诉求决和建议意见可以并件；调解、复查复核等要每位当事人自己同意或提出，请分别办理。"
            ),
        )
    if lead.procedure != other.procedure:
        return No("procedure", gettext_noop("两件走的办理程序不同，期限和权利也不同，请分别办理，或先转为同一程序。"))
    if no := _standing(lead, other):
        return no
    if lead.stratum != other.stratum:
        return No("restricted", gettext_noop("一件限看，一件不限，能看的人不一样，请分别办理。"))
    if endangered(lead.flags) != endangered(other.flags):
        return No("harm", gettext_noop("其中一件有家庭暴力或未成年人受害的标记，先保安全，请单独办理。"))
    if lead.units & other.excluded:
        return No("excluded", gettext_noop("并过去就要由它所反映的单位经手，请交其上一级或其他单位，或分别办理。"))
    if other.units & lead.excluded:
        return No("excluded", gettext_noop("它的承办单位正是另一件所反映的单位，请先改交，或分别办理。"))
    if lead.asking & other.asked_of or other.asking & lead.asked_of:
        if any(side.hidden for side in either):
            return No("hidden", gettext_noop("有人要求对对方保密姓名，而对方正是另一件的反映人，请分别办理。"))
        return No("opposite", gettext_noop("两件的当事人互为对方，请分别办理，或请调解员把双方请到一起。"))
    return None


def _standing(lead: Side, other: Side) -> No | None:
    if other.follows:
        return No("joined", gettext_noop("要并入的这件已经与别的件一并办理，请先撤销那次并件。"))
    if lead.follows:
        return No("joined", gettext_noop("作主件的这件自己已并入另一件，请并到那一件。"))
    if other.leads:
        return No("joined", gettext_noop("要并入的这件带着并入的件，请让它作主件，或先撤销。"))
    for side in (lead, other):
        if not side.is_open:
            return No("ended", gettext_noop("其中一件已经办结，不能再并；本人不满意的请走重启或重办。"))
        if side.answered:
            return No("answered", gettext_noop("其中一件已经答复本人，再并进来的人就没有机会被听到，请分别办理。"))
        if side.state in OBJECTED:
            return No("objected", gettext_noop("其中一件正在核实该不该归这家办，定下来以后再并。"))
    if other.handed_over and not lead.handed_over:
        return No("direction", gettext_noop("作主件的这件还没有交办，另一件已有单位在办，请反过来并。"))
    return None


def direction(a: Side, b: Side) -> tuple[Side, Side, str]:
    """Which of two leads, which joins it, and why in a sentence. The same whichever is named first."""
    first, second = sorted((a, b), key=lambda side: (side.opened_at, side.number))
    both = ((first, second), (second, first))
    for lead, other in both:
        if lead.leads and not other.leads:
            return lead, other, gettext_noop("主件已经带着别的件一并办理。")
    for lead, other in both:
        if lead.handed_over and not other.handed_over:
            return lead, other, gettext_noop("主件已有单位在办，另一件还没有交办。")
    for lead, other in both:
        if lead.taken > other.taken:
            return lead, other, gettext_noop("主件办得更靠前。")
    return first, second, gettext_noop("主件来得早，它的期限先到。")


@dataclass(frozen=True, slots=True)
class Came:
    """A step that came along into a joined matter: may it be taken back when the join is undone? `why_not` where not."""

    seq: int
    name: str
    at: datetime
    why_not: str = ""


@dataclass(slots=True)
class _Walk:
    """A chain walked anew without some rows."""

    state: str
    off: list[Row] = field(default_factory=list)


def join_row(rows: Sequence[Row], gone: Collection[int] = ()) -> Row | None:
    """The row by which a matter joined another and still is joined."""
    parted = {row.codes["parts"] for row in rows if row.name == "parted"} | set(gone)
    return next((r for r in reversed(rows) if r.name == "joined" and "into" in r.codes and r.seq not in parted), None)


def came_along(definition: Procedure, rows: Sequence[Row], joined: Row) -> list[Came]:
    """The steps that came along since the join, oldest first, each with whether it may be taken back."""
    found = []
    for row in rows:
        if row.seq <= joined.seq or not row.codes.get("along"):
            continue
        step = definition.steps.get(row.name)
        why = ""
        if step is not None and "every-demand-answered" in step.guards:
            why = gettext_noop("答复已经给了本人，不能当没有给过。")
        elif any(r.seq > row.seq and r.name == "delivered" for r in rows):
            why = gettext_noop("之后已有文书送到本人手里，不能当没有发生过。")
        found.append(Came(row.seq, row.name, row.at, why))
    return found


def cannot_take_back(definition: Procedure, rows: Sequence[Row], joined: Row, chosen: Collection[int]) -> str:
    """Why the chosen steps cannot be taken back together; empty where they can: what stays must still follow from what
    stays before it."""
    came = {one.seq: one for one in came_along(definition, rows, joined)}
    for seq in chosen:
        if seq not in came:
            return gettext_noop("这一步不是随主件办的，请重新选择。")
        if came[seq].why_not:
            return came[seq].why_not
    before = {row.codes["parts"] for row in rows if row.name == "parted"}
    for row in rows:
        before |= set(row.codes.get("void", ())) if row.name == "parted" else set()
        what = row.codes.get("corrected") or {}
        before |= {what["step"]} if what.get("void") else set()
    walk = _Walk(definition.start.name)
    gone = before | set(chosen) | {joined.seq}
    for row in rows:
        if row.seq in gone or row.name in BUILT_IN or row.assignment:
            continue
        step = definition.steps.get(row.name)
        if step is None:
            continue
        if row.seq > joined.seq and walk.state not in step.from_states:
            return gettext_noop("留下的步骤里有一步是接着撤回的那步办的：要么都留下，要么从后往前一起撤回。")
        walk.state = step.to or walk.state
    return ""
