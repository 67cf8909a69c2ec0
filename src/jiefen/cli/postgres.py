"""PostgreSQL's own programs, for backup and restore. Not a verb.

A backup of one server may come back on another where the roles have other names: so nothing is restored with its owner
or its rights. The owner of the new place owns everything, and the plain role's rights are given anew.
"""

import os
import subprocess
import tempfile
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


def run(program: str, url: str, *words: str) -> str:
    """Run one of the programs on a database (or on none) and return what it says. Leaves with 1 and its first
    complaint when it fails."""
    # A command line can be read by everybody on the machine, so a password goes through the environment.
    parts = urlsplit(url)
    secret = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    bare = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@")) if parts.password else parts
    keep = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    where = ["--no-password", f"--dbname={urlunsplit(bare)}"] if url else []
    done = subprocess.run(
        [str(wheel_programs() / program), *where, *words],
        env=keep | secret,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise Leave(f"{program}：{lines[0] if lines else done.returncode}", FOUND)
    return done.stdout


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
            words = ["--exit-on-error", "--single-transaction", "--role=jiefen_owner", *_taking(source)]
            run("pg_restore", door, *words, str(source))
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
    """Restore into the server of DATABASE_URL, as the owner, in one transaction: first everything the owner owns there
    goes, also what the backup does not know; if anything fails, all of it is still there."""
    script = source.with_suffix(".sql")
    run("pg_restore", "", *_taking(source), f"--file={script}", str(source))
    _for_older_servers(script)
    first = ["DROP OWNED BY CURRENT_USER", "CREATE SCHEMA IF NOT EXISTS public"]
    words = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction"]
    run("psql", _owner(), *words, *(f"--command={line}" for line in first), f"--file={script}")
    script.unlink()


def _taking(source: Path) -> list[str]:
    """What of a dump is taken. A comment on an extension could be set only by whoever made the extension."""
    lines = run("pg_restore", "", "--list", str(source)).splitlines(keepends=True)
    with tempfile.NamedTemporaryFile("w", dir=source.parent, suffix=".list", delete=False) as chosen:
        chosen.writelines(line for line in lines if " COMMENT - EXTENSION " not in line)
    return ["--no-owner", "--no-privileges", f"--use-list={chosen.name}"]


def _for_older_servers(script: Path) -> None:
    """Blank the one setting of the head that servers before 17 do not know. In place: the file may be large."""
    unknown = b"SET transaction_timeout = 0;"
    with script.open("r+b") as handle:
        at = handle.read(4096).find(unknown)
        if at >= 0:
            handle.seek(at)
            handle.write(b"-" * len(unknown))


def is_empty() -> bool:
    """True when the database holds no table yet."""
    import psycopg

    with psycopg.connect(_owner()) as link:
        ask = "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        return not (link.execute(ask).fetchone() or (0,))[0]
