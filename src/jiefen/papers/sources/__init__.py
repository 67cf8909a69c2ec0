"""Where the fields of a kind of paper come from, beside what all papers share (`fill.py`). By noun, one table each.

A source that has nothing says so with an empty value: then the draft's form asks, and a paper made by a step waits to be
completed. Nothing is made up.
"""

from typing import Any

from jiefen.papers.sources import letters, opinions, records
from jiefen.papers.sources.known import Known
from jiefen.papers.sources.records import respondent

_SOURCES = {**letters.SOURCES, **opinions.SOURCES, **records.SOURCES}


def own_fields(k: Known) -> dict[str, Any]:
    """The fields that this kind fills in its own way."""
    source = _SOURCES.get(k.kind)
    return {"respondent": respondent(k), **(source(k) if source else {})}


__all__ = ["Known", "own_fields"]
