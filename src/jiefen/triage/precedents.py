"""What was ruled before decides what is proposed: an office for a kind at a place, with the ruling that says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiefen.cases.models import Case
from jiefen.cases.standing import excluded_units
from jiefen.oversight.rulings import precedent_for, says
from jiefen.procedures.definition import Step


@dataclass(frozen=True, slots=True)
class Proposed:
    """The office that a ruling names, and why in one sentence. A person decides."""

    precedent: int
    number: str
    unit: int
    name: str
    why: str


def proposed(kind: str, area_id: int, at: datetime, *, excluded: Iterable[int] = ()) -> Proposed | None:
    """The office for a kind at a place by an earlier ruling that holds, never one of `excluded`; None where none was made."""
    row = precedent_for(kind, area_id, at, excluded)
    return Proposed(row.pk, row.number, row.unit_id, row.unit.name, says(row)) if row else None


def for_step(case: Case, step: Step, at: datetime) -> Proposed | None:
    """The same for a step that hands a case to an office; None for any other step."""
    if "lead-unit" not in step.facts or step.on != "case" or case.stratum == Case.Stratum.VAULT:
        return None
    return proposed(case.kind, case.area_id, at, excluded=excluded_units(list(case.parties.all())))


def beside(
    suggested: dict[str, Any], overruled: list[str], chosen: dict[str, Any], case: Case | None, at: datetime
) -> tuple[dict[str, Any], list[str]]:
    """What had been proposed and what a person changed, with the ruling: it goes before the table, so whoever follows it
    overruled nobody. `case`: the ordinary one that was opened; None leaves both as they are."""
    if case is None or not chosen.get("unit") or case.stratum != Case.Stratum.ORDINARY:
        return suggested, overruled
    found = proposed(case.kind, case.area_id, at, excluded=excluded_units(list(case.parties.all())))
    if found is None:
        return suggested, overruled
    others = [name for name in overruled if name != "unit"]
    return suggested | {"precedent": found.number}, others if found.unit == chosen["unit"] else [*others, "precedent"]
