"""Mergers and splits take two hands: who agreed, and what was foreseen when it was proposed.

What was carried out before needed one: it counts as agreed on the day it was done. What still waits is agreed to anew.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


def agreed_before(apps, schema_editor):
    rows = apps.get_model("people", "Succession").objects.using(schema_editor.connection.alias)
    rows.filter(done_at__isnull=False).update(agreed_at=F("done_at"))


class Migration(migrations.Migration):
    dependencies = [("people", "0004_apart")]
    operations = [
        migrations.AddField(
            "succession", "agreed_by",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"),
        ),
        migrations.AddField("succession", "agreed_at", models.DateTimeField(null=True)),
        migrations.AddField("succession", "foreseen", models.JSONField(default=dict)),
        migrations.RunPython(agreed_before, migrations.RunPython.noop),
        migrations.AddConstraint(
            "succession",
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | Q(agreed_at__isnull=False) & ~Q(agreed_by=F("planned_by")),
                name="succession_by_two",
            ),
        ),
        migrations.AddConstraint(
            "succession",
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(agreed_at__isnull=False), name="succession_agreed_first"
            ),
        ),
    ]  # fmt: skip
