"""Parts of the case page that packages above `cases` bring, registered at start-up so that imports keep one way.

A panel reads its own rows through the reader's eyes and gives its template what it shows, or None where there is nothing to
show to this reader. It stands after the page's own parts, in order. The template gets `panel`, `here` (what was read) and
all the page itself has (`case`, `sheet`, `actor`).

Most cases have nothing in most panels. Those that say where their rows lie (`there`) are asked about in one statement for all
of them together; a panel asks no question of its own where `has_rows` says no.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from jiefen.cases.models import Case
from jiefen.kernel import ask
from jiefen.kernel.seal import Key
from jiefen.people.actor import Actor

Read = Callable[[Case, Key, Actor, datetime], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the case page. `title` is Chinese, said in the page's language; lower `order` stands higher. `there`: a table
    of the panel's and which of its rows are the case's, in SQL about `%(case)s` and `%(before)s` (what the case arose from)."""

    name: str
    title: str
    order: int
    template: str
    read: Read
    there: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel with what it shows."""

    panel: Panel
    here: dict[str, Any]


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a panel; registering the same name again replaces it."""
    _panels[panel.name] = panel


def panels() -> tuple[Panel, ...]:
    """All of them, in order."""
    return tuple(sorted(_panels.values(), key=lambda panel: (panel.order, panel.name)))


def has_rows(case: Case, name: str) -> bool:
    """Whether the case has rows for a panel, as far as its page has looked; where nobody looked, it may have."""
    return bool(case.__dict__.get("rows_of_panels", {}).get(name, True))


@cache
def _question(places: tuple[str, ...]) -> str:
    return "SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {place})" for place in places)


def _look(case: Case) -> None:
    asked = {panel.name: panel.there for panel in panels() if panel.there}
    if asked:
        given = {"case": case.pk, "before": case.arose_from_id or 0}
        found = ask.row(_question(tuple(asked.values())), given) or ()
        case.__dict__["rows_of_panels"] = dict(zip(asked, found, strict=True))


def shown(case: Case, key: Key, actor: Actor, at: datetime) -> list[Shown]:
    """What this reader sees of each. One query for all that say where their rows lie, and one for each that has any, or says
    nothing, is the rule of the house."""
    _look(case)
    found = ((panel, panel.read(case, key, actor, at)) for panel in panels())
    return [Shown(panel, here) for panel, here in found if here is not None]
