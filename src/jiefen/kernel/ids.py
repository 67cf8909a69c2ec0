"""Codes that people carry away, and numbers that offices give."""

import secrets
import unicodedata
from collections.abc import Sequence

from jiefen.kernel import ask

# Crockford's base 32 without letters that are read as digits; 13 of them carry 65 random bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TOKEN_LENGTH = 13
SHORT_LENGTH = 6


def new_token() -> str:
    """A code for a link or QR: 13 characters, 65 random bits."""
    return _random(TOKEN_LENGTH)


def new_tokens(count: int) -> list[str]:
    """Some of them."""
    drawn = _random(TOKEN_LENGTH * count)
    return [drawn[at : at + TOKEN_LENGTH] for at in range(0, len(drawn), TOKEN_LENGTH)]


_LETTER_OF = bytes(ord(ALPHABET[byte & 31]) for byte in range(256))


def _random(length: int) -> str:
    """Five random bits a character: the alphabet has 32, so none is more likely than another."""
    return secrets.token_bytes(length).translate(_LETTER_OF).decode()


def new_short_code(letters: str) -> str:
    """A code short enough to be read over the phone, such as `LH-7K3M-92`; it opens nothing without a second thing."""
    return _as_printed(letters, _random(SHORT_LENGTH))


def new_short_codes(letters: Sequence[str]) -> list[str]:
    """Some of them, each with its office's letters."""
    drawn = _random(SHORT_LENGTH * len(letters))
    return [
        _as_printed(name, drawn[at : at + SHORT_LENGTH])
        for name, at in zip(letters, range(0, len(drawn), SHORT_LENGTH), strict=True)
    ]


def _as_printed(letters: str, body: str) -> str:
    return f"{letters}-{body[:4]}-{body[4:]}"


def read_short_code(text: str) -> str:
    """A short code as somebody typed it, in the form it is kept and printed in; what is none comes back as no code is."""
    letters, _dash, body = read_code(text).partition("-")
    return _as_printed(letters, body)


_SAME = str.maketrans("OIL", "011", "- ")


def read_code(text: str) -> str:
    """What somebody typed, as we keep it: upper case, half width, I and L as 1, O as 0, no blanks or dashes."""
    plain = unicodedata.normalize("NFKC", text).upper()
    # Letters before the first dash name the office and are real letters; the rest is the code.
    head, dash, tail = plain.partition("-")
    if not dash:
        return head.translate(_SAME)
    return f"{head.strip()}-{tail.translate(_SAME)}"


def next_number(series: str, *, count: int = 1) -> int:
    """The first of `count` fresh numbers of a series; the row stays locked until the caller's transaction ends."""
    found = ask.row(NEXT, [series, count])
    assert found is not None
    return int(found[0]) - count + 1


NEXT = """
INSERT INTO kernel_counter (series, value) VALUES (%s, %s)
ON CONFLICT (series) DO UPDATE SET value = kernel_counter.value + EXCLUDED.value RETURNING value
"""
