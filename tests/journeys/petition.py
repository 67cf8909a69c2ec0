"""What each person does in the story of a petition. The same moves with and without JavaScript, wide and narrow."""

import io
from datetime import timedelta
from typing import Any

from jiefen.kernel.clock import local_day, now
from tests.journeys import story

WORDS = "我是石桥村的，去年县里答应给失地务工人员的一次性生活补助4800元一直没有发，问了三次都说再等等，请帮我要回来。"
PHONE_NUMBER = "13800007312"
QUESTIONS = ("accusation", "suggestion", "in-court", "litigation", "arbitration", "party", "administrative", "duty")
OFFICE = "清和县人力资源和社会保障局"
HEAD, OFFICER = "rs1", "xf3"
"""The head of that office, and a petition officer of the county, in the demo."""


def back_on(page: Any, case: str) -> None:
    """Back on the case page; what the page says instead, where it is not."""
    try:
        page.wait_for_url(lambda url: url.partition("#")[0] == case)
    except Exception as late:
        raise AssertionError(f"{page.url}: {page.inner_text('main')[:1200]}") from late


def bring(zhou: Any, words: str = WORDS, phone: str = PHONE_NUMBER) -> dict[str, str]:
    """Lan tells it at the window; what she carries away."""
    zhou.goto("/register/")
    zhou.fill("#nm", story.TELLER)
    zhou.fill("#ph", phone)
    zhou.fill("#txt", words)
    zhou.click("button[name=print]")
    zhou.wait_for_url("**/receipt/")
    return story.receipt_of(zhou)


def walk_the_road(zhou: Any, number: str) -> str:
    """The questions one by one, all answered no; then it is a petition, and handed on. Returns the case's address."""
    zhou.goto(f"/intakes/{number}/")
    for n, question in enumerate(QUESTIONS):
        choice = zhou.locator(f"input[name=road-{question}][value=no]")
        if n == 0 and not choice.is_visible():
            zhou.click("#road > summary")
        if n == 1:  # the rest at once
            zhou.click(".ask-left > summary")
        zhou.check(f"#r-{question}-no")
        if n == 0:
            zhou.click("button[value=road]:not([aria-hidden])")
            zhou.wait_for_selector(f"#q-{QUESTIONS[1]}", state="attached")
    zhou.click("button[value=road]:not([aria-hidden])")
    zhou.wait_for_selector("#road-end")
    assert zhou.input_value("#pr") == "petition-claim"
    zhou.select_option("#k", "0705")
    zhou.select_option("#u", label=OFFICE)
    zhou.fill("#de", "发放一次性生活补助4800元")
    zhou.click("button[value=open]")
    zhou.wait_for_url(lambda url: "/cases/" in url)
    return str(zhou.url).partition("#")[0]


def accept(he: Any, case: str) -> None:
    """The office accepts by the answers given at the desk; the notice is made."""
    he.goto(f"{case}road/")
    he.check("#rd")
    he.click("button[value=take]")
    back_on(he, case)


def draft(page: Any, case: str, kind: str) -> str:
    """Whatever a paper still lacks is filled in; the paper's address."""
    page.goto(f"{case}draft/{kind}/")
    for box in page.locator("form [id^=f-]").all():
        if not box.input_value().strip():
            box.fill("已按规定核实，材料附后。")
    page.click("main button.btn-primary")
    page.wait_for_url(lambda url: "/papers/" in url)
    return str(page.url)


def ask(he: Any, case: str) -> None:
    """The office asks her for more, by a day, and says what happens without."""
    he.goto(f"{case}questions/ask/")
    he.fill("#te", "请补失地务工登记表的照片，用来核对人数。")
    he.fill("#du", (local_day(now()) + timedelta(days=12)).isoformat())
    he.check("#w-on-file")
    he.click("main button.btn-primary")
    he.wait_for_url(lambda url: "/questions/" not in url)


def her_page(lan: Any, receipt: dict[str, str]) -> str:
    """Her own page by the long code; its words."""
    lan.goto(f"/follow/{receipt['long'].replace('-', '')}/")
    return str(lan.inner_text("main"))


def answer(lan: Any, phone: str = PHONE_NUMBER) -> None:
    """She answers on her page, with a photo."""
    form = lan.locator("form[action$='/answer/']")
    form.locator("[name=words]").fill("登记表在这里，村里盖过章。")
    form.locator("[name=attachments]").set_input_files(
        files=[{"name": "登记表.txt", "mimeType": "text/plain", "buffer": "石桥村失地务工登记表，第12行。".encode()}]
    )
    _prove(form, phone)
    form.locator("button").click()
    lan.wait_for_load_state()


def _prove(form: Any, phone: str) -> None:
    """The second thing, where the form asks for it."""
    if form.locator("[name=second]").count():
        form.locator("[name=second]").fill(phone[-4:])


def answer_demand(he: Any, case: str) -> None:
    he.goto(f"{case}demands/1/")
    he.select_option("#o", "supported")
    he.fill("#r", "登记在册，应发一次性生活补助4800元，十日内打到本人卡上。")
    he.fill("#b", "《清和县失地务工人员生活补助办法》第六条")
    he.fill("#m", "可以自收到之日起三十日内向清和县人民政府请求复查")
    he.locator("form button.btn-primary").click()
    back_on(he, case)


def seal_image() -> bytes:
    """A round seal, drawn: a ring on a see-through ground."""
    from PIL import Image, ImageDraw

    image, out = Image.new("RGBA", (420, 420), (0, 0, 0, 0)), io.BytesIO()
    ImageDraw.Draw(image).ellipse((12, 12, 408, 408), outline=(178, 34, 34, 255), width=16)
    image.save(out, "PNG")
    return out.getvalue()


def give_the_office_its_seal(an: Any) -> None:
    """The administrator registers the seal's image; only the head of the office can set it."""
    an.goto("/admin/seals/")
    an.fill("#se_unit", OFFICE)
    an.set_input_files("#se_image", files=[{"name": "seal.png", "mimeType": "image/png", "buffer": seal_image()}])
    an.click("form[action='/admin/seals/upload/'] button")
    an.wait_for_url("**/admin/seals/")


def issue(head: Any, case: str) -> str:
    """The head drafts the opinion, seals it and issues it. Returns the paper's address."""
    paper = draft(head, case, "handling-opinion")
    head.click("form[action$='/seal/'] button")
    head.wait_for_load_state()
    head.goto(f"{case}steps/issue-opinion/")
    for box in head.locator("form input[type=checkbox]").all():
        box.check()
    if head.locator("form [name=outcome]").count():
        head.select_option("form [name=outcome]", "supported")
    assert "复查" in head.input_value("form [name=remedy-text]")  # the office's own wording, which nobody types
    assert head.locator("form [name=remedy-text]").is_disabled()
    head.locator("form button.btn-primary").click()
    back_on(head, case)
    return paper


def serve(he: Any, case: str, paper: str) -> None:
    """Handed over by He himself, with the signed slip; then the step."""
    he.goto(f"{case}deliver/?paper={paper.rstrip('/').split('/')[-1]}")
    he.select_option("#dt", "p1")
    he.select_option("#dw", "direct")
    he.set_input_files(
        "#df", files=[{"name": "送达回证.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 slip\n%%EOF"}]
    )
    he.locator("form button.btn-primary").click()
    he.wait_for_url(lambda url: "/deliver/" not in url)
    story.take(he, case, "serve")


def look_again_and_close(officer: Any, he: Any, case: str) -> None:
    """Her slip is put on file, the petition office looks again, and the office closes with what was carried out."""
    he.goto(case)
    he.set_input_files(
        "#ef", files=[{"name": "收条.txt", "mimeType": "text/plain", "buffer": "今收到生活补助4800元。".encode()}]
    )
    he.click("form[action$='/files/'] button")
    he.wait_for_load_state()
    story.take(officer, case, "second-look", reason="已与本人核对，款已到账")
    he.goto(f"{case}steps/close/")
    he.select_option("form [name=obligations_0]", "fulfilled")
    he.locator("form button.btn-primary").click()
    back_on(he, case)


def press_bind(he: Any, case: str) -> Any:
    """The one button under the papers; what the server answered: the dossier, or a page that names what is missing."""
    he.goto(case)
    with he.expect_response(lambda answer: answer.url.endswith("/dossier/")) as got:
        he.click("section[aria-labelledby=papers] a[href$='/dossier/']")
    return got.value


def judge(lan: Any, phone: str = PHONE_NUMBER) -> None:
    """She says on her page that it is not solved."""
    form = lan.locator("form[action$='/rate/']")
    form.locator("[name=solved][value=no]").check()
    form.locator("[name=satisfied][value=no]").check()
    form.locator("[name=words]").fill("答应了，可是钱还没到。")
    _prove(form, phone)
    form.locator("button").click()
    lan.wait_for_load_state()


def ask_for_review(officer: Any, case: str) -> None:
    """At the petition office she asks for a review, and the officer opens it for her, out of the opinion."""
    officer.goto(f"{case}open/")
    part = officer.locator("section", has=officer.locator("input[name=to][value=petition-review]"))
    part.locator("summary").click()
    part.locator("[name=for]").select_option("p1")
    part.locator("[name=new-facts]").fill("补助到今天没有到账。")
    part.locator("[name=reason]").fill("本人当面提出")
    part.locator("button").click()
    officer.wait_for_url(lambda url: "/open/" not in url)
