"""What a form says, as the verb takes it: nonsense becomes what the verb refuses with its own sentence."""

from datetime import date


def number(text: str) -> int:
    """A number as chosen; 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def day(text: str) -> date | None:
    """An ISO day; None for anything else."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
