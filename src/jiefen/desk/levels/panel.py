"""On the case page: at which level it lies, what the grade table proposes, and every raising and handing down with its reason."""

from datetime import datetime
from typing import Any

from jiefen.cases import reading
from jiefen.cases.access import roles_on
from jiefen.cases.level import MAY_HAND_DOWN, MAY_RAISE
from jiefen.cases.models import Case
from jiefen.cases.panels import Panel
from jiefen.kernel.seal import Key
from jiefen.people.actor import Actor
from jiefen.triage import levels
from jiefen.triage.rules import names


def read(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """Nothing of the vault, and nothing of what ended without ever having moved."""
    if case.stratum == Case.Stratum.VAULT:
        return None
    shown = levels.told(case, at=at, rows=reading.kept_rows(case))
    if not case.is_open and not shown["lines"]:
        return None
    may = case.is_open and bool({*MAY_RAISE, *MAY_HAND_DOWN} & set(roles_on(actor, case)))
    to = shown["says"].to
    return {**shown, "may": may, "to": names.LEVEL_LABELS.get(to, "") if case.is_open else ""}


LEVEL = Panel("level", "在哪一级办", 7, "desk/levels/panel.html", read)
