"""On the case page: the way to step back from the matter, for whoever has a part in it."""

from datetime import datetime
from typing import Any

from jiefen.cases.access import roles_on
from jiefen.cases.actions.recuse import recused_names
from jiefen.cases.models import Case
from jiefen.cases.panels import Panel
from jiefen.kernel.seal import Key
from jiefen.oversight.stepping import ASSIST, called_to, helping
from jiefen.people.actor import Actor


def read(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """No query, one for who has no part of their own, and one where somebody has stepped back. Whose office only helps steps back
    on the page of that. None in the vault, once it has ended, and for who only looks on."""
    if case.stratum == Case.Stratum.VAULT or not case.is_open:
        return None
    where = f"/cases/{case.slug}/recusal/"
    if not roles_on(actor, case):
        duty = helping(actor).filter(case=case).first()
        if duty is None or called_to(actor, ASSIST, duty.pk) is None:
            return None
        where = f"/joint/recusal/{ASSIST}/{duty.pk}/"
    return {"gone": "、".join(recused_names(case).values()), "where": where}


RECUSAL = Panel("recusal", "回避", 95, "desk/recusal/panel.html", read)
