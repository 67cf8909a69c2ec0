"""The procedures, calendar and settings in force, kept in the process.

A check that costs one small query, made at most every few seconds, tells whether anything changed. Where
nothing was published
or uploaded yet (a new database, a test), the files and the calendar that come with the package hold.
"""

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from jiefen.kernel.clock import local_day, now

from . import loader, seeds
from .days import Calendar
from .definition import Procedure, Vocabulary
from .models import AreaSetting, CalendarYear, Holiday, PublishedProcedure
from .settings import SettingRow, Settings

CHECK_SECONDS = 3.0
_TOKEN_SQL = """
SELECT (SELECT count(*) FROM procedures_publishedprocedure),
       (SELECT max(changed_at) FROM procedures_areasetting), (SELECT count(*) FROM procedures_areasetting),
       (SELECT max(changed_at) FROM procedures_calendaryear), (SELECT count(*) FROM procedures_calendaryear)
"""


class UnknownProcedure(LookupError):
    """No such procedure, or no such version of it."""


@dataclass(slots=True)
class _Kept:
    token: tuple[Any, ...] | None = None
    looked: float = float("-inf")
    procedures: dict[tuple[str, int], Procedure] | None = None
    calendar: Calendar | None = None
    rows: list[SettingRow] | None = None


_kept = _Kept()
_lock = threading.RLock()


def forget() -> None:
    """Drop what is kept: called after a change in this process, and between tests."""
    global _kept
    with _lock:
        _kept = _Kept()


def _current() -> _Kept:
    """What is kept, emptied if the database says something changed."""
    global _kept
    with _lock:
        if time.monotonic() - _kept.looked > CHECK_SECONDS:
            with connection.cursor() as cursor:
                cursor.execute(_TOKEN_SQL)
                token = cursor.fetchone()
            if token != _kept.token:
                _kept = _Kept(token)
            _kept.looked = time.monotonic()
        return _kept


@cache
def vocabulary() -> Vocabulary:
    """The words of the procedures, the papers and the settings' defaults, from the files."""
    return loader.load_vocabulary()


@cache
def _from_files() -> dict[tuple[str, int], Procedure]:
    return {
        (found.name, found.version): found
        for found in (loader.trusted(path.read_text("utf-8"), vocabulary()) for path in loader.procedure_files())
    }


def procedures() -> dict[tuple[str, int], Procedure]:
    """Every published version by (name, version); the package's files where none was published."""
    kept = _current()
    if kept.procedures is None:
        published = {
            (row.name, row.version): loader.trusted(row.body, vocabulary()) for row in PublishedProcedure.objects.all()
        }
        kept.procedures = published or _from_files()
    return kept.procedures


def procedure(name: str, version: int | None = None) -> Procedure:
    """One procedure: the version asked for, or the latest in effect today. Raises UnknownProcedure."""
    known = procedures()
    if version is None:
        today = local_day(now())
        versions = [v for n, v in known if n == name and known[(n, v)].effective["from"] <= today]
        version = max(versions, default=max((v for n, v in known if n == name), default=0))
    try:
        return known[(name, version)]
    except KeyError as gone:
        raise UnknownProcedure(f"{name} v{version}") from gone


def current_calendar() -> Calendar:
    """The calendar as uploaded, or as seeded where nothing was."""
    kept = _current()
    if kept.calendar is None:
        years = set(CalendarYear.objects.filter(published=True).values_list("year", flat=True))
        if years:
            days = [seeds.HolidayRow(*row) for row in Holiday.objects.values_list("day", "working", "name")]
            kept.calendar = seeds.calendar_of(days, years)
        else:
            kept.calendar = seeds.seeded()
    return kept.calendar


def settings_in_force(at: datetime) -> Settings:
    """The area's settings, read as of the local day of `at`; clocks ask it for the day each of them started."""
    defaults = {key: declared["default"] for key, declared in vocabulary().settings.items()}
    return Settings((row for row in _setting_rows() if row.key in defaults), day=local_day(at), defaults=defaults)


def setting_row(key: str, at: datetime) -> SettingRow | None:
    """The dated row in force for a key that is no number of a procedure, such as an area's ruling body; None where none is."""
    found = [row for row in _setting_rows() if row.key == key and row.holds_on(local_day(at))]
    return max(found, key=lambda row: row.since, default=None)


def _setting_rows() -> list[SettingRow]:
    kept = _current()
    if kept.rows is None:
        kept.rows = [
            SettingRow(row.key, row.value, row.since, row.until, row.source_document)
            for row in AreaSetting.objects.filter(undone=False)
        ]
    return kept.rows
