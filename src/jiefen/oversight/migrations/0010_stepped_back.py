"""Meetings, their tasks and errands are shut to whoever stepped back from the matter."""

import django.contrib.postgres.fields
from django.db import migrations, models

from jiefen.kernel.sqlfile import run_file


def shut() -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)


class Migration(migrations.Migration):
    dependencies = [("oversight", "0009_floor_of_joint"), ("people", "0004_apart"), ("cases", "0011_why_read")]
    operations = [
        *(migrations.AddField(name, "shut", shut()) for name in ("jointmeeting", "meetingtask", "visit")),
        run_file(__file__, "stepped_back.v1.sql"),
    ]
