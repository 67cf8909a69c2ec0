"""Tables that somebody asked for: who, what they were cut from, and how far they are."""

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
