"""What waits to be taken up again, at the top of a supervisor's or dispatcher's page."""

from datetime import datetime
from typing import Any

from django import template

from jiefen.desk.followups.again import ROLES, top

register = template.Library()


@register.inclusion_tag("desk/followups/again_top.html", takes_context=True)
def again_top(context: Any, at: datetime) -> dict[str, Any]:
    """The first few; nothing at all for whoever decides nothing. One query where nothing waits."""
    actor = context.get("actor")
    rows, more = top(actor, at) if actor and actor.roles & ROLES else ([], False)
    return {"rows": rows, "more": more, "csrf_token": context.get("csrf_token")}
