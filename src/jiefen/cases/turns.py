"""Rows by which a matter, or a duty in it, passes to another office: raised, handed down, offices and areas that changed. Pure.

`raised` and `handed-down` leave the area as it is: the level changes, with it the centre on whose bench the matter lies, and
the office with the duty where another is named. The duty keeps its key, so every clock goes on as it was. `succeeded` says
that an office or an area has become another: the duty passes as it stands, signed or not; rows before it keep the old one.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jiefen.cases.rules import Row, Standing

RAISED, HANDED_DOWN, SUCCEEDED = "raised", "handed-down", "succeeded"
ORDER = ("grid", "village", "township", "county")
"""Where a matter is handled, lowest first."""
STEPS = {RAISED: "raise-level", HANDED_DOWN: "hand-down"}
"""The steps of a procedure that has its own for it."""


def take(standing: "Standing", row: "Row") -> None:
    """What such a row changes: the level, the grade, who has which duty, the area, who looks on."""
    codes = row.codes
    if codes.get("level") in ORDER:
        standing.about["level"] = codes["level"]
    if codes.get("regrade"):
        standing.about["grade"] = codes["regrade"]
    for key, unit in (codes.get("moved") or {}).items():
        duty = standing.duties.get(key)
        if duty is not None:
            anew: dict[str, Any] = {} if row.name == SUCCEEDED or duty.state == "answered" else _UNSIGNED
            standing.duties[key] = replace(duty, unit=unit, **anew)
    for name in ("area", "centre"):
        if row.name == SUCCEEDED and codes.get(name):
            standing.about[name] = codes[name]
    eyes = set(standing.about.get("eyes", ())) | set(codes.get("eyes", ()))
    heirs = {int(old): new for old, new in (codes.get("heirs") or {}).items()}
    if eyes:
        standing.about["eyes"] = sorted({heirs.get(unit, unit) for unit in eyes})


_UNSIGNED: dict[str, Any] = {"state": "open", "signed_at": None, "answered_at": None, "named": None}


def lets_go(row: "Row") -> bool:
    """Whether a step of the procedure's own raises or hands down, so that nobody has the duty until it is handed on anew."""
    return row.name in STEPS.values() and row.codes.get("level") in ORDER


def floor_of(area_level: str) -> str:
    """The lowest level at which a matter of an area of this level can be handled."""
    return area_level if area_level in ("county", "township") else "grid"


def start_level(*, area_level: str, channel: str, lead_type: str) -> str:
    """Where a matter lies that was never raised nor handed down: with its village, where the village leads; with the grid that
    found it, while nobody leads; else with the centre of its township or county."""
    if area_level == "county":
        return "county"
    if lead_type == "village-committee":
        return "village"
    if channel == "grid" and not lead_type:
        return "grid"
    return "township"
