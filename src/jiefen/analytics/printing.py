"""How figures are printed. Pure: whole numbers in, text out; nothing is rounded before it is printed."""

from decimal import ROUND_HALF_UP, Decimal

NONE = "—"
_CENT = Decimal("0.01")


def percent(numerator: int, denominator: int) -> str:
    """Two decimals, half up: 98.40. Without a denominator —, never 0 and never 100."""
    return ratio(numerator * 100, denominator)


def ratio(numerator: int, denominator: int) -> str:
    """A quotient to two decimals, half up; — without a denominator."""
    if not denominator:
        return NONE
    return str((Decimal(numerator) / Decimal(denominator)).quantize(_CENT, ROUND_HALF_UP))


def share(numerator: int, denominator: int) -> str:
    """A rate with both its counts: «184 / 187 = 98.40 %», «0 / 0 = —»."""
    part = percent(numerator, denominator)
    return f"{numerator} / {denominator} = {part}" + ("" if part == NONE else " %")
