"""Matters that go on by their doors, and how many of them somebody sees."""

import django.contrib.postgres.indexes
from django.db import migrations
from django.db.models import Q

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_why_read")]
    operations = [
        migrations.AddIndex(
            "case", django.contrib.postgres.indexes.GinIndex(fields=["doors"], condition=Q(is_open=True), name="case_doors_open", gin_pending_list_limit=256)
        ),
        run_file(__file__, "count_open.v1.sql"),
    ]
