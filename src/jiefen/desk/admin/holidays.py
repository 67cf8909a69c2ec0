"""The calendar: a year as a sheet, and a year's arrangement taken in after a preview. Nothing is written by looking."""

import calendar as months
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from jiefen.cases.models import Deadline
from jiefen.desk.admin.door import administrator, done_before, page, said
from jiefen.desk.admin.fields import Table, Words, first_fault
from jiefen.desk.tasks import due_again
from jiefen.kernel.clock import day_start, local_day
from jiefen.kernel.scope import scope
from jiefen.places.tables import RowError, decode
from jiefen.procedures import actions, catalogue, seeds
from jiefen.procedures.days import DAY, Calendar
from jiefen.procedures.models import CalendarYear, Holiday

COLUMNS = {
    "day": ("日期", "day", "date"),
    "working": ("休班", "是休是班", "休或班", "安排", "working", "working|rest"),
    "name": ("名称", "节日", "name"),
}
ENGLISH = {"working": "班", "rest": "休", "work": "班"}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
"""2027/2/15 and 2027年2月15日 are days too; whether there is such a day is for the verb to say."""
FIRST = 2004


class Upload(forms.Form):
    source = Words(
        label=gettext_lazy("放假通知的文件名"),
        max_length=200,
        help_text=gettext_lazy("例如：国务院办公厅关于2027年部分节假日安排的通知"),
    )
    file = Table(
        label=gettext_lazy("安排表（CSV）"), help_text=gettext_lazy("三列：日期，休或班，名称；只写和平常不同的日子")
    )


@dataclass(frozen=True, slots=True)
class Square:
    """A day of the sheet. `css`: off, work (a weekend that is worked), or empty; `new`: differs from what was there."""

    day: date | None
    css: str = ""
    name: str = ""
    new: bool = False


def sheet(year: int, calendar: Calendar, before: Calendar | None = None) -> list[tuple[int, list[list[Square]]]]:
    """Twelve months, each a list of weeks from Monday. Pure."""
    out = []
    for month in range(1, 13):
        weeks = []
        for week in months.Calendar().monthdatescalendar(year, month):
            weeks.append([_square(day, calendar, before) if day.month == month else Square(None) for day in week])
        out.append((month, weeks))
    return out


def _square(day: date, calendar: Calendar, before: Calendar | None) -> Square:
    working, weekend = calendar.is_working(day), day.weekday() >= 5
    css = "work" if working and weekend else "off" if not working and not weekend else "rest" if not working else ""
    name = "" if css in ("", "rest") else calendar.name(day)
    return Square(day, css, name, before is not None and before.is_working(day) != working)


def _years() -> dict[int, CalendarYear]:
    return {row.year: row for row in CalendarYear.objects.all()}


@administrator
@require_safe
def year(request: HttpRequest) -> HttpResponse:
    return _year_page(request, _asked(request), Upload())


def _asked(request: HttpRequest) -> int:
    today = local_day(request.at)  # type: ignore[attr-defined]
    said_ = request.GET.get("year", "")
    return int(said_) if said_.isdigit() and FIRST <= int(said_) <= today.year + 5 else today.year


def _year_page(request: HttpRequest, which: int, form: forms.Form, status: int = 200, **extra: Any) -> HttpResponse:
    calendar = catalogue.current_calendar()
    rows = _years()
    today = local_day(request.at)  # type: ignore[attr-defined]
    provisional = which not in calendar.published_years
    source = rows[which].source if which in rows else ("" if provisional else seeds.SOURCE)
    first, last = date(which, 1, 1), date(which, 12, 31)
    context = {
        "year": which, "months": sheet(which, calendar), "provisional": provisional, "source": source,
        "years": [(y, y not in calendar.published_years) for y in range(max(FIRST, today.year - 3), max(today.year, seeds.LAST_YEAR) + 3)],
        "working": calendar.working_between(first - DAY, last), "form": form, "weekdays": "一二三四五六日", **extra,
    }  # fmt: skip
    return page(request, "holidays", "holidays", context, status=status)


def read(text: str) -> list[dict[str, str]]:
    """Rows of the table: {day, working, name}. A heading may be left out. Faults of a row are found by the verb."""
    table = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    if not table:
        return []
    order: list[str | None] = ["day", "working", "name"]
    if not any(letter.isdigit() for letter in table[0][0]):
        known = {word: key for key, words in COLUMNS.items() for word in words}
        order = [known.get(cell.strip().lower()) for cell in table[0]]
        table = table[1:]
    rows = []
    for cells in table:
        got = {key: cell.strip() for key, cell in zip(order, cells, strict=False) if key}
        if written := _DAY.fullmatch(got.get("day", "")):
            got["day"] = "{}-{:0>2}-{:0>2}".format(*written.groups())
        got["working"] = ENGLISH.get(got.get("working", "").lower(), got.get("working", ""))
        rows.append(got)
    return rows


@administrator
@require_http_methods(["POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """First a preview (nothing is written), then, with `text` sent back, the taking in."""
    if "text" in request.POST:
        return _take(request)
    form = Upload(request.POST, request.FILES)
    if not form.is_valid():
        return _year_page(request, _asked(request), form, 422, refused=first_fault(form))
    decoded = decode(form.cleaned_data["file"])
    if isinstance(decoded, RowError):
        return _year_page(request, _asked(request), form, 422, refused=str(decoded))
    try:
        rows = read(decoded[0])
    except csv.Error:
        return _year_page(request, _asked(request), form, 422, refused=_("这个文件不像是表格，读不出行和列。"))
    found, errors = actions_read(rows, form.cleaned_data["source"])
    if errors:
        return _year_page(
            request,
            _asked(request),
            form,
            422,
            errors=errors,
            refused=_("表里有%(n)d处不对，什么都没有写入。") % {"n": len(errors)},
        )
    return _preview(request, found, decoded[0], form.cleaned_data["source"])


def actions_read(rows: list[dict[str, str]], source: str) -> tuple[list[Holiday], list[str]]:
    """The rows weighed as the verb weighs them, without writing: days, and faults as sentences with the row's number."""
    found: dict[date, Holiday] = {}
    errors = []
    for number, row in enumerate(rows, 1):
        try:
            one = actions._holiday(row, source)
            if one.day in found:
                raise ValueError(_("日期 %(day)s 写了两次。") % {"day": one.day})
            if one.working == (one.day.weekday() < 5):
                plain = _("周末本来就休") if not one.working else _("平日本来就上班")
                if one.working:
                    raise ValueError(_("%(day)s：%(why)s，不用写。") % {"day": one.day, "why": plain})
            found[one.day] = one
        except ValueError as wrong:
            errors.append(_("第%(n)d行：%(why)s") % {"n": number, "why": wrong})
    if not found and not errors:
        errors.append(_("表里没有一天。"))
    return sorted(found.values(), key=lambda row: row.day), errors


def calendar_with(found: list[Holiday]) -> Calendar:
    """The calendar as it would be with these years' days in place of what is there."""
    years = {row.day.year for row in found}
    uploaded = Holiday.objects.exclude(day__year__in=years).values_list("day", "working", "name")
    kept = [seeds.HolidayRow(*row) for row in uploaded] if CalendarYear.objects.exists() else list(seeds.rows())
    ours = [seeds.HolidayRow(row.day, row.working, row.name) for row in found]
    published = set(catalogue.current_calendar().published_years) | years
    return seeds.calendar_of([*(row for row in kept if row.day.year not in years), *ours], published)


def moved_by(new: Calendar, years: set[int]) -> list[int]:
    """The cases with a running deadline that another calendar moves or makes certain. Reads every running deadline of
    those years once; pauses are left to the recomputation itself."""
    now = catalogue.current_calendar()
    first = date(min(years), 1, 1)
    known = catalogue.procedures()
    rows = Deadline.objects.filter(
        stopped_at__isnull=True, lapsed=False, case__is_open=True, due_at__gt=day_start(first),
        started_at__lt=day_start(date(max(years) + 1, 1, 1)),
    ).values_list("case_id", "case__procedure", "case__version", "clock", "started_at", "due_at")  # fmt: skip
    cases = set()
    for case, name, version, clock, started, due in _each(rows):
        definition = known.get((name, version))
        kind = definition.clocks[clock].amount.kind if definition and clock in definition.clocks else "natural"
        if kind != "clock" and _moves(kind, local_day(started), local_day(due) - DAY, now, new):
            cases.add(case)
    return sorted(cases)


def _each(rows: Any) -> Iterator[tuple[int, str, int, str, datetime, datetime]]:
    yield from rows.iterator(chunk_size=5000)


def _moves(kind: str, start: date, last: date, now: Calendar, new: Calendar) -> bool:
    """Whether a period that ends on `last` now would end on another day."""
    if kind == "working":
        return now.working_between(start, last) != new.working_between(start, last) or not new.is_working(last)
    if not new.is_working(last):
        return True
    day = last - DAY  # days of rest that the end was moved over, and that are worked from now on
    while not now.is_working(day):
        if new.is_working(day):
            return True
        day -= DAY
    return False


def _preview(request: HttpRequest, found: list[Holiday], text: str, source: str) -> HttpResponse:
    new = calendar_with(found)
    years = {row.day.year for row in found}
    with scope("worker"):
        moved = len(moved_by(new, years))
    now = catalogue.current_calendar()
    context = {
        "sheets": [(y, sheet(y, new, now), new.working_between(date(y - 1, 12, 31), date(y, 12, 31))) for y in sorted(years)],
        "found": found, "text": text, "source": source, "moved": moved, "weekdays": "一二三四五六日",
        "replaced": sorted(years & set(now.published_years)),
    }  # fmt: skip
    return page(request, "holidays_preview", "holidays", context)


def _take(request: HttpRequest) -> HttpResponse:
    if done_before(request):
        return redirect("/admin/holidays/")
    source = request.POST.get("source", "").strip()
    text = request.POST["text"]
    rows = read(text)
    found, errors = actions_read(rows, source)
    if errors or not source:
        errors = errors or [_("请写明放假安排的文件名。")]
        return _year_page(request, _asked(request), Upload(), 422, errors=errors, refused=_("没有写入，请改好再传。"))
    years = sorted({row.day.year for row in found})
    with scope("worker"):
        moved = moved_by(calendar_with(found), set(years))
    actions.seed_holidays()  # else the years that come with the package would be forgotten beside the first uploaded one
    taken, faults = actions.upload_holidays(rows, source=source)
    if faults:
        return _year_page(
            request,
            _asked(request),
            Upload(),
            422,
            errors=[fault.says for fault in faults],
            refused=_("没有写入，请改好再传。"),
        )
    if moved:
        for start in range(0, len(moved), 500):
            due_again.defer(case_ids=moved[start : start + 500])
    words = {"years": "、".join(str(y) for y in years), "n": taken, "moved": len(moved)}
    said(request, _("%(years)s年的安排已写入，共%(n)d天。%(moved)d件在办事项的时限正在后台重算。") % words)
    return redirect(f"/admin/holidays/?year={years[0]}")
