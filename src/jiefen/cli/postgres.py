"""PostgreSQL's own programs, for backup and restore. Not a verb."""

import os
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from jiefen.cli.leaving import FOUND, Leave
from jiefen.kernel import embedded
from jiefen.kernel.embedded_place import wheel_programs


def dump_url() -> str:
    """Who dumps: the superuser of the embedded server, else the owner. Row-level security must not hide a row."""
    return embedded.superuser_url(embedded.jiefen_home(), embedded.DATABASE) if embedded.is_embedded() else _owner()


def _owner() -> str:
    return embedded.resolve_urls().owner


def run(program: str, url: str, *words: str) -> None:
    """Run pg_dump or pg_restore. Leaves with 1 and its first complaint when it fails."""
    # A command line can be read by everybody on the machine, so a password goes through the environment.
    parts = urlsplit(url)
    secret = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    bare = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@")) if parts.password else parts
    keep = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    done = subprocess.run(
        [str(wheel_programs() / program), "--no-password", f"--dbname={urlunsplit(bare)}", *words],
        env=keep | secret,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise Leave(f"{program}：{lines[0] if lines else done.returncode}", FOUND)


def dump(target: Path) -> None:
    """The whole database, compressed."""
    run("pg_dump", dump_url(), "--format=custom", f"--file={target}")


def load_embedded(source: Path, home: Path) -> None:
    """Restore beside the present database, then change places: a restore that fails leaves what was there."""
    import psycopg

    fresh, old = f"{embedded.DATABASE}_restoring", f"{embedded.DATABASE}_before"
    with psycopg.connect(embedded.superuser_url(home), autocommit=True) as link:
        link.execute(f"DROP DATABASE IF EXISTS {fresh} WITH (FORCE)".encode())
        link.execute(f"CREATE DATABASE {fresh} OWNER jiefen_owner".encode())
        try:
            door = embedded.superuser_url(home, fresh)
            run("pg_restore", door, "--exit-on-error", "--single-transaction", str(source))
        except BaseException:
            link.execute(f"DROP DATABASE IF EXISTS {fresh} WITH (FORCE)".encode())
            raise
        link.execute(f"DROP DATABASE IF EXISTS {old} WITH (FORCE)".encode())
        ask = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        link.execute(ask, [embedded.DATABASE])
        link.execute(f"ALTER DATABASE {embedded.DATABASE} RENAME TO {old}".encode())
        link.execute(f"ALTER DATABASE {fresh} RENAME TO {embedded.DATABASE}".encode())
        link.execute(f"DROP DATABASE {old} WITH (FORCE)".encode())


def load_named(source: Path) -> None:
    """Restore into the server of DATABASE_URL, as the owner, in one transaction."""
    words = ["--exit-on-error", "--single-transaction", "--clean", "--if-exists", "--no-owner", "--no-comments"]
    run("pg_restore", _owner(), *words, str(source))


def is_empty() -> bool:
    """True when the database holds no table yet."""
    import psycopg

    with psycopg.connect(_owner()) as link:
        ask = "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        return not (link.execute(ask).fetchone() or (0,))[0]
