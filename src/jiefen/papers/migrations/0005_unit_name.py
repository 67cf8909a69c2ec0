"""A paper of an office that got another name since keeps the name it was made under."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("papers", "0004_void_seal_wording")]
    operations = [migrations.AddField("paper", "unit_name", models.CharField(blank=True, default="", max_length=60))]
