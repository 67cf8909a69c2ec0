"""The verbs that write papers."""

from jiefen.papers.actions.filing import PaperRefused, complete, draft_by_hand, make_papers, missing, put_on_file
from jiefen.papers.actions.numbering import number_of
from jiefen.papers.actions.sealing import SealRefused, add_seal, end_seal, set_seal
from jiefen.papers.actions.serving import serve
from jiefen.papers.actions.voiding import void

__all__ = [
    "PaperRefused",
    "SealRefused",
    "add_seal",
    "complete",
    "draft_by_hand",
    "end_seal",
    "make_papers",
    "missing",
    "number_of",
    "put_on_file",
    "serve",
    "set_seal",
    "void",
]
