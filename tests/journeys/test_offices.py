"""Several offices on one matter, and several people's matters handled together, in a browser."""

import pytest

from tests.journeys import offices, story
from tests.journeys.house import PHONE, Browser

pytestmark = pytest.mark.browser


def test_it_waits_for_every_office_and_hands_out_what_a_meeting_decided(browser: Browser) -> None:
    zhou, he = browser.signed_in("zhou"), browser.signed_in("he")
    helper, caller, su = (browser.signed_in(who) for who in (offices.HELPER_HEAD, offices.CALLER, "su"))
    words = f"去年八月到十二月在{offices.SITE}绑钢筋，干了74天，还差工资11840元没有给。"
    receipt = offices.bring(zhou, words, "赵桂芳", "13800006101")
    title = f"{offices.SITE}欠薪11840元"
    case = offices.open_matter(zhou, receipt["number"], title, "支付拖欠工资11840元", helper=offices.HELPER)
    story.take(he, case, "sign")
    offices.sign_for_help(helper)
    he.goto(case)
    assert he.locator(".relay li.is-done", has_text="签收").count() == 2  # each office signed for itself

    decided = "核对总包进度款台账，把欠付部分划入工资专户"
    meeting = offices.meet(su, case)
    offices.minute(su, meeting, decided)
    he.goto("/joint/")
    assert decided not in he.inner_text("main")  # the task is the other office's
    offices.do_task(helper, decided, "欠付24万元今日划入工资专户，回单存卷。")
    su.goto(meeting)
    assert "欠付24万元今日划入" in su.inner_text("main")

    story.take(he, case, "contact", **{"session-note": "已电话联系，核对工日74天"})
    offices.answer(he, case)
    story.take(he, case, "reply")
    offices.call(caller, case)
    refused = caller.locator(".move-no", has_text="回访确认").inner_text()
    assert "还有1项协办任务没有反馈" in refused and offices.HELPER in refused
    offices.answer_for_help(helper, "总包已足额收到进度款，凭证已交人社局。")
    story.take(caller, case, "call-back")
    assert "已办结" in caller.inner_text("main")


def test_it_joins_two_matters_answers_both_at_once_and_parts_them_as_they_were(browser: Browser) -> None:
    zhou, he = browser.signed_in("zhou"), browser.signed_in("he")
    place = "石桥村水库加固工地"
    told = (("骆秀珍", "13800006201", "6400"), ("罗贵生", "13800006202", "5200"))
    receipts, cases = [], []
    for name, phone, owed in told:
        words = f"三月到六月在{place}扎钢筋，拖欠工资{owed}元，包工头宋老板说等总包结账。"
        receipts.append(offices.bring(zhou, words, name, phone))
        cases.append(offices.open_matter(zhou, receipts[-1]["number"], f"{place}拖欠{owed}元", f"支付拖欠工资{owed}元"))
    lan = browser.page(size=PHONE)
    before = offices.card(lan, receipts[1])
    zhou.goto(f"{cases[1]}join/")
    assert f"{place}扎钢筋" in zhou.inner_text("section[aria-labelledby=h-likes]")  # the first is found as alike
    offices.join(zhou, *cases)
    joined = offices.card(lan, receipts[1])
    assert joined == before  # the receipt, the clock and what was asked stay this person's own
    assert "6400" not in lan.inner_text("main") and "骆" not in lan.inner_text("main")

    story.take(he, cases[0], "sign")
    story.sees(he, cases[1], ".case-head", "承办中")  # what the lead's office does is done here too
    offices.answer(he, cases[0], evidence=False)
    offices.answer_alike(he, cases[0])
    he.goto(cases[1])
    assert offices.PAID in he.inner_text("section[aria-labelledby=h-ans]")

    offices.part(zhou, cases[1])
    assert "已派单" in zhou.inner_text(".case-head")
    assert offices.PAID not in zhou.inner_text("section[aria-labelledby=h-ans]")  # it was the other matter's answer
    assert "后来撤回，不算" in zhou.inner_text(".trail")
    assert offices.card(lan, receipts[1]) == before
    he.goto(cases[0])
    assert "承办中" in he.inner_text(".case-head")


def test_what_two_offices_give_back_is_ruled_on_and_the_ruling_is_proposed_next_time(browser: Browser) -> None:
    zhou, he = browser.signed_in("zhou"), browser.signed_in("he")
    helper, ruler = browser.signed_in(offices.HELPER_HEAD), browser.signed_in(offices.RULER)
    told = "镇区公交站亭的顶棚掉了一块，在{}，等公交车的人怕再掉下来砸到。"
    receipt = offices.bring(zhou, told.format("供销社门口"), "乔桂芬", "13800006301")
    case = offices.open_matter(zhou, receipt["number"], "公交站亭顶棚脱落", "修好站亭顶棚", kind="1609")
    finish = offices.clock(zhou, case, "答复期限")
    offices.give_back(he, case, offices.HELPER, "人社部门没有养护站亭的职责")
    offices.redispatch(zhou, case, offices.HELPER, "请住建局看是不是市政设施")
    offices.give_back(helper, case, offices.RULED, "站亭不在市政移交清单里")
    offices.redispatch(zhou, case, offices.LEAD, "请人社局先接着办")
    offices.give_back(he, case, offices.RULED, "仍无这项职责")
    assert offices.clock(zhou, case, "答复期限") == finish  # nobody gained a day by giving it back
    assert (
        "只能裁定" in zhou.locator(".move-no", has_text="改派").inner_text()
    )  # the limit is reached: no further round
    ruler.goto("/rulings/")
    assert "公交站亭顶棚脱落" in ruler.inner_text("main")
    gist = "镇区公交站亭的养护由城市管理部门负责（城市道路管理条例）"
    offices.rule(ruler, case, offices.RULED, gist)
    zhou.goto(case)
    assert offices.RULED in zhou.inner_text("tr:has(.relay):last-child")

    again = offices.bring(zhou, told.format("镇中学门口"), "乔连生", "13800006302")
    story.sees(ruler, "/rulings/", "main", gist)
    zhou.goto(f"/intakes/{again['number']}/")
    zhou.select_option("#k", "1609")
    assert gist in zhou.inner_text("main")
