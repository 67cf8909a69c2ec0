"""Text as it can be printed: nothing that steers a printer or turns the line round, 〓 for what no font shows. Pure."""

import re
import unicodedata
from collections.abc import Collection

GETA = "〓"
"""What a printer sets where a character is missing."""
LONGEST = 20_000
_RUN = re.compile(r"[^\s\u2e80-\U0010ffff]{29,}")
_BREAK = "\u200b"
_FOR = {"\t": " ", "\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\u00a0": " "}
_SILENT = frozenset({"Cc", "Cf"})
_NOTHING = frozenset({"Cs", "Cn", "Co"})


def printable(text: str, shown: Collection[int] | None) -> tuple[str, list[str]]:
    """The text as printed, and what could not be: «U+10FFFF». `shown`: characters that the fonts have; None asks no font.

    Control and formatting characters (those that turn the direction of writing among them) leave no trace; variation
    selectors neither. Line breaks stay. A run without a place to break gets invisible ones, so that it stays on the page.
    """
    for old, new in _FOR.items():
        text = text.replace(old, new)
    kept: list[str] = []
    lost: dict[str, None] = {}
    for char in text[: LONGEST * 2]:
        sort = unicodedata.category(char)
        if char == "\n":
            kept.append(char)
        elif sort in _SILENT or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
            continue
        elif sort in _NOTHING or (shown is not None and ord(char) not in shown):
            kept.append(GETA)
            lost[f"{char if sort not in _NOTHING else ''}U+{ord(char):04X}"] = None
        else:
            kept.append(char)
    return _RUN.sub(_breakable, "".join(kept)), list(lost)


def _breakable(run: re.Match[str]) -> str:
    text = run.group()
    return _BREAK.join(text[n : n + 28] for n in range(0, len(text), 28))
