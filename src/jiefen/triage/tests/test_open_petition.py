"""What is opened as a petition, by whom, and whose notice clock that starts."""

import pytest

from jiefen.cases.models import Case, Deadline, Step
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.people.actions import post
from jiefen.triage import setup
from jiefen.triage.actions import Decision, decide
from tests.world import MONDAY, START

LAND = "征地补偿款一直没有发到户，村里说镇里扣着，请查清楚并发给我们。"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


CHOICES = [
    # suggested, kind, channel, office → procedure
    ("petition-claim", "0604", "window", "township-centre", "petition-claim"),
    ("petition-claim", "0604", "letter", "petition-office", "petition-claim"),
    ("petition-claim", "0604", "hotline", "hotline-centre", "hotline-order"),
    ("hotline-order", "1602", "window", "township-centre", "hotline-order"),
    ("hotline-order", "1602", "window", "petition-office", "petition-claim"),
    ("peoples-mediation", "0301", "window", "township-centre", "hotline-order"),
    ("peoples-mediation", "0301", "window", "petition-office", "petition-claim"),
    ("petition-claim", "2501", "hotline", "hotline-centre", "petition-suggestion"),
    ("", "0701", "", "", "hotline-order"),
]


@pytest.mark.parametrize(("suggested", "kind", "channel", "office", "opens"), CHOICES)
def test_it_chooses_the_procedure_by_rule_channel_and_office(suggested, kind, channel, office, opens):
    assert setup.procedure_for(suggested, kind, channel, office) == opens


def opened(county, by: str, decides: str = "officer", unit: str | None = "town", **draft) -> Case:
    receipt = county.intake(by=by, text=LAND, **draft)
    intake = Intake.objects.get(pk=receipt.intake_id)
    said = Decision("open", kind="0604", unit=county.units[unit].pk if unit else None, demands=["发放补偿款"])
    return Case.objects.get(pk=decide(intake, said, by=county.actor(decides), at=MONDAY).case_id)


def test_what_the_petition_office_takes_in_is_a_petition_and_is_transferred_at_once(county):
    case = opened(county, "officer")
    assert (case.procedure, case.state, case.lead_unit) == ("petition-claim", "dispatched", county.units["town"])
    first, last = Step.objects.filter(case=case).order_by("seq")
    assert (first.codes["received-by"], last.name, last.by_role) == ("petition-office", "transfer", "petition-officer")
    assert set(Deadline.objects.filter(case=case).values_list("clock", flat=True)) >= {"forward-by", "notify-by"}
    assert not Deadline.objects.filter(case=case, clock="notify-direct-by").exists()


def test_a_dispatcher_of_a_centre_transfers_and_a_clerk_leaves_it_to_the_queue(county):
    assert opened(county, "zhou", "zhou").state == "dispatched"
    post(county.people["an"], county.units["centre"], "clerk", at=START)
    left = opened(county, "an", "an", once_key="clerk")
    assert (left.procedure, left.state, left.lead_unit) == ("petition-claim", "registered", None)


def test_a_department_that_takes_it_in_itself_must_tell_the_person_within_its_own_fifteen_days(county):
    post(county.people["he"], county.units["labour"], "clerk", at=START)
    case = opened(county, "he", unit=None)
    assert Step.objects.get(case=case, name="opened").codes["received-by"] == "other-organ"
    clock = Deadline.objects.get(case=case, clock="notify-direct-by")
    assert (clock.key, str(clock.due_at)) == ("p1", "2026-12-01 16:00:00+00:00")
    assert not Deadline.objects.filter(case=case, clock="forward-by").exists()


def test_the_hotline_stays_an_order(county):
    assert opened(county, "agent", "su", channel="hotline", unit=None).procedure == "hotline-order"
