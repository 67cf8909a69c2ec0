"""What the tests of papers share: whether fonts are at hand, the words of a PDF, a field's example."""

import io
from typing import Any

import pytest

from jiefen.papers import fonts

needs_fonts = pytest.mark.skipif(not fonts.at_hand(), reason="the fonts of papers are missing; bin/assets brings them")
RARE = "喆堃䶮𠮷"
WILD = (
    '#eval(sys.inputs) $x^2$ *粗* _斜_ \\n `码` @谁 <标> //注 /*注*/ = 题 - 项 https://example.invalid [方] {花} "引"'
)


def words_of(pdf: bytes) -> str:
    """The text of a PDF, without its blanks and line breaks."""
    from pypdf import PdfReader

    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return "".join(text.split()).replace("\u200b", "")


def example(field: Any, text: str = f"兰{RARE}") -> Any:
    """A value of a field's type."""
    return {
        "list": [f"第一项，{text}", "第二项"], "long": f"第一段，{text}。\n第二段。", "flag": True, "count": 3, "date": "2026年11月5日",
        "money": "9,560元",
    }.get(field["type"], text)  # fmt: skip
