"""How far back words are looked for follows from how many were found among the newest."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("triage", "0007_search_follows")]
    operations = [run_file(__file__, "search.v3.sql")]
