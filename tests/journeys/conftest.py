"""One house and one browser for all journeys: starting them costs more than the stories."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.house import Browser, chromium
from tests.kill.house import House


@pytest.fixture(scope="session")
def demo_house() -> Iterator[House]:
    """The demo county, served; thrown away at the end."""
    if chromium() is None:
        pytest.skip("no chromium here: browser journeys are skipped (bin/test installs it where it may)")
    with House() as house:
        house.start("--demo", seconds=420)
        yield house


@pytest.fixture(scope="session")
def browser(demo_house: House) -> Iterator[Browser]:
    """A browser that knows where the house is."""
    with Browser(f"http://127.0.0.1:{demo_house.port}", Path(demo_house.home)) as browser:
        yield browser
