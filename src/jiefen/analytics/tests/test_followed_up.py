"""What following up counts: by whom it was heard is nowhere, both counts and the list behind them are."""

from datetime import date, timedelta

import pytest

from jiefen.analytics.asker import Asker, Cut
from jiefen.analytics.asking import figure, things
from jiefen.analytics.definitions import catalogue
from jiefen.analytics.indicators import says
from jiefen.analytics.tests.small import call_back, local, matters, reply, sign
from jiefen.cases.actions import take_step
from jiefen.kernel.scope import scope
from jiefen.oversight.actions import record_follow_up
from jiefen.oversight.by_code import rate_by_code

LATER = local(10, 20)


@pytest.fixture
def made(county):
    with scope("worker"):
        yield matters(county)


def said(key, day=None, *, at=LATER, asker=None, since=None):
    return says(figure(catalogue().indicators[key], asker or Asker.machine(), Cut.of(day, at=at, since=since)))


def test_it_counts_who_was_asked_what_they_said_and_what_came_back(county, made):
    """a and e were called back content; b unhappy and sent back, answered again on 9-21 and not asked since."""
    assert said("followed-up") == "3 / 4 = 75.00 %"
    assert said("followed-up", date(2026, 9, 17)) == "1 / 1 = 100.00 %，另1件未满期"
    assert said("satisfied-by-call-back") == "2 / 3 = 66.67 %"
    assert said("satisfied-by-call-back", since=date(2026, 9, 19)) == "1 / 1 = 100.00 %"
    assert said("solved-by-call-back") == "0 / 3 = 0.00 %"  # they were asked, and nobody asked whether it is solved
    assert said("reopened") == "0 / 0 = —，另2件未满期"


def test_by_code_counts_the_last_word_and_once(county, made):
    b = made["b"]
    for satisfied in (False, True):
        rate_by_code(b, "p1", at=local(9, 22), solved=True, satisfied=satisfied)
    assert said("followed-up") == "4 / 4 = 100.00 %"
    assert said("satisfied-by-call-back") == "3 / 3 = 100.00 %"
    assert said("solved-by-call-back") == "1 / 3 = 33.33 %"


def test_a_reopening_counts_from_the_end_of_the_matter_alone(county, made):
    case = made["a"]  # closed 9-17
    facts = {"new-facts": "又要回去了", "lead-unit": county.units["labour"].pk}
    take_step(case, "reopen", by=county.actor("su"), at=local(12, 10), reason="反弹", facts=facts)
    assert said("reopened", at=local(12, 20)) == "1 / 1 = 100.00 %，另1件未满期"
    assert said("reopened", at=local(12, 31)) == "1 / 2 = 50.00 %"


def test_what_the_law_leaves_out_is_in_no_rate(county):
    with scope("worker"):
        case = county.case(at=local(9, 1), decision={"kind": "2302"})
        sign(county, case, local(9, 2))
        reply(county, case, local(9, 3))
        call_back(county, case, local(9, 4))
    assert said("satisfied-by-call-back") == "0 / 0 = —"


@pytest.mark.parametrize(
    "key", ["followed-up", "solved-by-call-back", "satisfied-by-call-back", "satisfied", "evaluated", "reopened"]
)
def test_every_figure_is_as_long_as_its_list(county, made, key):
    for name in ("su", "he", "wen"):
        asker = Asker.of(county.actor(name, LATER))
        cut = Cut.of(None, at=LATER)
        found = figure(catalogue().indicators[key], asker, cut)
        for part, n in (("numerator", found.numerator), ("denominator", found.denominator)):
            assert len(things(catalogue().indicators[key], asker, cut, part=part)) == n, (key, name)


def test_no_figure_is_about_a_person_who_asked(county, made):
    caller, at = county.actor("caller", local(9, 22)), local(9, 22)
    record_follow_up(made["b"], by=caller, at=at + timedelta(hours=1), outcome="no-answer")
    assert not [i for i in catalogue().indicators.values() if i.grain in ("person", "caller")]
