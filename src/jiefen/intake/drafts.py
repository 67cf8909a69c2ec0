"""What an adapter hands over: one draft, whatever the channel."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter, gt
from typing import Any

from jiefen.kernel.masking import mask_names, mask_text

IDENTITIES = ("named", "hidden", "anonymous")
MAX_TEXT = 200_000
EARLIEST, LATEST = 1949, 2200  # years between which something can have been received
LONGEST = {
    "subject": 2000, "name": 60, "phone": 30, "id_number": 30, "address": 200, "outside_number": 60, "second_word": 60,
    "area_code": 20, "happened_on": 60, "once_key": 500,
}  # fmt: skip
_TEXTS = ("channel", "once_key", "text", "identity", *(name for name in LONGEST if name != "once_key"))
_texts = attrgetter(*_TEXTS)
_long = attrgetter(*LONGEST)
_CHANNEL = re.compile(r"[a-z][a-z0-9-]{0,15}")
_MOST = tuple(LONGEST.values())
_said = json.JSONEncoder(ensure_ascii=False).encode
SUBJECT_LENGTH = 40


class BadDraft(ValueError):
    """A draft that cannot be taken in. `problems` maps the field to a sentence that says what to do."""

    def __init__(self, problems: dict[str, str]):
        super().__init__("；".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class IntakeDraft:
    """One thing somebody brought, before it is taken in.

    `once_key` is the channel's own number for it: the same key with the same content gives the same receipt, with other
    content it is refused. `received_at` is when it reached the county, if earlier than now. `files` are StoredFile
    drafts (name, bytes). `extra` keeps what the channel knows and we have no field for.
    """

    channel: str
    once_key: str
    text: str
    subject: str = ""
    name: str = ""
    phone: str = ""
    id_number: str = ""
    address: str = ""
    identity: str = "named"
    second_word: str = ""
    area_code: str = ""
    happened_on: str = ""
    people: int | None = None
    received_at: datetime | None = None
    outside_number: str = ""
    files: Sequence[tuple[str, bytes]] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    def problems(self) -> dict[str, str]:
        """What is wrong with it, by field; empty when it can be taken in. Never raises, whatever the fields hold."""
        found = self._shapes()
        if found:
            return found
        if not self.text.strip() and not self.subject.strip():
            found["text"] = "还没有写反映什么事。请照来人的话写几句。"
        if len(self.text) > MAX_TEXT:
            found["text"] = f"内容有{len(self.text)}字，超过{MAX_TEXT}字。请把附件另传，正文写要点。"
        if not self.once_key.strip():
            found["once_key"] = "缺少来源编号，无法防止重复登记。"
        if not _CHANNEL.fullmatch(self.channel):
            found["channel"] = "不认识这个来源渠道。"
        if self.identity not in IDENTITIES:
            found["identity"] = "请选择实名、对对方保密或匿名。"
        long = _long(self)
        if any(map(gt, map(len, long), _MOST)):
            for name, said, most in zip(LONGEST, long, _MOST, strict=True):
                if len(said) > most:
                    found[name] = f"太长，最多{most}字。"
        if _unseen("".join(_texts(self))):  # one look at all of them, since hardly any has such a character
            for name in _TEXTS:
                if _unseen(getattr(self, name)):
                    found["text" if name in ("subject", "name") else name] = "内容里有不能保存的字符，请去掉后再交。"
        if self.people is not None and not 0 < self.people < 1_000_000:
            found["people"] = "人数请写一个正整数。"
        if self.received_at is not None and not EARLIEST < self.received_at.year < LATEST:
            found["received_at"] = "收到的日期不对，请核对年份。"
        return found

    def _shapes(self) -> dict[str, str]:
        """Fields that are not even of their kind."""
        found: dict[str, str] = {}
        texts = _texts(self)
        if {*map(type, texts)} != _ALL_TEXT and not all(isinstance(said, str) for said in texts):
            found = {name: "这一项要是文字，请重填。" for name in _TEXTS if not isinstance(getattr(self, name), str)}
        if self.people is not None and (not isinstance(self.people, int) or isinstance(self.people, bool)):
            found["people"] = "人数请写一个正整数。"
        if self.received_at is not None and (not isinstance(self.received_at, datetime) or not self.received_at.tzinfo):
            found["received_at"] = "收到的时间要有日期、时刻和时区，请核对。"
        if not isinstance(self.files, list | tuple) or not all(map(_is_file, self.files)):
            found["files"] = "附件没有传完整，请重新选择文件。"
        try:
            if self.extra:
                json.dumps(self.extra)
        except (TypeError, ValueError, RecursionError):
            found["extra"] = "来源的附加字段不能保存，请检查接口。"
        if not isinstance(self.extra, dict):
            found["extra"] = "来源的附加字段不能保存，请检查接口。"
        return found

    def digest(self) -> bytes:
        """A hash of everything somebody said; files by their content."""
        said = [
            self.text, self.subject, self.name, self.phone, self.id_number, self.address, self.identity,
            self.area_code, self.happened_on, self.people, self.outside_number,
            [[name, hashlib.sha256(data).hexdigest()] for name, data in self.files],
        ]  # fmt: skip
        return hashlib.sha256(_said(said).encode()).digest()


_ALL_TEXT = {str}


def _unseen(text: str) -> bool:
    """Whether a text holds what no database and no text file can hold: a zero, half of a surrogate pair."""
    if "\0" in text:
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def title_of(subject: str, text: str, names: Sequence[str] = ()) -> str:
    """What a list may show: the subject, or the first words, with names, phones and ID numbers covered. Pure."""
    line = " ".join((subject.strip() or text.strip()).split())
    line = line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1] + "…"
    return mask_names(mask_text(line, tuple(names)))


def _is_file(pair: Any) -> bool:
    return isinstance(pair, tuple | list) and len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], bytes)


_BLANK = re.compile(r"\s+")


def same_words(text: str) -> str:
    """A text as compared for being the same: without any blanks, in one Unicode form."""
    return unicodedata.normalize("NFC", _BLANK.sub("", text))


def digits_of(phone: str) -> str:
    """The digits of a phone number as typed, full-width ones too."""
    if phone.isascii():
        return phone if phone.isdigit() else "".join(filter(str.isdigit, phone))
    return "".join(str(unicodedata.digit(c)) for c in phone if c.isdigit())
