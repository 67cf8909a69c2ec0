"""Cases by month of all reaches together: what somebody who sees the whole county asks for; and matters by doors, but for what sums hold."""

from django.db import migrations

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):
    dependencies = [("analytics", "0006_suggested")]
    operations = [run_file(__file__, "together.v1.sql"), run_file(__file__, "besides.v1.sql")]
