"""The floor under the door: row-level security."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [run_file(__file__, "eyes.v1.sql")]
