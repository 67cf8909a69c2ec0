"""The floor under the door of outside numbers: row-level security."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("channels", "0002_upper"), ("kernel", "0002_eyes"), ("cases", "0003_floor")]
    operations = [run_file(__file__, "outside.v1.sql")]
