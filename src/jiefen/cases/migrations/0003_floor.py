"""The floor under the door: row-level security."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_initial"), ("kernel", "0002_eyes")]
    operations = [run_file(__file__, "floor.v1.sql")]
