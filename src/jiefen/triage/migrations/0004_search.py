"""The index of matters by their words, with its floor. `jiefen rebuild` fills it: its marks need the master key."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("triage", "0003_alike"), ("cases", "0010_few_in_many"), ("kernel", "0002_eyes")]
    operations = [
        migrations.CreateModel(
            name="SearchRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                ("case", models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case")),
                ("intake", models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="intake.intake")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("case__isnull", False), ("intake__isnull", False), _connector="XOR"),
                        name="search_one_matter",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="searchrow",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="search_words"),
        ),
        run_file(__file__, "search.v1.sql"),
    ]
