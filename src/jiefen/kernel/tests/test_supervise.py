"""The supervisor: a child that ends comes back whatever its exit code, and nothing is left when it stops."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jiefen.kernel.supervise import Child, Supervisor

COUNT = "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n')"
STAY = COUNT + "; import time; time.sleep(600)"


def pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_starts_a_child_again_that_ended_with_zero(tmp_path: Path):
    told: list[str] = []
    seen = tmp_path / "seen"
    child = Child("worker", [sys.executable, "-c", COUNT, str(seen)])
    supervisor = Supervisor([child], ready=lambda: len(pids(seen)) >= 2, say=told.append)
    supervisor.run(when_ready=lambda: setattr(supervisor, "stopping", True))
    assert len(pids(seen)) >= 2
    assert "worker退出了（0）" in told[0]
    assert child.process is None


def test_it_leaves_nothing_behind_when_it_is_told_to_stop(tmp_path: Path):
    seen = tmp_path / "seen"
    children = [Child(name, [sys.executable, "-c", STAY, str(seen)]) for name in ("web", "worker")]
    supervisor = Supervisor(children, ready=lambda: len(pids(seen)) == 2)
    assert supervisor.run(when_ready=lambda: os.kill(os.getpid(), signal.SIGTERM)) == 0
    assert not any(alive(number) for number in pids(seen))


def test_it_goes_on_when_the_keeper_fails(tmp_path: Path):
    told: list[str] = []
    tries = []

    def keep() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("away")

    supervisor = Supervisor([], keep=keep, ready=lambda: len(tries) > 1, say=told.append)
    supervisor.run(when_ready=lambda: setattr(supervisor, "stopping", True))
    assert told == ["✗ away"]


@pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal is Linux's")
def test_its_children_die_with_it(tmp_path: Path):
    seen = tmp_path / "seen"
    words = (
        "import sys; from jiefen.kernel.supervise import *;"
        f"Supervisor([Child('web', [sys.executable, '-c', {STAY!r}, sys.argv[1]])]).run()"
    )
    keeper = subprocess.Popen([sys.executable, "-c", words, str(seen)])
    until = time.monotonic() + 20
    while not pids(seen) and time.monotonic() < until:
        time.sleep(0.05)
    keeper.kill()
    keeper.wait()
    while alive(pids(seen)[0]) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(pids(seen)[0])


def test_it_holds_a_child_back_until_it_is_ready(tmp_path):
    mark = tmp_path / "began"
    child = Child("late", [sys.executable, "-c", f"open({str(mark)!r}, 'w'); import time; time.sleep(60)"], delay=60)
    answers = iter([False, False])
    supervisor = Supervisor([child], ready=lambda: next(answers, True))
    seen = []

    def look() -> None:
        if mark.exists():
            supervisor.stopping = True

    supervisor.keep = look
    supervisor.run(lambda: seen.append(mark.exists()))
    assert seen == [False] and mark.exists()
