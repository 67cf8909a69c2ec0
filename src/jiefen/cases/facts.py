"""Facts are read, never handed in. The package that owns a fact registers its reader here at start-up.

A reader gets the case as it stands and the step about to be taken, and returns the fact's value in the shape that the
procedures' README gives. A fact for which nobody registered is not in the mapping, and the engine refuses the step.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jiefen.cases.models import Case
from jiefen.cases.rules import Standing
from jiefen.people.actor import Actor
from jiefen.procedures.definition import Step


@dataclass(slots=True)
class Moment:
    """The case, its standing, and the step in hand, as a reader sees them."""

    case: Case
    standing: Standing
    step: Step
    by: Actor | None
    unit: int | None
    role: str
    at: datetime
    given: Mapping[str, Any] = field(default_factory=dict)  # what the step itself will record
    cache: dict[str, Any] = field(default_factory=dict)
    assignment: str = ""  # key of the assignment the step is taken on


WITHDRAWS = "·withdraws"
"""In a moment's cache: the key of the person who takes back what they asked, where the step speaks of one of several."""

Reader = Callable[[Moment], Any]
_readers: dict[str, Reader] = {}


class NobodyReads(LookupError):
    """Two packages registered one fact, or a fact has no reader."""


def register(name: str, reader: Reader) -> None:
    """Say who reads a fact. Raises NobodyReads when somebody else already does."""
    if name in _readers and _readers[name] is not reader:
        raise NobodyReads(f"fact {name} has a reader already: {_readers[name].__module__}")
    _readers[name] = reader


def reads(name: str) -> bool:
    return name in _readers


def read(names: Iterable[str], moment: Moment) -> dict[str, Any]:
    """The facts that somebody reads; what the step records itself stands under its own name where no reader is."""
    facts: dict[str, Any] = {}
    for name in names:
        if name in _readers:
            if name not in moment.cache:
                moment.cache[name] = _readers[name](moment)
            facts[name] = moment.cache[name]
        elif name in moment.given:
            facts[name] = moment.given[name]
    return facts
