"""Parts of the case page that packages above `cases` bring, registered at start-up so that imports keep one way.

A panel reads its own rows through the reader's eyes and gives its template what it shows, or None where there is nothing to
show to this reader. It stands after the page's own parts, in order. The template gets `panel`, `here` (what was read) and
all the page itself has (`case`, `sheet`, `actor`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiefen.cases.models import Case
from jiefen.kernel.seal import Key
from jiefen.people.actor import Actor

Read = Callable[[Case, Key, Actor, datetime], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the case page. `title` is Chinese, said in the page's language; lower `order` stands higher."""

    name: str
    title: str
    order: int
    template: str
    read: Read


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


def shown(case: Case, key: Key, actor: Actor, at: datetime) -> list[Shown]:
    """What this reader sees of each. One query a panel at most is the rule of the house."""
    found = ((panel, panel.read(case, key, actor, at)) for panel in panels())
    return [Shown(panel, here) for panel, here in found if here is not None]
