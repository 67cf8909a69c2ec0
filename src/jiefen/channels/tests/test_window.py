"""The queue at the window."""

from datetime import timedelta

import pytest

from jiefen.channels.models import QueueTicket
from jiefen.channels.window.actions import TicketRefused, call_next, close_with_intake, close_with_reason, take_ticket
from jiefen.channels.window.queries import check_tickets, open_tickets
from jiefen.kernel.scope import scope
from tests.world import MONDAY

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def test_it_counts_from_one_each_day_and_centre(county):
    here, there = county.units["centre"].pk, county.units["other-centre"].pk
    assert [take_ticket(here, at=MONDAY).number, take_ticket(here, at=MONDAY).number] == [1, 2]
    assert take_ticket(there, at=MONDAY).number == 1
    assert take_ticket(here, at=MONDAY + DAY).number == 1


def test_it_ends_in_an_intake_or_a_stated_reason(county):
    centre, zhou = county.units["centre"].pk, county.actor("zhou")
    first, second = take_ticket(centre, at=MONDAY), take_ticket(centre, at=MONDAY)
    assert call_next(centre, by=zhou, at=MONDAY).pk == first.pk
    receipt = county.intake()
    close_with_intake(first.pk, intake=receipt.intake_id, by=zhou, at=MONDAY)
    with pytest.raises(TicketRefused, match="写明"):
        close_with_reason(second.pk, reason="  ", by=zhou, at=MONDAY)
    assert list(open_tickets(centre)) == [QueueTicket.objects.get(pk=second.pk)]
    assert check_tickets(MONDAY) == []
    assert len(check_tickets(MONDAY + DAY)) == 1 and "2号" in check_tickets(MONDAY + DAY)[0]
    close_with_reason(second.pk, reason="咨询后离开", by=zhou, at=MONDAY + DAY)
    close_with_reason(second.pk, reason="咨询后离开", by=zhou, at=MONDAY + DAY)  # sent twice
    assert check_tickets(MONDAY + DAY) == []
    with pytest.raises(TicketRefused):
        close_with_reason(second.pk, reason="另一个理由", by=zhou, at=MONDAY + DAY)
    with pytest.raises(TicketRefused):
        call_next(centre, by=zhou, at=MONDAY)


def test_it_is_no_business_of_the_next_township(county):
    centre, wen = county.units["centre"].pk, county.actor("wen")
    ticket = take_ticket(centre, at=MONDAY)
    with pytest.raises(TicketRefused):
        call_next(centre, by=wen, at=MONDAY)
    with pytest.raises(TicketRefused):
        close_with_reason(ticket.pk, reason="不办", by=wen, at=MONDAY)
    with pytest.raises(TicketRefused):
        close_with_intake(ticket.pk, intake=county.intake().intake_id, by=wen, at=MONDAY)
