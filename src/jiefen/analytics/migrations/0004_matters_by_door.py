"""Matters by a few doors, under the floor."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("analytics", "0003_counting_ground")]
    operations = [run_file(__file__, "matters.v1.sql")]
