"""One house for a module: starting one costs some seconds, and each test leaves it standing."""

import sys
from collections.abc import Iterator

import pytest

from tests.kill.house import House
from tests.kill.made import made


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    if sys.platform != "linux":
        pytest.skip("finds processes by /proc")
    with made() as house:
        house.start()
        yield house
