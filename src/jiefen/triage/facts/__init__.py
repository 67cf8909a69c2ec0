"""Facts of a text, with exact offsets: who, where, how much, when, how many, which numbers. Pure; a person takes or drops each."""

from .drawing import draw, mask
from .kinds import KINDS, SIDES, Drawn, Fact

__all__ = ["KINDS", "SIDES", "Drawn", "Fact", "draw", "mask"]
