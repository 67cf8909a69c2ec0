"""Phone and ID numbers: which groups of digits are one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import identities
from .digits import MOST_GROUPS, Digits, joined, runs
from .kinds import Fact

MOBILE = re.compile(r"(?:86)?(1[3-9]\d{9})")
LANDLINE = re.compile(r"0(?:10|2\d)\d{8}|0[3-9]\d{2}\d{7,8}|[48]00\d{7}")
LOCAL = re.compile(r"[2-8]\d{6,7}")
_SAYS_PHONE = re.compile(r"(?:电话|座机|号码|致电|拨打|热线|固话|联系|回电|传真)[^，。；！？\n]{0,6}$")
_SAYS_IDENTITY = re.compile(r"身份证|证件")
SIZES = (18, 11, 13, 15, 12, 10, 8, 7)
"""Longer numbers first: a spaced ID number may begin like a mobile phone's."""


def numbers(text: str, said: str) -> Iterator[Fact]:
    """Phones and ID numbers of a text; `said` is the same text folded."""
    for groups in runs(said):
        first = 0
        while first < len(groups):
            step = 1
            for size in SIZES:
                many = _groups_for(groups, first, size)
                found = _fact(text, said, joined(groups, first, many)) if many else None
                if found:
                    yield found
                    step = many
                    break
            first += step


def _groups_for(groups: list[Digits], first: int, size: int) -> int:
    """How many groups from `first` make exactly `size` characters; 0 where none do."""
    total = 0
    for many, group in enumerate(groups[first : first + MOST_GROUPS], 1):
        total += len(group.value)
        if total >= size:
            return many if total == size else 0
    return 0


def _fact(text: str, said: str, number: Digits) -> Fact | None:
    start, end, value = number.start, number.end, number.value
    right = identities.fits(value)
    before = said[max(0, start - 12) : start]
    old = len(value) == 15 and not _SAYS_IDENTITY.search(before)
    if right is not None:
        return Fact("identity", start, end, text[start:end], value, sure=right and not old)
    mobile = MOBILE.fullmatch(value)
    if mobile or LANDLINE.fullmatch(value):
        if said[start - 1 : start] in ("(", "（") and any(c in ")）" for c in said[start:end]):
            start -= 1
        return Fact("phone", start, end, text[start:end], mobile[1] if mobile else value)
    if LOCAL.fullmatch(value) and _SAYS_PHONE.search(before) and end - start <= 9:
        return Fact("phone", start, end, text[start:end], value, sure=False)
    return None
