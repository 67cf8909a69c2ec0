"""How far back words are looked for at first follows from how common they are, as the server's statistics know."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("triage", "0010_kind_days_gone")]
    operations = [run_file(__file__, "search.v5.sql")]
