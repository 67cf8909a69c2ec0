"""The few that a page asks for among very many: what lies in the vault, and the open ones by age."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_helping")]
    operations = [
        migrations.AddIndex("case", models.Index(fields=["id"], condition=Q(stratum=2), name="case_vault")),
        migrations.AddIndex(
            "case", models.Index(fields=["opened_at", "id"], condition=Q(is_open=True), name="case_oldest_open")
        ),
    ]
