"""On the case page: which matters are handled together with this one, and the way to look for others."""

from datetime import datetime
from typing import Any

from jiefen.cases.access import roles_on, visible_cases
from jiefen.cases.actions.along import missing
from jiefen.cases.actions.join import CENTRE_JOINS, JOINED, PARTED, UNIT_JOINS
from jiefen.cases.actions.record import history
from jiefen.cases.joining import along
from jiefen.cases.models import Case
from jiefen.cases.panels import Panel
from jiefen.cases.reading import kept_rows
from jiefen.cases.standing import standing_of
from jiefen.desk.chips import chip_for
from jiefen.kernel.seal import Key, open_row
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure


def read(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """No query where nothing was ever joined: the page has read the rows."""
    if case.procedure not in along():
        return None
    may = bool({*CENTRE_JOINS, *UNIT_JOINS} & set(roles_on(actor, case)))
    own = kept_rows(case) or history(case)
    if not any(row.name in (JOINED, PARTED) for row in own):
        return {"rows": [], "lead": None, "may": may, "hidden": 0} if may and case.is_open else None
    standing = standing_of(case, own)
    wanted = standing.joins | ({standing.joined_to} if standing.joined_to else set())
    seen = {c.pk: c for c in visible_cases(actor).select_related("key", "lead_unit").filter(pk__in=wanted)}
    lead = seen.get(standing.joined_to or 0)
    rows = [
        {
            "case": other, "title": open_row(other.key).open(other.title, field="case.title"),
            "state": procedure(other.procedure, other.version).states[other.state].label, "chip": chip_for(other, at),
            "behind": [procedure(case.procedure, case.version).steps[r.name].label for r in missing(own, history(other), case.procedure)],
        }
        for pk in sorted(standing.joins) if (other := seen.get(pk))
    ]  # fmt: skip
    behind = bool(lead and missing(history(lead), own, case.procedure))
    return {"rows": rows, "lead": lead, "may": may, "hidden": len(standing.joins) - len(rows), "behind": behind,
            "answers": bool({"handler", "unit-head"} & set(roles_on(actor, case))), "other": bool(standing.joined_to and lead is None)}  # fmt: skip


JOINING = Panel("joining", "一并办理的事项", 8, "desk/joining/panel.html", read)
