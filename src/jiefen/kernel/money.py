"""Money is whole fen."""


def yuan(fen: int) -> str:
    """956000 → 9,560元; 956050 → 9,560.50元."""
    whole, rest = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole:,}元" if not rest else f"{sign}{whole:,}.{rest:02d}元"
