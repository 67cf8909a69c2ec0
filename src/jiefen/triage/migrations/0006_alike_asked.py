"""The index of alike matters is asked beneath the floor, by one function; which pairs stand at the head is kept."""

from django.db import migrations, models

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("triage", "0005_kind_days")]
    operations = [
        migrations.AddField(
            model_name="alike",
            name="heads",
            field=models.SmallIntegerField(default=0, db_default=0),
        ),
        run_file(__file__, "alike.v2.sql"),
    ]
