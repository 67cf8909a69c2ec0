"""An intake that was put into a case and taken out of it again keeps the day, for the page of whoever brought it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0005_void")]
    operations = [migrations.AddField("intake", "apart_at", models.DateTimeField(null=True))]
