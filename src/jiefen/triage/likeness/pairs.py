"""A telling as pairs of neighbouring characters: those of its head first, then the others."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

RUN = re.compile(r"[\u3400-\u9fff]{2,}|[A-Za-z0-9]{2,}")
"""Only whole runs of characters or of letters and digits are read; no pair reaches over a mark."""
MOST_PAIRS = 800
"""Pairs kept of one telling: the beginning of a long one says what it is about."""
READ = 8_000
"""Characters of a telling that are read at all."""
HEAD = 36
"""Without a subject, so many characters of the beginning are its head; a subject is as long as a line."""
_GREETING = re.compile(
    r"^(?:尊敬的|敬爱的)?[\u4e00-\u9fff]{0,8}(?:领导|书记|市长|县长|局长|主任|同志|部门)[们]?[,，:：!！。\s]*(?:您们?好|你们?好)?[,，:：!！。\s]*"
)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Telling:
    """What is compared: `head` and `rest` are pairs as numbers, each once, in the order of the text; none is in both."""

    head: tuple[int, ...]
    rest: tuple[int, ...]

    @property
    def size(self) -> int:
        return len(self.head) + len(self.rest)

    def all(self) -> tuple[int, ...]:
        return self.head + self.rest


def folded(text: str) -> str:
    """Full-width letters and digits as narrow ones, spaces inside a line taken out: people break words where they like."""
    plain = unicodedata.normalize("NFKC", text[:READ])
    return "\n".join(_SPACE.sub("", line) for line in plain.split("\n"))


def parts(subject: str, text: str) -> tuple[str, str]:
    """Head and rest of a telling: its subject, or else how it begins after a greeting."""
    text, subject = folded(text), folded(subject).replace("\n", "")
    if subject:
        return subject, text[len(subject) :] if text.startswith(subject) else text
    begins = _GREETING.sub("", text, count=1) if len(text) > 2 * HEAD else text
    return begins[:HEAD].split("\n")[0], begins


def plain_number(pair: str) -> int:
    """A pair as a number, nothing hidden: for files, which nobody else's words are beside."""
    return ord(pair[0]) << 21 | ord(pair[1])


def read(
    head: str, rest: str, number: Callable[[str], int] = plain_number, known: dict[int, str] | None = None
) -> Telling:
    """The pairs of a telling in two parts. `number` makes a pair into a number (keyed, where an index is kept); `known` is
    filled with what each number stands for, for the reasons. Total: any text, also an empty one."""
    first: dict[int, None] = {}
    other: dict[int, None] = {}
    for part, into in ((head, first), (rest, other)):
        for run in RUN.findall(part):
            for n in range(len(run) - 1):
                if len(first) + len(other) >= MOST_PAIRS:
                    return Telling(tuple(first), tuple(other))
                pair = run[n : n + 2]
                made = number(pair)
                if made not in first:
                    into[made] = None
                    if known is not None:
                        known[made] = pair
    return Telling(tuple(first), tuple(other))
