"""People a text names. The finder is the kernel's: the same that covers names in titles and lists."""

from __future__ import annotations

from collections.abc import Iterator

from jiefen.kernel.names import Named

from .kinds import Fact
from .sides import side_of


def people(text: str, names: list[Named]) -> Iterator[Fact]:
    """Each name with its side. Two in a list (王强、李敏) stand on the same side as the first."""
    last: tuple[int, str] | None = None
    for name in names:
        side = side_of(text, name.start, name.end)
        if last is not None and text[last[0] : name.start] in ("、", "和", "与", "及", "，", " "):
            side = last[1] if text[last[0] : name.start] != "，" or side == "other" else side
        yield Fact(
            "person", name.start, name.end, text[name.start : name.end], text[name.start : name.end], side, name.sure
        )
        last = name.end, side
