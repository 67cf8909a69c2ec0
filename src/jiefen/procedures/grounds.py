"""The grounds on which something may be refused: a list with an article each, read from a table an official can read.

`refusal-grounds.csv` names for each procedure the grounds there are, the article (a source of the vocabulary), its mark,
the fact that must bear the ground out where one can, and the fixed wording of what the person can do instead.
"""

import csv
from dataclasses import dataclass
from functools import cache

from .loader import DEFINITIONS

FILE = DEFINITIONS / "refusal-grounds.csv"


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground. `holds`: the fact that must be so, empty where only a person can tell. `remedy`: fixed wording."""

    procedure: str
    code: str
    label: str
    article: str
    mark: str
    holds: str
    remedy: str


@cache
def grounds() -> dict[tuple[str, str], Ground]:
    """Every ground by procedure and code, in the order of the table."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [Ground(**{**row, "holds": row["holds"].strip("-")}) for row in csv.DictReader(file)]
    return {(row.procedure, row.code): row for row in rows}


def grounds_of(procedure: str) -> list[Ground]:
    """The grounds of one procedure, for choosing from."""
    return [ground for (name, _), ground in grounds().items() if name == procedure]


def ground_of(procedure: str, code: str) -> Ground | None:
    """One ground, or None where the procedure has no such ground."""
    return grounds().get((procedure, code))
