"""What holds for every page: its width, its weight, who can use it, in which language, and who cannot see it."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.house import DESK, PHONE, Browser

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RUN_AXE = """
axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'], elementRef: false
})
"""
OFFICE = {
    "zhou": ("/desk/", "/register/", "/intakes/", "/cases/?scope=centre", "/tickets/"),
    "he": ("/desk/", "/cases/?scope=unit", "the wages", "the wages/correct/", "the wages/demands/3/"),
    "su": ("/desk/", "/supervise/"),
}
OPEN = ("/", "/say/", "/follow/", "/follow/lan/", "/signin/")
ALL = [(who, path) for who, paths in OFFICE.items() for path in paths] + [("", path) for path in OPEN]


def visit(browser: Browser, who: str, path: str, size: tuple[int, int]) -> Any:
    """A page of somebody at a size; `the wages` is Lan's case, `/follow/lan/` her own page."""
    page = browser.signed_in(who, size=size) if who else browser.page(size=size)
    if path.startswith("the wages"):
        page.goto("/cases/?scope=unit")
        path = path.replace(
            "the wages", page.locator("a.t", has_text="农贸市场改造工程").first.get_attribute("href").rstrip("/"), 1
        )
        path = path if path.endswith("/") else f"{path}/"
    answer = page.goto(path.replace("/follow/lan/", f"/follow/{browser.codes()['兰秀英']['token']}/"))
    assert answer.status == 200, path
    return page


def problems_of(page: Any, widths: tuple[int, ...]) -> dict[str, list[str]]:
    """What is too wide at which width, and what axe finds at the widths of a phone and of a desk."""
    found: dict[str, list[str]] = {}
    if AXE.exists():
        # The policy of our pages forbids foreign scripts, so axe comes in by the browser itself.
        page.evaluate(AXE.read_text(encoding="utf-8"))
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            found[f"too wide at {width}"] = [f"{over} px"]
        if AXE.exists() and width in (390, 1440):
            result = page.evaluate(RUN_AXE)
            found |= {f"{v['id']} at {width}": [n["target"][0] for n in v["nodes"]][:4] for v in result["violations"]}
    return found


@pytest.mark.parametrize(("who", "path"), ALL)
def test_it_never_scrolls_sideways_and_axe_finds_nothing(browser: Browser, who: str, path: str) -> None:
    page = visit(browser, who, path, DESK)
    found = problems_of(page, (320, 390, 1280, 1440))
    page.context.close()
    assert found == {}


def test_the_residents_page_weighs_little_and_brings_no_font(browser: Browser) -> None:
    page = browser.page(size=PHONE)
    weight: dict[str, int] = {}

    def weigh(response: Any) -> None:
        weight[response.url] = response.request.sizes()["responseBodySize"]

    page.on("requestfinished", lambda request: weigh(request.response()))
    page.goto(f"/follow/{browser.codes()['兰秀英']['token']}/")
    page.wait_for_load_state("networkidle")
    assert sum(weight.values()) <= 100_000, weight
    assert not [url for url in weight if re.search(r"\.(woff2?|ttf|otf)", url)]


CHINESE = re.compile(r"[\u4e00-\u9fff]")
CHROME = {
    "zhou": ("/desk/", ("nav.side", "h1, h2", "label, .form-label", "th", "button, .btn", ".today a")),
    "": ("/follow/lan/", ("h2", "dt", ".plain-foot a", "button, .btn", ".now-line")),
}


@pytest.mark.parametrize("who", list(CHROME))
def test_the_switch_leaves_no_chinese_in_what_is_ours(browser: Browser, who: str) -> None:
    path, parts = CHROME[who]
    page = visit(browser, who, path, DESK)
    page.click("form[action='/language/'] button[value=en]" if not who else ".who-menu summary")
    if who:
        page.click(".who-menu button[value=en]")
    page.wait_for_selector("html[lang=en]")
    left = {
        part: [
            text.strip() for text in page.locator(part).all_inner_texts() if CHINESE.search(text.replace("中文", ""))
        ]
        for part in parts
    }
    page.context.close()
    assert {part: texts for part, texts in left.items() if texts} == {}


def test_wen_gets_the_same_bytes_for_wrong_and_not_his(browser: Browser) -> None:
    case = visit(browser, "he", "the wages", DESK).url.removeprefix(browser.address)
    wen = browser.signed_in("wen")
    answers = [
        wen.context.request.get(path)
        for path in (case, "/cases/lh-2026-9999/", f"{case}correct/", "/cases/lh-2026-9999/correct/")
    ]
    assert {a.status for a in answers} == {404}
    assert len({a.body() for a in answers}) == 1


def test_wen_does_not_find_it_either(browser: Browser) -> None:
    page = visit(browser, "he", "the wages", DESK)
    number = page.locator(".case-head .quiet").inner_text().split("／")[-1].strip()
    wen = browser.signed_in("wen")
    wen.goto(f"/find/?q={number}")
    assert "没有找到" in wen.inner_text("main")
