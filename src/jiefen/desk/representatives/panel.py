"""On the case page of a petition that several people bring: who speaks for them, or that somebody has to be chosen."""

from datetime import datetime
from typing import Any

from jiefen.cases import reading
from jiefen.cases.access import roles_on
from jiefen.cases.actions.record import history
from jiefen.cases.actions.represent import asks_for, complainants_in, rule, speakers
from jiefen.cases.actions.steps import WRITE_DOWN
from jiefen.cases.models import Case, Party
from jiefen.cases.panels import Panel
from jiefen.cases.reading import kept_rows
from jiefen.kernel.masking import mask_name
from jiefen.kernel.seal import Key
from jiefen.people.actor import Actor


def covered(party: Party, key: Key) -> str:
    """How somebody is called on pages: a covered name, or nothing for who stays nameless."""
    if party.identity == Party.Identity.ANONYMOUS:
        return ""
    return mask_name((key.open(party.sealed, field="party") or {}).get("name", ""))


def may_name(case: Case, actor: Actor) -> bool:
    """Whether this person may write down who speaks."""
    return case.is_open and bool(WRITE_DOWN & set(roles_on(actor, case)))


def read(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """No query where one person came alone, or nobody is named yet: the page has read the rows."""
    rows = kept_rows(case) or history(case)
    if not asks_for(case, rows):
        return None
    named, there = speakers(rows), complainants_in(rows)
    may = may_name(case, actor)
    if not named and not may:
        return None
    places = {k: n for n, k in enumerate(there, 1)}
    said = [(places.get(p.key, 0), covered(p, key)) for p in reading.parties(case) if p.key in named] if named else []
    return {"named": said, "may": may, "people": max(case.people, len(there)), "there": len(there), "most": rule().most}


REPRESENTATIVES = Panel("representatives", "推选的代表", 9, "desk/representatives/panel.html", read)
