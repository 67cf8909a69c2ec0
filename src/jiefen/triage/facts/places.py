"""Places of the county a text names, down to the grid; and, where no area fits, the words that look like an address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiefen.triage.rules.place import Gazetteer

from .kinds import Fact

_ADDRESS = re.compile(
    r"(?:[\u3400-\u9fffA-Z0-9]{2,6}?(?:路|街|大道|巷|小区|花园|家园|公寓|苑|村|社区)){1,2}"
    r"(?:第?[0-9一二三四五六七八九十A-Z]{1,5}(?:号|栋|幢|座|单元|楼|室|组|-)){1,4}[0-9]{0,4}室?"
)
_NUMBERED = re.compile(
    r"(?:路|街|大道|巷|小区|花园|家园|公寓|苑|村|社区)第?[0-9一二三四五六七八九十A-Z]{1,5}(?:号|栋|幢|座|单元|楼|室|组|-)"
)
"""Something of this must stand in a text before the whole is looked for, which tries every character."""
_LEAD = re.compile(r"^.*(?:在|住|位于|坐落于|座落于|地址|到|是|从|我们|于|的|和|与|及|就|有|系|[：:，、])")


def places(text: str, said: str, gazetteer: Gazetteer | None, home: str) -> Iterator[Fact]:
    """Areas first; then addresses by their shape (unsure, their value is their words). `said` is the text folded."""
    last: list[tuple[int, int]] = []
    if gazetteer is not None:
        for place in gazetteer.every(said, home=home):
            last.append((place.start, place.end))
            words = text[place.start : place.end]
            yield Fact("place", place.start, place.end, words, place.code or words, sure=bool(place.code))
    if any(c in said for c in "号栋幢座室组楼") and _NUMBERED.search(said):
        for m in _ADDRESS.finditer(said):
            lead = _LEAD.match(m[0])
            start = m.start() + (lead.end() if lead else 0)
            if m.end() - start >= 4 and not any(s < m.end() and start < e for s, e in last):
                yield Fact("place", start, m.end(), text[start : m.end()], text[start : m.end()], sure=False)
