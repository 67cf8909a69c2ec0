"""A petition in a browser: from the window through the legal road to an opinion in her hand, and on to the review."""

import io
import re
from typing import Any

import pytest

from tests.journeys import petition, story
from tests.journeys.house import DESK, PHONE, Browser
from tests.journeys.test_pages import problems_of

pytestmark = pytest.mark.browser


class Story:
    """One petition as far as it has been walked, and the papers it made."""

    def __init__(self, browser: Browser, *, scripts: bool, size: tuple[int, int]):
        self.browser, self.scripts, self.size = browser, scripts, size
        self.lan = browser.page(size=PHONE, scripts=scripts)
        self.receipt: dict[str, str] = {}
        self.case = self.paper = ""
        # Another person each time: what is being handled already is not accepted a second time.
        self.phone = petition.PHONE_NUMBER if scripts else "13800007319"

    def of(self, who: str) -> Any:
        return self.browser.signed_in(who, scripts=self.scripts, size=self.size)

    def to_the_office(self) -> None:
        zhou = self.of("zhou")
        self.receipt = petition.bring(
            zhou, petition.WORDS if self.scripts else petition.WORDS.replace("三次", "四次"), self.phone
        )
        self.case = petition.walk_the_road(zhou, self.receipt["number"])

    def to_the_question(self) -> None:
        he = self.of("he")
        petition.accept(he, self.case)
        petition.draft(he, self.case, "investigation-record")
        story.take(he, self.case, "investigate", **{"session-note": "听取陈述，到村里核对了登记表"})
        petition.ask(he, self.case)

    def to_her_hand(self) -> None:
        he = self.of("he")
        petition.answer_demand(he, self.case)
        self.paper = petition.issue(self.of(petition.HEAD), self.case)
        petition.serve(he, self.case, self.paper)


@pytest.fixture(scope="module")
def seal(browser: Browser) -> None:
    """The office has its seal."""
    petition.give_the_office_its_seal(browser.signed_in("an"))


def whole_dossier(data: bytes) -> None:
    """Cover, index and every paper in one tagged archive, its body in FandolFang or what stands in for it, embedded."""
    from pypdf import PdfReader

    pdf: Any = PdfReader(io.BytesIO(data))
    names = [part["/Title"] for part in pdf.outline if isinstance(part, dict)]
    wanted = ("卷宗", "卷内目录", "信访登记表", "受理告知书", "调查记录", "处理意见书", "送达回证", "办结报告")
    assert names[:2] == list(wanted[:2]) and set(wanted) <= set(names) and len(pdf.pages) >= len(names)
    index = pdf.pages[1].extract_text()
    assert all(name in index for name in wanted[2:]) and "收条.txt" in index
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root and root["/Lang"] == "zh-CN"
    assert b"<pdfaid:conformance>A" in root["/Metadata"].get_data()
    fonts = [font.get_object() for page in pdf.pages for font in page["/Resources"]["/Font"].values()]
    assert any(re.search("Fang|Serif", font["/BaseFont"]) for font in fonts)
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object()), font["/BaseFont"]


def walk(told: Story) -> None:
    """From the window to the review, looking at her page wherever something waits for her."""
    told.to_the_office()
    told.to_the_question()
    waits = petition.her_page(told.lan, told.receipt)
    assert "请补失地务工登记表" in waits and "第12行" not in waits
    petition.answer(told.lan, told.phone)
    told.to_her_hand()
    words = petition.her_page(told.lan, told.receipt)
    assert "应发一次性生活补助4800元" in words
    assert re.search(r"复查.{0,40}\d+年\d+月\d+日|最晚.{0,12}\d+年\d+月\d+日", words, re.S), (
        "her review window has its last day"
    )
    petition.judge(told.lan, told.phone)
    assert "走复查" in petition.her_page(told.lan, told.receipt)
    petition.ask_for_review(told.of(petition.OFFICER), told.case)
    he = told.of("he")
    he.goto(told.case)
    assert "复查" in he.inner_text("main")


def test_it_walks_a_petition_from_the_window_to_the_review(browser: Browser, seal: None) -> None:
    told = Story(browser, scripts=True, size=DESK)
    walk(told)
    lan = told.lan
    petition.her_page(lan, told.receipt)
    lan.click("a:has-text('处理意见书')")
    assert "4800元" in lan.inner_text("main")
    he = told.of("he")
    assert petition.press_bind(he, told.case).status == 422
    missing = he.inner_text("main ul")
    assert missing.strip() == "缺《办结报告》"
    petition.look_again_and_close(told.of(petition.OFFICER), he, told.case)
    assert petition.press_bind(he, told.case).headers["content-type"] == "application/pdf"
    whole_dossier(he.context.request.get(f"{told.case}dossier/").body())


def test_it_walks_the_same_way_on_a_phone_without_javascript_and_axe_finds_nothing(
    browser: Browser, seal: None
) -> None:
    told = Story(browser, scripts=False, size=PHONE)
    walk(told)
    code = told.receipt["long"].replace("-", "")
    seen = {
        "zhou": (f"/intakes/{told.receipt['number']}/",),
        "he": (
            told.case,
            f"{told.case}questions/ask/",
            f"{told.case}deliver/",
            f"{told.case}draft/investigation-record/",
        ),
        petition.HEAD: (told.paper,),
        petition.OFFICER: (f"{told.case}open/", "/roads/"),
        "": (f"/follow/{code}/",),
    }
    found = {}
    for who, paths in seen.items():
        page = browser.signed_in(who, size=PHONE) if who else browser.page(size=PHONE)
        for path in paths:
            assert page.goto(path).status == 200, path
            found |= {f"{path} {what}": where for what, where in problems_of(page, (390, 1440)).items()}
        page.context.close()
    assert found == {}
