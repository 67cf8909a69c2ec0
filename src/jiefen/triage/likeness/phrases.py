"""What everybody writes to an office, whatever the matter: greetings, pleas, «加大力度». It makes no two matters alike.

A county's own index is young for long, and its rarity knows nothing of how people write; so the phrases are a table. They
are left out of what is looked for and counted, yet stay part of what the text itself says, against which the rest is set: a
text of little else is close to nothing.
"""

import csv
import re
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parents[1] / "tables" / "stock-phrases.csv"


@cache
def _pattern() -> re.Pattern[str]:
    """The phrases, the longer first; all are of characters alone, so none needs to be quoted."""
    with TABLE.open(encoding="utf-8", newline="") as rows:
        phrases = sorted({row["phrase"] for row in csv.DictReader(rows)}, key=lambda p: (-len(p), p))
    return re.compile("|".join(map(re.escape, phrases)))


def left_out(text: str) -> str:
    """A folded text without them, a blank in the place of each: lines stay lines, and no pair reaches over the gap."""
    return _pattern().sub(" ", text)
