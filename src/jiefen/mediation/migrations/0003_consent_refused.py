"""Somebody who was asked can also say no: a row that never stood."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mediation", "0002_floor")]
    operations = [
        migrations.AddField("consent", "refused", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "consent",
            models.CheckConstraint(
                condition=models.Q(refused=False) | models.Q(withdrawn_at__isnull=False), name="consent_refused"
            ),
        ),
    ]
