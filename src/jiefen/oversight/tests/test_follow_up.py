"""Only somebody who had no hand in it may ask the person."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import take_step
from jiefen.kernel.scope import scope
from jiefen.oversight.actions import NotIndependent, record_follow_up
from jiefen.oversight.models import FollowUp
from jiefen.papers.models import Paper
from jiefen.people.actions import post
from tests.world import MONDAY

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.mark.parametrize("name", ["he", "he_head", "zhou", "wen", "an", "lin", "ming"])
def test_nobody_else_writes_a_follow_up(county, name):
    case = county.case()
    with pytest.raises(NotIndependent):
        record_follow_up(case, by=county.actor(name), at=MONDAY + HOUR, outcome="reached", words="满意")
    assert not FollowUp.objects.exists() and not Paper.objects.filter(kind="follow-up-record").exists()


def test_a_caller_who_also_handles_may_not(county):
    case = county.case()
    post(county.people["caller"], county.units["labour"], "handler", at=MONDAY)
    take_step(case, "sign", by=county.actor("caller", MONDAY), at=MONDAY + HOUR, facts={"recusal-declared": True})
    with pytest.raises(NotIndependent):
        record_follow_up(case, by=county.actor("caller"), at=MONDAY + 2 * HOUR, outcome="reached", words="满意")


def test_reached_needs_the_persons_words_and_they_are_sealed(county):
    case, caller = county.case(), county.actor("caller")
    with pytest.raises(ValueError, match="原话"):
        record_follow_up(case, by=caller, at=MONDAY + HOUR, outcome="reached", words="  ")
    row = record_follow_up(case, by=caller, at=MONDAY + HOUR, outcome="reached", words="钱拿到了", satisfied=True)
    assert "钱拿到了".encode() not in bytes(row.words)
    assert Paper.objects.filter(case=case, kind="follow-up-record").count() == 1
