"""Publishing procedures, keeping the calendar, setting an area's numbers. Who may do so is asked by the page
that calls.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from jiefen.kernel.alone import one_at_a_time
from jiefen.kernel.clock import local_day

from . import catalogue, loader, seeds
from .models import AreaSetting, CalendarYear, Holiday, PublishedProcedure
from .settings import plain


class NotAllowed(ValueError):
    """A change that the rules refuse. Its message is for the person who asked."""


@dataclass(frozen=True)
class RowError:
    """A row of an uploaded sheet that cannot be read; `row` counts from 1."""

    row: int
    says: str


@transaction.atomic
def publish(folder: Path = loader.DEFINITIONS) -> list[str]:
    """Publish every version of a folder not published yet; returns their names. Again changes nothing.

    Raises loader.DefinitionError when files do not hold together, or a published version was changed.
    """
    changed = [says for says in loader.check_lock(folder) if "还没有记入" not in says]
    if changed:
        raise loader.DefinitionError(changed)
    found = loader.load_all(folder)
    one_at_a_time("procedures")
    known = {(row.name, row.version): row.sha256 for row in PublishedProcedure.objects.all()}
    new, problems = [], []
    for path in loader.procedure_files(folder):
        text = path.read_text("utf-8")
        name, _sep, version = path.name[:-5].rpartition(".v")
        procedure, digest = found[(name, int(version))], loader.fingerprint(text)
        if (name, int(version)) not in known:
            new.append(
                PublishedProcedure(
                    name=name,
                    version=int(version),
                    sha256=digest,
                    body=text,
                    effective_from=procedure.effective["from"],
                )
            )
        elif known[(name, int(version))] != digest:
            problems.append(f"{path.name}：这一版已经发布，内容不能再改；请恢复原文，把改动写成下一版。")
    if problems:
        raise loader.DefinitionError(problems)
    PublishedProcedure.objects.bulk_create(new)
    catalogue.forget()
    return [str(row) for row in new]


@transaction.atomic
def seed_holidays() -> int:
    """Put in the years that come with the package where they are not there yet; returns how many days."""
    one_at_a_time("holidays")
    known = set(CalendarYear.objects.values_list("year", flat=True))
    rows = [row for row in seeds.rows() if row.day.year not in known]
    Holiday.objects.bulk_create(
        [Holiday(day=row.day, working=row.working, name=row.name, source=seeds.SOURCE) for row in rows]
    )
    years = [year for year in range(seeds.FIRST_YEAR, seeds.LAST_YEAR + 1) if year not in known]
    CalendarYear.objects.bulk_create([CalendarYear(year=year, source=seeds.SOURCE) for year in years])
    catalogue.forget()
    return len(rows)


WORKING = {
    "班": True,
    "补班": True,
    "上班": True,
    "true": True,
    "1": True,
    "休": False,
    "放假": False,
    "false": False,
    "0": False,
}


def upload_holidays(rows: Iterable[Mapping[str, Any]], *, source: str) -> tuple[int, list[RowError]]:
    """Take a year's (or several years') arrangement in place of what was there.

    `rows`: {day: 2027-01-01 or a date, working: 休/班 or a truth value, name}. `source`: the notice. Returns
    (days taken,
    errors); with an error nothing is taken. Each year named is published from now on.
    """
    found: dict[date, Holiday] = {}
    errors: list[RowError] = []
    for number, row in enumerate(rows, 1):
        try:
            one = _holiday(row, source)
            if one.day in found:
                raise ValueError(_("日期 %(day)s 写了两次。") % {"day": one.day})
            found[one.day] = one
        except ValueError as wrong:
            errors.append(RowError(number, str(wrong)))
    if not source.strip():
        errors.append(RowError(0, _("请写明放假安排的文件名。")))
    if errors or not found:
        return 0, errors or [RowError(0, _("表里没有一天。"))]
    _replace_years(found, source)
    return len(found), []


def _holiday(row: Mapping[str, Any], source: str) -> Holiday:
    day = row.get("day")
    if isinstance(day, datetime):
        day = day.date()
    if not isinstance(day, date):
        try:
            day = date.fromisoformat(str(day or "").strip().replace("/", "-"))
        except ValueError as wrong:
            raise ValueError(_("日期“%(day)s”读不懂，请写成 2027-01-01。") % {"day": row.get("day") or ""}) from wrong
    said = row.get("working")
    working = said if isinstance(said, bool) else WORKING.get(str(said).strip().lower())
    if working is None:
        raise ValueError(_("是休是班“%(said)s”读不懂，请写“休”或“班”。") % {"said": said or ""})
    return Holiday(day=day, working=working, name=str(row.get("name") or "").strip()[:60], source=source)


@transaction.atomic
def _replace_years(found: dict[date, Holiday], source: str) -> None:
    years = {day.year for day in found}
    one_at_a_time("holidays")
    Holiday.objects.filter(day__year__in=years).delete()
    Holiday.objects.bulk_create(list(found.values()))
    for year in years:
        CalendarYear.objects.update_or_create(
            year=year, defaults={"published": True, "source": source, "changed_at": Now()}
        )
    transaction.on_commit(catalogue.forget)
    catalogue.forget()


@transaction.atomic
def set_setting(
    key: str, value: Any, *, since: date, source_document: str, set_by: str, at: datetime, until: date | None = None
) -> AreaSetting:
    """Set a number from a day on; the row in force before ends that day. Running clocks keep theirs.

    `value`: an integer, or {"value", "variants": [{"when", "value"}]}. Raises NotAllowed: unknown key, a day in
    the past, no
    document, a number that is none, or longer than the law's where it may only be shortened.
    """
    declared = catalogue.vocabulary().settings.get(key)
    if declared is None:
        raise NotAllowed(_("没有“%(key)s”这一项设置。") % {"key": key})
    if not source_document.strip():
        raise NotAllowed(_("请写明依据的公开文件。"))
    if since < local_day(at) or (until is not None and until <= since):
        raise NotAllowed(_("只能从今天或以后起改，正在走的期限不回头改。"))
    _weigh_value(declared, value)
    one_at_a_time("setting", key)
    AreaSetting.objects.filter(key=key, undone=False, since__gte=since).update(undone=True, changed_at=Now())
    AreaSetting.objects.filter(key=key, undone=False, since__lt=since).exclude(until__lte=since).update(
        until=since, changed_at=Now()
    )
    row = AreaSetting.objects.create(
        key=key, value=value, since=since, until=until, source_document=source_document, set_by=set_by
    )
    catalogue.forget()
    return row


def _weigh_value(declared: Mapping[str, Any], value: Any) -> None:
    try:
        variants = value.get("variants", []) if isinstance(value, Mapping) else []
        pairs = [(plain(value), declared["default"])]
        for row in variants:
            default = next(v["default"] for v in declared.get("variants", []) if v["when"] == row["when"])
            pairs.append((row["value"], default))
    except (KeyError, StopIteration, TypeError) as wrong:
        raise NotAllowed(_("设置的分情形和规定的不一致。")) from wrong
    for number, default in pairs:
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise NotAllowed(_("请写不小于0的整数。"))
        if declared["shorten-only"] and number > default:
            raise NotAllowed(_("这一项只能缩短，不能超过%(default)s。") % {"default": default})


@transaction.atomic
def undo_setting(row: AreaSetting, *, at: datetime) -> None:
    """Take back a row that was set by mistake and is not in force yet. Raises NotAllowed once it is."""
    if row.since <= local_day(at):
        raise NotAllowed(_("这项设置已经生效，请另设一个新数，旧数仍管它期间起算的时限。"))
    one_at_a_time("setting", row.key)
    AreaSetting.objects.filter(pk=row.pk).update(undone=True, changed_at=Now())
    AreaSetting.objects.filter(key=row.key, undone=False, until=row.since).update(until=None, changed_at=Now())
    catalogue.forget()
