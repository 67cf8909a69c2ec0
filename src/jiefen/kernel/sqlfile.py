"""Migrations that run a numbered SQL file. A merged file is never edited; the next number replaces it."""

from pathlib import Path

from django.db import migrations


def run_file(near: str, name: str) -> migrations.RunSQL:
    """The operation that runs `sql/<name>` beside the package of the migration file `near`."""
    path = Path(near).resolve().parent.parent / "sql" / name
    return migrations.RunSQL(path.read_text("utf-8"), migrations.RunSQL.noop)
