"""A talk with one side alone in a browser: the mediator and that side, each with their own page, and nothing for the other side."""

import pytest

from tests.journeys import lane
from tests.journeys.house import DESK, PHONE, Browser
from tests.journeys.test_pages import problems_of
from tests.kill.house import House

pytestmark = pytest.mark.browser


def test_ming_and_lan_talk_alone_and_shi_sees_nothing_of_it(browser: Browser, demo_house: House) -> None:
    where = lane.in_session(demo_house)
    ming, lan, shi = browser.signed_in("ming", size=DESK), browser.page(size=PHONE), browser.page(size=PHONE)
    before = lane.opened(shi, where["shi"], "shi")
    shi.goto(where["shi"])
    trail = shi.inner_text(".trail")
    lane.note(ming, where["case"], "p1", "她说最低八千五，签字当天给就算了", "8500")

    assert "她说最低八千五" in lane.opened(lan, where["lan"], "lan") and "8,500元" in lan.inner_text("main")
    link = lan.request.get(f"{where['lan']}alone/")
    assert link.ok and "她说最低八千五" not in link.text(), "the link alone shows nothing"
    said = lane.say(lan, "lan", "不想闹上法庭，八千也行", "8000")
    assert "记下了，只有您和调解员看得到" in said and "不想闹上法庭" in said
    assert problems_of(lan, (320, PHONE[0])) == {}
    ming.goto(f"{where['case']}mediation/alone/")
    answered = ming.inner_text("#p1")
    assert "不想闹上法庭" in answered and "本人凭码" in answered and "八千" not in ming.inner_text("#p2")

    assert lane.opened(shi, where["shi"], "shi") == before
    assert "八千" not in shi.goto(where["shi"]).text() and shi.inner_text(".trail") == trail
