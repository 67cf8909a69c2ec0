"""Setting a sheet as PDF: tagged PDF/A-2a and PDF/UA-1, the same bytes for the same sheet and moment.

The compiler with its fonts stays in the process, so that only the first paper waits for them. It is not safe to use from
two threads at once; a lock lets one in. What is printed is handed over as JSON in `sys.inputs`, never pasted into source.
"""

import base64
import json
import threading
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from jiefen.papers.fonts import Fonts, found, shown_by
from jiefen.papers.glyphs import printable
from jiefen.papers.sheet import Sheet

SOURCE = Path(__file__).resolve().parent / "typst" / "paper.typ"
STANDARDS = ["a-2a", "ua-1"]
_lock = threading.Lock()
_kept: dict[Fonts, Any] = {}


def render(sheet: Sheet, *, at: datetime, author: str = "", mark: str = "") -> bytes:
    """One paper. `mark`: the reader's, in small print at the foot of every page. Raises NoFonts where the fonts are missing."""
    doc = {"sort": "paper", "title": sheet.title, "sheet": asdict(sheet)}
    return compiled(doc, at=at, author=author or sheet.unit, mark=mark)


def compiled(doc: dict[str, Any], *, at: datetime, author: str = "", archive: bool = True, mark: str = "") -> bytes:
    """Set a document of `typst/paper.typ`; `at` is the moment written into the file. Without `archive` it is tagged, but
    does not say that it is PDF/A (something will be joined to it)."""
    fonts = found()
    small, _lost = printable(mark, shown_by(fonts))
    whole = doc | {"fonts": list(fonts.families), "author": author[:200], "mark": small.replace("\n", " ")[:200]}
    with _lock:
        return bytes(
            _compiler(fonts).compile(
                format="pdf", sys_inputs={"doc": json.dumps(whole, ensure_ascii=False)}, pdf_standards=STANDARDS if archive else [],
                timestamp=int(at.timestamp()),
            )
        )  # fmt: skip


def _compiler(fonts: Fonts) -> Any:
    if fonts not in _kept:
        import typst  # heavy, and only needed where papers are set

        held = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=fonts.folders)
        _kept.clear()
        _kept[fonts] = typst.Compiler(
            input=str(SOURCE), root=str(SOURCE.parent), font_paths=held, ignore_system_fonts=True
        )
    return _kept[fonts]


def mark_page(mark: str, size: tuple[float, float], *, at: datetime) -> bytes:
    """An empty page of a size in points with the mark alone, to be laid over a page that somebody gave."""
    doc = {"sort": "mark", "title": "", "width": size[0], "height": size[1]}
    return compiled(doc, at=at, archive=False, mark=mark)


def as_picture(data: bytes, kind: str, size: tuple[int, int]) -> str:
    """An image for the compiler: an SVG that carries it. `size` in pixels."""
    width, height = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:{kind};base64,{base64.b64encode(data).decode()}"/></svg>'
    )
