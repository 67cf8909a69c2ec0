"""Who steps back from a matter: it is nowhere for them any more, and somebody else acts."""

from datetime import timedelta

import pytest

from jiefen.analytics import facts
from jiefen.cases.access import may_see, roles_on
from jiefen.cases.actions import StepRefused, take_step
from jiefen.cases.actions.recuse import recuse
from jiefen.cases.integrity import verify
from jiefen.cases.models import Case
from jiefen.cases.rebuild import rebuild
from jiefen.desk import door
from jiefen.intake.models import Intake
from jiefen.kernel import outbox
from jiefen.kernel.scope import scope, set_scope
from jiefen.notices.actions import tell
from jiefen.notices.models import Notice
from jiefen.people.actions import end_stand_in, post, stand_in
from jiefen.triage.tests.test_vault_bytes import off, probe
from tests.clients import client_for
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
WHY = "申请人是我的堂兄"
DAY = timedelta(days=1)


@pytest.fixture
def w(county, monkeypatch):
    """He has signed for Lan's matter; Yan works beside him."""
    monkeypatch.setattr(door, "now", lambda: MONDAY)
    county.newcomer("yan", "严立", unit="labour", role="handler")
    return county


def signed(w):
    case = w.case(once_key="own-kin")
    with scope("worker"):
        take_step(case, "sign", by=w.actor("he"), at=MONDAY, facts={"recusal-declared": True})
        return Case.objects.select_related("key").get(pk=case.pk)


def anew(case):
    with scope("worker"):
        return Case.objects.select_related("key").get(pk=case.pk)


def test_whoever_steps_back_gets_the_bytes_of_somebody_without_the_matter(w):
    """Lists, find, inbox, bench, alike matters and the address itself, before it came and after stepping back."""
    own = w.case(once_key="other-one", text="路灯坏了，晚上看不见路")
    pages = ["/desk/", "/inbox/", "/cases/?scope=unit&when=all", "/cases/?scope=unit", "/find/?q=工资", "/search/?q=工资",
             f"/cases/{own.slug}/join/", "/indicators/", "/joint/"]  # fmt: skip
    probe(w, "he", pages)
    Notice.objects.filter(person=w.people["he"]).delete()
    before = probe(w, "he", pages)
    case = signed(w)
    with_it = probe(w, "he", pages)
    assert any(before[page] != with_it[page] for page in pages), "the pages do show it"
    he = client_for(w, "he")
    answer = he.post(f"/cases/{case.slug}/recusal/", {"person": w.people["he"].pk, "reason": WHY})
    assert answer.status_code == 302 and answer["Location"] == "/desk/", answer.content.decode()[-900:]
    with scope("worker"):
        for row in anew(case).trail.order_by("pk"):
            outbox.work(row.pk)
        letter = Intake.objects.get(decision__case=case)
        assert tell([w.people["he"].pk], Notice.Kind.LATE, at=MONDAY, case=anew(case), code="finish-by") == 0
    Notice.objects.filter(person=w.people["he"]).delete()
    facts.settle()
    after = probe(w, "he", pages)
    differs = [f"{page} {off(before[page], after[page])}" for page in pages if before[page] != after[page]]
    assert not differs, differs
    nowhere = he.get("/cases/none-2026-0001/")
    for address in (
        f"/cases/{case.slug}/",
        f"/cases/{case.slug}/why/",
        f"/cases/{case.slug}/recusal/",
        f"/intakes/{letter.number}/",
    ):
        assert (he.get(address).status_code, len(he.get(address).content)) == (404, len(nowhere.content)), address


def test_their_stand_in_acts_else_the_head_and_the_chain_says_so(w):
    case = signed(w)
    away = stand_in(w.people["he"], w.people["yan"], since=MONDAY, until=MONDAY + DAY, reason="回避", now=MONDAY)
    with scope("worker"):
        recuse(case, w.people["he"].pk, by=w.actor("he"), at=MONDAY, reason=WHY)
        assert recuse(case, w.people["he"].pk, by=w.actor("he"), at=MONDAY, reason=WHY).name == "recused"
    now = anew(case)
    assert now.responsible_id == w.people["yan"].pk and not roles_on(w.actor("he"), now)
    assert may_see(w.actor("yan"), now) and may_see(w.actor("he_head"), now) and not may_see(w.actor("he"), now)
    with scope("worker"), pytest.raises(StepRefused):
        take_step(now, "reply", by=w.actor("he"), at=MONDAY)
    end_stand_in(away, at=MONDAY + DAY / 2)
    with scope("worker"):
        assert anew(case).responsible_id == w.people["he_head"].pk, "the head, though the one who was named is back"
        assert not list(verify()) and not list(rebuild(check=True, at=MONDAY + DAY / 2))
    post(w.people["he"], w.units["county-centre"], "supervisor", at=MONDAY)
    assert not may_see(w.actor("he"), anew(case)), "another posting lets them in by no other door"


def test_who_stands_in_later_takes_it_over_in_the_same_moment(w):
    """No hourly look between: the head answers until somebody stands in, and again when they no longer do."""
    case = signed(w)
    with scope("worker"):
        recuse(case, w.people["he"].pk, by=w.actor("he"), at=MONDAY, reason=WHY)
        assert anew(case).responsible_id == w.people["he_head"].pk
    away = stand_in(w.people["he"], w.people["yan"], since=MONDAY, until=MONDAY + DAY, reason="回避", now=MONDAY)
    with scope("worker"):
        assert anew(case).responsible_id == w.people["yan"].pk
        assert not list(verify()) and not list(rebuild(check=True, at=MONDAY))
    end_stand_in(away, at=MONDAY + DAY / 2)
    assert anew(case).responsible_id == w.people["he_head"].pk


def test_the_head_says_it_for_their_people_and_may_take_it_back(w):
    case = signed(w)
    he, page = w.people["he"].pk, f"/cases/{case.slug}/recusal/"
    head = client_for(w, "he_head")
    assert head.post(page, {"person": he, "reason": "短"}).status_code == 422
    assert head.post(page, {"person": w.people["su"].pk, "reason": WHY}).status_code == 422, "nobody of another office"
    assert client_for(w, "yan").post(page, {"person": he, "reason": WHY}).status_code in (302, 404, 422)
    assert may_see(w.actor("he"), anew(case)), "a colleague says it for nobody else"
    assert head.post(page, {"person": he, "reason": WHY}).status_code == 302
    assert "何静" in head.get(f"/cases/{case.slug}/").content.decode() and not may_see(w.actor("he"), anew(case))
    assert head.post(page, {"back": he, "reason": "查明不是亲属"}).status_code == 302
    set_scope("worker")
    now = anew(case)
    assert may_see(w.actor("he"), now) and now.responsible_id == he
    with scope("worker"):
        assert not list(rebuild(check=True, at=MONDAY))
