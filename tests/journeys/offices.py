"""What each person does where several offices, or several people's matters, come together."""

import re
from typing import Any

from jiefen.kernel.clock import local_day, now
from tests.journeys import story

LEAD, HELPER = "清和县人力资源和社会保障局", "清和县住房和城乡建设局"
HELPER_HEAD, CALLER, RULER = "zj1", "lh7", "lx3"
"""The head of the helping office, the follow-up caller of 柳河镇's centre, and who rules at the county's conference, in the demo."""
RULED = "清和县城市管理局"
PAID = "总包已从工资专户支付，本人已收到。"
SITE = "柳河镇石桥村小学教学楼工地"


def bring(zhou: Any, words: str, name: str, phone: str) -> dict[str, str]:
    """Somebody tells it at the window; what they carry away."""
    zhou.goto("/register/")
    zhou.fill("#nm", name)
    zhou.fill("#ph", phone)
    zhou.fill("#txt", words)
    zhou.click("button[name=print]")
    zhou.wait_for_url("**/receipt/")
    return story.receipt_of(zhou)


def open_matter(zhou: Any, number: str, title: str, demand: str, *, helper: str = "", kind: str = "0701") -> str:
    """Opened and handed on, with or without a helping office. Returns the case's address."""
    zhou.goto(f"/intakes/{number}/")
    zhou.select_option("#k", kind)
    zhou.select_option("#u", label=LEAD)
    zhou.select_option("#pr", "hotline-order")
    zhou.fill("#ti", title)
    zhou.fill("#de", demand)
    if helper:
        zhou.click("summary:has-text('协办、被反映方')")
        zhou.select_option("#he", label=helper)
    zhou.click("button[value=open]")
    zhou.wait_for_url(lambda url: "/cases/" in url)
    return str(zhou.url).partition("#")[0]


def press(page: Any, button: str) -> None:
    """A button that leads to a page; what the page says instead, where it refuses."""
    with page.expect_navigation():
        page.locator(button).first.click()
    assert not page.locator("main .refusal[role=alert]").count(), page.inner_text("main")[:1200]


def sign_for_help(page: Any) -> None:
    """The helping office signs its own part, from its own list."""
    page.goto("/joint/")
    page.locator(f"tr:has-text('{SITE}') a.btn").click()
    for box in page.locator("form input[type=checkbox]").all():
        box.check()
    press(page, "form button.btn-primary")


def answer_for_help(page: Any, words: str) -> None:
    """The helping office answers its own part."""
    page.goto("/joint/")
    page.locator(f"tr:has-text('{SITE}') a.btn").click()
    for box in page.locator("form input[type=checkbox]").all():
        box.check()
    page.fill("form [name=assignment-answer]", words)
    press(page, "form button.btn-primary")


def answer(he: Any, case: str, *, evidence: bool = True) -> None:
    """He answers the one demand, and puts evidence beside it."""
    he.goto(f"{case}demands/1/")
    he.select_option("#o", "supported")
    he.fill("#r", PAID)
    he.fill("#b", "《保障农民工工资支付条例》第三十条")
    he.fill("#m", "60日内申请行政复议")
    press(he, "form button.btn-primary")
    if evidence:
        prove(he, case)


def prove(he: Any, case: str) -> None:
    """A receipt beside the answer."""
    he.goto(case)
    he.set_input_files(
        "#ef", files=[{"name": "收条.txt", "mimeType": "text/plain", "buffer": f"今收到工资，{case}。".encode()}]
    )
    press(he, "form[action$='/files/'] button")


def meet(su: Any, case: str) -> str:
    """Su calls the two offices together for today. Returns the meeting's address."""
    su.goto(f"{case}meetings/")
    su.fill("[name=when]", f"{local_day(now()).isoformat()}T09:30")
    su.fill("[name=place]", "县综治中心三楼会议室")
    su.fill("[name=topic]", "总包付款与工资专户怎样衔接")
    for office in (LEAD, HELPER):
        su.locator(".seat-grid label", has_text=re.compile(f"^\\s*{office}\\s*$")).locator("input").check()
    press(su, "form button.btn-primary")
    return str(su.url)


def minute(su: Any, meeting: str, decided: str) -> None:
    """What was said and who came; one thing to do for the helping office."""
    su.goto(meeting)
    su.fill("#mb", "住建局核实总包已收进度款；人社局督促先行清偿。")
    su.fill("#mp", "何静（县人社局）、县住建局建管股负责人")
    su.locator("[name=d-words]").first.fill(decided)
    su.locator("[name=d-unit]").first.select_option(label=HELPER)
    su.locator("[name=d-due]").first.fill(local_day(now()).isoformat())
    press(su, "button:has-text('交纪要')")


def do_task(page: Any, decided: str, words: str) -> None:
    """The office says what it did about one thing that was decided."""
    page.goto("/joint/")
    row = page.locator("section[aria-labelledby=h-task] .rows > div", has_text=decided)
    row.locator("[name=words]").fill(words)
    with page.expect_navigation():
        row.locator("button").click()


def call(caller: Any, case: str) -> None:
    """Somebody who had no hand in it calls and writes down the words."""
    caller.goto(case)
    caller.select_option("#fo", "reached")
    caller.select_option("#fs", "yes")
    caller.fill("#fw", "钱收到了，谢谢。")
    press(caller, "form[action$='/follow-ups/'] button")


def card(lan: Any, receipt: dict[str, str]) -> tuple[str, str]:
    """What her own page says first: where it is, who has it, the last day; and what she asked."""
    lan.goto(f"/follow/{receipt['long'].replace('-', '')}/")
    words = lan.inner_text("main")
    now, _asked, rest = words.partition("您要的")
    return now, rest.partition("给您的文书")[0].partition("走过的每一步")[0]


def join(zhou: Any, lead: str, other: str) -> None:
    """From one case to the preview, the direction, and one case that leads."""
    slug = other.rstrip("/").split("/")[-1]
    zhou.goto(f"{lead}join/{slug}/?lead={lead.rstrip('/').split('/')[-1]}")
    zhou.fill("#why", "同一个工地、同一个总包、同一批工资。")
    press(zhou, "form button.btn-primary")


def answer_alike(he: Any, lead: str) -> None:
    """The lead's answer for everything that waits in the joined matters."""
    he.goto(f"{lead}join/answers/")
    for box in he.locator("[name=to]").all():
        box.check()
    press(he, "main form button.btn-primary")


def part(zhou: Any, case: str) -> None:
    """The two are parted again: what only the lead did is taken back."""
    zhou.goto(f"{case}join/undo/")
    zhou.fill("#why", "核对记工本，是两个工地。")
    press(zhou, "form button.btn-primary")


def clock(page: Any, case: str, label: str) -> str:
    """What a running clock of the case says."""
    page.goto(case)
    return str(page.locator(f".rows > div:has-text('{label}') > .d-flex").first.inner_text())


def give_back(page: Any, case: str, proper: str, why: str) -> None:
    """The office says which article does not make it theirs, and whose it is."""
    page.goto(f"{case}steps/return/")
    page.fill("[name=objection-reasons]", why)
    page.select_option("[name=proper-unit]", proper)
    page.fill("[name=reason]", why)
    press(page, "main form button.btn-primary")


def redispatch(zhou: Any, case: str, office: str, why: str) -> None:
    """The centre agrees, and hands it to the office that was named."""
    zhou.goto(f"{case}steps/redispatch/")
    zhou.select_option("[name=lead-unit]", label=office)
    zhou.fill("[name=reason]", why)
    press(zhou, "main form button.btn-primary")


def rule(ruler: Any, case: str, office: str, gist: str) -> None:
    """Who rules reads both sides, names the office, and writes what is kept for later matters of the kind."""
    ruler.goto(f"{case}ruling/")
    ruler.select_option("#ru", label=office)
    ruler.fill("#rw", gist)
    ruler.fill("#rr", "站亭在镇区道路红线以内，由城市管理部门养护；人社、住建都没有这项职责。")
    press(ruler, "main form button.btn-primary")
