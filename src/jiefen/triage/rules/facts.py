"""What a grade may look at: the matter. On purpose no field says who told it, how often or by which channel."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts of one matter. `people` heads or households concerned (None: not known), `amount` fen (None: not known),
    days are whole days already spent at a level. Row G37: nothing about a person can be added here without the
    grade table being able to read it, so nothing about a person is here."""

    kind: str = ""
    flag: frozenset[str] = frozenset()
    people: int | None = None
    amount: int | None = None
    units: int = 0
    route: str = ""
    same_cause_30d: int = 0
    failed_tries: int = 0
    unanswered_before: int = 0
    needs_appraisal: bool = False
    grade: str = ""
    days_at_grid: int = 0
    days_at_village: int = 0
    days_at_township: int = 0
    refuses_grid: bool = False
    village_is_party: bool = False
    township_is_party: bool = False
    county_unit_is_party: bool = False
    crosses_villages: bool = False
    crosses_townships: bool = False
    asked_to_raise: bool = False
    returns: int = 0
    both_agree: bool = False
    settle_on_spot: bool = False
