"""Keep a few processes alive until we are told to stop. Knows nothing of what they do.

A child that ends is started again, whatever its exit code: the job worker ends with 0 when the database restarts. Each
child leads a process group of its own, so that Ctrl-C reaches only us and we stop them in order; and each dies with us
even if we are killed (Linux: parent-death signal).
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

LONGEST_PAUSE = 10.0  # seconds between two tries at a child that will not stay up
STEADY = 5.0  # seconds up after which a child is trusted again: whoever cannot start ends sooner
STOPPING = 10.0  # seconds a child gets to finish what it does


@dataclass
class Child:
    """One process to keep alive. `delay` holds its first start back until we are ready, by so many seconds at most."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    next_try: float = 0.0
    pause: float = 0.2

    def start(self, now: float) -> None:
        self.process = subprocess.Popen(
            list(self.command),
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        self.began = now

    def watch(self, now: float) -> int | None:
        """Start it when it is time. Returns the exit code in the moment it was found to have ended."""
        if self.process is None:
            if now >= self.next_try:
                self.start(now)
            return None
        code = self.process.poll()
        if code is None:
            return None
        self.signal(signal.SIGKILL)  # what it left behind in its group
        self.pause = 0.2 if now - self.began > STEADY else min(self.pause * 2, LONGEST_PAUSE)
        self.process, self.next_try = None, now + self.pause
        return code

    def signal(self, number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


class Supervisor:
    """Runs children until SIGINT, SIGTERM or SIGHUP. `keep` is called twice a second (say, to keep a database up)."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        keep: Callable[[], None] | None = None,
        ready: Callable[[], bool] | None = None,
        say: Callable[[str], None] = print,
    ):
        self.children = list(children)
        self.keep = keep or (lambda: None)
        self.ready = ready
        self.say = say
        self.stopping = False

    def run(self, when_ready: Callable[[], None] = lambda: None) -> int:
        """Start everything, call `when_ready` once `ready()` first holds, and return 0 after an orderly stop."""
        began = time.monotonic()
        with self._signals():
            for child in self.children:
                child.next_try = began + child.delay
            waiting, next_look = self.ready is not None, 0.0
            try:
                while not self.stopping:
                    now = time.monotonic()
                    for child in self.children:
                        if (code := child.watch(now)) is not None and not self.stopping:
                            self.say(f"{child.name}退出了（{code}），{child.pause:.1f}秒后再启动")
                    if now >= next_look:
                        next_look = now + 0.5
                        self._keep()
                    if waiting and self.ready is not None and self.ready():
                        waiting = False
                        for child in self.children:
                            child.next_try = min(child.next_try, time.monotonic())
                        when_ready()
                    time.sleep(0.05)
            finally:
                self.stop()
        return 0

    def stop(self) -> None:
        """End the children: last started first, politely, then not."""
        for child in reversed(self.children):
            child.signal(signal.SIGTERM)
        until = time.monotonic() + STOPPING
        for child in reversed(self.children):
            if child.process is None:
                continue
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, until - time.monotonic()))
            child.signal(signal.SIGKILL)
            child.process.wait()
            child.process = None

    def _keep(self) -> None:
        try:
            self.keep()
        except Exception as error:  # it is tried again in half a second
            self.say(f"✗ {error}")
            time.sleep(1)

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        def stop(number: int, frame: object) -> None:
            self.stopping = True

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _die_with_parent() -> None:
    """In the child, before it becomes the program: ask the kernel for SIGTERM when the supervisor is gone."""
    _libc.prctl(1, signal.SIGTERM)


_libc = ctypes.CDLL(None)
