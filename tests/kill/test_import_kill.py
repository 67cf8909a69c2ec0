"""An import that is killed in the middle: what was acknowledged is there, nothing is there twice, and it goes on."""

import csv
import signal
import time
from pathlib import Path

import pytest

from jiefen.kernel import embedded
from tests.kill.house import House
from tests.kill.made import made

pytestmark = pytest.mark.kill
ROWS = 4000


@pytest.fixture(scope="module")
def home():
    """A house with the small county and its database; no web and no worker are needed here."""
    with made() as house:
        embedded.ensure(house.home)
        yield house


def ledger(folder: Path, name: str) -> Path:
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["编号", "标题", "内容", "收件时间"])
        for n in range(ROWS):
            writer.writerow(
                [f"{name}-{n}", "路灯不亮", f"第{n}盏路灯坏了三个月，晚上看不见路，请派人来修。" * 4, "2026-11-02"]
            )
    return path


def asked(house: House, query: str) -> list[tuple]:
    import psycopg

    with psycopg.connect(embedded.superuser_url(house.home, embedded.DATABASE)) as link:
        return link.execute(query).fetchall()


def until_moving(house: House, name: str, process) -> int:
    """Wait until some chunks are in, and say how many rows were acknowledged by then."""
    end = time.monotonic() + 300
    while time.monotonic() < end:
        found = asked(house, f"SELECT done FROM channels_importbatch WHERE file_name = '{name}.csv' AND done > 0")
        if found:
            return found[0][0]
        assert process.poll() is None, process.stdout.read()
        time.sleep(0.02)
    raise TimeoutError("the import does not move")


def whole(house: House, name: str, process, seen: int) -> None:
    """Run it again to its end: every row is in once, and none of those acknowledged was lost."""
    process.wait(60)
    kept = asked(house, f"SELECT done, created FROM channels_importbatch WHERE file_name = '{name}.csv'")[0]
    assert seen <= kept[0] == kept[1] < ROWS, "killed in the middle, its mark exact"
    one = f"FROM intake_intake WHERE batch IN (SELECT id FROM channels_importbatch WHERE file_name = '{name}.csv')"
    assert asked(house, f"SELECT count(*) {one}")[0][0] == kept[1]
    end = house.jiefen(
        "import", str(house.home / f"{name}.csv"), "--profile", "ledger-general", "--resume", "--no-progress"
    )
    assert f"新收{ROWS:,}件" in end.stdout, end.stdout + end.stderr
    assert asked(house, f"SELECT count(*), count(DISTINCT once_key), count(DISTINCT number) {one}") == [
        (ROWS, ROWS, ROWS)
    ]


def test_it_goes_on_after_the_process_was_killed(home):
    path = ledger(home.home, "killed")
    process = home.begin("import", str(path), "--profile", "ledger-general", "--no-progress")
    seen = until_moving(home, "killed", process)
    process.send_signal(signal.SIGKILL)
    whole(home, "killed", process, seen)


def test_it_goes_on_after_the_database_stopped_at_once(home):
    path = ledger(home.home, "crashed")
    process = home.begin("import", str(path), "--profile", "ledger-general", "--no-progress")
    seen = until_moving(home, "crashed", process)
    home.crash_database()
    embedded.ensure(
        home.home
    )  # at once: the import must not go on as if nothing had been, nor wait for a server in vain
    process.wait(120)
    assert process.returncode != 0
    whole(home, "crashed", process, seen)
