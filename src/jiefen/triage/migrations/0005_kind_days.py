"""How often the suggested kind was the decided one, by day."""

from django.db import migrations, models

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("triage", "0004_search")]
    operations = [
        migrations.AddIndex(model_name="triagedecision", index=models.Index(fields=["at"], name="decision_at")),
        migrations.CreateModel(
            name="KindDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("channel", models.CharField(max_length=16)),
                ("kind", models.CharField(blank=True, max_length=8)),
                ("model", models.PositiveIntegerField(default=0)),
                ("band", models.SmallIntegerField(default=0)),
                ("said", models.PositiveIntegerField()),
                ("right", models.PositiveIntegerField()),
                ("second", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "channel", "kind", "model", "band"), name="kind_day_once")
                ],
            },
        ),
        run_file(__file__, "kind_days.v1.sql"),
    ]
