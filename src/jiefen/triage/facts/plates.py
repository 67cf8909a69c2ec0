"""Number plates (GA 36): six characters behind the province, seven with new-energy cars."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .kinds import Fact

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_C = "A-HJ-NP-Z0-9"
_PLATE = re.compile(
    rf"([{PROVINCES}][A-HJ-NP-Z])([·•・\-. ]?)([DF][{_C}][0-9]{{4}}|[0-9]{{5}}[DF]|[{_C}]{{4}}[{_C}挂学警港澳])(?![A-Z0-9])"
)


def plates(text: str, said: str) -> Iterator[Fact]:
    """Plates in a text; `said` is the same text folded (letters large, digits half-width)."""
    for m in _PLATE.finditer(said):
        if any(c.isdigit() for c in m[3]):
            yield Fact("plate", m.start(), m.end(), text[m.start() : m.end()], m[1] + m[3])
