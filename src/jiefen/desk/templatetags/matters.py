"""Small filters for the pages of matters."""

from django import template

from jiefen.kernel.money import yuan as yuan_words

register = template.Library()


@register.filter
def yuan(fen: int) -> str:
    """956000 → 9,560元."""
    return yuan_words(int(fen))


@register.filter
def words(text: str) -> list[str]:
    """A list written as words with blanks between."""
    return text.split()
