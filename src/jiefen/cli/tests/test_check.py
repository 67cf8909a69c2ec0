"""`jiefen check`: what it finds, it lists, and leaves with the number for it."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from jiefen.channels.models import QueueTicket
from jiefen.channels.window.actions import close_with_reason, take_ticket
from jiefen.cli import check, leaving
from jiefen.kernel.clock import now


@pytest.fixture
def ready(monkeypatch):
    monkeypatch.setattr(check, "ready", lambda: None)


def test_it_lists_the_tickets_of_earlier_days_that_are_open(county, ready):
    centre = county.units["centre"].pk
    fine = CliRunner().invoke(check.command, ["tickets"])
    assert fine.exit_code == leaving.FINE and "都有登记" in fine.output
    old = take_ticket(centre, at=now() - timedelta(days=2))
    take_ticket(centre, at=now())  # today's may still be open
    found = CliRunner().invoke(check.command, ["tickets"])
    assert found.exit_code == leaving.FOUND
    assert "柳河镇综治中心" in found.output and f"{old.number}号" in found.output and "1个号" in found.output
    close_with_reason(old.pk, reason="咨询后离开", by=county.actor("zhou", now()), at=now())
    assert CliRunner().invoke(check.command, ["tickets"]).exit_code == leaving.FINE
    assert QueueTicket.objects.filter(closed_at__isnull=True).count() == 1
