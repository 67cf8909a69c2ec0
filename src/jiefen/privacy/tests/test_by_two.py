"""What takes two people: a posting that widens rights, and particulars shown above a day's number."""

import pytest
from django.db import IntegrityError, transaction

from jiefen.cases.actions import take_step
from jiefen.cases.models import Case
from jiefen.desk import door
from jiefen.kernel.clock import local_day
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope, set_scope
from jiefen.notices.models import Notice
from jiefen.people import widening
from jiefen.people.actions import Refused, post
from jiefen.people.models import Posting, PostingAsk
from jiefen.privacy import unmasking
from jiefen.privacy.models import UnmaskAsk
from tests.clients import client_for
from tests.world import MONDAY, START

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(door, "now", lambda: MONDAY)


def proposed(county, person="ming", by="an") -> PostingAsk:
    return widening.propose(
        county.people[person],
        county.units["labour"],
        "handler",
        area_id=None,
        since=MONDAY,
        by=county.actor(by),
        at=MONDAY,
    )


def test_nobody_gives_a_posting_alone_nor_to_themselves(county):
    with pytest.raises(Refused):
        proposed(county, person="an")
    with pytest.raises(Refused):
        proposed(county, by="su")
    ask = proposed(county)
    assert proposed(county).pk == ask.pk
    assert not Posting.objects.filter(person=county.people["ming"], role="handler").exists()
    for name in ("an", "he_head", "wen"):
        with pytest.raises(Refused):
            widening.decide(ask.pk, agree=True, by=county.actor(name), at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        PostingAsk.objects.filter(pk=ask.pk).update(decided_by=county.people["an"], decided_at=MONDAY, agreed=True)
    post(county.people["ming"], county.units["county-centre"], "supervisor", at=START)
    with pytest.raises(Refused, match="给自己"):
        widening.decide(ask.pk, agree=True, by=county.actor("ming"), at=MONDAY)
    held = widening.decide(ask.pk, agree=True, by=county.actor("su"), at=MONDAY)
    assert held is not None and held.since == MONDAY
    with pytest.raises(Refused, match="已经"):
        widening.decide(ask.pk, agree=False, by=county.actor("su"), at=MONDAY)


def test_the_page_shows_who_waits_to_both_and_to_nobody_else(county):
    ask = proposed(county)
    an, su = client_for(county, "an"), client_for(county, "su")
    assert "要请另一个人同意" in an.get("/admin/postings/").content.decode()
    assert "明志远" in su.get("/admin/postings/").content.decode()
    assert an.post(f"/admin/postings/{ask.pk}/decide/", {"answer": "yes"}).status_code == 422
    for name in ("zhou", "he_head", "wen"):
        assert client_for(county, name).post(f"/admin/postings/{ask.pk}/decide/", {"answer": "yes"}).status_code == 404
    assert su.post(f"/admin/postings/{ask.pk}/decide/", {"answer": "no"}).status_code == 302
    assert not Posting.objects.filter(person=county.people["ming"], role="handler").exists()


def test_an_administrator_cannot_make_themselves_somebodys_stand_in(county):
    said = {"stand_in": "an", "since": "2026-11-16", "until": "2026-11-20", "reason": "年休"}
    answer = client_for(county, "an").post(f"/admin/people/{county.people['su'].pk}/absent/", said)
    assert answer.status_code == 422 and "自己代别人" in answer.content.decode()


@pytest.fixture
def signed(county, monkeypatch):
    case = county.case(once_key="unmask")
    with scope("worker"):
        take_step(case, "sign", by=county.actor("he"), at=MONDAY, facts={"recusal-declared": True})
    real = unmasking.settings_in_force
    monkeypatch.setattr(unmasking, "settings_in_force", lambda at: {**real(at), unmasking.DAILY: 2})
    return case


def test_above_the_days_number_a_second_person_agrees_first(county, signed):
    he, page = client_for(county, "he"), f"/cases/{signed.slug}/"
    said = {"party": "p1", "purpose": "电话核对事实"}
    for n in range(2):
        Reading.objects.create(
            subject=f"case:{9000 + n}",
            person=county.people["he"].pk,
            name="何静",
            unit="县人社局",
            purpose="回访",
            what=unmasking.WHAT,
            at=MONDAY,
        )
    refused = he.post(page + "unmask/", said)
    assert refused.status_code == 422 and "第二个人" in refused.content.decode()
    assert "兰秀英" not in he.get(page).content.decode()
    set_scope("worker")
    ask = UnmaskAsk.objects.get()
    with pytest.raises(unmasking.NotUnmasked):
        unmasking.decide(signed, ask.pk, agree=True, by=county.actor("he"), at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnmaskAsk.objects.filter(pk=ask.pk).update(decided_by=county.people["he"])
    assert he.post(f"{page}unmask/{ask.pk}/", {"answer": "yes"}).status_code == 404
    head = client_for(county, "he_head")
    assert "等同意的揭开" in head.get(page).content.decode()
    assert head.post(f"{page}unmask/{ask.pk}/", {"answer": "yes"}).status_code == 302
    assert he.post(page + "unmask/", said).status_code == 302
    assert "兰秀英" in he.get(page).content.decode()
    set_scope("worker")
    assert Reading.objects.filter(subject=f"case:{signed.pk}", what=unmasking.WHAT, with_task=True).count() == 1


def test_without_an_open_task_unmasking_stands_in_the_supervisors_month(county, signed):
    Case.objects.filter(pk=signed.pk)
    with scope("worker"):
        Case.objects.filter(pk=signed.pk).update(is_open=False)
        signed.refresh_from_db()
        assert unmasking.unmask(signed, "p1", purpose="回访", by=county.actor("he"), at=MONDAY)
        assert Reading.objects.get(subject=f"case:{signed.pk}", what=unmasking.WHAT).with_task is False


def test_a_new_password_and_a_stand_in_are_told_at_once_to_the_person_and_to_the_supervisor(county):
    """By name, in the inbox of both; the administrator who did it hears nothing and cannot take it back."""
    an, he = client_for(county, "an"), county.people["he"]
    day = local_day(MONDAY).isoformat()
    assert an.post(f"/admin/people/{he.pk}/password/").status_code == 200
    said = {"stand_in": "housing_handler", "since": day, "until": day, "reason": "年休"}
    assert an.post(f"/admin/people/{he.pk}/absent/", said).status_code == 302
    for who in ("su", "he"):
        shown = client_for(county, who).get("/inbox/").content.decode() if who == "su" else ""
        rows = Notice.objects.filter(person=county.people[who])
        assert {n.code.split(":")[0] for n in rows} == {"password-reset", "stand-in"}, who
        assert who == "he" or ("重设了这个账号的密码" in shown and "代这个人的班" in shown and he.name in shown)
    assert Notice.objects.filter(person=county.people["housing_handler"], code__startswith="stand-in").count() == 1
    assert not Notice.objects.filter(person=county.people["an"]).exists()
