"""On the case page of a second review: whether its opinion is public, or may be."""

from datetime import datetime
from typing import Any

from jiefen.cases.actions.record import history
from jiefen.cases.models import Case
from jiefen.cases.panels import Panel
from jiefen.cases.reading import kept_rows
from jiefen.kernel.seal import Key
from jiefen.oversight.publication import OF, PUBLISHED, may_publish, published, why_not
from jiefen.people.actor import Actor


def read(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """No query but for what was published."""
    if case.procedure != OF:
        return None
    rows = kept_rows(case) or history(case)
    had = any(row.name == PUBLISHED for row in rows)
    may = may_publish(case, actor) and (had or not why_not(case, rows))
    if not had and not may:
        return None
    return {"public": published(case, key)[:1] if had else [], "may": may}


PUBLICATION = Panel("publication", "公示复核意见", 12, "desk/publication/panel.html", read)
