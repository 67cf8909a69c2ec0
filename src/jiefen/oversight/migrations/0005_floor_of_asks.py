"""The floor under what residents ask after the end."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("oversight", "0004_reopen_ask"), ("kernel", "0002_eyes"), ("cases", "0003_floor")]
    operations = [run_file(__file__, "floor.v2.sql")]
