"""Suggested against decided kinds are counted with the counting ground now (analytics 0006), through the doors."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("triage", "0009_search_by_month"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [migrations.DeleteModel(name="KindDay"), run_file(__file__, "kind_days_gone.v1.sql")]
