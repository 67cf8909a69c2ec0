"""The matters of the demo county. That they come to life by real verbs is seen in `tests/journeys/test_demo.py`."""

import pytest

from jiefen.cli.demo.hard import HARD_WALKS
from jiefen.cli.demo.joint import JOINT_WALKS
from jiefen.cli.demo.matters import WAYS
from jiefen.cli.demo.petitions import PETITION_WALKS
from jiefen.cli.demo.walks import WALKS


@pytest.mark.rules
def test_it_knows_every_walk_of_every_way() -> None:
    assert {walk for way in WAYS.values() for walk in way} == set(WALKS | PETITION_WALKS | JOINT_WALKS | HARD_WALKS)
