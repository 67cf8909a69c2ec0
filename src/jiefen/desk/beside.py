"""What stands beside a case on its page: files, papers, who read it lately. Prepared questions, one a table."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models

from jiefen.cases.models import Case
from jiefen.files.models import StoredFile
from jiefen.kernel import ask
from jiefen.kernel.models import Reading
from jiefen.papers.models import Paper


@dataclass(frozen=True, slots=True)
class Beside:
    """Rows of the tables that hang on a case and are no part of it."""

    files: list[StoredFile]
    papers: list[Paper]
    readings: list[Reading]


@cache
def _question(model: type[models.Model], fits: str) -> tuple[ask.Columns[Any], str]:
    columns = ask.Columns(model, "t")
    return columns, f"SELECT {columns.sql} FROM {model._meta.db_table} t WHERE {fits}"


def _read(model: type[models.Model], fits: str, of: Any) -> list[Any]:
    columns, sql = _question(model, fits)
    return [columns.make(values) for values in ask.rows(sql, [of])]


def read_beside(case: Case) -> Beside:
    """In the order of `files.queries.held_by` and `papers.queries.on_file`; the newest readings. What other packages bring comes by `cases.panels`."""
    own = f"case:{case.pk}"
    return Beside(
        files=_read(StoredFile, "t.holder = %s ORDER BY t.id", own),
        papers=_read(Paper, "t.case_id = %s ORDER BY t.made_at, t.id", case.pk),
        readings=_read(Reading, "t.subject = %s ORDER BY t.at DESC LIMIT 6", own),
    )
