"""Joint meetings on one matter: calling, minutes, calling off."""

import secrets
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.cases.access import case_for, note_reading, roles_on
from jiefen.cases.models import Case
from jiefen.cases.standing import excluded_units, standing_of
from jiefen.desk.door import staff
from jiefen.desk.intakes import unit_choices
from jiefen.desk.supervise.views import title_of
from jiefen.kernel.clock import local, local_day, local_moment
from jiefen.kernel.seal import Key, open_row
from jiefen.oversight import meeting_tasks, meetings
from jiefen.oversight.meetings import SEATS, Decision, MeetingRefused
from jiefen.oversight.models import JointMeeting, MeetingTask
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.people.queries import postings_at

LINES = 5
"""Boxes for decisions on the minutes' form; a page sent back for more has as many again."""


class CallForm(forms.Form):
    """Calling the offices together."""

    when = forms.CharField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), max_length=20)
    place = forms.CharField(max_length=meetings.LONGEST_PLACE)
    topic = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=meetings.LONGEST)
    units = forms.TypedMultipleChoiceField(coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = units  # type: ignore[attr-defined]
        for name, label in (
            ("when", _("什么时候开")),
            ("place", _("在哪里开")),
            ("topic", _("商量什么")),
            ("units", _("请哪些单位")),
        ):
            self.fields[name].label = label


@staff
def of_case(request: HttpRequest, slug: str) -> HttpResponse:
    """The meetings of a matter, and the form to call one."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if case.stratum == Case.Stratum.VAULT:
        raise Http404
    may = meetings.may_convene(case, actor)
    kept_out = excluded_units(list(case.parties.all()))
    groups = seats_to_offer(case, actor, at, kept_out) if may else []
    form = CallForm(
        request.POST if request.method == "POST" else None, units=[one for _label, units in groups for one in units]
    )
    once, problem = request.POST.get("once", "")[:32] or secrets.token_urlsafe(12), ""
    if request.method == "POST":
        if not may:
            raise Http404
        if form.is_valid():
            said = form.cleaned_data
            try:
                made = meetings.call(
                    case, by=actor, at=at, starts_at=moment(said["when"]), place=said["place"], topic=said["topic"],
                    units=said["units"], once=once,
                )  # fmt: skip
                return redirect(f"/cases/{slug}/meetings/{made.seq}/")
            except MeetingRefused as no:
                problem = str(no)
    key = open_row(case.key)
    shown = {
        "case": case,
        "title": title_of(case),
        "form": form,
        "may": may,
        "once": once,
        "problem": problem,
        "rows": _all(case, key, actor, at),
        "groups": groups,
        "picked": set(request.POST.getlist("units"))
        if request.method == "POST"
        else {str(pk) for pk, _name in groups[0][1]}
        if groups
        else set(),
    }
    return render(request, "desk/joint/meetings.html", shown, status=422 if request.method == "POST" else 200)


def seats_to_offer(
    case: Case, actor: Actor, at: datetime, kept_out: frozenset[int]
) -> list[tuple[str, list[tuple[int, str]]]]:
    """The offices that may be asked, in three groups: those with a duty in the matter, the four, all others. Not the
    convener's own, which is there anyway, nor the vault's keeper."""
    out = {*kept_out, meetings.seat_of_convener(case, actor)}
    names = {pk: name for pk, name in unit_choices(at, case.area) if pk not in out}
    sorts = dict(Unit.objects.filter(pk__in=names).values_list("pk", "unit_type"))
    duties = {duty.unit for duty in standing_of(case).live()}
    found: tuple[list[tuple[int, str]], ...] = ([], [], [])
    for pk, name in names.items():
        if sorts[pk] != "vault":
            found[0 if pk in duties else 1 if sorts[pk] in meetings.FOUR else 2].append((pk, name))
    return list(zip((_("已有任务的单位"), _("常设的：公安、检察、法院、司法"), _("其余单位")), found, strict=True))


def moment(said: str) -> datetime | None:
    """A local moment of a form, None where it is none."""
    try:
        return local_moment(said.replace("T", " ")[:16])
    except ValueError:
        return None


def _all(case: Case, key: Key, actor: Actor, at: datetime) -> list[Any]:
    rows = list(
        JointMeeting.objects.filter(case=case).select_related("by", "unit", "recorder", "paper").order_by("-seq")
    )
    return _in_words(case, rows, key, actor, at)


def _in_words(case: Case, rows: list[JointMeeting], key: Key, actor: Actor, at: datetime) -> list[Any]:
    units = {u.pk: u for u in Unit.objects.filter(pk__in={int(pk) for row in rows for pk in row.seats})}
    tasks: dict[int, list[Any]] = {}
    for task in (
        MeetingTask.objects.filter(meeting__in=rows).select_related("unit", "person", "done_by").order_by("seq")
    ):
        tasks.setdefault(task.meeting_id, []).append(meeting_tasks.line(task, key, actor, local_day(at), case))
    return [meeting_tasks.read(row, key, units, tasks.get(row.pk, [])) for row in rows]


@staff
def one(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """One meeting: who is called, its minutes, what was decided. POST `do`: minute, off, task-off."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    row = JointMeeting.objects.filter(case=case, seq=seq).select_related("by", "unit", "recorder", "paper").first()
    if row is None:
        raise Http404
    key, problem = open_row(case.key), ""
    may = case.stratum != Case.Stratum.VAULT and bool(meetings.CONVENERS & set(roles_on(actor, case)))
    if request.method == "POST":
        if not may:
            raise Http404
        try:
            _act(request, row)
            return redirect(f"/cases/{slug}/meetings/{seq}/")
        except MeetingRefused as no:
            problem = str(no)
    note_reading(f"case:{case.pk}", actor, purpose="办理", what="联席会议", at=at)
    read = _in_words(case, [row], key, actor, at)[0]
    kept_out = excluded_units(list(case.parties.all())) if may else frozenset()
    shown = {
        "case": case, "title": title_of(case), "m": read, "may": may, "problem": problem, "seats": SEATS,
        "units": [(pk, name) for pk, name in unit_choices(at, case.area) if pk not in kept_out] if may and not row.minuted_at else [],
        "people": people_at(row, at) if may and not row.minuted_at else [], "said": request.POST if problem else {},
        "lines": _typed(request) if problem else [{} for _n in range(LINES)], "today": local_day(at),
        "begun": local_day(at) >= local_day(row.starts_at), "starts": local(row.starts_at),
    }  # fmt: skip
    return render(request, "desk/joint/meeting.html", shown, status=422 if problem else 200)


def people_at(row: JointMeeting, at: datetime) -> list[tuple[int, str]]:
    """Who could do what is decided: who handles or heads at the offices called."""
    rows = postings_at(at).filter(unit_id__in=[int(pk) for pk in row.seats], role__in=sorted(meetings.WORKS_ON))
    return [
        (p.person_id, f"{p.unit.short or p.unit.name}：{p.person.name}")
        for p in rows.select_related("person", "unit").order_by("unit_id", "pk")
    ]


def _typed(request: HttpRequest) -> list[dict[str, str]]:
    """The decisions as they were typed, with some empty lines behind."""
    names = ("d-words", "d-unit", "d-person", "d-due")
    found = [
        dict(zip(("words", "unit", "person", "due"), values, strict=True))
        for values in zip(*(request.POST.getlist(name)[:60] for name in names), strict=False)
    ]
    return [one for one in found if any(one.values())] + [{} for _n in range(LINES)]


def _act(request: HttpRequest, row: JointMeeting) -> None:
    actor, at, do = request.actor, request.at, request.POST.get("do", "")  # type: ignore[attr-defined]
    if do == "off":
        meetings.call_off(row, by=actor, at=at, why=request.POST.get("why", ""))
    elif do == "task-off":
        said = request.POST.get("task", "")
        task = MeetingTask.objects.filter(
            meeting=row, pk=int(said) if said.isdecimal() and len(said) < 18 else 0
        ).first()
        if task is None:
            raise Http404
        meeting_tasks.call_off(task.pk, by=actor, at=at, why=request.POST.get("why", ""))
    elif do == "minute":
        lines = [one for one in _typed(request) if one]
        meetings.minute(
            row, by=actor, at=at, body=request.POST.get("body", ""),
            present=request.POST.get("present", "").replace("，", "、").replace("\n", "、").split("、"),
            decisions=[Decision(_number(one["unit"]) or 0, one["words"], _day(one["due"]), _number(one["person"])) for one in lines],
        )  # fmt: skip
    else:
        raise Http404


def _number(said: str) -> int | None:
    return int(said) if said.isdecimal() and len(said) < 18 else None


def _day(said: str) -> Any:
    found = moment(f"{said} 00:00")
    return local_day(found) if found else None
