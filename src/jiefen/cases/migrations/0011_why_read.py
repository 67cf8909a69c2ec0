"""Why somebody read a matter of their office that is not theirs, with its floor."""

import django.db.models.deletion
from django.db import migrations, models

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_few_in_many"), ("kernel", "0002_eyes")]
    operations = [
        migrations.CreateModel(
            name="WhyRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.BinaryField()),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case")),
                ("reading", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="why", to="kernel.reading")),
            ],
        ),
        run_file(__file__, "why_read.v1.sql"),
    ]
