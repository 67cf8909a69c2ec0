"""Who finds a matter by its words follows the matter's doors at once."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("triage", "0006_alike_asked")]
    operations = [run_file(__file__, "search.v2.sql")]
