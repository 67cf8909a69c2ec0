"""The real server in processes of its own, looked at from outside: sign-in, requests, processor time, memory."""

import contextlib
import http.client
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

TICK = 1000 / os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def cpu_ms(pid: int) -> float:
    """User and system milliseconds a process has used so far; 0 when it is gone."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) * TICK


def rss_mb(pid: int) -> float:
    """Resident memory of a process in MB."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 2**20
    except OSError:
        return 0.0


def below(pid: int) -> list[int]:
    """A process and all its descendants."""
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                todo += [int(word) for word in (task / "children").read_text().split()]
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`jiefen serve` as somebody would start it. `seconds` is how long the first page took."""

    def __init__(self, home: Path, *, worker: bool):
        self.port = free_port()
        command = [sys.executable, "-m", "jiefen.cli", "serve", "--port", str(self.port)]
        command += [] if worker else ["--no-worker"]
        environment = {**os.environ, "JIEFEN_HOME": str(home)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        began = time.monotonic()
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                link.request("GET", "/")
                if link.getresponse().status < 500:
                    break
            if self.process.poll() is not None or time.monotonic() - began > 90:
                raise SystemExit("jiefen serve does not start")
            time.sleep(0.02)
        self.seconds = time.monotonic() - began

    def processes(self) -> dict[int, str]:
        """Process number → what it is: serve, web, worker."""
        found = {}
        for pid in below(self.process.pid):
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                if words:
                    found[pid] = (
                        "web"
                        if "uvicorn" in words
                        else "worker"
                        if " worker" in words
                        else "serve"
                        if " serve" in words
                        else "other"
                    )
        return {pid: what for pid, what in found.items() if "postgres" not in what and what != "other"}

    def web(self) -> list[int]:
        return [pid for pid, what in self.processes().items() if what == "web"]

    def memory(self) -> dict[str, float]:
        """Resident MB by process."""
        total: dict[str, float] = {}
        for pid, what in self.processes().items():
            total[what] = round(total.get(what, 0.0) + rss_mb(pid), 1)
        return total

    def stop(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(30)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


@contextlib.contextmanager
def served(home: Path, *, worker: bool = False) -> Iterator[Server]:
    server = Server(home, worker=worker)
    try:
        yield server
    finally:
        server.stop()


class Browser:
    """Somebody signed in, on one kept connection."""

    def __init__(self, port: int):
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.used = 0.0

    def ask(self, method: str, path: str, form: dict[str, Any] | None = None) -> tuple[int, bytes, str]:
        """(status, body, location)."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Accept-Encoding": "identity"}
        body = None
        if form is not None:
            body = urlencode(form, doseq=True)
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{self.link.port}{path}",
            }
        if time.monotonic() - self.used > 3:  # the server closes a connection that was idle for five seconds
            self.link.close()
        self.link.request(method, path, body, headers)
        answer = self.link.getresponse()
        self.used = time.monotonic()
        data = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, data, answer.getheader("Location") or ""

    def token(self, page: bytes) -> str:
        found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        return found[1].decode() if found else self.cookies.get("csrftoken", "")

    def sign_in(self, username: str, password: str) -> "Browser":
        """By the sign-in page. Raises SystemExit where that does not work."""
        _, page, _ = self.ask("GET", "/signin/")
        form = {"login": username, "password": password, "csrfmiddlewaretoken": self.token(page)}
        status, page, _ = self.ask("POST", "/signin/", form)
        if status != 302 or "sessionid" not in self.cookies:
            raise SystemExit(f"{username} cannot sign in: {status}")
        return self


@dataclass(slots=True)
class Taken:
    """What a run of requests took."""

    n: int
    cpu_ms: float
    web_ms: float
    database_ms: float
    p50_ms: float
    p95_ms: float
    kb: float
    loop_ms: float

    def as_dict(self) -> dict[str, float]:
        return {
            k: round(getattr(self, k), 2)
            for k in ("n", "cpu_ms", "web_ms", "database_ms", "p50_ms", "p95_ms", "kb", "loop_ms")
        }


def loop_ms() -> float:
    """How fast this core is just now: processor ms of a fixed piece of Python (about 4 on a quiet core)."""
    began = time.process_time()
    total = 0
    for i in range(60_000):
        total += i * i % 7
    return (time.process_time() - began) * 1000


class Meter:
    """Counts the processor time of the web process and of its database backends over some requests."""

    def __init__(self, server: Server, url: str):
        self.server, self.url = server, url
        self.link = psycopg.connect(url, autocommit=True)

    def backends(self) -> set[int]:
        ask = "SELECT pid FROM pg_stat_activity WHERE usename = 'jiefen_app' AND backend_type = 'client backend'"
        return {row[0] for row in self.link.execute(ask)}

    def take(self, n: int, work: Any) -> Taken:
        """Call `work(i)` n times; it makes one request (or one unit of work) and returns the size of its answer."""
        backends = {pid: cpu_ms(pid) for pid in self.backends()}
        web = {pid: cpu_ms(pid) for pid in self.server.web()}
        walls, sizes, loops = [], [], []
        for i in range(n):
            if i % 5 == 0:
                loops.append(loop_ms())
            began = time.perf_counter()
            sizes.append(work(i))
            walls.append((time.perf_counter() - began) * 1000)
        after = self.backends() | set(backends)
        database = sum(max(0.0, cpu_ms(pid) - backends.get(pid, 0.0)) for pid in after)
        application = sum(cpu_ms(pid) - before for pid, before in web.items())
        walls.sort()
        return Taken(
            n, (database + application) / n, application / n, database / n, statistics.median(walls),
            walls[min(n - 1, int(n * 0.95))], statistics.fmean(sizes) / 1024, statistics.median(loops),
        )  # fmt: skip

    def close(self) -> None:
        self.link.close()
