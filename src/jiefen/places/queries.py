"""Named questions about areas. A day is passed in; nothing here asks what today is."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet

from .models import Area


def in_force(on: date) -> QuerySet[Area]:
    """Areas in force on a day."""
    return Area.objects.filter(since__lte=on).filter(Q(until__isnull=True) | Q(until__gt=on))


def area_by_code(code: str) -> Area | None:
    """The area of a code, in force or not; None for an unknown code."""
    return Area.objects.filter(code=code).first()


def subtree(code: str, on: date) -> QuerySet[Area]:
    """An area and all that lies in it on a day. Empty for an unknown code."""
    path = Area.objects.filter(code=code).values("path")[:1]
    return in_force(on).filter(path__within=path)


def ancestors(code: str) -> list[Area]:
    """The area itself and what it lies in, the county first. Empty for an unknown code."""
    area = area_by_code(code)
    # The labels of a path are codes, so the answer is a look-up by the unique index, not a scan.
    return list(Area.objects.filter(code__in=area.path.split(".")).order_by("path")) if area else []


def at_level(code: str, level: str) -> Area | None:
    """The area of a level that this one lies in (or is): its township, its village. None if there is none."""
    return next((area for area in ancestors(code) if area.level == level), None)


def name_on(area: Area, on: date) -> str:
    """What an area was called on a day."""
    former = area.former_names.filter(until__gt=on).order_by("until").first()
    return former.name if former else area.name


def gazetteer_rows(on: date) -> Iterator[tuple[str, str, str, str, list[str]]]:
    """(code, name, level, parent code or '', aliases) of every area in force: the words triage finds places by."""
    rows = in_force(on).values_list("code", "name", "level", "parent__code", "aliases").order_by("path")
    for code, name, level, parent, aliases in rows.iterator():
        yield code, name, level, parent or "", aliases
