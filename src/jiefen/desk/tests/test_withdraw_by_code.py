"""Before anybody has decided, the person takes back by their code what they sent in: once, with the second thing and a reason."""

from datetime import date, timedelta

import pytest
from django.test import Client

from jiefen.desk.tests.test_search import numbers
from jiefen.intake.models import Intake
from jiefen.intake.own_actions import ASK_FIRST, NotWithdrawn, withdraw
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.notices.models import Notice
from jiefen.privacy import retention
from jiefen.procedures.catalogue import vocabulary
from jiefen.triage.actions import BadDecision, Decision, decide
from jiefen.triage.tests.vault_walk import ACCUSED
from tests.clients import client_for
from tests.world import MONDAY

WHY = "工头昨晚上门来，把钱都给了"


@pytest.fixture
def sent(county, clock):
    """Lan wrote it on the public form; the receipt."""
    clock(MONDAY + timedelta(hours=1))
    return county.intake(by=None, channel="web")


def kept(receipt) -> Intake:
    with scope("worker"):
        return Intake.objects.select_related("key").get(pk=receipt.intake_id)


def test_she_takes_it_back_and_it_leaves_the_desk_it_lay_on(county, sent):
    base, zhou = f"/follow/{sent.token}/", client_for(county, "zhou")
    assert (
        f"{base}leave/" in Client().get(base).content.decode() and sent.number in zhou.get("/intakes/").content.decode()
    )
    said = {"words": WHY, "second": "2061"}
    for wrong in ({"second": ""}, {"second": "0000"}, {"words": " "}):
        no = Client().post(f"{base}leave/", said | wrong)
        assert no.status_code == 422 and kept(sent).state == "waiting", wrong
    assert WHY in Client().post(f"{base}leave/", said | {"second": "0000"}).content.decode(), (
        "what was typed is not lost"
    )
    for _twice in "xx":
        assert Client().post(f"{base}leave/", said | {"words": WHY if _twice == "x" else "别的"}).status_code == 302
    row = kept(sent)
    assert (row.state, row.withdrawn_at) == ("recalled", MONDAY + timedelta(hours=1))
    assert (
        WHY not in repr(bytes(row.withdrawn_why))
        and open_row(row.key).open(row.withdrawn_why, field="intake.withdrawn") == WHY
    )
    assert "您已经撤回了" in Client().get(f"{base}leave/").content.decode()
    page = Client().get(base).content.decode()
    assert "您已经撤回，没有再办" in page and f"{base}leave/" not in page and WHY not in page

    assert sent.number not in zhou.get("/intakes/").content.decode()
    shown = zhou.get(f"/intakes/{sent.number}/").content.decode()
    assert WHY in shown and 'id="decide"' not in shown
    with scope("worker"):
        told = Notice.objects.filter(intake=row.pk, code="withdrawn")
        assert {n.person.username for n in told.select_related("person")} == {"zhou"}
    assert "撤回了这件还没分诊的来件" in zhou.get("/inbox/").content.decode()
    assert client_for(county, "wen").get(f"/intakes/{sent.number}/").status_code == 404
    assert numbers(county, "zhou", "工资", state="intake-recalled") == [sent.number]
    with pytest.raises(BadDecision, match="本人已经凭码撤回"):
        decide(row, Decision(action="refuse", article="L-XF:19", reason="x"), by=county.actor("zhou"), at=MONDAY)
    with scope("worker"):
        assert not list(retention.due(date(2026, 12, 1))), "kept for a while yet"
        (due,) = retention.due(date(2027, 6, 1))
        assert (due.number, due.rule.code) == (sent.number, "withdrawn")


def test_an_accusation_a_danger_and_another_platforms_order_are_not_taken_back_here(county, clock):
    clock(MONDAY)
    ways = {
        "vault": county.intake(by=None, channel="web", text=ACCUSED, once_key="v"),
        "harm": county.intake(
            by=None, channel="web", text="男人又打我，把门反锁了不让我出去，孩子在哭，求救", once_key="h"
        ),
        "hotline": county.intake(by=None, channel="hotline", once_key="o"),
    }
    assert kept(ways["vault"]).stratum == 2 and ASK_FIRST & set(kept(ways["harm"]).flags)
    assert set(vocabulary().flags) >= ASK_FIRST
    said = {"words": WHY, "second": "2061"}
    for name, receipt in ways.items():
        base = f"/follow/{receipt.token}/"
        assert f"{base}leave/" not in Client().get(base).content.decode(), name
        page = Client().post(f"{base}leave/", said)
        if name == "vault":
            assert (page.status_code, page["Location"]) == (302, base), "its keeper is asked in person"
        else:
            assert page.status_code == 422 and "请" in page.content.decode()
        with pytest.raises(NotWithdrawn):
            withdraw(kept(receipt), words=WHY, at=MONDAY)
        assert kept(receipt).state == "waiting", name
    case = county.case(once_key="c")
    with scope("worker"):
        decided = Intake.objects.get(decision__case=case)
    with pytest.raises(NotWithdrawn):
        withdraw(decided, words=WHY, at=MONDAY)
