"""Which readings had no task, noted hourly, so that the supervisor's month need not look through all."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("privacy", "0003_unmasking")]
    operations = [
        migrations.CreateModel(
            name="Taskless",
            fields=[
                ("reading", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+", serialize=False, to="kernel.reading")),
            ],
        ),
    ]
