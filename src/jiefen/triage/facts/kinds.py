"""What a fact is, and the kinds there are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

KINDS = {
    "person": "姓名", "organisation": "单位", "place": "地点", "amount": "金额", "date": "日期", "count": "人数", "phone": "电话",
    "identity": "证件号", "plate": "车牌",
}  # fmt: skip
COMPLAINANT, COMPLAINED_OF, OTHER = "complainant", "complained-of", "other"
SIDES = {COMPLAINANT: "反映人", COMPLAINED_OF: "被反映方", OTHER: "其他"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a text says, and where: `text[start:end] == words`.

    `value` by kind: person, organisation a name; place an area code, or the words where no area of the county fits;
    amount fen; count heads or households; date "2026-05-01" or "2026-05-01/2026-05-10"; phone, identity, plate without
    blanks. `side` only for people, organisations and phones. `sure`: hardly ever wrong; the measure says how often.
    """

    kind: str
    start: int
    end: int
    words: str
    value: str | int
    side: str = ""
    sure: bool = True

    @property
    def key(self) -> str:
        """What stays the same while the text grows behind it: kind and value."""
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True)
class Drawn:
    """A text and the facts in it, by where they stand."""

    text: str
    facts: tuple[Fact, ...]

    def of(self, *kinds: str) -> tuple[Fact, ...]:
        """The facts of some kinds."""
        return tuple(f for f in self.facts if f.kind in kinds)

    @cached_property
    def masked(self) -> str:
        """The text with people, their numbers and their cars covered; as long as the text itself."""
        from .mask import cover

        return cover(self.text, self.facts)
