"""Where guards enrol, and the few words they share."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Facts = Mapping[str, Any]
Guard = Callable[[Facts, int | None], str | None]

GUARDS: dict[str, Guard] = {}


def guard(name: str) -> Callable[[Callable[[Facts, int | None], str | None]], Guard]:
    """Enrol a pure function under the vocabulary's name. It returns None when it passes, else a Chinese sentence."""

    def enrol(function: Guard) -> Guard:
        assert name not in GUARDS, name
        GUARDS[name] = function
        return function

    return enrol


def rows(value: Any) -> list[Mapping[str, Any]]:
    """A list of rows; nothing recorded is an empty list, one row alone is a list of it."""
    if not value:
        return []
    return [value] if isinstance(value, Mapping) else list(value)


def listed(value: Any) -> list[Any]:
    """A list of plain values; one value alone is a list of it."""
    if value is None or value == "":
        return []
    return [value] if isinstance(value, str | int) else list(value)


def written(value: Any) -> bool:
    """Whether somebody wrote something: text that is not blank, or any other value that is not empty."""
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def numbers(places: Iterable[int]) -> str:
    """Places in a list as read aloud: 第2、3项."""
    return "第" + "、".join(str(place) for place in places) + "项"
