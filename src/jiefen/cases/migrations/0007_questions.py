"""What an office asks of somebody in a case, with its floor."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_sponsor"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveSmallIntegerField()),
                ("of", models.CharField(max_length=8)),
                ("sort", models.CharField(max_length=12)),
                ("without", models.CharField(max_length=12)),
                ("due_on", models.DateField()),
                ("once_key", models.CharField(max_length=40)),
                ("words", models.BinaryField()),
                ("asked_at", models.DateTimeField()),
                ("answer", models.BinaryField(null=True)),
                ("way", models.CharField(blank=True, choices=[("code", "本人凭码"), ("window", "当面"), ("phone", "电话")], max_length=8)),
                ("files", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ("answered_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="cases.case")),
                ("unit", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit")),
                ("written_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("answered_at__isnull", True), ("withdrawn_at__isnull", True)), fields=["due_on"], name="question_waiting"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "seq"), name="question_seq"),
                    models.UniqueConstraint(fields=("case", "once_key"), name="question_once"),
                ],
            },
        ),
        run_file(__file__, "questions.v1.sql"),
    ]
