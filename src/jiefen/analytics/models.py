"""Tables that somebody asked for: who, what they were cut from, and how far they are. And the counting ground: what indicators
count, by day, and its sums; caches that `jiefen rebuild` works out anew."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class LedgerExport(models.Model):
    """One overall ledger made for one person, with what their doors opened. Only they may fetch it; the row stays."""

    class State(models.TextChoices):
        WAITING = "waiting", "排队"
        RUNNING = "running", "正在做"
        READY = "ready", "做好了"
        FAILED = "failed", "没有做成"
        GONE = "gone", "已删除"

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(null=True)  # as of the end of this day; empty: as of asking
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=60, blank=True)  # name in the folder of exports
    why = models.CharField(max_length=200, blank=True)  # why it was not made

    class Meta:
        indexes = [models.Index(fields=["person", "-asked_at"], name="ledger_export_person")]


class MonthFigure(models.Model):
    """A rate of one month that everybody may read: both its counts, never the percent, and which definition counted it."""

    month = models.DateField()  # its first day
    key = models.CharField(max_length=40)  # of the indicator
    definition = models.PositiveSmallIntegerField()
    numerator = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "key"], name="month_figure_once")]


class Matter(models.Model):
    """What may be counted by: one narrow row for each case and each intake outside the vault. A cache; `jiefen rebuild`."""

    key = models.BigIntegerField(primary_key=True)  # twice the case's number; the intake's one more
    area = models.BigIntegerField()
    nodes = ArrayField(models.BigIntegerField())  # 0 (everywhere), then the areas from the county down to its own
    unit = models.BigIntegerField(default=0)  # that leads; 0: nobody
    procedure = models.CharField(max_length=40)  # of an intake its channel
    state = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, blank=True)
    grade = models.CharField(max_length=10, blank=True)
    stratum = models.PositiveSmallIntegerField()
    opened = models.IntegerField()  # days are whole numbers of local days, `analytics.days`
    ended = models.IntegerField()
    reach = models.IntegerField()
    doors = ArrayField(models.BigIntegerField())

    class Meta:
        indexes = [GinIndex(fields=["doors"], name="matter_doors")]


class Reach(models.Model):
    """A set of centres' doors that matters have in common: whoever opens one of them counts all of it by its sums."""

    doors = ArrayField(models.BigIntegerField(), unique=True)


class Fact(models.Model):
    """One thing that an indicator counts, over the stretch of days in which it counts alike: the day it belongs to, the days
    its denominator and its numerator became true. See questions/00-ground.sql."""

    pk = models.CompositePrimaryKey("matter", "question", "thing", "since")
    matter = models.BigIntegerField()
    question = models.SmallIntegerField()
    thing = models.BigIntegerField()
    at = models.IntegerField()
    since = models.IntegerField()
    due = models.IntegerField()
    hit = models.IntegerField()
    until = models.IntegerField()
    before = models.IntegerField()
    base = models.BooleanField()
    value = models.IntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["question", "at", "thing"], name="fact_listed"),
            models.Index(
                fields=["until"], condition=models.Q(question=1100), name="fact_open"
            ),  # what is open on a day
        ]


class DayCount(models.Model):
    """Things summed by day, a month in a row: `days` holds, for each day of the month, how many more there were since its
    first; `total` all of the month. A figure is the months before, and one number of the month asked for."""

    pk = models.CompositePrimaryKey("node", "month", "question", "cell", "reach", "at_month", "value")
    node = models.BigIntegerField()
    month = models.IntegerField()
    question = models.SmallIntegerField()
    cell = models.SmallIntegerField()  # twice 0 waiting, 1 denominator, 2 numerator; one more: when the day is over
    reach = models.IntegerField()
    at_month = models.IntegerField()
    value = models.IntegerField()
    total = models.IntegerField()
    days = ArrayField(models.IntegerField())


class YearTally(models.Model):
    """Cases summed by the month they were opened in, a year in a row, by leading unit, procedure and state: `months` are its
    twelve numbers. So many rows as there are offices with work in a state, whatever the number of cases."""

    pk = models.CompositePrimaryKey("node", "year", "unit", "procedure", "state", "reach")
    node = models.BigIntegerField()
    year = models.IntegerField()
    unit = models.BigIntegerField()
    procedure = models.CharField(max_length=40)
    state = models.CharField(max_length=32)
    reach = models.IntegerField()
    months = ArrayField(models.IntegerField())


class Suggested(models.Model):
    """What kind was suggested for an intake and what a person decided, as `kind_facts` works it out; nobody's name."""

    matter = models.BigIntegerField(primary_key=True)
    day = models.IntegerField()
    channel = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, blank=True)  # empty: no suggestion
    chosen = models.CharField(max_length=8, blank=True)
    model = models.IntegerField(default=0)  # 0: the word list
    band = models.SmallIntegerField(default=0)  # of the chance: `triage.learning.calibrate.BANDS`
    hit = models.BooleanField()
    near = models.BooleanField()  # not the first, but the second best

    class Meta:
        indexes = [models.Index(fields=["day", "matter"], name="suggested_listed")]


class KindCount(models.Model):
    """The same summed by month: `cells` are how many, how many right, how many where the second best was."""

    pk = models.CompositePrimaryKey("month", "reach", "channel", "kind", "model", "band")
    month = models.IntegerField()
    reach = models.IntegerField()
    channel = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, blank=True)
    model = models.IntegerField()
    band = models.SmallIntegerField()
    cells = ArrayField(models.IntegerField())


class Stale(models.Model):
    """A case or an intake that changed and is to be counted anew: written by triggers, in the transaction of the change."""

    key = models.BigIntegerField()
