"""The master key is changed in a running house; a kill in the middle leaves every key readable, and it is finished."""

import time
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from jiefen.kernel import embedded
from tests.kill.house import House
from tests.kill.made import made

pytestmark = pytest.mark.kill

MANY = 20_000
FILL = f"""
from jiefen.kernel import seal
from jiefen.kernel.models import SealKey
with scope("worker"):
    made = [seal.wrap_new() for _ in range({MANY})]
    SealKey.objects.bulk_create([SealKey(wrapped=w, master=v) for _, w, v in made], batch_size=5000)
"""
OPENED = """
from jiefen.kernel import seal
from jiefen.kernel.models import SealKey
print(json.dumps(sum(1 for row in SealKey.objects.iterator() if len(seal.open_row(row).raw) == 32)))
"""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with made() as house:
        embedded.ensure(house.home)
        house.run(FILL)
        yield house


def versions(house: House) -> Counter[int]:
    with psycopg.connect(embedded.resolve_urls(house.home).owner) as link:
        return Counter(dict(link.execute("SELECT master, count(*) FROM kernel_sealkey GROUP BY master").fetchall()))


def test_it_is_finished_after_a_kill_in_the_middle(house: House):
    rotating = house.begin("key", "rotate")
    until = time.monotonic() + 60
    while not versions(house)[2]:
        assert time.monotonic() < until and rotating.poll() is None
    rotating.kill()
    rotating.wait()
    half = versions(house)
    assert half[1] and half[2], "killed in the middle, and what was done stays done"
    assert house.run(OPENED) == MANY
    done = house.jiefen("key", "rotate")
    assert "接着上次" in done.stdout
    assert versions(house) == {2: MANY}
    assert house.run(OPENED) == MANY


def test_it_comes_back_from_what_was_exported(house: House):
    key, copy = house.home / "keys" / "master.key", house.home / "copy.key"
    house.jiefen("key", "export", str(copy))
    key.unlink()
    refused = house.jiefen("serve", "--port", str(house.port), check=False)
    assert refused.returncode == 4, "it serves nothing under a key made anew"
    assert not key.exists()
    house.jiefen("key", "restore", str(copy))
    assert key.stat().st_mode & 0o077 == 0
    assert house.run(OPENED) == MANY
