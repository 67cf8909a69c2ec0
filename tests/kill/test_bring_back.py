"""Each part of a running house may die; the others bring it back, and the house stops in an orderly way."""

import time
from collections.abc import Callable

import pytest

from tests.kill.house import House

pytestmark = pytest.mark.kill


def eventually(true: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until it is so."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_it_answers_again_after_the_database_was_killed(house: House):
    before = house.child("uvicorn")
    house.kill_database()
    eventually(house.is_database_up)
    house.wait()
    assert house.child("uvicorn") == before, "the web process need not restart for that"


def test_it_answers_again_after_the_database_stopped_at_once(house: House):
    house.crash_database()
    eventually(house.is_database_up)
    house.wait()


def test_it_answers_again_after_the_web_process_was_killed(house: House):
    before = house.child("uvicorn")
    house.kill_web()
    eventually(lambda: house.find("uvicorn") not in (None, before))
    house.wait()


def test_it_has_a_worker_again_after_the_worker_was_killed(house: House):
    eventually(lambda: house.find("worker") is not None)
    before = house.child("worker")
    house.kill_worker()
    eventually(lambda: house.find("worker") not in (None, before))
    house.wait()


def test_it_stops_everything_it_started(house: House):
    assert house.stop() == 0
    assert not house.is_database_up()
    with pytest.raises(OSError):
        house.get()
