"""What people's own corrections add to the case page: their words stand beside what was taken in."""

from datetime import datetime
from functools import cache
from typing import Any

from jiefen.cases.models import Case
from jiefen.cases.panels import Panel, has_rows
from jiefen.kernel import ask
from jiefen.kernel.models import SealKey
from jiefen.kernel.seal import Key, open_row
from jiefen.people.actor import Actor
from jiefen.privacy.models import PersonalRequest


@cache
def _question() -> tuple[Any, Any, str]:
    columns, key = ask.Columns(PersonalRequest, "t"), ask.Columns(SealKey, "k")
    sql = (
        f"SELECT {columns.sql}, {key.sql} FROM privacy_personalrequest t JOIN kernel_sealkey k ON k.id = t.key_id "
        "WHERE t.case_id = %s AND t.kind = 'correction' AND t.part = 'words' AND t.state = 'done' ORDER BY t.id"
    )
    return columns, key, sql


def read_corrections(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """Words that somebody put right and the office took up. One query, where anybody asked for anything."""
    if not has_rows(case, "corrections"):
        return None
    columns, keys, sql = _question()
    rows = []
    for values in ask.rows(sql, [case.pk]):
        row = columns.make(values[: len(columns)])
        own = open_row(keys.make(values[len(columns) :]))
        rows.append({"at": row.answered_at, "words": own.open(row.wanted, field="personal.wanted")})
    return {"rows": rows} if rows else None


CORRECTIONS = Panel("corrections", "本人更正的话", 5, "desk/privacy/corrections.html", read_corrections,
                    "privacy_personalrequest t WHERE t.case_id = %(case)s")  # fmt: skip
