"""A posting that widens rights is put forward by one and agreed by another."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("people", "0002_roster"), ("places", "0002_heirs")]
    operations = [
        migrations.CreateModel(
            name="PostingAsk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=24)),
                ("since", models.DateTimeField()),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("agreed", models.BooleanField(null=True)),
                ("area", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.area")),
                ("asked_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("decided_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="posting_asks", to=settings.AUTH_USER_MODEL)),
                ("unit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(condition=Q(("decided_at__isnull", True)), fields=("person", "unit", "role", "area"), name="posting_asked_once"),
                    models.CheckConstraint(
                        condition=Q(agreed__isnull=True) | Q(agreed=False) | ~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("person")),
                        name="posting_by_two",
                    ),
                    models.CheckConstraint(
                        condition=Q(decided_at__isnull=True, decided_by__isnull=True, agreed__isnull=True)
                        | Q(decided_at__isnull=False, decided_by__isnull=False, agreed__isnull=False),
                        name="posting_ask_decided",
                    ),
                ],
            },
        ),
    ]
