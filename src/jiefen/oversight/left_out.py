"""What the law leaves out of satisfaction: a table an official can read (`data/left-out.csv`). Pure.

`ask` says whether the person is asked all the same: what must not be made public is still followed up, but not counted.
"""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "left-out.csv"
BY = ("procedure", "state", "kind", "flag", "lead", "stratum")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One reason. `says` is the sentence for the person, `source` and `mark` where the rule was read."""

    code: str
    by: str
    value: str
    ask: bool
    says: str
    source: str
    mark: str


@cache
def table() -> tuple[LeftOut, ...]:
    """The reasons in the order of the file. Raises ValueError for a column nobody understands."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = [LeftOut(**{**row, "ask": row["ask"] == "yes"}) for row in csv.DictReader(lines)]  # type: ignore[arg-type]
    if wrong := [row.code for row in rows if row.by not in BY or row.mark not in ("V", "M", "A") or not row.source]:
        raise ValueError(f"left-out.csv: {', '.join(wrong)}")
    return tuple(rows)


def left_out(
    *, procedure: str, state: str, kind: str, flags: Collection[str] = (), lead: str = "", stratum: int = 0
) -> LeftOut | None:
    """The first reason that holds: `kind` by its beginning, `lead` is the sort of office that leads."""
    for row in table():
        holds = {
            "procedure": row.value == procedure, "state": row.value == state, "kind": kind.startswith(row.value),
            "flag": row.value in flags, "lead": row.value == lead, "stratum": row.value == str(stratum),
        }  # fmt: skip
        if holds[row.by]:
            return row
    return None


def reason(code: str) -> LeftOut | None:
    """The reason with this code."""
    return next((row for row in table() if row.code == code), None)


def as_params() -> dict[str, list[str]]:
    """The table for SQL, by what it looks at: `left_kind` as patterns, the others as values."""
    found = {f"left_{by}": [row.value for row in table() if row.by == by] for by in BY}
    return found | {"left_kind": [f"{value}%" for value in found["left_kind"]]}
