"""Panels of the case page and parts of the dossier, registered by the packages above so that imports keep one way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jiefen.cases.models import Case
from jiefen.people.actor import Actor


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the case page: a template, and what it is given. `fill` returns None where there is nothing to show."""

    name: str
    template: str
    fill: Callable[[Case, Actor], dict[str, Any] | None]


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a panel; registering the same name again replaces it."""
    _panels[panel.name] = panel


def panels() -> tuple[Panel, ...]:
    return tuple(_panels.values())
