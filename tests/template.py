"""The migrated database of the tests: made once for each state of the migrations, and copied for every process of tests.

Migrating takes longer than most packages' tests, copying a fraction of a second. The model of the copies stays on the
server between runs; when a migration changes, the next run makes another and drops the old one.
"""

import hashlib
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
LOCK = 7_340_033
MODEL, MAKING = "jiefen_tests_", "jiefen_making_"


def mark() -> str:
    """Says which migrations a database went through: of our own files, and of the packages as they are pinned."""
    files = [
        ROOT / "requirements.lock",
        *sorted((ROOT / "src").glob("**/migrations/*.py")),
        *sorted((ROOT / "src").glob("**/*.sql")),
    ]
    said = hashlib.sha256()
    for path in files:
        said.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return said.hexdigest()[:20]


def copied(owner: Any, name: str) -> None:
    """Make the database `name`, migrated, on the server of Django's connection `owner`, which then points at it no more
    than before. Processes that want one at the same moment wait for whoever makes the model."""
    model, making = MODEL + mark(), MAKING + mark()
    plain = owner.settings_dict
    at = {"host": plain["HOST"], "port": plain["PORT"], "user": plain["USER"], "password": plain["PASSWORD"]}
    with psycopg.connect(**at, dbname="postgres", autocommit=True) as link:
        link.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        there = {row[0] for row in link.execute("SELECT datname FROM pg_database").fetchall()}
        if model not in there:
            _migrated(owner, making)
            link.execute(_named("ALTER DATABASE {} RENAME TO {}", making, model))
        for old in there - {model}:
            if old.startswith(MODEL):
                link.execute(_named("DROP DATABASE {} WITH (FORCE)", old))
        link.execute(_named("CREATE DATABASE {} TEMPLATE {}", name, model))


def _migrated(owner: Any, name: str) -> None:
    """A database made and migrated as pytest-django would, and let go of."""
    from django.test.utils import setup_databases

    from jiefen.kernel.quick_migrate import quick_migrate

    before = owner.settings_dict["NAME"]
    owner.settings_dict["TEST"]["NAME"] = name
    with quick_migrate():
        setup_databases(verbosity=0, interactive=False, aliases={"owner"}, serialized_aliases=set())
    owner.close()
    owner.settings_dict["NAME"] = before


def _named(command: str, *names: str) -> sql.Composed:
    return sql.SQL(command).format(*map(sql.Identifier, names))
