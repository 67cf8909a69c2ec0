"""`jiefen migrate`: bring the schema to this version, as the owner; and whether there is anything to do."""

import hashlib
import importlib.metadata
import json
from pathlib import Path

import click

from jiefen.cli.leaving import say
from jiefen.cli.ready import ready, stopwatch
from jiefen.kernel import embedded

# Packages outside that bring migrations of their own.
OTHERS = ("django", "django-allauth", "django-axes", "django-pghistory", "procrastinate")


def schema_mark(home: Path) -> str:
    """A mark of every migration this program knows and of the database it belongs to. Costs a few milliseconds."""
    package = Path(__file__).resolve().parents[1]
    found = [(str(path), path.stat().st_mtime_ns) for path in sorted(package.glob("*/migrations/*.py"))]
    others = [importlib.metadata.version(name) for name in OTHERS]
    return hashlib.sha256(json.dumps([found, others, str(embedded.remembered(home))]).encode()).hexdigest()


def is_migrated(home: Path) -> bool:
    """True when `migrate` was run for exactly these migrations on the embedded server; else nobody knows."""
    if not embedded.is_embedded():
        return False
    try:
        return (home / "pg" / "migrated").read_text() == schema_mark(home)
    except OSError:
        return False


def forget(home: Path) -> None:
    """The database was replaced: look again next time."""
    (home / "pg" / "migrated").unlink(missing_ok=True)


def migrate(verbosity: int = 0) -> None:
    """Run all migrations as the owner. Django must be set up."""
    from django.core.management import call_command

    call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
    home = embedded.jiefen_home()
    if embedded.is_embedded():
        (home / "pg" / "migrated").write_text(schema_mark(home))


@click.command(
    help="以所有者角色把数据库改到这一版程序的样子。可以重复运行。\n\n退出码：0 已是这一版；3 连不上数据库。"
)
@click.option("--quiet", is_flag=True, help="不列出每一步")
def command(quiet: bool) -> None:
    clock = stopwatch()
    ready(migrated=False)
    migrate(0 if quiet else 1)
    say(f"数据库已是这一版（{clock()}）")
