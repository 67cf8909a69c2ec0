"""What was changed in the set-up: offices, people's postings, areas, calendar, settings, procedures, routing."""

from django.db import models


class SetupChange(models.Model):
    """One row of set-up data that was added, changed or taken away. Written by a trigger, so bulk updates are seen
    too; read by the administrator's page of changes. `was` and `now` hold only what differs; passwords are veiled.
    """

    what = models.CharField(max_length=40)  # the table
    row = models.CharField(max_length=40)
    op = models.CharField(max_length=6)  # insert, update, delete
    was = models.JSONField(default=dict)
    now = models.JSONField(default=dict)
    by = models.BigIntegerField(null=True)  # the person's number; empty: done at the terminal
    once = models.CharField(max_length=40, blank=True)  # of the form that was sent, so that a double click is one
    bundle = models.BigIntegerField()  # the transaction: an import of a thousand rows is one change
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-bundle", "id"], name="setup_change_bundle"),
            models.Index(fields=["once"], condition=~models.Q(once=""), name="setup_change_once"),
            models.Index(fields=["what", "row"], name="setup_change_row"),
        ]
