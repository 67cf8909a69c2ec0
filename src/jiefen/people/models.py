"""Offices, the people who work in them, and for how long."""

from functools import cache
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jiefen.kernel import ask


class People(BaseUserManager["Person"]):
    def create_user(self, username: str, name: str, password: str | None = None) -> "Person":
        person = self.model(username=username, name=name)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get(self, *args: Any, **by: Any) -> "Person":
        """As everywhere; by number alone it is a prepared question, since every page asks who is signed in."""
        if args or by.keys() != {"pk"}:
            return super().get(*args, **by)
        columns, sql = _by_number()
        found = ask.row(sql, [by["pk"]])
        if found is None:
            raise self.model.DoesNotExist
        return columns.make(found)


@cache
def _by_number() -> "tuple[ask.Columns[Person], str]":
    columns = ask.Columns(Person, "w")
    return columns, f"SELECT {columns.sql} FROM people_person w WHERE w.id = %s"


class Person(AbstractBaseUser):
    """Somebody who signs in. What they may do comes from their postings alone; there is no superuser."""

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, blank=True)  # a duty phone, printed on papers; not a private one
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    objects = People()

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """An office. `stay` says how it is present in the centre: it sits there, comes on set days, or comes when called."""

    class Stay(models.TextChoices):
        RESIDENT = "resident", "常驻"
        ROTATING = "rotating", "轮驻"
        ON_CALL = "on-call", "随叫随到"
        ELSEWHERE = "elsewhere", "不驻中心"

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=60)
    short = models.CharField(max_length=20, blank=True)
    unit_type = models.CharField(max_length=32, db_index=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    # Areas live in `places`, which `people` does not know: the link is by table, not by import.
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=8, blank=True)  # the characters its numbers begin with, «清柳»
    letters = models.CharField(max_length=4, blank=True)  # the letters its codes begin with, «LH»
    stay = models.CharField(max_length=10, choices=Stay.choices, default=Stay.ELSEWHERE)
    stay_note = models.CharField(max_length=60, blank=True)  # «周二、周四 14:00–17:00»
    phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=120, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)  # the first day it no longer exists
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="unit_dates"),
        ]

    def __str__(self) -> str:
        return self.name


class Posting(models.Model):
    """A person's role at a unit for an area, from a moment until a moment."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="postings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="postings")
    role = models.CharField(max_length=24, db_index=True)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)  # the first moment it no longer holds

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="posting_dates"),
            models.UniqueConstraint(
                fields=["person", "unit", "role", "area"],
                condition=Q(until__isnull=True),
                name="one_open_posting",
            ),
        ]


class PostingAsk(models.Model):
    """A posting that would widen what somebody may see or do: one proposes it, another agrees, then it is a posting."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posting_asks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit", "role", "area"],
                condition=Q(decided_at__isnull=True),
                name="posting_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(agreed__isnull=True)
                | Q(agreed=False)
                | ~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("person")),
                name="posting_by_two",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, agreed__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, agreed__isnull=False),
                name="posting_ask_decided",
            ),
        ]


class Substitute(models.Model):
    """Who stands in for somebody away. The stand-in acts in their own name, with the absent person's postings."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    stand_in = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="standing_in")
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="substitute_dates"),
            models.CheckConstraint(condition=~Q(person=F("stand_in")), name="substitute_other"),
        ]


class DutySlot(models.Model):
    """A turn of the weekly roster: which office sits at a centre on which weekday, from when until when, at which window.

    Dated data: a slot holds from `since` up to the day before `until`; one that is changed ends and another begins.
    """

    centre = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="duty_slots")
    weekday = models.PositiveSmallIntegerField()  # 0 is Monday
    starts = models.TimeField()
    ends = models.TimeField()
    window = models.CharField(max_length=20, blank=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="slot_weekday"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="slot_hours"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="slot_dates"),
        ]
        indexes = [models.Index(fields=["centre", "weekday", "starts"], name="slot_week")]


class DutyDay(models.Model):
    """One day that differs from the weekly roster: an office does not come, or comes at other hours."""

    centre = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    comes = models.BooleanField(default=False)
    starts = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)
    window = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "unit", "day"], name="one_exception_a_day"),
            models.CheckConstraint(
                condition=Q(comes=False) | Q(starts__isnull=False, ends__gt=F("starts")), name="exception_hours"
            ),
        ]


class OnCall(models.Model):
    """An office called to the hall. Its clock runs from the call; it came, or somebody says why not.

    `ticket` and `intake` are numbers of rows above this floor; no words about the matter stand here.
    """

    class Outcome(models.TextChoices):
        CAME = "came", "已到"
        ABSENT = "absent", "没有来"

    class Why(models.TextChoices):
        NO_ANSWER = "no-answer", "电话没有人接"
        BUSY = "busy", "在外办事，来不了"
        AGREED = "agreed", "和来人另约了时间"
        WRONG = "wrong", "叫错了单位"

    centre = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    ticket = models.BigIntegerField(null=True)
    intake = models.BigIntegerField(null=True)
    once_key = models.CharField(max_length=40, unique=True)
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()  # of the setting in force when it was called
    basis = models.CharField(max_length=120)  # where that number comes from
    mark = models.CharField(max_length=1)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    why = models.CharField(max_length=10, choices=Why.choices, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "unit"], condition=Q(ended_at__isnull=True), name="one_call_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(outcome="absent") | ~Q(why=""), name="call_absent_why"),
        ]
        indexes = [models.Index(fields=["centre", "-called_at"], name="call_latest")]

    def is_late(self, at: Any) -> bool:
        """Whether it came late, or has not come by now. One that was called by mistake was never due."""
        if self.outcome == self.Outcome.ABSENT:
            return self.why not in (self.Why.WRONG, self.Why.AGREED)
        return bool((self.ended_at or at) >= self.due_at)


class Succession(models.Model):
    """Offices or areas merged or split on a day: proposed, agreed to by somebody else, carried out, or called off before its day.

    `plan` names rows by code, so that it can be read years later; `foreseen` is what was shown to whoever agreed, `done` counts
    what was moved. Agreed to by nobody named: carried out before two were needed.
    """

    class Kind(models.TextChoices):
        MERGE_UNITS = "merge-units", "合并单位"
        SPLIT_UNIT = "split-unit", "拆分单位"
        MERGE_AREAS = "merge-areas", "合并区域"
        SPLIT_AREA = "split-area", "拆分区域"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    on = models.DateField()
    plan = models.JSONField()
    basis = models.CharField(max_length=120)  # the document that orders it
    planned_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    foreseen = models.JSONField(default=dict)
    agreed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done = models.JSONField(default=dict)
    stuck = models.CharField(max_length=300, blank=True)  # why it could not be carried out on its day
    called_off_at = models.DateTimeField(null=True)
    called_off_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    why_off = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(called_off_at__isnull=True), name="succession_one_end"
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | Q(agreed_at__isnull=False) & ~Q(agreed_by=F("planned_by")),
                name="succession_by_two",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(agreed_at__isnull=False), name="succession_agreed_first"
            ),
        ]
        indexes = [models.Index(fields=["on", "id"], name="succession_day")]


class UnitHeir(models.Model):
    """Which offices took over from one that ended. Several where it was split."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="heirs")
    heir = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="came_from")
    succession = models.ForeignKey(Succession, on_delete=models.PROTECT, related_name="heirs")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "heir"], name="heir_once"),
            models.CheckConstraint(condition=~Q(unit=F("heir")), name="heir_other"),
        ]


class Apart(models.Model):
    """An office without some of its people: its number is the door of the matters that they have stepped back from."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    persons = ArrayField(models.BigIntegerField())  # sorted

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "persons"], name="apart_once")]
