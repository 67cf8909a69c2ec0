"""The floor under files: they are seen with the intake or the case they belong to."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_floor"), ("cases", "0003_floor"), ("files", "0001_initial")]
    operations = [run_file(__file__, "files.v1.sql")]
