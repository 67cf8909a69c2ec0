"""The floor under the door: row-level security."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial"), ("kernel", "0002_eyes"), ("intake", "0003_floor")]
    operations = [run_file(__file__, "floor.v1.sql")]
