"""Who was named, beside who answers: so that the hourly look over all open cases can tell exactly where the two part."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What an older folder holds is read from what it shows; `jiefen rebuild` works it out exactly.
BACKFILL = """
UPDATE cases_assignment a SET named_id = a.responsible_id
 WHERE a.signed_at IS NOT NULL AND EXISTS (
       SELECT 1 FROM people_posting p WHERE p.person_id = a.responsible_id AND p.unit_id = a.unit_id AND p.until IS NULL);
UPDATE cases_case c SET named_id = c.first_asked_id WHERE c.lead_unit_id IS NULL;
UPDATE cases_case c SET named_id = a.named_id FROM cases_assignment a
 WHERE a.case_id = c.id AND a.part = 'lead' AND a.state <> 'released' AND c.lead_unit_id = a.unit_id;
"""


def named() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_questions"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField("assignment", "named", named()),
        migrations.AddField("case", "named", named()),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
    ]
