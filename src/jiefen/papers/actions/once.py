"""One press of a button, one paper and one number: what a page had shown is compared with what is there, under the case's lock."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases.models import Case, Step
from jiefen.cases.proofs import Proof
from jiefen.files.models import StoredFile
from jiefen.kernel.clock import local
from jiefen.kernel.seal import Key
from jiefen.papers.models import Paper
from jiefen.procedures.catalogue import vocabulary


def seen(case: Case, kind: str) -> int:
    """How many papers of a kind a case has, voided ones too: what the page of a draft has shown. One query."""
    return Paper.objects.filter(case=case, kind=kind).count()


def since(case: Case, kind: str, expected: int) -> list[Paper]:
    """The papers of a kind put on file after the `expected` ones, oldest first. One query."""
    rows = Paper.objects.filter(case=case, kind=kind).select_related("by", "unit").order_by("pk")
    return list(rows[expected:])


def same_words(paper: Paper, key: Key, typed: Mapping[str, Any]) -> bool:
    """Whether what was typed is what the paper holds."""
    kept = key.open(paper.fields, field="paper") or {}
    return all(kept.get(name) == value for name, value in typed.items())


def newer(paper: Paper) -> str:
    """Somebody put one on file since the page was opened, as the sentence of the refusal."""
    words = {
        "who": paper.by.name if paper.by else _("系统"),
        "label": _(vocabulary().papers[paper.kind]["label"]),
        "number": paper.number,
        "when": f"{local(paper.made_at):%Y-%m-%d %H:%M}",
    }
    return (
        _(
            "您打开页面之后，%(who)s已出具《%(label)s》%(number)s，%(when)s。先看过那一份；确实还要另出一份的，再按一次。"
        )
        % words
    )


def same_delivery(
    row: Step, key: Key, *, by: int | None, way: str, note: str, proof: Proof | None, upload: tuple[bytes, str] | None
) -> bool:
    """Whether a delivery says what is sent now: by the same person, with the same proof; a file is compared by its content."""
    said = key.open(row.reason, field="step.reason") if row.reason else ""
    if (row.by_id, row.codes.get("way"), said) != (by, way, note):
        return False
    kept = (key.open(row.facts, field="step.facts") or {}).get("proof") if row.facts else None
    if kept is None or (proof is None and upload is None):
        return kept is None and proof is None and upload is None
    there, sent = Proof(**kept), proof or Proof()
    if upload is not None:
        file = StoredFile.objects.filter(pk=there.file or 0).first()
        if file is None or bytes(file.sha256) != hashlib.sha256(upload[0]).digest():
            return False
        there, sent = replace(there, file=None), replace(sent, file=None)
    return replace(there, document=None) == replace(sent, document=None)
