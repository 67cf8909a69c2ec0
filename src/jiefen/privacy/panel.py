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
from jiefen.privacy.unmasking import may_agree


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


WAITING = """
SELECT a.id, p.name, a.party, a.purpose, a.asked_at, a.asked_by_id FROM privacy_unmaskask a
  JOIN people_person p ON p.id = a.asked_by_id WHERE a.case_id = %s AND a.decided_at IS NULL ORDER BY a.id
"""


def read_unmask_asks(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """Who waits to be shown particulars above the day's number: for whoever may agree, and for the asker."""
    if not has_rows(case, "unmask-asks"):
        return None
    agrees = may_agree(actor, case)
    named = ("id", "name", "party", "purpose", "at", "by")
    rows = [dict(zip(named, values, strict=True)) for values in ask.rows(WAITING, [case.pk])]
    mine = [row | {"own": row["by"] == actor.person_id} for row in rows if agrees or row["by"] == actor.person_id]
    return {"rows": mine, "agrees": agrees} if mine else None


UNMASK_ASKS = Panel("unmask-asks", "等同意的揭开", 4, "desk/privacy/unmask_asks.html", read_unmask_asks,
                    "privacy_unmaskask t WHERE t.case_id = %(case)s AND t.decided_at IS NULL")  # fmt: skip
