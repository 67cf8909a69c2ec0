"""What an office helps with in matters that go on, and like matters of one place, by an index of their own each; indexes that
only repeated the beginning of another are gone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

BACKFILL = """
UPDATE cases_assignment a SET case_open = true FROM cases_case c WHERE c.id = a.case_id AND c.is_open;
"""


def plain(to: str, *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False, null=null, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_named"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField("assignment", "case_open", models.BooleanField(default=False)),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            "assignment",
            models.Index(
                fields=["unit", "case"],
                condition=Q(case_open=True, part="assist") & ~Q(state="released"),
                name="assignment_helping",
            ),
        ),
        migrations.AddIndex("case", models.Index(fields=["area", "kind", "opened_at"], name="case_same_cause")),
        migrations.AlterField("case", "area", plain("places.area")),
        migrations.AlterField("case", "centre", plain("people.unit")),
        migrations.AlterField("case", "first_asked", plain(settings.AUTH_USER_MODEL, null=True)),
        migrations.AlterField("case", "lead_unit", plain("people.unit", null=True)),
    ]
