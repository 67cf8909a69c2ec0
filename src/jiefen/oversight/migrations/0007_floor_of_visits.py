"""The floor under visits, and the index of the list of who is to be asked."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("oversight", "0006_follow_ups_by_all"), ("kernel", "0002_eyes"), ("cases", "0003_floor")]
    operations = [run_file(__file__, "visits.v1.sql")]
