"""Above a day's number a second person agrees that particulars are shown, with its floor."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("privacy", "0002_floor"), ("cases", "0011_why_read"), ("people", "0003_by_two")]
    operations = [
        migrations.CreateModel(
            name="UnmaskAsk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("party", models.CharField(max_length=8)),
                ("purpose", models.CharField(max_length=40)),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("agreed", models.BooleanField(null=True)),
                ("asked_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case")),
                ("decided_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="unmask_by_two"),
                ],
            },
        ),
        run_file(__file__, "unmasking.v1.sql"),
    ]
