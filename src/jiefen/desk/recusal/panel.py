"""On the case page: the way to step back from the matter, for whoever has a part in it."""

from datetime import datetime
from typing import Any

from jiefen.cases.access import roles_on
from jiefen.cases.actions.recuse import recused_names
from jiefen.cases.models import Case
from jiefen.cases.panels import Panel
from jiefen.kernel.seal import Key
from jiefen.people.actor import Actor


def read(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """No query, and one where somebody has stepped back. None in the vault, once it has ended, and for who only looks on."""
    if case.stratum == Case.Stratum.VAULT or not case.is_open or not roles_on(actor, case):
        return None
    return {"gone": "、".join(recused_names(case).values())}


RECUSAL = Panel("recusal", "回避", 95, "desk/recusal/panel.html", read)
