"""Cases summed by month, a year in a row, instead of by day: a year of them is read in a few thousand short rows."""

import django.contrib.postgres.fields
from django.db import migrations, models

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("analytics", "0004_matters_by_door")]
    operations = [
        migrations.CreateModel(
            name="YearTally",
            fields=[
                ("pk", models.CompositePrimaryKey("node", "year", "unit", "procedure", "state", "reach", blank=True, editable=False, primary_key=True, serialize=False)),
                ("node", models.BigIntegerField()),
                ("year", models.IntegerField()),
                ("unit", models.BigIntegerField()),
                ("procedure", models.CharField(max_length=40)),
                ("state", models.CharField(max_length=32)),
                ("reach", models.IntegerField()),
                ("months", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
        ),
        run_file(__file__, "years.v1.sql"),
        migrations.DeleteModel(name="DayTally"),
    ]
