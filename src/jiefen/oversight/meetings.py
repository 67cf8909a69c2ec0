"""Joint meetings: several offices on one matter. Called with a day, a place and the offices; minuted by a named person;
what is decided becomes tasks (`meeting_tasks`). No clock stops meanwhile. Every verb is a row of the matter's chain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases import ground
from jiefen.cases.access import roles_on
from jiefen.cases.actions.record import append, history
from jiefen.cases.models import Case
from jiefen.cases.standing import excluded_units, standing_of
from jiefen.kernel.clock import local, local_day
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.notices.actions import tell
from jiefen.notices.models import Notice
from jiefen.oversight.models import JointMeeting, MeetingTask
from jiefen.papers.actions import put_on_file
from jiefen.people.actor import UNIT, Actor, door
from jiefen.people.models import Unit
from jiefen.people.queries import holds_posting, postings_at

CONVENERS = frozenset({"supervisor", "dispatcher", "petition-officer", "sponsor"})
CHAIR, CORE, OTHER = "chair", "core", "other"
SEATS = {CHAIR: "牵头（1）", CORE: "常设（4）", OTHER: "按需（N）"}
FOUR = frozenset({"public-security", "police-station", "procuratorate", "court", "justice-bureau", "justice-office"})
"""公安、检察、法院、司法: the four that a joint meeting has as a rule. Who is really asked is the convener's choice."""
WORKS_ON = frozenset({"handler", "unit-head", "mediator", "mediation-head"})
LONGEST, MOST_UNITS, MOST_TASKS, LONGEST_PLACE = 8000, 20, 30, 120
CALLED, MINUTED, OFF = "meeting-called", "meeting-minuted", "meeting-off"


class MeetingRefused(ValueError):
    """It cannot be done so. `rule` names why; the message is a sentence; nothing was written."""

    def __init__(self, rule: str, says: str):
        super().__init__(says)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing decided: which office does it, who there (None: its head sees to it), what, until which day."""

    unit: int
    words: str
    due_on: date | None
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A meeting in words, for somebody who may read it."""

    row: JointMeeting
    topic: str
    place: str
    seats: tuple[tuple[Unit, str], ...]
    body: str = ""
    present: tuple[str, ...] = ()
    tasks: tuple[Any, ...] = field(default=())


def seat_of(unit: Unit, convening: int) -> str:
    """The part of an office in a meeting: the convener's own leads, the four, and the others."""
    return CHAIR if unit.pk == convening else CORE if unit.unit_type in FOUR else OTHER


def call(
    case: Case, *, by: Actor, at: datetime, starts_at: datetime | None, place: str, topic: str, units: Sequence[int], once: str
) -> JointMeeting:  # fmt: skip
    """Call the offices together about a matter. The same `once` is the same meeting.

    Raises MeetingRefused: not a convener here; ended; of the vault; without day, place, words or two offices; an office
    complained of; of a matter that few may see an office that has no duty in it.
    """
    with scope("worker"):
        row, key = _locked(case)
        role, unit = _convener(row, by)
        before = JointMeeting.objects.filter(case=row, once=once).first()
        if before is not None:
            return before
        said = {
            "place": _said(place, LONGEST_PLACE, _("请写明在哪里开。")),
            "topic": _said(topic, LONGEST, _("请写明商量什么。")),
        }
        invited = _invited(row, units, unit)
        if starts_at is None or local_day(starts_at) < local_day(at):
            raise MeetingRefused("date", _("请写开会的日期和时间，不能早于今天。"))
        seq = JointMeeting.objects.filter(case=row).count() + 1
        _append(row, key, CALLED, by, role, unit, at, {"meeting": seq, "units": [u.pk for u in invited]}, said)
        made = JointMeeting.objects.create(
            case=row, seq=seq, once=once, by_id=by.person_id, unit_id=unit, called_at=at, starts_at=starts_at,
            place=key.seal(said["place"], field="meeting.place"), topic=key.seal(said["topic"], field="meeting.topic"),
            seats={str(u.pk): seat_of(u, unit) for u in invited}, doors=sorted(door(UNIT, u.pk) for u in invited),
        )  # fmt: skip
        tell(
            people_of([u.pk for u in invited], at) - {by.person_id},
            Notice.Kind.STEP,
            at=at,
            case=row,
            code=f"meeting:{made.pk}",
        )
        return made


def minute(
    meeting: JointMeeting, *, by: Actor, at: datetime, body: str, present: Sequence[str], decisions: Sequence[Decision]
) -> JointMeeting:  # fmt: skip
    """Write the minutes: what was said, who was there, what was decided. Each decision becomes a task; the minutes a paper.

    The recorder is whoever writes. Written again they are refused: what was decided stands. Raises MeetingRefused.
    """
    from jiefen.oversight.meeting_tasks import make

    with scope("worker"):
        row, key = _locked(meeting.case)
        role, unit = _convener(row, by)
        found = _open(meeting)
        text = _said(body, LONGEST, _("请记下会上说了什么。"))
        there = [name.strip()[:60] for name in present if name.strip()][:60]
        if at < found.starts_at and local_day(at) != local_day(found.starts_at):
            raise MeetingRefused("date", _("会还没有开，开过再记纪要。"))
        if not there:
            raise MeetingRefused("present", _("请写明谁到了会。"))
        if len(decisions) > MOST_TASKS:
            raise MeetingRefused("many", _("一次最多定%(n)d项，请分清主次。") % {"n": MOST_TASKS})
        wanted = [_weighed(row, one, at) for one in decisions]
        _append(
            row,
            key,
            MINUTED,
            by,
            role,
            unit,
            at,
            {"meeting": found.seq, "tasks": len(wanted)},
            {"body": text, "present": there},
        )
        found.recorder_id, found.minuted_at = by.person_id, at
        found.minutes = key.seal({"body": text, "present": there}, field="meeting.minutes")
        tasks = make(found, key, wanted, at=at)
        found.paper = put_on_file(
            "joint-meeting-minutes", _fields(found, key, text, there, tasks, by), case=row, key=key, by=by.person_id,
            unit=Unit.objects.get(pk=found.unit_id), at=at,
        )  # fmt: skip
        found.save()
        told = {t.person_id for t, _w in tasks if t.person_id} | people_of(
            [t.unit_id for t, _w in tasks if not t.person_id], at
        )
        tell(told - {by.person_id}, Notice.Kind.STEP, at=at, case=row, code=f"meeting-task:{found.pk}")
        return found


def call_off(meeting: JointMeeting, *, by: Actor, at: datetime, why: str) -> JointMeeting:
    """The meeting is not held. Once is enough. Raises MeetingRefused without a reason, and after the minutes."""
    with scope("worker"):
        row, key = _locked(meeting.case)
        role, unit = _convener(row, by)
        found = JointMeeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
        if found.called_off_at is not None:
            return found
        found = _open(meeting)
        said = _said(why, LONGEST, _("请写明为什么不开了。"))
        _append(row, key, OFF, by, role, unit, at, {"meeting": found.seq}, None, said)
        found.called_off_at, found.called_off_why = at, key.seal(said, field="meeting.off")
        found.save()
        tell(
            people_of([int(pk) for pk in found.seats], at) - {by.person_id},
            Notice.Kind.STEP,
            at=at,
            case=row,
            code=f"meeting-off:{found.pk}",
        )
        return found


def may_convene(case: Case, by: Actor) -> bool:
    """Whether this person may call a meeting on a case that is open to them."""
    return case.is_open and case.stratum != Case.Stratum.VAULT and bool(CONVENERS & set(roles_on(by, case)))


def seat_of_convener(case: Case, by: Actor) -> int | None:
    """The office for which this person would call a meeting on a case; None for who may not."""
    try:
        return _convener(case, by)[1]
    except MeetingRefused:
        return None


def people_of(units: Sequence[int], at: datetime) -> set[int]:
    """Who at these offices is told: whoever handles or heads there."""
    rows = postings_at(at).filter(unit_id__in=list(units), role__in=sorted(WORKS_ON | {"dispatcher"}))
    return set(rows.values_list("person_id", flat=True))


def _locked(case: Case) -> tuple[Case, Key]:
    row = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
    return row, open_row(row.key)


def _convener(case: Case, by: Actor) -> tuple[str, int]:
    held = roles_on(by, case)
    role = next((r for r in sorted(CONVENERS) if r in held), "")
    if case.stratum == Case.Stratum.VAULT or not role:
        raise MeetingRefused("role", _("联席会议由分派、督办、信访部门的人或包案领导召集和记录。"))
    return role, held[role][0]


def _said(words: Any, longest: int, missing: str) -> str:
    said = str(words or "").strip()
    if not said:
        raise MeetingRefused("words", missing)
    if len(said) > longest:
        raise MeetingRefused("words", _("最多%(n)s字，请写要点。") % {"n": longest})
    return said


def _invited(case: Case, units: Sequence[int], own: int) -> list[Unit]:
    if not case.is_open:
        raise MeetingRefused("ended", _("本件已经办结。有新情况请先重启，再召集会议。"))
    wanted = list(dict.fromkeys([own, *units]))
    found = {u.pk: u for u in Unit.objects.filter(pk__in=wanted, until__isnull=True)}
    if len(found) != len(wanted) or len(wanted) > MOST_UNITS:
        raise MeetingRefused("units", _("请从列表里选择到会单位，最多%(n)d个。") % {"n": MOST_UNITS})
    if len(wanted) < 2:
        raise MeetingRefused("units", _("除了召集单位，请至少再请一个单位。"))
    _not_kept_out(case, wanted)
    if case.stratum != Case.Stratum.ORDINARY:
        own_duty = {d.unit for d in standing_of(case).live()} | {own}
        if set(wanted) - own_duty:
            raise MeetingRefused("restricted", _("这件事限制知悉，只能请已经在办这件事的单位到会。"))
    return [found[pk] for pk in wanted]


def _not_kept_out(case: Case, units: Sequence[int]) -> None:
    if ground.keepers_seat(units):
        raise MeetingRefused("keeper", _("检举控告专管席不参与一般事项，请选择别的单位。"))
    if excluded_units(list(case.parties.all())) & set(units):
        raise MeetingRefused("respondent-excluded", _("所选单位是被投诉单位或其下属，不能参与，请去掉。"))


def _weighed(case: Case, one: Decision, at: datetime) -> Decision:
    """A decision that is whole: an office that is not kept out, somebody who works there, words, a day to come."""
    words = _said(one.words, 1000, _("每一项都要写明做什么。"))
    if not Unit.objects.filter(pk=one.unit, until__isnull=True).exists():
        raise MeetingRefused("units", _("每一项都要写明由哪个单位做。"))
    _not_kept_out(case, [one.unit])
    if case.stratum != Case.Stratum.ORDINARY and one.unit not in {d.unit for d in standing_of(case).live()}:
        raise MeetingRefused("restricted", _("这件事限制知悉，任务只能定给已经在办这件事的单位。"))
    if one.person and not holds_posting(one.person, one.unit, at):
        raise MeetingRefused("person", _("所选责任人不在那个单位任职，请重新选择。"))
    if one.due_on is None or one.due_on < local_day(at):
        raise MeetingRefused("date", _("每一项都要写明最晚哪天办完，不能早于今天。"))
    return Decision(one.unit, words, one.due_on, one.person)


def _open(meeting: JointMeeting) -> JointMeeting:
    found = JointMeeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if found.called_off_at is not None:
        raise MeetingRefused("off", _("这次会议已经取消。"))
    if found.minuted_at is not None:
        raise MeetingRefused("minuted", _("这次会议的纪要已经记下，议定的事项照办。还要商量，请再召集一次。"))
    return found


def _append(
    case: Case, key: Key, name: str, by: Actor, role: str, unit: int | None, at: datetime, codes: Mapping[str, Any],
    facts: Mapping[str, Any] | None, reason: str = "",
) -> None:  # fmt: skip
    append(
        case, key, rows=history(case), name=name, from_state=case.state, to_state=case.state, by=by, by_role=role, unit=unit,
        at=at, recorded_at=at, codes=dict(codes), facts=dict(facts) if facts else None, reason=reason,
    )  # fmt: skip


def _fields(
    row: JointMeeting, key: Key, body: str, present: Sequence[str], tasks: Sequence[tuple[MeetingTask, str]], by: Actor
) -> dict[str, Any]:
    """What the minutes print."""
    names = dict(Unit.objects.filter(pk__in={t.unit_id for t, _w in tasks} | {row.unit_id}).values_list("pk", "name"))
    return {
        "case": row.case.number, "time": f"{local(row.starts_at):%Y年%-m月%-d日 %H:%M}",
        "place": key.open(row.place, field="meeting.place"), "topic": key.open(row.topic, field="meeting.topic"),
        "chair": names.get(row.unit_id, ""), "attendees": list(present), "recorder": by.name, "body": body,
        "decisions": [
            f"{words.rstrip('。')}。{names.get(t.unit_id, '')}{f'（{t.person.name}）' if t.person else ''}，{t.due_on:%Y年%-m月%-d日}前"
            for t, words in tasks
        ],
        "date": f"{local(row.minuted_at or row.called_at):%Y年%-m月%-d日}",
    }  # fmt: skip
