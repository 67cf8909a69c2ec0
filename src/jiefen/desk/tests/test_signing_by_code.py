"""Lan signs by her own code, or does not and says why; she leaves by it too. The link alone does none of this."""

import pytest
from django.test import Client

from jiefen.cases.tests.petitions import petition
from jiefen.desk.tests.test_consent_by_code import base, receipt_of
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope, set_scope
from jiefen.mediation.actions import draft_agreement, sign_agreement
from jiefen.mediation.models import Agreement, Declined, Signature
from jiefen.mediation.tests.test_labour import labour
from jiefen.mediation.tests.walk import CLAUSES
from jiefen.notices.models import Notice
from tests.clients import client_for


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def drafted(county, clock):
    w = labour(county).in_session()
    draft_agreement(w.case, CLAUSES, by=county.actor("ming", w.later()), at=w.at)
    clock(w.later())
    return w


def signers() -> list[tuple[str, str]]:
    set_scope("worker")
    return sorted(Signature.objects.values_list("who", "how"))


def test_she_reads_it_clause_by_clause_and_signs_with_the_second_thing(county, drafted):
    where = base(drafted.case)
    assert "有一份协议等您看" in Client().get(where).content.decode()
    assert "有一份协议等您看" in Client().get(f"{where}?scale=elder").content.decode()
    page = Client().get(f"{where}agreement/").content.decode()
    for word in (
        "支付瓷砖工资9560元",
        "9,560",
        "<b>您</b>",
        "签了就要照办",
        "不签，什么也不少",
        "不收费",
        "我看过了，签第1稿",
    ):
        assert word in page, word
    for bad in ({"second": ""}, {"second": "0000"}, {"say": "maybe"}, {"seq": "9"}, {"seq": ""}):
        no = Client().post(f"{where}agreement/", {"say": "sign", "seq": "1", "second": "2061"} | bad)
        assert no.status_code == 422 and signers() == [], bad
    for _twice in "xx":
        done = Client().post(f"{where}agreement/", {"say": "sign", "seq": "1", "second": "2061"})
        assert done.status_code == 302 and signers() == [("p1", "code")]
    page = Client().get(f"{where}agreement/").content.decode()
    assert "您签了" in page and "下一步：等别人签" in page and 'name="say"' not in page
    assert "有一份协议等您看" not in Client().get(where).content.decode()
    set_scope("worker")
    told = Notice.objects.get(code="agreement:1:p1:signed")
    assert told.person_id == county.people["ming"].pk
    desk = client_for(county, "ming").get(f"/cases/{drafted.case.slug}/mediation/").content.decode()
    assert desk.count(">已签<") == 1, "who mediates sees who has signed"
    assert "凭码签了协议" in client_for(county, "ming").get("/inbox/").content.decode()


def test_with_the_last_signature_it_tells_her_that_it_is_in_force(county, drafted):
    where, ming = base(drafted.case), county.actor("ming", drafted.at)
    for who, how, proof in (("p2", "paper", drafted.file()), ("mediator", "window", None), ("seal", "window", None)):
        sign_agreement(drafted.case, who, seq=1, how=how, by=ming, at=drafted.at, proof=proof)
    before = Client().get(f"{where}agreement/").content.decode()
    assert "已签" not in before and "石建国" not in before, "nothing of who else has signed"
    Client().post(f"{where}agreement/", {"say": "sign", "seq": "1", "second": "2061"})
    page = Client().get(f"{where}agreement/").content.decode()
    assert "起生效" in page and "强制执行" in page
    set_scope("worker")
    assert Agreement.objects.get().state == "effective"


def test_she_does_not_sign_and_only_the_mediator_reads_why(county, drafted):
    where = base(drafted.case)
    no = Client().post(f"{where}agreement/", {"say": "decline", "seq": "1", "second": "9", "words": "日子太晚"})
    assert no.status_code == 422 and "日子太晚" in no.content.decode(), "nothing typed is lost"
    for _twice in "xx":
        said = {"say": "decline", "seq": "1", "second": "2061", "words": "日子太晚，要月底"}
        assert Client().post(f"{where}agreement/", said).status_code == 302
    set_scope("worker")
    assert Declined.objects.count() == 1 and not Signature.objects.exists()
    page = Client().get(f"{where}agreement/").content.decode()
    assert "您说了这一稿不签" in page and "下一步" in page and "我看过了，签第1稿" in page
    assert (
        "日子太晚，要月底" in client_for(county, "ming").get(f"/cases/{drafted.case.slug}/mediation/").content.decode()
    )
    with scope("staff", county.actor("ming", drafted.at).keys):
        assert not Declined.objects.exists()
    Client().post(f"{where}agreement/", {"say": "sign", "seq": "1", "second": "2061"})
    assert signers() == [("p1", "code")]


def test_a_newer_draft_has_to_be_read_before_it_is_signed(county, drafted):
    draft_agreement(
        drafted.case,
        [CLAUSES[0] | {"fen": 500000, "what": "支付5000元"}],
        by=county.actor("ming", drafted.at),
        at=drafted.at,
    )
    no = Client().post(f"{base(drafted.case)}agreement/", {"say": "sign", "seq": "1", "second": "2061"})
    assert no.status_code == 422 and "已经换了一稿" in no.content.decode() and signers() == []


def test_she_leaves_by_her_own_code_and_it_ends(county, drafted):
    where = base(drafted.case)
    assert f"{where}leave/" in Client().get(where).content.decode()
    page = Client().get(f"{where}leave/").content.decode()
    assert "不用说理由" in page and "不挡别的路" in page
    sent = {"second": "2061", "seen": str(drafted.fresh().steps)}
    assert Client().post(f"{where}leave/", sent | {"second": "1"}).status_code == 422 and drafted.state == "in-session"
    assert Client().post(f"{where}leave/", sent).status_code == 302
    assert drafted.fresh().state == "ended" and drafted.case.trail.order_by("seq").last().codes["for"] == "p1"
    assert "您已经退出了" in Client().get(f"{where}leave/").content.decode()
    assert Client().post(f"{where}leave/", sent).status_code == 422, "there is nothing left to leave"


def test_where_somebody_must_ask_whether_it_is_free_it_says_whom_to_call(county, clock):
    w = petition(county)
    where = base(w.case)
    page = Client().get(f"{where}leave/").content.decode()
    assert "没有人逼您" in page and "tel:" in page and "我要退出" not in page
    assert Client().post(f"{where}leave/", {"second": "2061", "seen": "1"}).status_code == 422


def test_without_a_second_thing_nothing_is_signed_or_left_by_the_link(county, drafted):
    Intake.objects.filter(pk=receipt_of(drafted.case).pk).update(second_mark=None)
    where = base(drafted.case)
    for tail in ("agreement/", "leave/", "alone/"):
        assert "网上核对不了是不是您本人" in Client().get(where + tail).content.decode(), tail
        sent = {"say": "sign", "seq": "1", "second": "", "seen": "9", "do": "read"}
        assert Client().post(where + tail, sent).status_code == 422
    assert signers() == [] and drafted.state == "in-session"
