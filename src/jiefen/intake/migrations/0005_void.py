"""What was taken in by an import that was undone is found by its day: it falls due soonest of all."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_files_floor")]
    operations = [
        migrations.AddIndex(
            "intake", models.Index(fields=["recorded_at", "id"], condition=Q(state="void"), name="intake_void")
        ),
    ]
