"""A PostgreSQL server as a county's own: by TCP, with passwords, prepared by hand from the words of the manual."""

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from jiefen.kernel import embedded_place

MANUAL = Path(__file__).resolve().parents[2] / "docs/howto/install.md"
SECRETS = {"jiefen_owner": "hand/made@1", "jiefen_app": "plain:made#2"}


class NamedServer:
    """Use as a context. `databases` are prepared each as the manual says, with roles of their own names' suffix."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="jiefen-named-", dir="/tmp"))
        self.folder.chmod(0o711)
        self.user = embedded_place.server_user(self.folder)
        self.programs = embedded_place._programs(self.user)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.data = self.folder / "data"

    def __enter__(self) -> "NamedServer":
        self.data.mkdir(mode=0o700)
        secret = self.folder / "secret"
        secret.write_text("administrator\n")
        if os.geteuid() == 0:
            entry = pwd.getpwnam(self.user)
            for path in (self.data, secret):
                os.chown(path, entry.pw_uid, entry.pw_gid)
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
                  "--auth=scram-sha-256", f"--pwfile={secret}")  # fmt: skip
        listen = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._run("pg_ctl", "start", "-D", str(self.data), "-w", "-s", "-l", str(self.data / "log"), "-o", listen)
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "immediate", "-w", "-s", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def prepare(self, suffix: str) -> dict[str, str]:
        """Do what the manual tells an administrator, with this suffix to every name; returns the two settings."""
        text = MANUAL.read_text(encoding="utf-8")
        block = text[text.index("    CREATE ROLE jiefen_owner") : text.index("What the plain role may do")]
        for role, secret in SECRETS.items():
            block = block.replace(
                f"CREATE ROLE {role} LOGIN PASSWORD '…'", f"CREATE ROLE {role} LOGIN PASSWORD '{secret}'"
            )
        block = re.sub(r"jiefen(_owner|_app)?\b", lambda found: found[0] + suffix, block)
        before, after = re.split(rf"\\c jiefen{suffix}\n", block)
        for database, lines in (("postgres", before), (f"jiefen{suffix}", after)):
            with psycopg.connect(self.url("postgres", "administrator", database), autocommit=True) as link:
                for line in filter(None, (part.strip() for part in lines.split(";"))):
                    link.execute(line.encode())
        urls = {role: self.url(role + suffix, secret, f"jiefen{suffix}") for role, secret in SECRETS.items()}
        return {"DATABASE_URL": urls["jiefen_app"], "DATABASE_OWNER_URL": urls["jiefen_owner"]}

    def url(self, role: str, secret: str, database: str) -> str:
        return f"postgresql://{role}:{quote(secret, safe='')}@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *words: str, check: bool = True) -> None:
        other: dict[str, Any] = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam(self.user)
            other = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        done = subprocess.run(
            [str(self.programs / program), *words], cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, env={"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": os.environ["PATH"]}, **other,
        )  # fmt: skip
        assert done.returncode == 0 or not check, done.stdout + done.stderr
