# ruff: noqa: SIM905 — lists of words are read more easily as one line of words
"""ID numbers (GB 11643): eighteen characters with a check character, or the old fifteen digits."""

from __future__ import annotations

from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
PROVINCES = frozenset(
    ("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83").split()
)


def fits(number: str) -> bool | None:
    """True: an ID number whose check character fits (the old form has none). False: right but for that. None: no ID number."""
    if len(number) == 18:
        head, born = number[:17], number[6:14]
    elif len(number) == 15:
        head, born = number, "19" + number[6:12]
    else:
        return None
    if not head.isdigit() or number[:2] not in PROVINCES or not _is_day(born):
        return None
    if len(number) == 15:
        return True
    return CHECKS[sum(int(c) * w for c, w in zip(head, WEIGHTS, strict=True)) % 11] == number[17]


def _is_day(eight: str) -> bool:
    try:
        return date(int(eight[:4]), int(eight[4:6]), int(eight[6:])).year >= 1900
    except ValueError:
        return False
