"""In a browser: the other side hears nothing until a named person says so; a visit to the door; the number above."""

from typing import Any

import pytest

from tests.journeys import followup, offices, petition
from tests.journeys.house import DESK, PHONE, Browser
from tests.journeys.test_pages import problems_of

pytestmark = pytest.mark.browser
EACH_WAY = pytest.mark.parametrize(("scripts", "size"), [(True, DESK), (False, PHONE)], ids=["desk", "phone-plain"])


def test_it_tells_the_other_side_nothing_until_su_allows_it_and_again_when_she_takes_it_back(browser: Browser) -> None:
    zhou, su = browser.signed_in("zhou"), browser.signed_in("su", size=PHONE, scripts=False)
    case = followup.tell_of_harm(zhou, "13800006301")
    assert followup.SILENT in zhou.inner_text("main > [role=note], main [role=note]")
    followup.allow(su, case, "")
    assert "请写明为什么这样定" in su.inner_text("main [role=alert]") and followup.SILENT in su.inner_text("main")
    followup.allow(su, case, "本人住进娘家，女儿陪着，愿意让派出所告诫对方。")
    zhou.goto(case)
    assert followup.SILENT not in zhou.inner_text("main") and "同意告诉对方" in zhou.inner_text(".trail")
    followup.take_back(su, case, "对方找到了住处")
    zhou.goto(case)
    assert followup.SILENT in zhou.inner_text("main [role=note]") and "撤回，不再告诉对方" in zhou.inner_text(".trail")
    assert browser.signed_in("he").goto(f"{case}telling/").status == 404
    assert _clean(browser, "su", f"{case}telling/") == {}


@EACH_WAY
def test_a_visit_brings_what_she_says_to_whoever_decides(browser: Browser, scripts: bool, size: Any) -> None:
    def of(who: str) -> Any:
        return browser.signed_in(who, scripts=scripts, size=size)

    owed = "7311" if scripts else "6422"
    case, receipt = followup.answered(of("zhou"), of("he"), owed, "蓝小玉", f"1380000{owed}")
    what, said = f"问问{owed}元到账没有", f"钱没有到账，还差{owed}元。"
    followup.ask_to_go(of(offices.CALLER), case, what)
    ge = of("ge")
    followup.go_and_see(ge, what, said)
    assert what not in ge.inner_text("main")  # done, and not asked again
    su = of("su")
    su.goto("/follow-ups/again/")
    assert said in su.inner_text("main")
    lan = browser.page(size=PHONE, scripts=scripts)
    assert "有人上门问过您" in petition.her_page(lan, receipt) and said in lan.inner_text("main")
    he = of("he")
    he.goto(case)
    assert "现场.jpg" in he.inner_text("section[aria-labelledby=evidence]")
    assert he.goto("/follow-ups/visits/").status == 404


def test_a_petition_leaves_the_daily_list_only_by_the_number_above(browser: Browser) -> None:
    zhou = browser.signed_in("zhou")
    words = petition.WORDS.replace("三次", "五次")
    case = petition.walk_the_road(zhou, petition.bring(zhou, words, "13800007377")["number"])
    ours = zhou.inner_text(".case-head p").split("／")[-1].strip()
    assert "还没有" in zhou.inner_text("section[aria-labelledby=upper]")
    zhou.click("section[aria-labelledby=upper] a")
    assert zhou.url.endswith("/upper/national-petition/")
    pasted = dict(
        zip(zhou.locator("tbody th").all_inner_texts(), zhou.locator("tbody td.t").all_inner_texts(), strict=True)
    )
    rows = followup.rows_of(followup.pack(zhou))
    (mine,) = (row for row in rows if row["本地编号"] == ours)
    assert {k: v for k, v in mine.items() if v} == {k: v for k, v in pasted.items() if v != "—"}
    assert (mine["信访人姓名（名称）"], mine["联系电话"], mine["去向单位"]) == (
        "兰秀英",
        "13800007377",
        petition.OFFICE,
    )
    bad = followup.bring_back(zhou, followup.filled_in(rows, {ours: "第九号"}))
    assert "新填编号0件" in bad and "6到40位" in bad
    zhou.goto("/upper/")
    assert ours in zhou.inner_text("main")
    number = "XF20261122007377"
    assert "新填编号1件" in followup.bring_back(zhou, followup.filled_in(rows, {ours: number}))
    zhou.goto("/upper/")
    assert ours not in zhou.inner_text("main")
    zhou.goto(f"/search/?q={number}")
    assert zhou.url == case and number in zhou.inner_text("section[aria-labelledby=upper]")
    assert _clean(browser, "zhou", "/upper/") == _clean(browser, "zhou", f"{case}upper/national-petition/") == {}


def _clean(browser: Browser, who: str, path: str) -> dict[str, list[str]]:
    """What is wrong with somebody's page at either width."""
    page = browser.signed_in(who)
    assert page.goto(path).status == 200
    found = problems_of(page, (390, 1440))
    page.context.close()
    return found
