"""The county's own decided matters, as training reads them: masked words, the kind that stands, the day. No person.

What is in the vault, what is restricted, and what people asked to have destroyed is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from jiefen.intake.models import Intake
from jiefen.kernel.progress import Progress, silent
from jiefen.kernel.seal import Sealed, open_row
from jiefen.triage.models import TriageDecision

from .features import READ
from .mask import cover

NEWEST = 60_000
"""So many of the newest matters are read: older habits of sorting fade, and training ends."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One matter somebody decided: covered words, its kind now, when it was decided."""

    text: str
    kind: str
    at: datetime


def decided(progress: Progress = silent, newest: int = NEWEST) -> Iterator[Decided]:
    """Newest first. Needs the scope "worker". A matter whose key is gone is passed over."""
    rows = (
        TriageDecision.objects.filter(
            action=TriageDecision.Action.OPEN, by__isnull=False, intake__stratum=0, case__stratum=0, case__isnull=False
        )
        .exclude(intake__state=Intake.State.VOID)
        .select_related("intake__key", "case")
        .order_by("-at", "-pk")[:newest]
    )
    total = len(rows)
    for n, row in enumerate(rows, 1):
        progress(n, total)
        intake = row.intake
        try:
            key = open_row(intake.key)
            words = key.open(intake.words, field="intake.words")
            teller = key.open(intake.teller, field="intake.teller") or {}
        except Sealed:  # the key was destroyed at the end of its time: nothing to read
            continue
        name = str(teller.get("name") or "")
        text = f"{words.get('subject', '')}\n{words.get('text', '')}"
        # What stands is the case's kind: a correction made later teaches too.
        yield Decided(
            cover(text[: 2 * READ], (name,) if name else ()),
            (row.case.kind if row.case else "") or row.chosen.get("kind", ""),
            row.at,
        )
