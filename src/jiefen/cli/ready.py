"""Getting Django ready inside a verb: only verbs that need it pay for it."""

import importlib
import os
import time
from collections.abc import Callable
from typing import Any

from jiefen.cli.leaving import NO_DATABASE, NOT_READY, Leave
from jiefen.kernel import embedded


def settle() -> None:
    """Name the settings and the data folder for this process and its children."""
    os.environ.setdefault("JIEFEN_HOME", str(embedded.jiefen_home()))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiefen.config.settings")


def ready(*, database: bool = True, migrated: bool = True) -> None:
    """Set Django up; with `database` make sure that a server answers, with `migrated` that the schema is this one."""
    settle()
    if database:
        reach()
    import django

    django.setup()
    if database and migrated:
        _require_schema()


def reach() -> None:
    """Start the embedded server when it is ours to start, or see whether the named one answers. Leaves with 3."""
    if embedded.is_embedded():
        embedded.ensure()
        return
    import psycopg

    try:
        psycopg.connect(embedded.resolve_urls().app, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        raise Leave(f"连不上数据库（DATABASE_URL）：{str(error).strip().splitlines()[0]}", NO_DATABASE) from error


def _require_schema() -> None:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["default"])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise Leave(f"数据库还差{len(waiting)}步没有改到这一版，请先运行 jiefen migrate", NOT_READY)


def engine(where: str) -> Callable[..., Any]:
    """The function `package.module:name` that does the work. Leaves with 4 when this installation has none."""
    module, _, name = where.partition(":")
    try:
        found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    except (ModuleNotFoundError, AttributeError) as missing:
        if isinstance(missing, ModuleNotFoundError) and not module.startswith(missing.name or "?"):
            raise
        raise Leave(f"这个安装里还没有{where}", NOT_READY) from None
    return found


def stopwatch() -> Callable[[], str]:
    """Seconds since now, as text."""
    began = time.monotonic()
    return lambda: f"{time.monotonic() - began:.1f}秒"
