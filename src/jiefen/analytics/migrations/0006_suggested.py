"""Suggested against decided kinds, counted through the doors as every other figure is."""

import django.contrib.postgres.fields
from django.db import migrations, models

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("analytics", "0005_year_tally"), ("triage", "0009_search_by_month")]
    operations = [
        migrations.CreateModel(
            name="Suggested",
            fields=[
                ("matter", models.BigIntegerField(primary_key=True, serialize=False)),
                ("day", models.IntegerField()),
                ("channel", models.CharField(max_length=16)),
                ("kind", models.CharField(blank=True, max_length=8)),
                ("chosen", models.CharField(blank=True, max_length=8)),
                ("model", models.IntegerField(default=0)),
                ("band", models.SmallIntegerField(default=0)),
                ("hit", models.BooleanField()),
                ("near", models.BooleanField()),
            ],
            options={"indexes": [models.Index(fields=["day", "matter"], name="suggested_listed")]},
        ),
        migrations.CreateModel(
            name="KindCount",
            fields=[
                ("pk", models.CompositePrimaryKey("month", "reach", "channel", "kind", "model", "band", blank=True, editable=False, primary_key=True, serialize=False)),
                ("month", models.IntegerField()),
                ("reach", models.IntegerField()),
                ("channel", models.CharField(max_length=16)),
                ("kind", models.CharField(blank=True, max_length=8)),
                ("model", models.IntegerField()),
                ("band", models.SmallIntegerField()),
                ("cells", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
        ),
        run_file(__file__, "suggested.v1.sql"),
    ]
