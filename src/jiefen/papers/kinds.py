"""How each kind of paper is set: read from `data/kinds.csv`, which an official can read and change."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
STYLES = ("letter", "form", "record", "cover")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `mark` is its 文种代字 in a number; `to` the fields it is addressed to (主送); `opening` and `closing` are
    fixed sentences with named blanks: one whose blank is empty is not printed, a part in [] only where its blanks are filled.
    `labels` are names of fields on this kind."""

    kind: str
    label: str
    style: str
    mark: str = ""
    to: tuple[str, ...] = ()
    opening: str = ""
    closing: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def to_applicant(self) -> bool:
        """Whether it is written to the person, not between offices."""
        return "applicant" in self.to


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by name."""
    with (DATA / "kinds.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["kind"]: Kind(
                row["kind"], row["label"], row["style"], row["mark"], tuple(filter(None, row["to"].split(","))), row["opening"],
                row["closing"], dict(pair.split("=") for pair in row["labels"].split(";") if pair),
            )
            for row in csv.DictReader(file)
        }  # fmt: skip


def kind_of(name: str, label: str = "") -> Kind:
    """How a kind is set; a kind the table does not know is a form."""
    return kinds().get(name) or Kind(name, label or name, "form")
