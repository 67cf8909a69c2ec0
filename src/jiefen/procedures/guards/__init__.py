"""The guards: every one of the vocabulary as a small pure function of (facts, the setting's number or None).

`GUARDS[name](facts, number)` is None when it passes, else a Chinese sentence saying what is missing. A guard
reads only the
facts the vocabulary lists for it, by `facts[name]`; their shapes are in the package README. None of them knows
the time:
whether a clock is over is read from `clock-state`.
"""

from . import agreements, clockwork, closing, consent, duties, petition, safety
from ._registry import GUARDS, Guard

__all__ = ["GUARDS", "Guard", "agreements", "clockwork", "closing", "consent", "duties", "petition", "safety"]
