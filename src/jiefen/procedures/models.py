"""What an area keeps about procedures: which versions were published, its dated settings, its calendar. Set-up
data; no person in it.
"""

from django.db import models
from django.db.models.functions import Now


class PublishedProcedure(models.Model):
    """One frozen version of one procedure, with the text it was published as. Never changed; cases keep their
    version.
    """

    name = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    body = models.TextField()
    published_at = models.DateTimeField(db_default=Now())
    effective_from = models.DateField()

    class Meta:
        ordering = ["name", "version"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="procedure_version_once")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class AreaSetting(models.Model):
    """A number this area set, from a day on, on the strength of a public document. Rows are ended or undone,
    never rewritten.
    """

    key = models.CharField(max_length=64, db_index=True)
    value = models.JSONField()
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    source_document = models.CharField(max_length=300)
    set_by = models.CharField(max_length=150)
    undone = models.BooleanField(default=False)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["key", "since"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="setting_ends_later",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value} since {self.since}"


class Holiday(models.Model):
    """A day that departs from Monday-to-Friday: rest on a weekday, or work on a weekend."""

    day = models.DateField(primary_key=True)
    working = models.BooleanField()
    name = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class CalendarYear(models.Model):
    """A year whose arrangement of holidays is known. Dates in other years are provisional."""

    year = models.PositiveIntegerField(primary_key=True)
    published = models.BooleanField(default=True)
    source = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)
