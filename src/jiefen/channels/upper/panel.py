"""On the case page of what belongs in a system above: its number there, or that it has none yet, and the sheet to paste from."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from jiefen.cases.access import roles_on
from jiefen.cases.models import Case
from jiefen.cases.panels import Panel, has_rows
from jiefen.channels.upper.actions import ROLES
from jiefen.channels.upper.mapping import systems_for
from jiefen.channels.upper.queries import numbers_of
from jiefen.kernel.seal import Key
from jiefen.people.actor import Actor


def read(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """Each system above with the number there. One query where a number stands, none elsewhere."""
    above = systems_for(case.procedure)
    if not above or case.stratum == Case.Stratum.VAULT:
        return None
    have = {n.system: n for n in numbers_of(case)} if has_rows(case, "upper") else {}
    may = bool(set(roles_on(actor, case)) & ROLES)
    return {"rows": [(system, have.get(system.name)) for system in above], "may": may}


UPPER = Panel("upper", gettext_noop("上级系统编号"), 15, "channels/upper_panel.html", read,
              "channels_outsidenumber t WHERE t.case_id = %(case)s AND t.ended_at IS NULL")  # fmt: skip
