"""A mapping fitted to one file: from its rows to drafts, with every cell that cannot be used named by its column."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jiefen.channels.dates import BadDate, moment
from jiefen.channels.ledger.profile import TEXTS, BadProfile, Profile
from jiefen.channels.reading import Row, plain, verbatim
from jiefen.intake.drafts import IDENTITIES, IntakeDraft

IDENTITY_WORDS = {
    "实名": "named", "是": "named", "对对方保密": "hidden", "保密": "hidden", "匿名": "anonymous", "否": "anonymous",
}  # fmt: skip


class BadField(ValueError):
    """One cell of a row cannot be used: `column` as named in the file."""

    def __init__(self, column: str, reason: str):
        super().__init__(reason)
        self.column = column


@dataclass(frozen=True, slots=True)
class Mapped:
    """A row as a draft, with its published reply where the profile reads one."""

    line: int
    draft: IntakeDraft
    reply: str = ""
    replied_at: datetime | None = None


class Fitted:
    """Which of a field's names this file uses. `areas` maps the profile's place words and the county's own names and
    codes to area codes. Raises BadProfile saying which columns are missing and which were seen."""

    def __init__(
        self, profile: Profile, header: Sequence[str], areas: Mapping[str, str], *, at: datetime, loose: bool = False
    ):
        self.profile, self.areas, self.at = profile, areas, at
        seen = set(header)
        # JSON lines have no header (loose): each line says what it has.
        self.used = {f: next((n for n in names if loose or n in seen), "") for f, names in profile.columns.items()}
        missing = [profile.columns[f][0] for f in profile.columns if f in profile.required and not self.used[f]]
        if missing:
            shown = "、".join(h for h in header if h)[:300]
            raise BadProfile(
                f"文件里缺少这几列：{'、'.join(missing)}。看到的列是：{shown}。请核对列名，或换一个列对应。"
            )
        taken = {n for n in self.used.values() if n}
        rest = [h for h in header if h and h not in taken]
        self.keep = rest if profile.keep == "rest" else [k for k in profile.keep if k in seen or loose]
        self._said = [name for name in TEXTS if self.used.get(name) or name in profile.constants]
        self._must = [self.used[name] for name in profile.required]
        self._given = dict.fromkeys(TEXTS, "")
        words = sorted(profile.place_words, key=len, reverse=True)
        self._places = re.compile("|".join(map(re.escape, words))) if words else None

    def draft(self, row: Row) -> Mapped:
        """The row as a draft. Raises BadField."""
        said = self._given.copy()
        for name in self._said:
            said[name] = self._text(row, name)
        for column in self._must:
            if not plain(row.cells.get(column)).strip():
                raise BadField(column, "这一格必须填。")
        received, replied = self._moment(row, "received_at"), self._moment(row, "replied_at")
        if received and replied and replied < received:
            raise BadField(self.used["replied_at"], "答复时间早于收件时间，请核对。")
        cells = row.cells
        kept = {k: plain(cells[k]) for k in self.keep if cells.get(k) not in (None, "")} if self.keep else {}
        outside = said["outside_number"] or (said[self.profile.outside] if self.profile.outside else "")
        draft = IntakeDraft(
            channel=self.profile.channel, once_key=f"{self.profile.once}:{said['once_key']}", text=said["text"],
            subject=said["subject"], name=said["name"], phone=said["phone"], id_number=said["id_number"],
            address=said["address"], identity=self._identity(row), area_code=self._area(row, said),
            happened_on=said["happened_on"][:40], people=self._people(row), received_at=received,
            outside_number=outside, extra={"columns": kept} if kept else {},
        )  # fmt: skip
        return Mapped(row.line, draft, self._text(row, "reply"), replied)

    def column(self, name: str) -> str:
        """What a field is called in this file; empty for one the file has not."""
        return self.used.get(name, "")

    def _text(self, row: Row, name: str) -> str:
        column = self.used.get(name)
        cell = row.cells.get(column) if column else self.profile.constants.get(name, "")
        text = cell if cell.__class__ is str else plain(cell)
        return verbatim(text) if text[:1] == "'" and self.profile.apostrophe else text

    def _moment(self, row: Row, name: str) -> datetime | None:
        column = self.used.get(name)
        cell = row.cells.get(column, "") if column else ""
        if not column or cell == "":
            return None
        try:
            found = moment(cell)
        except BadDate as bad:
            raise BadField(column, str(bad)) from None
        if found > self.at:
            raise BadField(column, "时间在将来，请核对。")
        return found

    def _people(self, row: Row) -> int | None:
        text = self._text(row, "people").strip().removesuffix("人")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and 0 < int(text) < 1_000_000):
            raise BadField(self.column("people"), "人数请写一个正整数。")
        return int(text)

    def _identity(self, row: Row) -> str:
        said = self._text(row, "identity").strip() or "named"
        found = IDENTITY_WORDS.get(said, said)
        if found not in IDENTITIES:
            raise BadField(self.column("identity"), "身份只能是实名、对对方保密或匿名。")
        return found

    def _area(self, row: Row, said: Mapping[str, str]) -> str:
        """The code written in the row, else the area its place column names, else the first place word in the text."""
        if said["area_code"]:
            return said["area_code"]
        place = self._text(row, "place").strip()
        if place:
            if place not in self.areas:
                raise BadField(self.column("place"), "没有这个乡镇或区域，请核对，或填区划代码。")
            return self.areas[place]
        if self._places:
            for name in self.profile.place_fields:
                found = self._places.search(said[name])
                if found:
                    return self.areas.get(found[0], "")
        return ""
