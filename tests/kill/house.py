"""A whole Jiefen of its own, in a temporary folder on a free port, whose parts can be killed in the middle of work.

    house.kill_web()        kill -9 of the web process
    house.kill_worker()     kill -9 of the job worker
    house.kill_database()   kill -9 of PostgreSQL's first process (what it had acknowledged must still be there)
    house.crash_database()  pg_ctl stop -m immediate: the same, in an orderly way

`jiefen serve` brings each of them back; `house.wait()` waits until the health page answers again.
"""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from jiefen.kernel import embedded

HEALTH = "/healthz"
ROOT = Path(__file__).resolve().parents[2]


class House:
    """Use as a context: everything it started is stopped and its data thrown away at the end."""

    def __init__(self, **env: str):
        self.home = Path(tempfile.mkdtemp(prefix="jiefen-kill-"))
        self.home.chmod(0o711)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        own = {"JIEFEN_HOME": str(self.home), "PORT": str(self.port), **env}
        # Neither another server nor another home may leak in from the tests' own environment.
        rest = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "JIEFEN_"))}
        # Kept bytecode: most of a start is compiling, and a killed process starts often here.
        rest.pop("PYTHONDONTWRITEBYTECODE", None)
        self.env = {**rest, "PYTHONPATH": f"{ROOT}:{ROOT}/src", **own}
        self.process: subprocess.Popen[bytes] | None = None
        self.log = self.home / "serve.log"

    def __enter__(self) -> "House":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        with contextlib.suppress(embedded.EmbeddedError):
            embedded.destroy(self.home)
        shutil.rmtree(self.home, ignore_errors=True)

    def jiefen(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a verb in this house to its end."""
        command = [sys.executable, "-m", "jiefen.cli", *words]
        return subprocess.run(command, env=self.env, check=check, capture_output=True, text=True)

    def run(self, code: str) -> Any:
        """Run a few lines of Python in this house, with Django ready; what they `print` last is JSON and comes back."""
        head = "import django, json; django.setup()\nfrom jiefen.kernel.scope import scope\n"
        env = {"DJANGO_SETTINGS_MODULE": "jiefen.config.settings", **self.env}
        done = subprocess.run([sys.executable, "-c", head + code], env=env, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else None

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """Run a verb in this house beside us, to be killed in the middle."""
        command = [sys.executable, "-m", "jiefen.cli", *words]
        return subprocess.Popen(command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def start(self, *words: str, seconds: float = 90) -> None:
        """`jiefen serve`, and wait for the health page."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jiefen.cli", "serve", *words],
                env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self.wait(seconds=seconds)

    def stop(self) -> int | None:
        """SIGTERM, as a service manager does. Returns the exit code."""
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        self.process = None
        return code

    def get(self, path: str = HEALTH, *, seconds: float = 20) -> tuple[int, bytes]:
        """Status and body of a page. Raises OSError when nobody answers."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            link.request("GET", path)
            answer = link.getresponse()
            return answer.status, answer.read()
        finally:
            link.close()

    def wait(self, path: str = HEALTH, *, seconds: float = 30) -> Any:
        """Wait until a page answers 200; returns its JSON, or its bytes. Raises TimeoutError with the server's log."""
        until = time.monotonic() + seconds
        seen: object = "nobody answered"
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException):
                status, body = self.get(path)
                if status == 200:
                    return json.loads(body) if body[:1] in b"{[" else body
                seen = status
            if self.process is not None and self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise TimeoutError(f"{path}: {seen}\n{self.log.read_text(errors='replace')[-3000:]}")

    def find(self, word: str) -> int | None:
        """The process number of the supervisor's child whose command holds a word; None while there is none."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for number in children:
            with contextlib.suppress(OSError):  # gone between the two looks
                if word.encode() in Path(f"/proc/{number}/cmdline").read_bytes():
                    return int(number)
        return None

    def child(self, word: str) -> int:
        """The same, for a child that must be there."""
        number = self.find(word)
        if number is None:
            raise LookupError(f"no child with {word!r}")
        return number

    def kill_web(self) -> None:
        os.kill(self.child("uvicorn"), signal.SIGKILL)

    def kill_worker(self) -> None:
        os.kill(self.child("worker"), signal.SIGKILL)

    def kill_database(self) -> None:
        number = embedded.running(self.home)
        assert number is not None
        os.kill(number, signal.SIGKILL)
        while embedded.running(self.home) == number:
            time.sleep(0.01)

    def crash_database(self) -> None:
        embedded.stop(self.home, mode="immediate")

    def is_database_up(self) -> bool:
        return embedded.is_ready(self.home)
