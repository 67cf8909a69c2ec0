"""The roster of a hall by week: reading it for whoever works there, changing it for the window and the administrator."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from jiefen.desk.admin.door import log_as
from jiefen.desk.admin.fields import Choice, Day, OfficeName, Table, Words, first_fault
from jiefen.desk.door import staff
from jiefen.kernel.clock import local_day
from jiefen.people import roster
from jiefen.people.actions import Refused
from jiefen.people.actor import CENTRE_UNIT_TYPES, Actor
from jiefen.people.models import DutyDay, DutySlot, Unit
from jiefen.people.queries import existing_units

READS = frozenset({"clerk", "dispatcher", "supervisor", "hotline-agent", "petition-officer", "administrator"})
CHANGES = frozenset({"clerk", "dispatcher", "administrator"})
SHOWN_ERRORS = 100


class SlotForm(forms.Form):
    unit = OfficeName(label=gettext_lazy("单位"))
    weekday = Choice(
        label=gettext_lazy("星期"), choices=lambda: [(str(n), name) for n, name in enumerate(roster.WEEKDAYS)]
    )
    starts = forms.TimeField(
        label=gettext_lazy("几点来"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(label=gettext_lazy("几点走"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    window = Words(label=gettext_lazy("窗口"), max_length=20, required=False)
    since = Day(label=gettext_lazy("从哪天起"))


class DayForm(forms.Form):
    unit = OfficeName(label=gettext_lazy("单位"))
    day = Day(label=gettext_lazy("哪一天"))
    comes = Choice(
        label=gettext_lazy("来不来"), choices=[("no", gettext_lazy("不来")), ("yes", gettext_lazy("另外时间来"))]
    )
    starts = forms.TimeField(
        label=gettext_lazy("几点来"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=gettext_lazy("几点走"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    note = Words(
        label=gettext_lazy("为什么"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("大厅看板上会写出来，不写人名"),
    )


class UploadForm(forms.Form):
    file = Table(label=gettext_lazy("值班表（CSV）"))
    since = Day(label=gettext_lazy("从哪天起"))


def centre_of(request: HttpRequest, *, to_change: bool = False) -> Unit:
    """The centre whose roster it is: the reader's own; an administrator names any. Raises Http404."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    day = local_day(request.at)  # type: ignore[attr-defined]
    asked = request.POST.get("centre") or request.GET.get("centre", "")
    rows = existing_units(day).filter(unit_type__in=CENTRE_UNIT_TYPES)
    if not actor.is_administrator:
        mine = [
            p.unit_id
            for p in actor.held
            if p.unit_type in CENTRE_UNIT_TYPES and p.role in (CHANGES if to_change else READS)
        ]
        rows = rows.filter(pk__in=mine)
    if asked:
        rows = rows.filter(pk=int(asked)) if asked.isdecimal() and len(asked) < 12 else rows.none()
    centre = rows.select_related("area").defer("area__shape").order_by("unit_type", "code").first()
    if centre is None:
        raise Http404
    return centre


def may_change(actor: Actor, centre: Unit) -> bool:
    """Whether somebody changes the roster of this centre."""
    return actor.is_administrator or bool(actor.roles_at(centre.pk) & CHANGES)


def _monday(said: str, today: date) -> date:
    try:
        day = date.fromisoformat(said[:10])
        if not 1990 < day.year < 2200:
            day = today
    except ValueError:
        day = today
    return day - timedelta(days=day.weekday())


@staff(roles=READS)
@require_safe
def week_page(request: HttpRequest) -> HttpResponse:
    """A week: who sits where on each day."""
    return _page(request, centre_of(request))


def _page(request: HttpRequest, centre: Unit, *, status: int = 200, **extra: Any) -> HttpResponse:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    today = local_day(at)
    monday = _monday(request.GET.get("week", ""), today)
    here, away = roster.sittings(centre.pk, monday, 7)
    days = [
        {
            "day": monday + timedelta(days=n), "name": roster.WEEKDAYS[n], "today": monday + timedelta(days=n) == today,
            "here": [s for s in here if s.day == monday + timedelta(days=n)],
            "away": [a for a in away if a.day == monday + timedelta(days=n)],
        }
        for n in range(7)
    ]  # fmt: skip
    context = {
        "centre": centre, "days": days, "monday": monday, "before": monday - timedelta(days=7), "after": monday + timedelta(days=7),
        "may": may_change(actor, centre), "offices": roster.offices(centre, today),
        "units": existing_units(today).filter(area_id=centre.area_id).order_by("code").values_list("code", "name"),
        "slots": roster.slots_on(centre.pk, today, today + timedelta(days=366)),
        "others": DutyDay.objects.filter(centre=centre, day__gte=today).select_related("unit").order_by("day")[:60],
        "weekdays": roster.WEEKDAYS, "columns": roster.COLUMNS,
        "slot_form": SlotForm(initial={"since": today}, auto_id="sl_%s"), "day_form": DayForm(initial={"day": today}, auto_id="da_%s"),
        "upload_form": UploadForm(initial={"since": today}, auto_id="up_%s"),
        "centres": existing_units(today).filter(unit_type__in=CENTRE_UNIT_TYPES).order_by("code") if actor.is_administrator else [],
        **extra,
    }  # fmt: skip
    return render(request, "desk/roster/week.html", context, status=status)


def _changer(request: HttpRequest) -> Unit:
    centre = centre_of(request, to_change=True)
    if not may_change(request.actor, centre):  # type: ignore[attr-defined]
        raise Http404
    log_as(request)
    return centre


def _back(centre: Unit) -> HttpResponse:
    return redirect(f"/roster/?centre={centre.pk}")


@staff(roles=CHANGES)
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """One turn more, from a day on."""
    centre = _changer(request)
    today = local_day(request.at)  # type: ignore[attr-defined]
    form = SlotForm(request.POST, auto_id="sl_%s")
    form.fields["unit"].day = today  # type: ignore[attr-defined]
    if not form.is_valid():
        return _page(request, centre, status=422, slot_form=form, refused=first_fault(form))
    got = form.cleaned_data
    one = roster.Slot(got["unit"], int(got["weekday"]), got["starts"], got["ends"], got["window"].strip())
    week = roster.week_of(centre.pk, got["since"])
    if one in week:
        return _back(centre)  # sent twice
    try:
        roster.set_week(centre, [*week, one], since=got["since"], today=today)
    except Refused as no:
        return _page(request, centre, status=422, slot_form=form, refused=str(no).split("\n"))
    messages.success(
        request,
        _("已排：%(unit)s，%(day)s，%(since)s起。")
        % {"unit": one.unit.name, "day": roster.WEEKDAYS[one.weekday], "since": got["since"]},
    )
    return _back(centre)


@staff(roles=CHANGES)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """A turn ends today; who sat there until now stays readable."""
    centre = _changer(request)
    today = local_day(request.at)  # type: ignore[attr-defined]
    row = DutySlot.objects.filter(pk=pk, centre=centre).select_related("unit", "person").first()
    if row is not None and row.until is None:
        since = max(today, row.since)
        gone = roster.Slot(row.unit, row.weekday, row.starts, row.ends, row.window, row.person)
        try:
            roster.set_week(
                centre, [s for s in roster.week_of(centre.pk, since) if s != gone], since=since, today=today
            )
        except Refused as no:
            return _page(request, centre, status=422, refused=str(no).split("\n"))
        messages.success(request, _("已从值班表里去掉，以前的值班仍查得到。"))
    return _back(centre)


@staff(roles=CHANGES)
@require_POST
def day(request: HttpRequest) -> HttpResponse:
    """One day differs from the week."""
    centre = _changer(request)
    today = local_day(request.at)  # type: ignore[attr-defined]
    form = DayForm(request.POST, auto_id="da_%s")
    form.fields["unit"].day = today  # type: ignore[attr-defined]
    if not form.is_valid():
        return _page(request, centre, status=422, day_form=form, refused=first_fault(form))
    got = form.cleaned_data
    try:
        roster.set_day(
            centre, got["unit"], got["day"], comes=got["comes"] == "yes", today=today, starts=got["starts"], ends=got["ends"],
            note=got["note"],
        )  # fmt: skip
    except Refused as no:
        return _page(request, centre, status=422, day_form=form, refused=[str(no)])
    messages.success(request, _("这一天已记下，大厅看板同时更新。"))
    return _back(centre)


@staff(roles=CHANGES)
@require_POST
def day_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The day follows the week again."""
    centre = _changer(request)
    try:
        roster.take_back_day(pk, centre=centre, today=local_day(request.at))  # type: ignore[attr-defined]
    except Refused as no:
        return _page(request, centre, status=422, refused=[str(no)])
    return _back(centre)


@staff(roles=CHANGES)
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """A whole week from a table: all rows hold, or nothing is written and every row that does not is named."""
    centre = _changer(request)
    at = request.at  # type: ignore[attr-defined]
    form = UploadForm(request.POST, request.FILES, auto_id="up_%s")
    if not form.is_valid():
        return _page(request, centre, status=422, upload_form=form, refused=first_fault(form))
    got = form.cleaned_data
    slots, errors = roster.read_table(got["file"], centre=centre, day=local_day(at), at=at)
    if errors:
        said = [
            _("表里有%(n)d行不对，整张表都没有写入。改好后再传一次。") % {"n": len(errors)},
            *map(str, errors[:SHOWN_ERRORS]),
        ]
        return _page(request, centre, status=422, upload_form=form, refused=said)
    try:
        ended, begun = roster.set_week(centre, slots, since=got["since"], today=local_day(at))
    except Refused as no:
        return _page(request, centre, status=422, upload_form=form, refused=str(no).split("\n"))
    messages.success(request, _("值班表已更新：新排%(new)d条，停用%(old)d条。") % {"new": begun, "old": ended})
    return _back(centre)
