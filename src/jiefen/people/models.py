"""Offices, the people who work in them, and for how long."""

from functools import cache
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
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
