"""Writing down consents, an agreement and its promises at a desk; and opening one procedure out of another."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jiefen.cases.actions import CaseDraft, DemandDraft, PartyDraft, open_case
from jiefen.cases.models import Case
from jiefen.kernel.scope import scope
from jiefen.mediation.models import Agreement, Consent, Obligation, Signature
from tests.clients import client_for
from tests.world import MONDAY

PAPER = b"%PDF-1.4 signed\n%%EOF"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def case(county) -> Case:
    return open_case(
        CaseDraft(
            procedure="administrative-mediation", title="装修款纠纷", kind="1001", area=county.areas["liuhe"].pk,
            centre=county.units["centre"].pk, channel="window", lead=county.units["labour"].pk,
            demands=[DemandDraft("退还多收的装修款")],
            parties=[PartyDraft("complainant", name="兰秀英", phone="13800002061"), PartyDraft("respondent", name="石建国")],
        ),
        by=None, at=MONDAY, recorded_at=MONDAY,
    )  # fmt: skip


def _post(client: Client, case: Case, status: int = 302, **sent):
    made = client.post(f"/cases/{case.slug}/mediation/", sent)
    assert made.status_code == status, made.content.decode()[-4000:]
    return made


def _clause(n: int, **said) -> dict[str, str]:
    row = {
        "who": "p2",
        "whom": "p1",
        "what": "退还装修款",
        "yuan": "3,000.50",
        "due_on": "2027-03-01",
        "where": "转到申请人银行账户",
    } | said
    return {f"c{n}-{name}": value for name, value in row.items()}


def test_it_goes_from_two_consents_to_a_kept_promise(county, case):
    he = client_for(county, "he")
    where = f"/cases/{case.slug}/mediation/"
    assert "还没有人表示" in he.get(where).content.decode()
    for party in ("p1", "p2"):
        _post(he, case, do="consent", party=party, to="mediation", how="window")
    _post(he, case, do="rights", on="")
    _post(he, case, do="bars", bars="")
    assert Consent.objects.filter(case=case, withdrawn_at__isnull=True).count() == 2
    _post(he, case, do="draft", **_clause(0), **_clause(1, what="尽快道歉", yuan="", at_once="1", due_on=""))
    page = he.get(where).content.decode()
    assert "尽快" in page and "记下签名" not in page  # unclear: it cannot be signed yet
    _post(he, case, do="draft", **_clause(0))
    seq = str(Agreement.objects.get(case=case, state="draft").seq)
    for who in ("p1", "p2", "mediator", "seal"):
        _post(he, case, do="sign", who=who, seq=seq, how="window")
    promise = Obligation.objects.get(case=case)
    assert promise.fen == 300050 and Agreement.objects.get(case=case, state="effective")
    _post(he, case, do="fulfil", obligation=str(promise.pk), file=SimpleUploadedFile("回单.pdf", PAPER))
    promise.refresh_from_db()
    assert promise.state == "fulfilled" and promise.proof_id
    assert "同意、协议与履行" in he.get(f"/cases/{case.slug}/").content.decode()


def test_it_says_what_cannot_be_read_and_keeps_what_was_typed(county, case):
    he = client_for(county, "he")
    for bad in ({"yuan": "三千多"}, {"due_on": "2027-02-30"}):
        page = _post(he, case, 422, do="draft", **_clause(0, what="退还装修款和利息", **bad)).content.decode()
        assert ("退还装修款和利息" in page and "读不懂" in page) or "不是一个日期" in page
    assert not Agreement.objects.exists()
    assert "书面" in _post(he, case, 422, do="consent", party="p1", to="mediation", how="paper").content.decode()
    _post(he, case, 422, do="sign", who="p1", seq="1", how="window")
    assert not Signature.objects.exists()
    _post(he, case, 404, do="nothing")


@pytest.mark.parametrize("name", ["wen", "an", "keeper", "housing_handler"])
def test_it_does_not_exist_for_others(county, case, name):
    client = client_for(county, name)
    for path in ("mediation/", "open/"):
        mine, none = client.get(f"/cases/{case.slug}/{path}"), client.get(f"/cases/none-2026-0001/{path}")
        assert (mine.status_code, mine.content) == (404, none.content)


def test_it_is_not_there_where_the_procedure_knows_no_agreement(county):
    order = county.case()
    assert client_for(county, "he").get(f"/cases/{order.slug}/mediation/").status_code == 404


def test_it_opens_another_procedure_and_shows_it_in_both(county):
    case = county.case(unit=None, decision={"procedure": "petition-suggestion", "kind": "2501"})
    officer = client_for(county, "officer")
    page = officer.get(f"/cases/{case.slug}/open/").content.decode()
    assert "信访申诉求决" in page
    made = officer.post(f"/cases/{case.slug}/open/", {"to": "petition-claim", "for": "p1", "demands": "赔偿损失\n\n"})
    child = Case.objects.get(arose_from=case)
    assert made["Location"] == f"/cases/{child.slug}/"
    assert child.number in officer.get(f"/cases/{case.slug}/").content.decode()
    assert case.number in officer.get(f"/cases/{child.slug}/").content.decode()
    again = officer.post(f"/cases/{case.slug}/open/", {"to": "petition-claim", "for": "p1"})
    assert again.status_code == 422 and child.number in again.content.decode()
    assert officer.post(f"/cases/{case.slug}/open/", {"to": "accusation-handover"}).status_code == 404
    assert Case.objects.filter(arose_from=case).count() == 1
