"""From a word in the box at the top of every page to the matter, in a browser."""

import re

import pytest

from tests.journeys.house import DESK, PHONE, Browser

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_word_typed_in_the_box_finds_narrows_and_opens_the_matter(browser: Browser, size: tuple[int, int]) -> None:
    page = browser.signed_in("zhou", size=size)
    page.goto("/desk/")
    if size == PHONE:
        page.click("a.find-phone")
        page.fill("#f-q", "拖欠工资")
        page.press("#f-q", "Enter")
    else:
        page.fill("form.find input", "拖欠工资")
        page.press("form.find input", "Enter")
    page.wait_for_url(re.compile(r"/search/\?q="))
    assert "拖欠工资" in page.locator(".finds mark").all_inner_texts()
    if size == PHONE:  # one line before the results, opened without scripts
        page.click(".narrows-line summary")
    narrow = page.locator(".narrows-line" if size == PHONE else ".narrows-beside").locator(".narrows a").first
    wanted = int(narrow.locator(".num").inner_text())
    narrow.click()
    page.wait_for_url(re.compile(r"[?&]state="))
    assert page.inner_text(".page-head").split("件")[0].endswith(str(wanted))
    assert page.locator(".finds li").count() == min(wanted, 20)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    number = page.locator(".finds .no").first.inner_text()
    page.locator(".finds a.t").first.click()
    page.wait_for_url(re.compile(r"/(cases|intakes)/"))
    assert number in page.inner_text("main")
