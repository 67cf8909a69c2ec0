"""What a person may still ask for by a day, such as a review: their own windows, which run from what reached them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiefen.procedures.clocks import Reckoning, reckon
from jiefen.procedures.definition import Procedure


@dataclass(frozen=True, slots=True)
class Window:
    """One of them: what for, the last day, and how it was worked out."""

    label: str
    last: Any
    reckoning: Reckoning


def windows_of(
    definition: Procedure, clocks: Iterable[Any], person: str, *, at: datetime, calendar: Any
) -> list[Window]:
    """The windows of this person (key of the party) that are open now. Without proof of delivery there is none."""
    return [
        Window(definition.clocks[d.clock].label, d.due_on, reckon(d, at=at, calendar=calendar))
        for d in clocks
        if d.binds == "complainant" and d.stopped_at is None and not d.lapsed and d.key in ("", person)
        and d.due_at is not None and d.due_at >= at
    ]  # fmt: skip
