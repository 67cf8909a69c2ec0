"""One click binds a case, or says what is missing."""

import io

import pytest
from PIL import Image

from jiefen.files.actions import store
from jiefen.kernel.scope import scope
from jiefen.papers.actions import void
from jiefen.papers.dossier import NotBound, bind, lacking
from jiefen.papers.models import Paper
from jiefen.papers.tests.paper_tools import needs_fonts
from jiefen.papers.tests.papers_walk import OPINION, to_opinion

pytestmark = needs_fonts


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def pages(data: bytes) -> list[str]:
    from pypdf import PdfReader

    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def ended(county):
    w = to_opinion(county)
    w.step("issue-opinion", "he_head")
    w.served()
    w.evidence_at = w.at
    return w


def keep(w, data: bytes, name: str) -> None:
    store(data, name, holder=f"case:{w.case.pk}", key_id=w.fresh().key_id, given_by="resident", at=w.at)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2400, 1200), "#8899aa").save(out, "JPEG")
    return out.getvalue()


def blank_pdf(n: int) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for _ in range(n):
        writer.add_blank_page(595, 842)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_it_names_what_is_missing(county):
    w = to_opinion(county)
    with pytest.raises(NotBound) as no:
        bind(w.case, w.at)
    assert no.value.missing == ["缺《送达回证》", "缺《办结报告》"] == lacking(w.case)
    w.step("call-hearing", "he_head")
    assert any("听证通知书" in one and "时间、地点" in one for one in lacking(w.case))


def test_it_binds_cover_index_papers_pictures_and_pdfs(county):
    w = ended(county)
    first = Paper.objects.filter(case=w.case, kind="handling-opinion").latest("pk")
    assert first.number.endswith("1号")
    keep(w, picture(), "欠条.jpg")
    keep(w, blank_pdf(3), "工资表.pdf")
    keep(w, b"a note, spoken down", "通话记录.txt")
    keep(w, b"%PDF-1.4 broken\n%%EOF", "坏的.pdf")
    w.step("second-look", "officer")
    w.step("close", "he", obligations=[{"demand": 1, "state": "fulfilled"}])
    data = bind(w.case, w.at)
    text = pages(data)
    assert "卷宗" in text[0] and w.case.number.replace(" ", "") in text[0] and "卷内目录" in text[1]
    whole = "".join(text)
    for label in (
        "信访登记表",
        "受理告知书",
        "调查记录",
        "处理意见书",
        "送达回证",
        "办结报告",
        "欠条.jpg",
        "工资表.pdf",
    ):
        assert label in text[1], label
    assert "电子文件，另存" in text[1] and "打不开，另存" in text[1] and OPINION["opinion"] in whole
    assert text[-3:] == ["", "", ""], "the three pages of somebody's PDF stand behind"
    own = len(text) - 3
    opinion = next(n for n, page in enumerate(text, 1) if "处理意见书" in page and n > 2)
    assert f"{first.number}{opinion}" in text[1], "the index names the page it begins on"
    assert f"工资表.pdf{own + 1}" in text[1]


def test_without_foreign_pdfs_it_is_an_archive_and_the_same_again(county):
    from pypdf import PdfReader

    w = ended(county)
    keep(w, picture(), "欠条.jpg")
    w.step("second-look", "officer")
    w.step("close", "he", obligations=[{"demand": 1, "state": "fulfilled"}])
    data = bind(w.case, w.at)
    assert data == bind(w.case, w.at)
    root = PdfReader(io.BytesIO(data)).trailer["/Root"]
    assert b"<pdfaid:part>2" in root["/Metadata"].get_object().get_data() and root["/StructTreeRoot"]


def test_a_voided_paper_stands_in_the_index_and_not_between_the_papers(county):
    w = to_opinion(county)
    void(Paper.objects.get(case=w.case, kind="handling-opinion"), by=county.actor("he_head"), at=w.at, reason="写错")
    w.paper("handling-opinion", "he_head", **OPINION)
    w.step("issue-opinion", "he_head")
    w.served()
    w.evidence()
    w.step("second-look", "officer")
    w.step("close", "he", obligations=[{"demand": 1, "state": "fulfilled"}])
    text = pages(bind(w.case, w.at))
    assert "已作废，号码保留" in text[1]
    assert sum(page.startswith("处理意见书") for page in text) == 1
