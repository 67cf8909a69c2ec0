"""Lan says yes or no by her own code: with the second thing, as often as she changes her mind, and for nobody else."""

import re

import pytest
from django.test import Client

from jiefen.cases.models import Case
from jiefen.cases.tests.petitions import DAY, petition
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope, set_scope
from jiefen.kernel.seal import open_row
from jiefen.mediation.actions import decline_consent, give_consent, tell_rights, withdraw_consent
from jiefen.mediation.models import Consent
from jiefen.mediation.queries import asked_of
from jiefen.mediation.tests.test_labour import labour
from jiefen.notices.models import Notice
from tests.world import MONDAY


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    from jiefen.desk import door

    monkeypatch.setattr(door, "now", lambda: MONDAY + DAY)


def receipt_of(case: Case, party: str = "p1") -> Intake:
    set_scope("worker")
    return Intake.objects.select_related("key").get(pk=case.parties.get(key=party).receipt)


def base(case: Case) -> str:
    row = receipt_of(case)
    return f"/follow/{open_row(row.key).open(row.token, field='intake.token')}/"


def seen(page: str, to: str = "mediation") -> str:
    found = re.search(rf'name="to" value="{to}"><input type="hidden" name="seen" value="([^"]*)"', page)
    return found[1] if found else ""


def said(case: Case) -> list[str]:
    set_scope("worker")
    rows = Consent.objects.filter(case=case, party="p1", to="mediation").order_by("pk")
    return ["no" if r.refused else "back" if r.withdrawn_at else "yes" for r in rows]


def test_she_is_asked_plainly_and_says_yes_no_and_back(county):
    w, client = labour(county), Client()
    where = base(w.case)
    assert "愿不愿意调解、要不要帮扶" in client.get(where).content.decode()  # nobody has asked yet: a quiet line
    set_scope("worker")
    tell_rights(w.case, by=county.actor("ming"), at=MONDAY)
    assert "有一件事要您定" in client.get(where).content.decode()
    assert "有一件事要您定" in client.get(f"{where}?scale=elder").content.decode()
    client = Client()
    page = client.get(f"{where}consent/").content.decode()
    for right in ("不收费", "随时可以不调", "签字以前不算数", "不挡别的路", "我同意", "我不同意"):
        assert right in page, right
    for say, wants, shows in (("no", ["no"], "您说了不同意"), ("yes", ["no", "yes"], "您同意了"), ("back", ["no", "back"], "您已经收回"), ("yes", ["no", "back", "yes"], "您同意了")):  # fmt: skip
        sent = {
            "to": "mediation",
            "say": say,
            "second": "2061",
            "seen": seen(client.get(f"{where}consent/").content.decode()),
        }
        for _ in range(2):  # pressed twice
            done = client.post(f"{where}consent/", sent)
            assert done.status_code == 302 and said(w.case) == wants, (say, done.content.decode()[-1500:])
        assert shows in client.get(f"{where}consent/").content.decode()
    set_scope("worker")
    row = Consent.objects.filter(case=w.case, party="p1").latest("pk")
    assert (row.how, row.written_by_id, row.proof_id) == ("code", None, None)


@pytest.mark.parametrize("second", ["", "0000", "兰秀英"])
def test_the_link_alone_says_nothing_for_her(county, second):
    w = labour(county)
    answer = Client().post(f"{base(w.case)}consent/", {"to": "mediation", "say": "yes", "second": second, "seen": ""})
    assert answer.status_code == 422 and "没有核对上" in answer.content.decode() and said(w.case) == []


def test_guessing_the_second_thing_ends_after_some_tries(county):
    w, client = labour(county), Client()
    where = f"{base(w.case)}consent/"
    for _ in range(6):
        client.post(where, {"to": "mediation", "say": "yes", "second": "0000", "seen": ""})
    answer = client.post(where, {"to": "mediation", "say": "yes", "second": "2061", "seen": ""})
    assert "试得太多了" in answer.content.decode() and said(w.case) == []


def test_an_old_page_sent_again_changes_nothing(county):
    w, client = labour(county), Client()
    where = f"{base(w.case)}consent/"
    old = {"to": "mediation", "say": "yes", "second": "2061", "seen": ""}
    client.post(where, old)
    client.post(where, old | {"say": "back", "seen": seen(client.get(where).content.decode())})
    answer = client.post(where, old)
    assert answer.status_code == 422 and "又表示过一次" in answer.content.decode() and said(w.case) == ["back"]


def test_what_is_not_asked_cannot_be_said(county):
    w = labour(county)
    where = f"{base(w.case)}consent/"
    for wrong in ({"to": "meeting"}, {"to": "x"}, {"say": "maybe"}, {"say": ""}):
        answer = Client().post(where, {"to": "mediation", "say": "yes", "second": "2061", "seen": ""} | wrong)
        assert answer.status_code == 422 and "现在没有要您表示的" in answer.content.decode()
    assert said(w.case) == []
    order = county.case(once_key="order")  # an order is not mediated
    assert "现在没有要您表示的" in Client().get(f"{base(order)}consent/").content.decode()
    assert "consent/" not in Client().get(base(order)).content.decode()


def test_whoever_left_no_second_thing_is_led_to_the_window(county):
    w = labour(county)
    where = f"{base(w.case)}consent/"
    Intake.objects.filter(pk=receipt_of(w.case).pk).update(second_mark=None)
    page = Client().get(where).content.decode()
    assert "请带受理单到窗口" in page and 'name="say"' not in page
    assert Client().post(where, {"to": "mediation", "say": "yes", "second": "", "seen": ""}).status_code == 422
    assert said(w.case) == []


def test_a_wrong_code_and_no_code_say_the_same(county):
    labour(county)
    client = Client()
    one, other = (client.get(f"/follow/{code}/{tail}") for code, tail in (("0" * 13, "consent/"), ("0" * 13, "")))
    assert one.status_code == other.status_code == 404
    assert Client().get("/follow/open/consent/")["Location"] == "/follow/"


def test_nothing_of_the_other_side_stands_on_her_page(county):
    w = labour(county)
    where = f"{base(w.case)}consent/"
    before = Client().get(where).content
    set_scope("worker")
    give_consent(w.case, "p2", how="paper", by=county.actor("ming"), at=MONDAY, proof=w.file())
    clean = re.compile(rb'(csrfmiddlewaretoken" value="|nonce=")[^"]+')
    assert clean.sub(rb"\1", Client().get(where).content) == clean.sub(rb"\1", before)


def test_whoever_works_on_it_hears_of_it_and_reads_it_on_the_desk(county):
    w = labour(county)
    Client().post(f"{base(w.case)}consent/", {"to": "mediation", "say": "no", "second": "2061", "seen": ""})
    set_scope("worker")
    told = Notice.objects.filter(case=w.case, code__startswith="consent:")
    assert told.count() >= 1
    ming = Client()
    ming.force_login(county.people["ming"])
    page = ming.get(f"/cases/{w.case.slug}/mediation/").content.decode()
    assert "不同意" in page and "本人凭码" in page
    set_scope("worker")
    reader = Client()
    reader.force_login(told[0].person)
    assert "当事人凭码表示了愿不愿意" in reader.get("/inbox/").content.decode()


def test_a_no_is_no_consent_and_a_yes_after_it_is_one(county):
    w, ming = labour(county), county.actor("ming")
    decline_consent(w.case, "p1", how="window", by=ming, at=MONDAY)
    assert decline_consent(w.case, "p1", how="window", by=ming, at=MONDAY).pk == Consent.objects.get(case=w.case).pk
    give_consent(w.case, "p2", how="paper", by=ming, at=MONDAY, proof=w.file())
    party = w.case.parties.get(key="p1")
    assert [(a.said, a.asks) for a in asked_of(w.case, party) if a.to == "mediation"] == [("no", False)]
    assert give_consent(w.case, "p1", how="window", by=ming, at=MONDAY).withdrawn_at is None
    assert withdraw_consent(w.case, "p1", how="window", by=ming, at=MONDAY).refused is False


def test_in_a_petition_it_is_offered_quietly(county):
    w = petition(county, once_key="quiet")
    page = Client().get(base(w.case)).content.decode()
    assert "有一件事要您定" not in page and "consent/" in page
