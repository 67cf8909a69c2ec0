"""What each person does in the story of the front door. The same moves with and without JavaScript."""

import re
from time import monotonic
from typing import Any

WORDS = (
    "我是石桥村的，今年三月到六月在柳河农贸市场改造工地扎钢筋，包工头说好一天300元，干了61天，"
    "还拖欠工资8300元，打了四次电话都说再等等，请帮我要回来。"
)  # fmt: skip
TELLER, PHONE_NUMBER = "兰秀英", "13800002061"
STROKES_A_CHARACTER = 3.5
"""Strokes a clerk needs for one Chinese character with a spelling keyboard, choosing included."""


class Keys:
    """A keyboard that counts. Nothing of the mouse is used through it."""

    def __init__(self, page: Any):
        self.page = page
        self.strokes = 0.0
        self.turns = 0

    def press(self, keys: str) -> None:
        """One key or chord: a turn of thought besides the stroke."""
        self.page.keyboard.press(keys)
        self.strokes += 1
        self.turns += 1

    def type(self, text: str) -> None:
        """Words as they are typed: a Chinese character costs several strokes."""
        self.page.keyboard.insert_text(text)
        self.strokes += sum(STROKES_A_CHARACTER if ord(c) > 0x2E7F else 1 for c in text)
        self.turns += 1

    def seconds(self) -> float:
        """By the keystroke-level model: 0.2 s a stroke for an ordinary typist, 1.35 s a turn of thought."""
        return self.strokes * 0.2 + self.turns * 1.35


def receipt_of(page: Any) -> dict[str, str]:
    """The codes on the receipt before us."""
    return {
        "number": re.search(r"/intakes/(\w+)/", page.url).group(1),  # type: ignore[union-attr]
        "short": page.locator(".code-big").inner_text().strip(),
        "long": page.locator(".code-long").inner_text().strip(),
    }


def register_by_keyboard(page: Any) -> tuple[dict[str, str], Keys]:
    """Zhou writes down what Lan says: the cursor is in the words when the page opens, two fields lie before it."""
    page.goto("/desk/")
    keys = Keys(page)
    assert page.evaluate("document.activeElement.id") == "txt"
    keys.type(WORDS)
    keys.press("Shift+Tab")  # who they are
    keys.press("Shift+Tab")
    assert page.evaluate("document.activeElement.id") == "ph"
    keys.type(PHONE_NUMBER)
    keys.press("Shift+Tab")
    assert page.evaluate("document.activeElement.id") == "nm"
    keys.type(TELLER)
    keys.press("Control+Enter")
    page.wait_for_url("**/receipt/")
    return receipt_of(page), keys


def register_with_the_mouse(page: Any, words: str) -> dict[str, str]:
    """The same by filling in and pressing the button: needs no script."""
    page.goto("/register/")
    page.fill("#nm", TELLER)
    page.fill("#ph", PHONE_NUMBER)
    page.fill("#txt", words)
    page.click("button[name=print]")
    page.wait_for_url("**/receipt/")
    return receipt_of(page)


def decide(page: Any, number: str) -> str:
    """Zhou takes the suggestion: opened and handed to the labour office. Returns the case's address."""
    page.goto(f"/intakes/{number}/")
    page.select_option("#u", label="清和县人力资源和社会保障局")
    page.fill("#de", "支付拖欠工资8300元")
    page.click("button[value=open]")
    page.wait_for_url("**/cases/*/")
    return page.url


def take(page: Any, case: str, step: str, **fields: str) -> None:
    """One step: from the case to its form, filled in and sent."""
    page.goto(f"{case}steps/{step}/")
    for box in page.locator("form input[type=checkbox][required], form input[type=checkbox]").all():
        box.check()
    for name, value in fields.items():
        page.fill(f"form [name={name}]", value)
    page.locator("form button.btn-primary").click()
    page.wait_for_url(lambda url: "/steps/" not in url)


def sees(page: Any, address: str, place: str, words: str, *, seconds: float = 60) -> None:
    """What the worker does shows a moment after the page that asked for it: look again until it does, and say what stands
    there where it never does."""
    end = monotonic() + seconds
    while True:
        page.goto(address)
        if words in (shown := page.inner_text(place)):
            return
        assert monotonic() < end, f"{words} not in: {shown}"
        page.wait_for_timeout(300)


def handle(page: Any, case: str) -> None:
    """He signs, gets in touch, answers the one demand, puts evidence beside it, and replies."""
    take(page, case, "sign")
    take(page, case, "contact", **{"session-note": "已电话联系，核对了工日"})
    page.goto(f"{case}demands/1/")
    page.select_option("#o", "supported")
    page.fill("#r", "总包已从工资专户支付8300元，本人已收到。")
    page.fill("#b", "《保障农民工工资支付条例》第三十条")
    page.fill("#m", "60日内申请行政复议")
    page.locator("form button.btn-primary").click()
    page.wait_for_url(case)
    page.set_input_files(
        "#ef", files=[{"name": "收条.txt", "mimeType": "text/plain", "buffer": "今收到工资8300元。".encode()}]
    )
    page.click("form[action$='/files/'] button")
    page.wait_for_load_state()
    take(page, case, "reply")


def follow_up(page: Any, case: str) -> None:
    """Somebody who had no hand in it calls, writes down the words, and closes."""
    page.goto(case)
    page.select_option("#fo", "reached")
    page.select_option("#fs", "yes")
    page.fill("#fw", "钱收到了，谢谢。")
    page.click("form[action$='/follow-ups/'] button")
    page.wait_for_load_state()
    take(page, case, "call-back")


def follow(page: Any, short: str) -> str:
    """Lan asks for her matter with the short code and the last digits of her phone. Returns the words of the page."""
    page.goto("/follow/")
    page.fill("[name=code]", short)
    page.fill("[name=second]", PHONE_NUMBER[-4:])
    page.click("form[action='/follow/'] button")
    page.wait_for_url("**/follow/open/")
    return page.inner_text("main")
