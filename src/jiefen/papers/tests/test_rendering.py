"""Every kind of paper on A4: tagged PDF/A, the same bytes again, the words as written, whatever they are."""

import io
import time

import pytest

from jiefen.papers import docx, fonts, pdf
from jiefen.papers.glyphs import GETA, printable
from jiefen.papers.kinds import STYLES, kind_of, kinds
from jiefen.papers.sheet import Sheet, numeral, sheet_of
from jiefen.papers.tests.paper_tools import RARE, WILD, example, needs_fonts, words_of
from jiefen.procedures.catalogue import vocabulary
from tests.world import MONDAY

pytestmark = pytest.mark.rules
PAPERS = vocabulary().papers
UNIT = "清和县人力资源和社会保障局"


def laid_out(kind: str, text: str = f"兰{RARE}", only: tuple[str, ...] = (), **more) -> Sheet:
    fields = {
        f["name"]: text if f["name"] in only else example(f, "某" if only else text) for f in PAPERS[kind]["fields"]
    }
    shown = fonts.shown_by(fonts.found()) if fonts.at_hand() else None
    return sheet_of(
        kind_of(kind),
        PAPERS[kind],
        fields,
        number="清人信受〔2026〕47号",
        made_at=MONDAY,
        unit=UNIT,
        shown=shown,
        **more,
    )


def test_the_table_says_how_each_kind_is_set():
    assert set(kinds()) == set(PAPERS)
    assert {k.style for k in kinds().values()} <= set(STYLES)
    for kind in kinds().values():
        names = {f["name"] for f in PAPERS[kind.kind]["fields"]} | {"你"}
        assert set(kind.to) <= names and kind.label == PAPERS[kind.kind]["label"]
        blanks = {part.split("}")[0] for text in (kind.opening, kind.closing) for part in text.split("{")[1:]}
        assert blanks <= names, (kind.kind, blanks - names)


def test_no_two_kinds_share_a_number():
    """文种代字 tells the kinds of one numbering apart."""
    seen: dict[tuple[str, str], str] = {}
    for name, words in PAPERS.items():
        if "{文种}" in words["numbering"]:
            key = (words["numbering"], kind_of(name).mark or words["label"])
            assert key not in seen, (name, seen[key])
            seen[key] = name


@needs_fonts
@pytest.mark.parametrize("kind", sorted(PAPERS))
def test_it_sets_every_kind(kind):
    data = pdf.render(laid_out(kind), at=MONDAY)
    text = words_of(data)
    assert PAPERS[kind]["label"] in text and RARE in text and "—1—" in text
    _is_archive(data)


def _is_archive(data: bytes) -> None:
    from pypdf import PdfReader

    root = PdfReader(io.BytesIO(data)).trailer["/Root"]
    meta = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in meta and "<pdfaid:conformance>A</pdfaid:conformance>" in meta
    assert "pdfuaid:part" in meta and root["/OutputIntents"] and root["/StructTreeRoot"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"].startswith("zh")


@needs_fonts
def test_it_is_the_official_page():
    """A4, 版心 156 × 225 mm from 37 and 28 mm, 22 lines of 28 characters of 16 pt (GB/T 9704)."""
    from pypdf import PdfReader

    words = {
        "label": "处理意见书",
        "fields": [{"name": "inquiry", "label": "调查情况", "type": "long"}],
        "signatures": [],
    }
    sheet = sheet_of(kind_of("handling-opinion"), words, {"inquiry": "字" * 28 * 60}, number="", made_at=MONDAY)
    page = PdfReader(io.BytesIO(pdf.render(sheet, at=MONDAY))).pages[1]
    assert [round(float(n) * 25.4 / 72) for n in page.mediabox] == [0, 0, 210, 297]
    lines: dict[int, list[tuple[float, int]]] = {}

    def visit(text, cm, tm, _font, _size):
        if "字" in text:
            lines.setdefault(round(cm[5] + tm[5] * cm[3]), []).append((cm[4] + tm[4] * cm[0], text.count("字")))

    page.extract_text(visitor_text=visit)
    assert len(lines) == 22, "22 lines a page"
    assert {sum(n for _x, n in row) for row in lines.values()} == {28}, "28 characters a line"
    assert abs(min(x for row in lines.values() for x, _n in row) * 25.4 / 72 - 28) < 1
    tops = sorted(lines, reverse=True)
    assert abs((tops[0] - tops[-1]) / 21 - 28.99) < 0.1


@needs_fonts
def test_the_same_paper_gives_the_same_bytes():
    first = pdf.render(laid_out("acceptance-notice"), at=MONDAY)
    pdf.render(laid_out("petition-register"), at=MONDAY)
    assert pdf.render(laid_out("acceptance-notice"), at=MONDAY) == first


@needs_fonts
def test_it_takes_no_longer_than_a_fifth_of_a_second_once_warm():
    sheet = laid_out("handling-opinion")
    pdf.render(sheet, at=MONDAY)
    taken = []
    for n in range(5):
        start = time.perf_counter()
        pdf.render(laid_out("handling-opinion", f"兰{RARE}{n}"), at=MONDAY)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.2, taken


@needs_fonts
@pytest.mark.parametrize("kind", ["handling-opinion", "petition-register", "mediation-record"])
def test_it_prints_what_looks_like_markup_as_written(kind):
    text = words_of(pdf.render(laid_out(kind, WILD), at=MONDAY))
    assert "".join(WILD.split()) in text


BAD = {
    "very long": "拖欠工资" * 1500,
    "very long without a break": "A" * 6_000,
    "controls": "甲\x00乙\x07丙\x1b[31m丁\x7f戊\u200e\u202e己\ufeff",
    "right to left": "兰 مرحبا بالعالم עברית 秀英",
    "four bytes": "𠮷𠮷野家👩‍👩‍👧‍👦🀄𝒜",
    "not a character": "甲\ud800乙\uffff丙\U0010ffff",
    "many lines": "一行\n" * 1000,
    "markup": WILD * 40,
    "combining": "e\u0301" * 300 + "\u0300" * 2000,
}


@needs_fonts
@pytest.mark.parametrize("name", BAD)
def test_it_never_falls_over_whatever_is_written(name):
    for kind, written in (
        ("handling-opinion", ("inquiry", "applicant", "unit")),
        ("petition-register", ("facts", "applicant-phone")),
    ):
        sheet = laid_out(kind, BAD[name], only=written)
        data = pdf.render(sheet, at=MONDAY)
        assert data.startswith(b"%PDF") and docx.render(sheet, at=MONDAY)[:2] == b"PK"


def test_it_names_what_no_font_shows_and_drops_what_steers():
    text, lost = printable("甲\x00乙\u202e丙א丁👩", set(map(ord, "甲乙丙丁")))
    assert text == f"甲乙丙{GETA}丁{GETA}" and lost == ["אU+05D0", "👩U+1F469"]
    assert printable("A" * 60, None)[0].replace("\u200b", "") == "A" * 60


@needs_fonts
def test_the_fonts_have_the_rare_characters_of_names():
    shown = fonts.shown_by(fonts.found())
    assert not [c for c in f"{RARE}{GETA}玥垚祎煊赟璟" if ord(c) not in shown]


def test_it_sets_the_body_in_fangsong_and_only_rare_characters_in_another():
    """The fonts that the file itself carries, and that each is embedded."""
    from pypdf import PdfReader

    if fonts.FAMILIES[fonts.FANG] not in (fonts.found().families if fonts.at_hand() else ()):
        pytest.skip("no 仿宋 on this machine; bin/assets --fang brings one")
    carried, said = {}, {}
    for page in PdfReader(io.BytesIO(pdf.render(laid_out("acceptance-notice"), at=MONDAY))).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font["/DescendantFonts"][0].get_object()
            carried[inner["/BaseFont"].split("+")[-1]] = set(inner["/FontDescriptor"]) & {"/FontFile2", "/FontFile3"}

        def visit(text, _cm, _tm, font, _size):
            said.setdefault(font["/BaseFont"].split("+")[-1] if font else "", []).append(text)

        page.extract_text(visitor_text=visit)
    assert any("FandolFang" in name for name in carried) and all(carried.values()), carried
    body = "".join(t for name, texts in said.items() if "FandolFang" in name for t in texts)
    other = "".join(t for name, texts in said.items() if "Bold" not in name and "Fandol" not in name for t in texts)
    assert "受理" in body and not set(RARE) & set(body) and set("".join(other.split())) <= set(RARE + "䶮"), other


def test_it_says_which_fonts_are_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "folders", lambda: (tmp_path,))
    assert not fonts.at_hand()
    with pytest.raises(fonts.NoFonts, match=r"bin/assets"):
        pdf.render(laid_out("acceptance-notice"), at=MONDAY)


def test_a_sentence_with_an_empty_blank_is_not_printed():
    words = PAPERS["extension-notice"]
    whole = sheet_of(
        kind_of("extension-notice"),
        words,
        {f["name"]: example(f, "某") for f in words["fields"]},
        number="",
        made_at=MONDAY,
    )
    assert whole.blocks[0].sort == "lead" and "延长3日" in whole.blocks[0].text and whole.to == "某："
    part = sheet_of(
        kind_of("extension-notice"), words, {"applicant": "兰秀英", "reason": "情况复杂"}, number="", made_at=MONDAY
    )
    assert [b.sort for b in part.blocks] == ["line", "end"] and part.blocks[0].text == "情况复杂"
    assert [numeral(n) for n in (1, 10, 11, 20, 21)] == ["一", "十", "十一", "二十", "二十一"]


def test_it_speaks_to_several_as_several():
    words = PAPERS["refusal-notice"]
    fields = {"applicant": "兰秀英等4人", "proposed-on": "2026年11月2日", "clause": "《信访工作条例》36"}
    sheet = sheet_of(kind_of("refusal-notice"), words, fields, number="", made_at=MONDAY)
    assert sheet.to == "兰秀英等4人：" and sheet.blocks[0].text.startswith("你们于2026年11月2日提出")


def test_the_word_file_says_the_same_in_the_faces_offices_have():
    from docx import Document

    sheet = laid_out("handling-opinion")
    made = Document(io.BytesIO(docx.render(sheet, at=MONDAY)))
    text = "".join(p.text for p in made.paragraphs)
    assert all(block.text in text for block in sheet.blocks) and sheet.unit in text and RARE in text
    section = made.sections[0]
    assert [
        round(n.mm) for n in (section.page_width, section.page_height, section.top_margin, section.left_margin)
    ] == [210, 297, 37, 28]
    body = next(p for p in made.paragraphs if RARE in p.text)
    assert 'w:eastAsia="仿宋_GB2312"' in body._p.xml
    assert docx.render(sheet, at=MONDAY) and "w:docGrid" in section._sectPr.xml
