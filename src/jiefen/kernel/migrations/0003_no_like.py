"""Away with the second index beside that of each text (`kernel.postgresql`), in houses that were built with them."""

from django.db import migrations

DROP = r"""
DO $$
DECLARE
  one record;
BEGIN
  FOR one IN
    SELECT i.oid::regclass AS name FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
     WHERE i.relname LIKE '%\_like' AND i.relnamespace = current_schema()::regnamespace AND NOT x.indisunique
       AND (SELECT c.opcname FROM pg_opclass c WHERE c.oid = x.indclass[0]) IN ('varchar_pattern_ops', 'text_pattern_ops')
  LOOP
    EXECUTE format('DROP INDEX %s', one.name);
  END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_eyes")]
    operations = [migrations.RunSQL(DROP, migrations.RunSQL.noop)]
