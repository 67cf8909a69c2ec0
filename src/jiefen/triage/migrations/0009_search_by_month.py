"""How common a word is shows in the newest month: how far back it is looked for follows from that."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("triage", "0008_search_stretches")]
    operations = [run_file(__file__, "search.v4.sql")]
