"""The person takes back by their code what nobody has decided about yet: a state, the moment, and why, sealed."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("intake", "0007_one_index_less")]
    operations = [
        migrations.AlterField(
            "intake",
            "state",
            models.CharField(
                choices=[
                    ("waiting", "待分诊"),
                    ("decided", "已分诊"),
                    ("void", "已撤销导入"),
                    ("recalled", "本人撤回"),
                ],
                default="waiting",
                max_length=8,
            ),
        ),
        migrations.AddField("intake", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.AddField("intake", "withdrawn_why", models.BinaryField(null=True)),
        migrations.AddIndex(
            "intake",
            models.Index(fields=["withdrawn_at", "id"], condition=Q(state="recalled"), name="intake_recalled"),
        ),
    ]
