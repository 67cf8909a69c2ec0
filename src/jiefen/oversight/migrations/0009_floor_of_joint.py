"""The floor under joint meetings and their tasks. Precedents hold nothing of a matter and need none."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("oversight", "0008_joint"), ("kernel", "0002_eyes"), ("cases", "0003_floor")]
    operations = [run_file(__file__, "joint.v1.sql")]
