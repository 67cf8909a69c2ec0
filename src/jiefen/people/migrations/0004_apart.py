"""Offices without somebody: the doors of matters that one of their own people has stepped back from."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_by_two")]
    operations = [
        migrations.CreateModel(
            name="Apart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("persons", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField())),
                ("unit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("unit", "persons"), name="apart_once")]},
        ),
    ]
