"""The floor under decisions: they are seen with their intake."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("triage", "0001_initial"), ("intake", "0003_floor")]
    operations = [run_file(__file__, "floor.v1.sql")]
