"""The reader's mark on what leaves the house: who, of which office, when, and a short code that leads to the reading line.

The copy that is served on a person bears none. Pure, but for the key that the code is checked with.
"""

from dataclasses import dataclass
from datetime import datetime

from jiefen.kernel.clock import local
from jiefen.kernel.ids import ALPHABET, read_code
from jiefen.kernel.seal import blind

LEAST, CHECK = 4, 2
"""Letters of a code: at least so many for the number of the line, and so many that tell a slip of the pen."""
LONGEST_LINE = 13


@dataclass(frozen=True, slots=True)
class Mark:
    """Who took a copy away. `code` leads to the line that was left."""

    name: str
    unit: str
    at: datetime
    code: str

    @property
    def line(self) -> str:
        """The mark as it is printed, one line."""
        who = "　".join(filter(None, (self.name, self.unit)))
        return f"阅读件　{who}　{local(self.at):%Y-%m-%d %H:%M}　阅读码{self.code}"


def code_of(reading: int) -> str:
    """The short code of a reading line: 7 → «0007-XX»."""
    letters = ""
    number = reading
    while number:
        number, rest = divmod(number, len(ALPHABET))
        letters = ALPHABET[rest] + letters
    return f"{letters.rjust(LEAST, '0')}-{_check(reading)}"


def reading_of(typed: str) -> int | None:
    """The number of the line that a code leads to; None for what is no code of ours."""
    plain = read_code(typed.replace("-", "").replace("－", ""))
    letters, check = plain[:-CHECK], plain[-CHECK:]
    if not LEAST <= len(letters) <= LONGEST_LINE or not set(letters) <= set(ALPHABET):
        return None
    number = 0
    for letter in letters:
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    return number if 0 < number < 2**63 and check == _check(number) else None


def _check(reading: int) -> str:
    found = blind("reading-mark", str(reading))
    return "".join(ALPHABET[byte & 31] for byte in found[:CHECK])
