"""From the spoken word to the answer, in a browser."""

import pytest

from tests.journeys import story
from tests.journeys.house import PHONE, Browser

pytestmark = pytest.mark.browser

CALLER = "lh7"
"""The follow-up caller of 柳河镇's centre in the demo county."""


def the_rest(browser: Browser, receipt: dict[str, str], *, scripts: bool) -> str:
    """From the receipt to the answer. Returns what Lan reads at the end."""
    case = story.decide(browser.signed_in("zhou", scripts=scripts), receipt["number"])
    lan = browser.page(size=PHONE, scripts=scripts)
    assert "等它签收" in story.follow(lan, receipt["short"])
    story.handle(browser.signed_in("he", scripts=scripts), case)
    assert "8300元" in story.follow(lan, receipt["short"])
    story.follow_up(browser.signed_in(CALLER, scripts=scripts), case)
    return story.follow(lan, receipt["short"])


def test_it_takes_a_spoken_matter_by_keyboard_in_under_two_minutes_and_brings_back_the_answer(browser: Browser) -> None:
    receipt, keys = story.register_by_keyboard(browser.signed_in("zhou"))
    assert receipt["short"].startswith("LH-") and len(receipt["long"].replace("-", "")) == 13
    assert keys.seconds() < 120, f"{keys.strokes:.0f} strokes, {keys.turns} turns"
    words = the_rest(browser, receipt, scripts=True)
    assert "办结了" in words
    assert "总包已从工资专户支付8300元" in words and "何静" in words  # the answer, and who read her file


def test_it_walks_the_same_way_without_javascript(browser: Browser) -> None:
    zhou = browser.signed_in("zhou", scripts=False)
    receipt = story.register_with_the_mouse(zhou, story.WORDS.replace("61天", "62天"))
    assert "办结了" in the_rest(browser, receipt, scripts=False)


def test_it_suggests_while_the_words_are_typed(browser: Browser) -> None:
    page = browser.signed_in("zhou")
    page.goto("/desk/")
    page.keyboard.type("我在农贸市场工地干活，工头拖欠工资9560元。")
    page.wait_for_selector("#suggestions .guess.is-taken")
    said = page.inner_text("#suggestions")
    assert "工资" in said and "依分派表" in page.text_content("#suggestions")


def test_it_takes_and_drops_what_the_words_tell_by_mouse_and_by_keyboard(browser: Browser) -> None:
    page = browser.signed_in("zhou")
    page.goto("/register/")
    page.focus("#txt")
    page.keyboard.type("我叫兰秀英，电话13800002061。包工头刘美凤拖欠工资9560元，我们37户一块去找过。")
    page.locator(".fact:has-text('9,560') [data-take]").click()
    page.wait_for_timeout(900)  # what was asked for while leaving the words has come by now
    assert page.input_value("[name=amount]") == "9560" and page.locator("[name=amount]").is_visible()
    assert page.locator(".fact.is-taken").count() == 1 and page.locator(".fact:has-text('1元')").count() == 0
    page.focus("#txt")
    page.keyboard.type("谢谢。")
    page.locator(".fact:has-text('13800002061') [data-take]").focus()
    page.keyboard.press("Enter")
    page.locator(".fact:has-text('刘美凤') [data-drop]").focus()
    page.keyboard.press("Space")
    page.wait_for_timeout(900)
    assert page.input_value("[name=phone]") == "13800002061"
    assert page.locator(".fact:has-text('刘美凤')").count() == 0 and page.locator(".fact.is-taken").count() == 2
    assert page.evaluate("Boolean(document.activeElement.closest('[data-fact]'))")
    assert page.input_value("[name=facts_dropped]") == "person:刘美凤"


def test_it_shows_lan_and_shi_of_the_demo_each_their_own_matter(browser: Browser) -> None:
    codes = browser.codes()
    assert set(codes) == {"兰秀英", "石建国"}
    pages = {}
    for name, code in codes.items():
        page = browser.page(size=PHONE)
        page.goto(f"/follow/{code['token']}/")
        pages[name] = page.inner_text("main")
    assert "38600元" in pages["兰秀英"] and "38600元" not in pages["石建国"]
    assert "146000元" in pages["石建国"] and "146000元" not in pages["兰秀英"]
