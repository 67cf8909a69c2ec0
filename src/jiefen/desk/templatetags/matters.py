"""Small filters for the pages of matters."""

from typing import Any

from django import template

from jiefen.kernel.money import yuan as yuan_words
from jiefen.procedures.catalogue import vocabulary

register = template.Library()


@register.filter
def yuan(fen: int) -> str:
    """956000 → 9,560元."""
    return yuan_words(int(fen))


@register.filter
def words(text: str) -> list[str]:
    """A list written as words with blanks between."""
    return text.split()


AWAY = frozenset(
    {
        "refer",
        "return",
        "object",
        "object-assignment",
        "release-assignment",
        "withdraw",
        "no-answer",
        "report-danger",
        "report-retaliation",
        "unseal",
        "split",
    }
)
"""Steps that lead out of a matter, or take an office out of it."""


@register.filter
def forward_first(moves: list[Any]) -> list[Any]:
    """Steps that carry a matter on before those that keep it where it is; those that lead out of it come last."""
    return sorted(moves, key=lambda m: (m.step.name in AWAY, m.step.to is None or m.step.on == "assignment"))


@register.filter
def leads_on(move: Any) -> bool:
    """Whether a step carries the matter on: only such a one is the page's first button."""
    return move.step.name not in AWAY


@register.filter
def ended(dues: list[Any]) -> list[Any]:
    """The clocks that run no more."""
    return [due for due in dues if not due.open]


@register.simple_tag
def whose(due: Any, sheet: Any) -> str:
    """Whose clock it is, where several offices or several people have one of their own."""
    key = due.deadline.key
    if due.deadline.scope == "assignment" and len(sheet.duties) > 1:
        return next((d.row.unit.short or d.row.unit.name for d in sheet.duties if d.row.key == key), "")
    asking = [p for p in sheet.people if p.row.role == "complainant"]
    return next((p.name for p in asking if p.row.key == key), "") if len(asking) > 1 else ""


@register.filter
def source(key: str) -> str:
    """A basis in words: L-XF:23 → 《信访工作条例》23."""
    return vocabulary().source_title(key)
