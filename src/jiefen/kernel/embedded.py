"""The PostgreSQL that comes with Jiefen: started, stopped and prepared by us, so that it outlives a command.

Nobody signs in with a password: PostgreSQL asks the system who is calling over the socket (`peer`), and only the
account that keeps the home is let in. Three roles: `postgres` (superuser, used here only), `jiefen_owner` (owns the
database and migrates) and `jiefen_app` (serves; owns nothing, row-level security applies to it).

Imported by settings, so it is cheap: psycopg is imported only when there is something to ask.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from jiefen.kernel.embedded_place import EmbeddedError, Place, choose, jiefen_home, own_name, remembered, socket_folder

__all__ = [
    "EmbeddedError", "Urls", "destroy", "ensure", "is_embedded", "jiefen_home", "remembered", "resolve_urls", "running",
    "start", "stop",
]  # fmt: skip

DATABASE = "jiefen"
EXTENSIONS = ("pg_trgm", "ltree", "btree_gist")
PREPARED = "2"  # raise it when `_prepare` changes; every home is then prepared once more
STARTING = 60.0  # seconds; a crash recovery after a large import takes its time
LONGEST_LOG = 5_000_000  # bytes; looked at when starting


class Urls(NamedTuple):
    """The two doors into one database: `owner` migrates, `app` serves."""

    owner: str
    app: str


def is_embedded() -> bool:
    """True when no `DATABASE_URL` names another server, so the embedded one is ours to look after."""
    return not os.environ.get("DATABASE_URL")


def resolve_urls(home: Path | None = None) -> Urls:
    """The URLs to connect with. Starts nothing and needs no server, so settings can be imported anywhere.

    `DATABASE_URL` (and `DATABASE_OWNER_URL`, same server, for migrations) wins over the embedded server.
    """
    if app := os.environ.get("DATABASE_URL"):
        return Urls(os.environ.get("DATABASE_OWNER_URL") or app, app)
    host = quote(str(socket_folder(home or jiefen_home())), safe="")
    return Urls(*(f"postgresql://{role}@/{DATABASE}?host={host}" for role in ("jiefen_owner", "jiefen_app")))


def ensure(home: Path | None = None) -> Urls:
    """Make sure a prepared server runs for this home and answer its URLs; does nothing that is done already."""
    home = home or jiefen_home()
    start(home)
    return Urls(*(url for url in resolve_urls(home)))


def start(home: Path) -> bool:
    """Start the server when it does not run. True when this call started it. Raises EmbeddedError."""
    if is_ready(home) and _stamp(home) == PREPARED:
        return False
    with _locked(home):
        place = choose(home)
        started = not is_ready(home)
        if started:
            if not (Path(place.data) / "PG_VERSION").exists():
                _initialise(place)
            _configure(home, place)
            _evict(place)
            _launch(place)
        if _stamp(home) != PREPARED:
            _prepare(place)
            (home / "pg" / "prepared").write_text(PREPARED)
        return started


def stop(home: Path, *, mode: str = "fast") -> bool:
    """Stop the server; `immediate` is a crash on purpose. True when there was one to stop."""
    if not (home / "pg" / "where.json").exists():
        return False
    with _locked(home):
        place = remembered(home)
        if place is None or running(home) is None:
            return False
        done = _run(place, [place.program("pg_ctl"), "stop", "-D", place.data, "-m", mode, "-w", "-t", "60"])
        if done.returncode and running(home) is not None:
            raise EmbeddedError(f"the embedded PostgreSQL does not stop: {done.stdout}{done.stderr}".strip())
        return True


def running(home: Path) -> int | None:
    """The process number of this home's server, or None. A note left behind by a crash does not count."""
    place = remembered(home)
    if place is None:
        return None
    return _living(Path(place.data) / "postmaster.pid", place.data)


def is_ready(home: Path) -> bool:
    """True when the server takes connections (its own note says so; nothing is opened)."""
    if running(home) is None:
        return False
    place = remembered(home)
    assert place is not None
    with contextlib.suppress(OSError):
        return (Path(place.data) / "postmaster.pid").read_text().splitlines()[7:8] in (["ready   "], ["ready"])
    return False


def destroy(home: Path) -> None:
    """Stop the server and throw its data away, also where they lie outside the home. For tests and `--force`."""
    stop(home, mode="immediate")
    if (place := remembered(home)) is None:
        return
    data = Path(place.data)
    shutil.rmtree(data.parent if data.parent != home / "pg" else data, ignore_errors=True)
    shutil.rmtree(place.socket, ignore_errors=True)
    for name in ("where.json", "prepared"):
        (home / "pg" / name).unlink(missing_ok=True)


def superuser_url(home: Path, database: str = "postgres") -> str:
    """The maintenance door, for backup and preparation; only the home's own account is let through it."""
    return f"postgresql://postgres@/{database}?host={quote(str(socket_folder(home)), safe='')}"


@contextlib.contextmanager
def _locked(home: Path) -> Iterator[None]:
    """One at a time: two commands that start together must not both initialise."""
    for folder in (home, home / "pg"):
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o711)
    with open(home / "pg" / "lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _stamp(home: Path) -> str:
    try:
        return (home / "pg" / "prepared").read_text().strip()
    except OSError:
        return ""


def _run(place: Place, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as the server's user, in a folder that user can enter."""
    other: dict[str, Any] = {}
    if place.user != own_name():
        entry = pwd.getpwnam(place.user)
        other = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return subprocess.run(
        command, cwd="/", env={**keep, "LC_ALL": "C.UTF-8", "TZ": "UTC"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, **other,
    )  # fmt: skip


def _initialise(place: Place) -> None:
    # The built-in provider sorts the same on every system, so no index breaks with an upgrade of the C library.
    words = "-U postgres -E UTF8 --locale=C.UTF-8 --locale-provider=builtin --builtin-locale=C.UTF-8 --auth=peer"
    done = _run(place, [place.program("initdb"), "-D", place.data, *words.split(), "--no-instructions"])
    if done.returncode:
        shutil.rmtree(place.data, ignore_errors=True)
        raise EmbeddedError(f"initdb: {done.stderr or done.stdout}".strip())


def _configure(home: Path, place: Place) -> None:
    """Write our settings anew at each start; what a site changes goes to `local.conf` beside them."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    settings = {
        "listen_addresses": "''",  # the socket only: nothing to scan, nothing to guess
        "unix_socket_directories": f"'{place.socket}'",
        "unix_socket_permissions": "0777",  # the folder and `peer` decide
        "shared_buffers": f"{max(64, min(512, memory // 8))}MB",
        "effective_cache_size": f"{max(128, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{max(64, min(256, memory // 16))}MB",
        "max_connections": "150",
        "max_wal_size": "2GB",
        "min_wal_size": "160MB",
        "synchronous_commit": "on",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "log_checkpoints": "off",
        # Statements and the DETAIL of an error hold people's words; neither may reach a log.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }
    data = Path(place.data)
    _write(place, data / "jiefen.conf", "".join(f"{name} = {value}\n" for name, value in settings.items()))
    main = data / "postgresql.conf"
    if "jiefen.conf" not in (text := main.read_text()):
        _write(place, main, f"{text}\ninclude = 'jiefen.conf'\ninclude_if_exists = 'local.conf'\n")
    callers = {place.user, own_name(), pwd.getpwuid(home.stat().st_uid).pw_name}
    _write(place, data / "pg_hba.conf", "local all all peer map=jiefen\nlocal replication all peer map=jiefen\n")
    _write(
        place,
        data / "pg_ident.conf",
        "".join(
            f"jiefen {name} {role}\n" for name in sorted(callers) for role in ("postgres", "jiefen_owner", "jiefen_app")
        ),
    )


def _write(place: Place, path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)
    if place.user != own_name():
        entry = pwd.getpwnam(place.user)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def _living(note: Path, data: str) -> int | None:
    """The process that a postmaster's note or socket lock names, if it is alive and a postgres on this folder."""
    try:
        number = int(note.read_text().split("\n", 1)[0])
        words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return number if b"postgres" in words[0] and (not data or os.fsencode(data) in words) else None


def _evict(place: Place) -> None:
    """Clear what a crash left: a stale note, and a server of an earlier home of this name that holds our socket."""
    note = Path(place.data) / "postmaster.pid"
    if note.exists() and _living(note, place.data) is None:
        note.unlink(missing_ok=True)
    lock = Path(place.socket) / ".s.PGSQL.5432.lock"
    if lock.exists() and (orphan := _living(lock, "")) is not None and _living(lock, place.data) is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(orphan, signal.SIGQUIT)
        time.sleep(0.5)


def _launch(place: Place) -> None:
    """Start and wait. After a kill the old server's children may hold its shared memory for a moment: try again."""
    until = time.monotonic() + STARTING
    log = Path(place.data) / "server.log"
    if log.exists() and log.stat().st_size > LONGEST_LOG:
        log.replace(log.with_suffix(".old"))
    while True:
        before = log.stat().st_size if log.exists() else 0
        done = _run(
            place,
            [place.program("pg_ctl"), "start", "-D", place.data, "-l", str(log), "-w", "-t", str(int(STARTING)), "-s"],
        )
        if not done.returncode:
            return
        words = log.read_bytes()[before:].decode(errors="replace") if log.exists() else ""
        passing = "still in use" in words or ".lock" in words
        if not passing or time.monotonic() > until:
            raise EmbeddedError(f"the embedded PostgreSQL does not start: {done.stderr}{words[-1500:]}".strip())
        time.sleep(0.2)


def _prepare(place: Place) -> None:
    """Roles, database, extensions, default rights; `template1` too, for test databases. May run again."""
    import psycopg

    socket = quote(place.socket, safe="")
    with psycopg.connect(f"postgresql://postgres@/postgres?host={socket}", autocommit=True) as link:
        for role, powers in (("jiefen_owner", "CREATEDB"), ("jiefen_app", "NOCREATEDB NOBYPASSRLS")):
            if not link.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                link.execute(f"CREATE ROLE {role} LOGIN".encode())
            link.execute(f"ALTER ROLE {role} NOSUPERUSER NOCREATEROLE {powers}".encode())
        _extend(f"postgresql://postgres@/template1?host={socket}")
        if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            link.execute(f"CREATE DATABASE {DATABASE} OWNER jiefen_owner".encode())
    _extend(f"postgresql://postgres@/{DATABASE}?host={socket}")


def _extend(url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as link:
        for extension in EXTENSIONS:
            link.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}".encode())
        for rights in (
            "SELECT, INSERT, UPDATE, DELETE ON TABLES",
            "USAGE, SELECT, UPDATE ON SEQUENCES",
            "EXECUTE ON FUNCTIONS",
        ):
            link.execute(f"ALTER DEFAULT PRIVILEGES FOR ROLE jiefen_owner GRANT {rights} TO jiefen_app".encode())
