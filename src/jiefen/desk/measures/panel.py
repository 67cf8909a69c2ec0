"""On the case page: advice, talks, circulars and listings said to an office in this matter, and what it answered."""

from datetime import datetime
from typing import Any

from jiefen.cases.actions.record import history
from jiefen.cases.models import Case
from jiefen.cases.panels import Panel
from jiefen.cases.reading import kept_rows
from jiefen.kernel.seal import Key
from jiefen.oversight.measures import ROWS, may_take, measures
from jiefen.people.actor import Actor


def read(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """No query where nothing was ever said: the page has read the rows."""
    may = bool(may_take(case, actor))
    if not any(row.name in ROWS for row in kept_rows(case) or history(case)):
        return {"rows": [], "may": may} if may else None
    return {"rows": measures(case, key), "may": may}


MEASURES = Panel("measures", "对承办单位的建议和措施", 60, "desk/measures/panel.html", read)
