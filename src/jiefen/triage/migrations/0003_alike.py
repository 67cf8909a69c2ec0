"""The index of alike matters, with its floor."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("triage", "0002_floor"), ("intake", "0004_files_floor")]
    operations = [
        migrations.CreateModel(
            name="Alike",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "grams",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                ("day", models.DateField()),
                (
                    "intake",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="alike", to="intake.intake"
                    ),
                ),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["grams"], name="alike_grams")],
            },
        ),
        migrations.CreateModel(
            name="Gram",
            fields=[
                ("gram", models.IntegerField(primary_key=True, serialize=False)),
                ("times", models.IntegerField()),
            ],
        ),
        run_file(__file__, "alike.v1.sql"),
    ]
