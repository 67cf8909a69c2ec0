"""A sheet as a Word file for editing: the same words and margins, 仿宋_GB2312 and 方正小标宋 by name, as offices have them.

What somebody edits is no longer what is on file: the number stands on it, the seal does not.
"""

import io
from datetime import datetime
from typing import Any

from jiefen.papers.sheet import Block, Sheet

BODY, TITLE, HEAD = "仿宋_GB2312", "方正小标宋简体", "黑体"
SIZE, SMALL, LARGE, PITCH = 16, 14, 22, 28.99
"""Points: 3号, 4号, 2号; 225 mm for 22 lines (GB/T 9704)."""
TINY = 7.5


def render(sheet: Sheet, *, at: datetime, mark: str = "") -> bytes:
    """The sheet as .docx. `at` is the moment written into the file; `mark` the reader's, in the head of every page."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Mm

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(37),
        Mm(35),
        Mm(28),
        Mm(26),
    )
    section.footer_distance = Mm(28)
    _grid(section)
    about = document.core_properties
    about.title, about.author, about.language = sheet.title[:200], sheet.unit[:200], "zh-CN"
    about.created = about.modified = at.replace(tzinfo=None)
    about.last_modified_by, about.comments, about.revision = "", mark[:255], 1
    _style(document)
    _numbered_pages(section, ALIGN)
    if mark:
        _marked(section, mark, ALIGN)
    if sheet.void:
        _line(document, sheet.void, align=ALIGN.CENTER, size=SMALL)
    _line(document, sheet.title, align=ALIGN.CENTER, font=TITLE, size=LARGE, style="Heading 1")
    if sheet.number:
        _line(document, sheet.number, align=ALIGN.CENTER if sheet.style == "record" else ALIGN.RIGHT, size=SMALL)
    if sheet.to:
        _line(document, sheet.to)
    for n, block in enumerate(sheet.blocks, 1):
        _block(document, block, ALIGN, last=n == len(sheet.blocks))
    if sheet.rows:
        _table(document, sheet.rows)
    for sign in sheet.signs:
        _line(document, f"{sign}：", before=12)
    _end(document, sheet, ALIGN)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _block(document: Any, block: Block, align: Any, *, last: bool) -> None:
    if block.sort == "head":
        _line(document, block.text, font=HEAD, indent=True, style="Heading 2")
    else:
        between = "：" if block.sort == "line" else ""
        made = _line(document, f"{block.label}{between}{block.text}", indent=True, align=align.JUSTIFY)
        made.paragraph_format.keep_with_next = last  # no page holds a seal alone


def _end(document: Any, sheet: Sheet, align: Any) -> None:
    if sheet.unit:
        place = "（印章）" if sheet.seal_place else ""
        made = _line(document, f"{sheet.unit}{place}　　", align=align.RIGHT, before=PITCH)
        made.paragraph_format.keep_with_next = True
    if sheet.date:
        _line(document, f"{sheet.date}　　　　", align=align.RIGHT)


def _line(
    document: Any, text: str, *, align: Any = None, font: str = BODY, size: float = SIZE, indent: bool = False, before: float = 0,
    style: str = "",
) -> Any:  # fmt: skip
    from docx.shared import Pt

    paragraph = document.add_paragraph(style=style or None)
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after = Pt(before), Pt(0)
    shape.line_spacing = Pt(PITCH)
    if align is not None:
        paragraph.alignment = align
    if indent:
        shape.first_line_indent = Pt(2 * size)
    _run(paragraph, text, font, size)
    return paragraph


def _run(paragraph: Any, text: str, font: str, size: float) -> Any:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text.replace("\u200b", ""))
    run.font.name, run.font.size, run.font.bold, run.font.italic = font, Pt(size), False, False
    run.font.color.rgb = RGBColor(0, 0, 0)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _style(document: Any) -> None:
    """The body's font on the style as well, so that what is typed in looks the same."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = BODY, Pt(SIZE)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)


def _grid(section: Any) -> None:
    """22 lines a page (`w:docGrid`, twentieths of a point)."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(PITCH * 20)))
    section._sectPr.append(grid)


def _numbered_pages(section: Any, align: Any) -> None:
    """— 1 —, by a field that Word counts."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = align.CENTER
    _run(paragraph, "— ", "宋体", SMALL)
    run = _run(paragraph, "", "宋体", SMALL)
    for sort, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        piece = OxmlElement("w:fldChar" if sort else "w:instrText")
        if sort:
            piece.set(qn("w:fldCharType"), sort)
        else:
            piece.text = text
        run._element.append(piece)
    _run(paragraph, " —", "宋体", SMALL)


def _marked(section: Any, mark: str, align: Any) -> None:
    """The reader's mark in the head, within the top margin, so that the 22 lines of the page stay."""
    from docx.shared import Mm

    section.header_distance = Mm(15)
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = align.LEFT
    _run(paragraph, mark, "宋体", TINY)


def _table(document: Any, rows: list[tuple[str, list[str]]]) -> None:
    from docx.shared import Mm, Pt

    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.autofit = False
    table.columns[0].width, table.columns[1].width = Mm(42), Mm(114)
    for label, lines in rows:
        cells = table.add_row().cells
        for cell, width, texts in ((cells[0], 42, [label]), (cells[1], 114, lines)):
            cell.width = Mm(width)
            for n, text in enumerate(texts):
                paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
                paragraph.paragraph_format.space_after = Pt(0)
                paragraph.paragraph_format.line_spacing = Pt(22)
                _run(paragraph, text, BODY, SMALL)
