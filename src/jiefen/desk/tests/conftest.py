"""What several tests of pages begin from."""

import pytest

from tests.world import MONDAY


@pytest.fixture
def clock(monkeypatch):
    """The pages' clock stands where the walk has come to."""
    from jiefen.desk import door

    def to(at) -> None:
        monkeypatch.setattr(door, "now", lambda: at)

    to(MONDAY)
    return to
