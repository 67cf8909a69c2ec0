"""What people are told about their information, where they say something and where they get their receipt."""

from typing import Any

from django import template

from jiefen.desk.privacy.told import told_before as kinds
from jiefen.desk.privacy.told import told_of

register = template.Library()


@register.inclusion_tag("portal/told_before.html")
def told_before() -> dict[str, Any]:
    """Before anything is known: each kind of matter that it may become, one press away."""
    return {"kinds": kinds()}


@register.inclusion_tag("portal/told_after.html")
def told_after(intake: Any) -> dict[str, Any]:
    """On the receipt: what holds for it now."""
    return {"told": told_of(intake, None)}
