"""Forms that may be sent twice: the second time writes nothing, and from an old page one is told what happened."""

import re
from datetime import timedelta

import pytest

from jiefen.cases import panels
from jiefen.cases.actions import take_step
from jiefen.cases.models import Case, Step
from jiefen.cases.tests.test_hotline_order import to_replied
from jiefen.desk import door
from jiefen.desk.tests.test_matters import client_for
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.oversight.models import FollowUp, ReopenAsk
from tests.world import MONDAY

HOUR = timedelta(hours=1)


@pytest.fixture
def at(monkeypatch):
    """The edge of the house says when it is."""
    moment = [MONDAY + 2 * HOUR]
    monkeypatch.setattr(door, "now", lambda: moment[0])
    return moment


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page[:2000]
    return found[1]


def handling(county) -> Case:
    case = county.case()
    take_step(case, "sign", by=county.actor("he"), at=MONDAY + HOUR, facts={"recusal-declared": True})
    return case


def steps(case: Case, name: str) -> int:
    with scope("worker"):
        return Step.objects.filter(case=case, name=name).count()


def test_a_step_sent_again_after_a_lost_answer_is_one_row(county, at):
    case, he = handling(county), client_for(county, "he")
    url = f"/cases/{case.slug}/steps/contact/"
    said = {"seen": hidden(he.get(url).content.decode(), "seen"), "session-note": "已电话联系"}
    first, again = he.post(url, said), he.post(url, said)
    assert (first.status_code, again.status_code, first.url) == (302, 302, again.url)
    assert steps(case, "contact") == 1


def test_a_step_from_an_old_page_says_what_happened_and_goes_through_when_meant(county, at):
    case, he = handling(county), client_for(county, "he")
    url = f"/cases/{case.slug}/steps/contact/"
    old = hidden(he.get(url).content.decode(), "seen")
    he.post(url, {"seen": old, "session-note": "已电话联系"})
    refused = he.post(url, {"seen": old, "session-note": "当面又谈了一次"})
    page = refused.content.decode()
    assert refused.status_code == 422 and "已有人办过：何静" in page and "当面又谈了一次" in page
    assert he.post(url, {"seen": hidden(page, "seen"), "session-note": "当面又谈了一次"}).status_code == 302
    assert steps(case, "contact") == 2


def test_a_follow_up_sent_again_is_one_attempt(county, at):
    case, caller = to_replied_seen(county), client_for(county, "caller")
    page = caller.get(f"/cases/{case.slug}/").content.decode()
    said = {"once": hidden(page, "once"), "outcome": "reached", "words": "钱拿到了", "satisfied": "yes"}
    url = f"/cases/{case.slug}/follow-ups/"
    assert [caller.post(url, said).status_code for _ in "xx"] == [302, 302]
    with scope("worker"):
        assert FollowUp.objects.count() == 1
    assert "钱拿到了" in caller.get(f"/cases/{case.slug}/").content.decode()


def to_replied_seen(county, **kw) -> Case:
    with scope("worker"):
        return to_replied(county, **kw)


def test_an_answer_that_was_given_is_shown_and_not_offered_for_change(county, at):
    case, he = to_replied_seen(county), client_for(county, "he")
    at[0] = MONDAY + 4 * HOUR
    page = he.get(f"/cases/{case.slug}/demands/1/").content.decode()
    assert "已经给了当事人" in page and "写下答复" not in page
    said = {"outcome": "explained", "result": "改了", "basis": "条例", "remedy": "复议"}
    assert he.post(f"/cases/{case.slug}/demands/1/", said).status_code == 422


def test_lan_asks_by_code_and_zhou_answers(county, at, client):
    case = to_replied_seen(county)
    with scope("worker"):
        intake = Intake.objects.select_related("key").get()
        token = open_row(intake.key).open(intake.token, field="intake.token")
        case.refresh_from_db()
    at[0] = MONDAY + 4 * HOUR
    assert "请求重启" not in client.get(f"/follow/{token}/").content.decode()
    assert client.post(f"/follow/{token}/reopen/", {"words": "没付清", "once": "a"}).status_code == 422
    caller = county.actor("caller")
    from jiefen.oversight.actions import record_follow_up

    record_follow_up(case, by=caller, at=MONDAY + 5 * HOUR, outcome="reached", words="好了", satisfied=True)
    take_step(case, "call-back", by=caller, at=MONDAY + 6 * HOUR, facts={"call-result": "已解决"})
    at[0] = MONDAY + timedelta(days=1)
    page = client.get(f"/follow/{token}/").content.decode()
    said = {"words": "只付了一半", "once": hidden(page.split('id="reopen"')[1], "once")}
    assert client.post(f"/follow/{token}/reopen/", said | {"words": " "}).status_code == 422
    assert [client.post(f"/follow/{token}/reopen/", said).status_code for _ in "xx"] == [302, 302]
    with scope("worker"):
        assert ReopenAsk.objects.count() == 1
    page = client.get(f"/follow/{token}/").content.decode()
    assert "只付了一半" in page and "已转给首问的人" in page and "/reopen/" not in page
    zhou = client_for(county, "zhou")
    assert "当事人说还没解决" in zhou.get("/inbox/").content.decode()
    page = zhou.get(f"/cases/{case.slug}/").content.decode()
    assert "只付了一半" in page and "/steps/reopen/?ask=" in page
    ask = re.search(r"reopen/\?ask=(\d+)", page)[1]
    assert "只付了一半" in zhou.get(f"/cases/{case.slug}/steps/reopen/?ask={ask}").content.decode()
    url = f"/cases/{case.slug}/reopen-asks/{ask}/"
    wen = client_for(county, "wen")
    assert wen.post(url, {"words": "不"}).content == wen.get("/cases/qs-2026-9999/").content
    assert zhou.post(url, {"words": ""}).status_code == 422
    assert zhou.post(url, {"words": "余款约定年底付"}).status_code == 302
    assert "余款约定年底付" in client.get(f"/follow/{token}/").content.decode()


def test_a_package_above_adds_a_part_to_the_case_page(county, at, monkeypatch):
    monkeypatch.setattr(panels, "_panels", dict(panels._panels))
    case, he = handling(county), client_for(county, "he")

    def read(row, key, actor, at):
        return {"rows": [], "may": False} if actor.username == "he" else None

    panels.register(panels.Panel("late", "后来的一栏", 90, "oversight/follow_ups.html", read))
    assert "后来的一栏" in he.get(f"/cases/{case.slug}/").content.decode()
    assert "后来的一栏" not in client_for(county, "zhou").get(f"/cases/{case.slug}/").content.decode()
    assert [panel.order for panel in panels.panels()] == sorted(panel.order for panel in panels.panels())


def test_the_board_lists_the_stuck_work_that_the_terminal_lists(county, at):
    from django.db import connection

    from jiefen.desk.supervise.queries import stuck_work
    from jiefen.kernel import outbox, stuck

    outbox.tell([1])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    assert [(name, n) for name, n, _since in stuck_work()] == [("步骤之后的文书、通知和统计", len(stuck.jobs()))] != []
