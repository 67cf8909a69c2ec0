"""The tables in force: a county's own file, where it has one, in place of the one that ships."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from jiefen.privacy import rules


def path_of(name: str) -> Path:
    """Which file holds a table."""
    own = Path(settings.HOME) / "tables" / name
    return own if own.is_file() else rules.SHIPPED / name


def _text(name: str) -> tuple[str, str]:
    path = path_of(name)
    return str(path), path.read_text("utf-8-sig")


@lru_cache(maxsize=4)
def _keepings(path: str, text: str) -> tuple[rules.Keeping, ...]:
    return rules.keepings(text)


@lru_cache(maxsize=4)
def _answerings(path: str, text: str) -> dict[str, rules.Answering]:
    return rules.answerings(text)


@lru_cache(maxsize=4)
def _notices(path: str, text: str) -> tuple[rules.Notice, ...]:
    return rules.notices(text)


def keepings() -> tuple[rules.Keeping, ...]:
    """How long each kind is kept. Raises rules.BadTable."""
    return _keepings(*_text("retention.csv"))


def answerings() -> dict[str, rules.Answering]:
    """Within how many days a request is answered, by kind. Raises rules.BadTable."""
    return _answerings(*_text("requests.csv"))


def notices() -> tuple[rules.Notice, ...]:
    """What people are told. Raises rules.BadTable."""
    return _notices(*_text("notice.yaml"))
