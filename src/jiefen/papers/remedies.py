"""What a paper says about the ways to object: fixed wording by office, kind and procedure, its blanks filled from data.

The wording is never written by the machine. Of several that fit, the narrowest holds: the office's own, then that of its
type, then that of all; each first for the procedure, then for any. Where the administrator set none, the shipped table
(`data/remedies.csv`) holds. The number of days is the procedure's own clock.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jiefen.papers.kinds import DATA
from jiefen.papers.models import RemedyWording
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import UnknownProcedure
from jiefen.procedures.catalogue import procedure as published
from jiefen.procedures.definition import Clock

BLANK = re.compile(r"\{([^{}]{1,20})\}")
CLOCK_BLANK = "期限"


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording. `clock` names the clock that gives 期限, where it is not the one that the paper's delivery starts."""

    kind: str
    procedure: str
    unit_type: str
    text: str
    blanks: Mapping[str, str]
    source: str
    mark: str
    clock: str = ""
    unit: int | None = None


def read_blanks(text: str) -> dict[str, str]:
    """«复查机关=清和县人民政府；督办机关=…» or one a line."""
    pairs = (part.partition("=") for part in re.split(r"[；;\n]", text.replace("＝", "=")))
    return {name.strip(): value.strip() for name, _equals, value in pairs if name.strip() and value.strip()}


@cache
def shipped() -> tuple[Wording, ...]:
    """The table that comes with the package."""
    with (DATA / "remedies.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Wording(
                row["kind"], row["procedure"], row["unit_type"], row["text"], read_blanks(row["blanks"]), row["source"], row["mark"],
                row["clock"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def in_force(kind: str, procedure: str, unit: Unit | None) -> Wording | None:
    """The wording that holds for an office now; None where there is none. One query."""
    sort = unit.unit_type if unit else ""
    set_here = [
        Wording(w.kind, w.procedure, w.unit_type, w.text, w.blanks, w.source, w.mark, unit=w.unit_id)
        for w in RemedyWording.objects.filter(kind=kind, procedure__in=("", procedure), until=None)
        if w.unit_id in (None, unit.pk if unit else None) and w.unit_type in ("", sort)
    ]
    fits = [w for w in shipped() if w.kind == kind and w.procedure in ("", procedure) and w.unit_type in ("", sort)]
    found = max(set_here, key=_narrow, default=None) or max(fits, key=_narrow, default=None)
    return found


def is_fixed(kind: str, procedure: str, version: int | None, unit: Unit | None) -> bool:
    """Whether a paper's remedy is fixed by data: what somebody types there is passed over."""
    return bool(remedy_text(kind, procedure, version, unit))


def _narrow(w: Wording) -> tuple[bool, bool, bool]:
    return (w.unit is not None, bool(w.unit_type), bool(w.procedure))


def remedy_text(kind: str, procedure: str, version: int | None, unit: Unit | None) -> str:
    """The wording with its blanks filled; empty where none holds or a blank stays empty."""
    found = in_force(kind, procedure, unit)
    if found is None:
        return ""
    days = clock_words(kind, procedure, version, found.clock)
    values = {**found.blanks, **({CLOCK_BLANK: days} if days else {})}
    if any(name not in values for name in BLANK.findall(found.text)):
        return ""
    return BLANK.sub(lambda m: values[m[1]], found.text)


def clock_words(kind: str, procedure: str, version: int | None = None, clock: str = "") -> str:
    """The length of the window that the delivery of a paper opens, as an official says it: 30日. Empty where none does."""
    if not procedure:
        return ""
    try:
        clocks = published(procedure, version).clocks
    except UnknownProcedure:
        return ""
    table = clock or next((w.clock for w in shipped() if (w.kind, w.procedure) == (kind, procedure)), "")
    found: Clock | None = clocks.get(table) or next(
        (c for c in clocks.values() if c.right and kind in c.starts.notice), None
    )
    return found.amount.words if found else ""
