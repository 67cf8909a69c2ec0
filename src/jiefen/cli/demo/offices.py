"""The offices of the demo county: each kind at its level. A grid is no office; its village's committee answers."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from jiefen.places.planning import Node

from . import county, names

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Office:
    """An office to be opened. `parent` is a code of another office, before this one in the list."""

    code: str
    name: str
    short: str
    unit_type: str
    area: str
    parent: str = ""
    mark: str = ""
    letters: str = ""
    stay: str = "elsewhere"
    stay_note: str = ""
    phone: str = ""
    address: str = ""


def code_of(area: str, unit_type: str) -> str:
    """The code of the office of a kind in an area: 450399101-township-centre."""
    return f"{area[:6] if area == county.COUNTY else area[:9] if area.endswith('000') else area}-{unit_type}"


def offices(areas: Sequence[Node]) -> list[Office]:
    """All offices, parents first: the county's, five in each township, a mediation committee in each village."""
    out: list[Office] = []
    rows = _table("offices.csv")
    # In the table an office may stand before the one above it; here the upper one comes first.
    above = {row["unit_type"]: row["parent"] for row in rows}
    rows.sort(key=lambda row: _depth(row["unit_type"], above))
    for number, row in enumerate(rows):
        # The number that everybody is told is the hotline's.
        phone = "0000-7000000" if row["unit_type"] == "hotline-centre" else f"0000-70010{number:02d}"
        out.append(_office(row, county.COUNTY, phone, address="清和县城关镇建设路1号"))
    villages: dict[str, list[Node]] = {}
    for area in areas:
        if area.level == "village" and area.parent:
            villages.setdefault(area.parent, []).append(area)
    for at, township in enumerate(names.townships(), 1):
        code = county.code_of(township)
        words = {"place": township.name, "stem": township.stem, "one": township.one, "two": township.letters}
        home = villages[code][0].full_name
        for number, row in enumerate(_table("offices-township.csv"), 1):
            filled = {key: cell.format(**words) for key, cell in row.items()}
            out.append(_office(filled, code, f"0000-702{at}{number}00", address=f"{home}1号"))
        out += [_committee(village, township, at, number) for number, village in enumerate(villages[code], 1)]
    return out


def _table(name: str) -> list[dict[str, str]]:
    with (names.DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _depth(unit_type: str, above: dict[str, str]) -> int:
    return 1 + _depth(above[unit_type], above) if above[unit_type] else 0


def _office(row: dict[str, str], area: str, phone: str, *, address: str) -> Office:
    return Office(
        code=code_of(area, row["unit_type"]),
        name=row["name"],
        short=row["short"],
        unit_type=row["unit_type"],
        area=area,
        parent=code_of(county.COUNTY, row["parent"]) if row["parent"] else "",
        mark=row["mark"],
        letters=row["letters"],
        stay=row["stay"],
        stay_note=row["stay_note"],
        phone=phone,
        address=address,
    )


def _committee(village: Node, township: names.Township, at: int, number: int) -> Office:
    stem = village.name.removesuffix("村").removesuffix("社区")
    return Office(
        code=code_of(village.code, "village-committee"),
        name=f"{township.name}{village.name}人民调解委员会",
        short=f"{village.name}调委会",
        unit_type="village-committee",
        area=village.code,
        # What concerns a village is looked at one level up by the township's government, never by the village itself.
        parent=code_of(county.code_of(township), "township-government"),
        mark=f"清{township.one}{stem}",
        # Its receipts begin with the township's letters and two of its own, I and O left out.
        letters=f"{township.letters}{_LETTERS[number // 24]}{_LETTERS[number % 24]}",
        phone=f"0000-703{at}{number:02d}0",
        address=village.full_name,
    )
