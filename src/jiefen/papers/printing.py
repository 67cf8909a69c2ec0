"""A paper on file as a sheet, a PDF or a Word file. The same paper gives the same bytes until something happens to it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from jiefen.files.actions import read
from jiefen.files.models import StoredFile
from jiefen.kernel.clock import local
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key
from jiefen.papers import docx, fonts, pdf
from jiefen.papers.kinds import kind_of
from jiefen.papers.models import Paper, UnitSeal
from jiefen.papers.sheet import Sheet, sheet_of
from jiefen.procedures.catalogue import vocabulary

READS_WITH = ("unit", "void_by", "seal", "seal_by")
"""What a paper is read with, so that setting it asks nothing more."""


def sheet_for(paper: Paper, key: Key, *, with_seal: bool = True) -> Sheet:
    """A paper laid out. Where the fonts are at hand, what they cannot show is 〓 and named in `lost`."""
    words = vocabulary().papers.get(paper.kind) or {"label": paper.kind, "fields": [], "signatures": []}
    fields = key.open(paper.fields, field="paper") or {}
    shown = fonts.shown_by(fonts.found()) if fonts.at_hand() else None
    seal = seal_picture(paper.seal) if with_seal and paper.seal else ""
    return sheet_of(
        kind_of(paper.kind, words["label"]), words, fields, number=paper.number, made_at=paper.made_at,
        unit=paper.unit_name or (paper.unit.name if paper.unit else ""), shown=shown, seal=seal, void=void_words(paper, key),
    )  # fmt: skip


def void_words(paper: Paper, key: Key) -> str:
    """Who voided a paper, when and why; empty for one that stands."""
    if paper.void_at is None:
        return ""
    who = paper.void_by.name if paper.void_by else ""
    why = key.open(paper.void_reason, field="paper.void") or ""
    return f"本文书已于{local(paper.void_at):%Y年%-m月%-d日}由{who}作废，编号保留。理由：{why}"


def seal_picture(seal: UnitSeal) -> str:
    """The image of a seal for the compiler."""
    with scope("worker"):  # the image belongs to the office, not to the case that the reader may see
        return pdf.as_picture(read(StoredFile.objects.get(pk=seal.file_id)), "image/png", (seal.width, seal.height))


def moment_of(paper: Paper) -> datetime:
    """When the paper last became what it is: written into the file, so that the same paper gives the same bytes."""
    moments: Iterable[Any] = (paper.made_at, paper.completed_at, paper.seal_at, paper.void_at)
    return max(at for at in moments if at)


def as_pdf(paper: Paper, key: Key, *, mark: str = "") -> bytes:
    """The paper as PDF/A. `mark`: the reader's; the copy that is served bears none. Raises NoFonts where the fonts are missing."""
    fonts.found()
    return pdf.render(sheet_for(paper, key), at=moment_of(paper), mark=mark)


def as_docx(paper: Paper, key: Key, *, mark: str = "") -> bytes:
    """The paper for editing. It carries no seal."""
    return docx.render(sheet_for(paper, key, with_seal=False), at=moment_of(paper), mark=mark)
