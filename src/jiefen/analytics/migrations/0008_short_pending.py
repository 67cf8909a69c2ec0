"""What is new waits in a list beside an index of doors or of grams, and every question walks through the list. With the
server's own limit (4 MB) that costs more than the question itself, so the lists are kept short."""

from django.db import migrations

LIMITS = {"matter_doors": 256, "intake_doors": 256, "case_doors": 256, "alike_grams": 1024}  # kB
SHORT = [f"ALTER INDEX {name} SET (gin_pending_list_limit = {limit})" for name, limit in LIMITS.items()]
LONG = [f"ALTER INDEX {name} RESET (gin_pending_list_limit)" for name in LIMITS]


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0007_reaches_together"),
        ("triage", "0003_alike"),
        ("intake", "0003_floor"),
        ("cases", "0003_floor"),
    ]
    operations = [migrations.RunSQL(SHORT, LONG)]
