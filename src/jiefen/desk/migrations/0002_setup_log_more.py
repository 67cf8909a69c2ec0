"""Changes of the roster, and mergers and splits, are logged as all set-up data is."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_setup_log"), ("people", "0002_roster"), ("places", "0002_heirs")]
    operations = [run_file(__file__, "setup_log_more.v1.sql")]
