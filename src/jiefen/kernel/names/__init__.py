"""Finding people's names in running Chinese text. Pure, linear in the length of the text; no model file but a table of weights."""

from .finder import Named, find

__all__ = ["Named", "find"]
