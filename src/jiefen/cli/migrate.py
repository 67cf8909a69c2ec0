"""`jiefen migrate`: bring the schema to this version, as the owner; and whether there is anything to do."""

import hashlib
import importlib.metadata
import json
from pathlib import Path

import click

from jiefen.cli.leaving import FOUND, Leave, say
from jiefen.cli.ready import ready, stopwatch
from jiefen.kernel import embedded

# Packages outside that bring migrations of their own.
OTHERS = ("django", "django-allauth", "django-axes", "procrastinate")
MARKED = ("*/migrations/*.py", "procedures/definitions/**/*.yaml")


def schema_mark(home: Path) -> str:
    """A mark of all that `migrate` would bring and of the database it belongs to. Costs a few milliseconds."""
    package = Path(__file__).resolve().parents[1]
    found = [(str(path), path.stat().st_mtime_ns) for pattern in MARKED for path in sorted(package.glob(pattern))]
    others = [importlib.metadata.version(name) for name in OTHERS]
    place = str(embedded.remembered(home)) if embedded.is_embedded() else list(embedded.resolve_urls(home))
    return hashlib.sha256(json.dumps([found, others, place]).encode()).hexdigest()


def is_migrated(home: Path) -> bool:
    """True when `migrate` was run for exactly this program on this database, as far as a look from outside tells.

    The embedded one is ours alone, so a note beside it is enough. A named one is asked how many migrations it holds:
    somebody may have put another database in its place.
    """
    try:
        mark, _, count = _note(home).read_text().partition(" ")
    except OSError:
        return False
    if mark != schema_mark(home):
        return False
    return embedded.is_embedded() or count == str(_count())


def forget(home: Path) -> None:
    """The database was replaced: look again next time."""
    _note(home).unlink(missing_ok=True)


def migrate(verbosity: int = 0) -> None:
    """Run all migrations as the owner; publish the procedures and seed the holidays that are not there yet.

    Django must be set up. Leaves with 1 when a published procedure's file was changed: what runs must stay as it was.
    """
    from django.core.management import call_command

    from jiefen.kernel.quick_migrate import quick_migrate

    with quick_migrate():
        call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
    _publish()
    home = embedded.jiefen_home()
    _note(home).parent.mkdir(parents=True, exist_ok=True)
    _note(home).write_text(schema_mark(home) if embedded.is_embedded() else f"{schema_mark(home)} {_count()}")


def _publish() -> None:
    from jiefen.procedures.actions import publish, seed_holidays
    from jiefen.procedures.loader import DefinitionError

    try:
        publish()
    except DefinitionError as wrong:
        raise Leave("办理程序不能发布：\n" + "\n".join(f"  {problem}" for problem in wrong.problems), FOUND) from None
    seed_holidays()


def _note(home: Path) -> Path:
    return home / "pg" / "migrated" if embedded.is_embedded() else home / "migrated"


def _count() -> int:
    """How many migrations the named server's database holds; -1 while it holds none or cannot be asked."""
    import psycopg

    try:
        with psycopg.connect(embedded.resolve_urls().app, connect_timeout=5) as link:
            return int((link.execute("SELECT count(*) FROM django_migrations").fetchone() or (-1,))[0])
    except psycopg.Error:
        return -1


@click.command(
    help="以所有者角色把数据库改到这一版程序的样子，发布自带的办理程序，装入自带的放假安排。可以重复运行。\n\n"
    "退出码：0 已是这一版；1 已发布的办理程序被改动；3 连不上数据库。"
)
@click.option("--quiet", is_flag=True, help="不列出每一步")
def command(quiet: bool) -> None:
    clock = stopwatch()
    ready(migrated=False)
    migrate(0 if quiet else 1)
    say(f"数据库已是这一版（{clock()}）")
