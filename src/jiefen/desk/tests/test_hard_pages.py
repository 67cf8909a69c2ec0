"""Hard matters: proposed by rule with the ground in words, the five ones with their days, and her own for the leader."""

from datetime import timedelta

import pytest

from jiefen.cases.models import Case
from jiefen.cases.tests.petitions import petition
from jiefen.cases.tests.test_sponsored import HARD, listed, planned
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope, set_scope
from jiefen.oversight.actions import record_follow_up
from tests.clients import client_for
from tests.world import MONDAY


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.mark.parametrize(
    ("name", "status"), [("su", 200), ("lin", 200), ("zhou", 404), ("he", 404), ("officer", 404), ("keeper", 404), ("an", 404), ("wen", 404)]
)  # fmt: skip
def test_the_page_is_the_supervisors_and_the_leaders(county, name, status):
    client = client_for(county, name)
    answer = client.get("/supervise/hard/")
    assert answer.status_code == status
    if status == 404:
        assert answer.content == client.get("/nowhere/").content


def test_a_matter_is_proposed_with_one_press(county, clock):
    from jiefen.cases.tests.test_screening import assigned

    w = assigned(county, "long")
    w.step("sign", "he")
    su = client_for(county, "su")
    clock(w.at)
    page = su.get("/supervise/hard/").content.decode()
    assert w.case.number not in page and "现在没有够条件的" in page
    refused = su.post("/supervise/hard/", {"do": "propose", "slug": w.case.slug})
    assert refused.status_code == 422 and "还不到列入积案的条件" in refused.content.decode()
    w.at += timedelta(days=200)
    clock(w.at)
    page = su.get("/supervise/hard/").content.decode()
    assert w.case.number in page and "办理已久仍未解决" in page and "兰秀英" not in page
    assert su.post("/supervise/hard/", {"do": "propose", "slug": w.case.slug}).status_code == 302
    set_scope("worker")
    made = Case.objects.get(procedure=HARD)
    page = su.get("/supervise/hard/").content.decode()
    assert made.arose_from_id == w.case.pk and made.number in page and 'value="propose"' not in page
    assert su.post("/supervise/hard/", {"do": "propose", "slug": w.case.slug}).status_code == 422  # not twice
    set_scope("worker")
    assert Case.objects.filter(procedure=HARD).count() == 1
    assert su.post("/supervise/hard/", {"do": "rank", "slug": w.case.slug}).status_code == 404
    assert su.post("/supervise/hard/", {"do": "propose", "slug": "none-2026-0001"}).status_code == 404


def test_the_five_ones_stand_with_their_day_or_with_what_is_missing(county, clock):
    w = planned(county)
    clock(w.at)
    other = listed(county, "other")
    for name, sees in (("su", True), ("lin", False)):
        page = client_for(county, name).get("/supervise/hard/").content.decode()
        assert w.case.number in page and (other.case.number in page) is sees
        for words in ("一案", "一名领导", "一个班子", "一个方案", "一抓到底", "约访下访面谈", "林若水"):
            assert words in page, words
        assert page.count("bi-check-circle-fill") == (5 if sees else 4)
    page = client_for(county, "lin").get(f"/cases/{w.case.slug}/").content.decode()
    assert "五个一" in page and "报化解" in page
    assert local_day(w.at).year == 2026


def test_the_leader_proposes_nothing(county, clock):
    old = county.case(at=MONDAY - timedelta(days=200), once_key="one")
    lin = client_for(county, "lin")
    assert "够条件列入的" not in lin.get("/supervise/hard/").content.decode()
    assert lin.post("/supervise/hard/", {"do": "propose", "slug": old.slug}).status_code == 404


def test_a_petition_is_proposed_only_once_it_has_ended_unsolved_and_says_so_before(county, clock):
    w = petition(county, once_key="late").accepted().investigated()
    w.at += timedelta(days=200)
    clock(w.at)
    su = client_for(county, "su")
    page = su.get("/supervise/hard/").content.decode()
    assert w.case.number in page and "现在还不能列入" in page and 'value="propose"' not in page
    assert "要到“已办结、调解和解办结、不予受理”才可以转开" in page
    refused = su.post("/supervise/hard/", {"do": "propose", "slug": w.case.slug})
    assert refused.status_code == 422 and "才可以转开" in refused.content.decode()
    set_scope("worker")
    w.decided().served()
    w.evidence()
    w.step("second-look", "officer")
    w.step("start-execution", "he", obligations=[{"demand": 1, "state": "due"}])
    w.step("close", "he", obligations=[{"demand": 1, "state": "fulfilled"}])
    clock(w.at)
    assert w.case.number not in su.get("/supervise/hard/").content.decode()  # nobody says that it is not solved
    set_scope("worker")
    record_follow_up(
        w.fresh(), by=county.actor("caller", w.later()), at=w.at, outcome="reached", words="钱一分没到", solved=False,
        satisfied=False, ground="untrue", party="p1",
    )  # fmt: skip
    clock(w.at)
    page = su.get("/supervise/hard/").content.decode()
    assert w.case.number in page and 'value="propose"' in page and "钱一分没到" not in page
    assert su.post("/supervise/hard/", {"do": "propose", "slug": w.case.slug}).status_code == 302
    set_scope("worker")
    assert Case.objects.get(procedure=HARD).arose_from_id == w.case.pk
