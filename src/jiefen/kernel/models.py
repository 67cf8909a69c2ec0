"""The records every capability leans on: keys that seal a matter's content, counters, and what is still to be told."""

from django.db import models


class SealKey(models.Model):
    """The key of one matter, wrapped by the master key. Destroying it destroys the content and leaves the chain.

    `parent` is set when an intake is joined to a case: destroying the case's key destroys its intakes' keys too.
    """

    wrapped = models.BinaryField(null=True)
    master = models.PositiveSmallIntegerField(default=1)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    destroyed_at = models.DateTimeField(null=True)
    destroyed_why = models.CharField(max_length=200, blank=True)


class Counter(models.Model):
    """The last number given out in a series, such as «清柳 2026»."""

    series = models.CharField(max_length=64, primary_key=True)
    value = models.BigIntegerField(default=0)


class Reading(models.Model):
    """Somebody read somebody's file. The person concerned sees this line by their code."""

    subject = models.CharField(max_length=32, db_index=True)  # «case:7», «intake:12»
    person = models.BigIntegerField()
    name = models.CharField(max_length=40)
    unit = models.CharField(max_length=60)
    purpose = models.CharField(max_length=40)
    what = models.CharField(max_length=60)
    with_task = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="reading_person_at")]
