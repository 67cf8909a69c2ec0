"""Binding a case: cover, index with page numbers, every paper, pictures, and other people's PDFs behind, in one file.

What must be there is the procedure's own list (`engine.dossier`); what is missing, or not filled in, is named. Papers and
pictures are set in one go, tagged and as PDF/A; a PDF that somebody gave is joined behind as it is, and then the whole no
longer says that it is PDF/A.
"""

import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from jiefen.cases.models import Case
from jiefen.cases.standing import standing_of
from jiefen.files.actions import BadFile, name_of, read
from jiefen.files.models import StoredFile
from jiefen.files.queries import held_by
from jiefen.kernel.clock import local
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.papers import fonts, pdf
from jiefen.papers.actions.filing import missing
from jiefen.papers.kinds import kind_of
from jiefen.papers.models import Paper
from jiefen.papers.printing import READS_WITH, sheet_for
from jiefen.papers.queries import kinds_on_file, on_file
from jiefen.papers.sheet import day, sheet_of
from jiefen.procedures.catalogue import procedure, vocabulary
from jiefen.procedures.engine import dossier

DRAWN = frozenset({"dossier-cover", "dossier-index"})
"""Papers that binding draws itself."""
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
PIXELS = 1600
"""The longer side of a picture in a dossier: 195 mm at some 200 dots an inch."""
MOST_DOTS = 80_000_000  # of a picture somebody gave: a few bytes can claim a billion
MOST_PAGES = 2000


class NotBound(ValueError):
    """The dossier is not whole. `missing` are sentences, one for each thing."""

    def __init__(self, missing: list[str]):
        super().__init__("；".join(missing))
        self.missing = missing


@dataclass(slots=True)
class _Parts:
    """What goes in: rows of the index, and the PDFs joined behind."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    behind: list[Any] = field(default_factory=list)
    pages_behind: int = 0


def lacking(case: Case) -> list[str]:
    """What the dossier still lacks, a sentence each; empty where it can be bound."""
    with scope("worker"):
        return _lacking(case, open_row(case.key), list(on_file(case).filter(void_at=None)))


def _lacking(case: Case, key: Key, papers: list[Paper]) -> list[str]:
    labels = {name: paper["label"] for name, paper in vocabulary().papers.items()}
    rows = dossier(
        procedure(case.procedure, case.version), taken={h.name for h in standing_of(case).history},
        papers=kinds_on_file(case) | DRAWN, labels=labels,
    )  # fmt: skip
    found = [f"缺《{row['label']}》" for row in rows if not row["on_file"]]
    for paper in papers:
        if paper.kind in DRAWN or paper.kind not in labels:
            continue
        if empty := missing(paper.kind, key.open(paper.fields, field="paper") or {}):
            found.append(f"《{labels[paper.kind]}》（{paper.number}）还没有填：{'、'.join(empty)}")
    return found


def bind(case: Case, at: datetime, *, mark: str = "") -> bytes:
    """The dossier of a case as one PDF. `mark`: the reader's, on every page, on those that somebody gave too. Raises NotBound naming what is missing, NoFonts, Sealed."""
    fonts.found()
    with scope("worker"):
        case = Case.objects.select_related("key", "area", "lead_unit", "centre", "responsible").get(pk=case.pk)
        key = open_row(case.key)
        papers = list(on_file(case).select_related(*READS_WITH))
        if gaps := _lacking(case, key, [p for p in papers if p.void_at is None]):
            raise NotBound(gaps)
        parts = _Parts()
        for paper in papers:
            if paper.kind not in DRAWN:
                _add_paper(parts, paper, key)
        for file in held_by(f"case:{case.pk}"):
            _add_file(parts, file)
        cover = asdict(_cover(case, key, at))
    title = f"卷宗 {case.number}"
    author = (case.lead_unit or case.centre).name
    whole = {"sort": "dossier", "title": title, "cover": cover, "parts": parts.rows}
    if not parts.behind:
        return pdf.compiled(whole, at=at, author=author, mark=mark)
    front = pdf.compiled(whole, at=at, author=author, archive=False, mark=mark)
    return _joined(front, parts.behind, mark, at)


def _add_paper(parts: _Parts, paper: Paper, key: Key) -> None:
    sheet = sheet_for(paper, key)
    void = paper.void_at is not None
    parts.rows.append(
        {"label": sheet.title, "number": sheet.number, "page": "" if void else "own", "offset": 0,
         "remark": "已作废，号码保留" if void else "", "sheet": asdict(sheet)}
    )  # fmt: skip


def _add_file(parts: _Parts, file: StoredFile) -> None:
    """A picture gets a page, a PDF is joined behind, anything else is named."""
    name = name_of(file)
    row: dict[str, Any] = {
        "label": name[:60],
        "number": "",
        "page": "",
        "offset": 0,
        "remark": f"{day(file.received_at)}收到",
    }
    try:
        if file.kind in PICTURES:
            row |= {"page": "own", "image": _picture(read(file))}
        elif file.kind == "application/pdf":
            reader = _pages(read(file))
            row |= {"page": "after", "offset": parts.pages_behind + 1}
            parts.behind.append(reader)
            parts.pages_behind += len(reader.pages)
        else:
            row["remark"] = "电子文件，另存"
    except BadFile:
        row["remark"] = "与收到时不一致，未装入"
    except Exception:  # whatever a broken file of somebody's makes a reader raise
        row["remark"] = "打不开，另存"
    parts.rows.append(row)


def _picture(data: bytes) -> str:
    """A picture, upright and no larger than paper can show, for the compiler."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data)) as image:
        if image.width * image.height > MOST_DOTS:
            raise ValueError("a picture that unpacks to more than a machine should hold")
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((PIXELS, PIXELS))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=82)
    return pdf.as_picture(out.getvalue(), "image/jpeg", upright.size)


def _pages(data: bytes) -> Any:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted or not 0 < len(reader.pages) <= MOST_PAGES:
        raise ValueError("no page can be read, or more than a volume holds")
    for page in reader.pages:
        _ = page.mediabox
    return reader


def _joined(front: bytes, behind: list[Any], mark: str, at: datetime) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(front))
    own = len(writer.pages)
    for reader in behind:
        writer.append(reader, import_outline=False)
    if mark:
        _mark(writer.pages[own:], mark, at)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _mark(pages: Iterable[Any], mark: str, at: datetime) -> None:
    """The mark over pages that somebody gave, at the foot as one looks at them. One is set for each size of page."""
    from pypdf import PdfReader, Transformation

    laid: dict[tuple[float, float], Any] = {}
    for page in pages:
        page.transfer_rotation_to_content()
        box = page.cropbox
        size = (round(float(box.width), 1), round(float(box.height), 1))
        if size not in laid:
            laid[size] = PdfReader(io.BytesIO(pdf.mark_page(mark, size, at=at))).pages[0]
        page.merge_transformed_page(laid[size], Transformation().translate(float(box.left), float(box.bottom)))


def _cover(case: Case, key: Key, at: datetime) -> Any:
    """卷宗封面: what the record knows; who files it signs."""
    words = vocabulary().papers["dossier-cover"]
    unit = case.lead_unit or case.centre
    ended = case.ended_at or at
    fields = {
        "volume": key.open(case.title, field="case.title"), "volume-no": case.number,
        "mediator": case.responsible.name if case.responsible else "", "from": day(case.opened_at), "to": day(ended),
        "filed-on": f"{local(at):%Y年%-m月%-d日}", "unit": unit.name, "remark": procedure(case.procedure, case.version).label,
    }  # fmt: skip
    labels = {"mediator": "承办人", "remark": "办理程序"}
    shown = [f if f["name"] not in labels else {**f, "label": labels[f["name"]]} for f in words["fields"]]
    return sheet_of(
        kind_of("dossier-cover"), {**words, "label": "卷宗", "fields": shown}, fields, number="", made_at=at, unit=unit.name,
        shown=fonts.shown_by(fonts.found()),
    )  # fmt: skip
