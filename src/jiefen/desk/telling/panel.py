"""On the case page of a matter with a harm mark: that nothing is told to the other side, and who may allow it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiefen.cases import reading
from jiefen.cases.access import roles_on
from jiefen.cases.models import Case
from jiefen.cases.panels import Panel
from jiefen.cases.rules import Row, endangered, may_tell
from jiefen.cases.standing import standing_of
from jiefen.cases.telling import MAY_ALLOW
from jiefen.kernel.seal import Key
from jiefen.people.actor import Actor


@dataclass(frozen=True, slots=True)
class Word:
    """Once somebody allowed it, or took it back: who, when and why, from the chain."""

    allowed: bool
    at: datetime
    by: str
    reason: str


def asks_first(case: Case) -> bool:
    """Whether the other side hears of a matter only after a named person's word. Out of the vault nobody is told anything."""
    return endangered(case.flags) and case.stratum != Case.Stratum.VAULT


def told_of(case: Case, key: Key) -> tuple[bool, list[Word]]:
    """Whether the other side may be told now, and every word on it, the newest first. One query."""
    trail = reading.trail(case)
    rows = [Row(s.seq, s.name, s.assignment, s.to_state, s.by_id, s.by_role, s.unit_id, s.at, s.codes) for s in trail]
    words = [
        Word(
            s.codes["telling"] == "allowed", s.at, "，".join(filter(None, [s.by_name, s.unit_name])),
            key.open(s.reason, field="step.reason") if s.reason else "",
        )
        for s in reversed(trail) if s.name == "telling"
    ]  # fmt: skip
    return may_tell(standing_of(case, rows)), words


def read(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """One query, and none where there is no such mark."""
    if not asks_first(case):
        return None
    allowed, words = told_of(case, key)
    may = bool(set(MAY_ALLOW) & set(roles_on(actor, case)))
    return {"allowed": allowed, "last": words[0] if words else None, "may": may}


TELLING = Panel("telling", "能不能告诉对方", 5, "desk/telling/panel.html", read)
