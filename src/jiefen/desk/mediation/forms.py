"""What the page of a mediation sends, as the verbs want it."""

import re
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from jiefen.mediation.clauses import AT_ONCE, Clause

MORE_ROWS = 3
MOST_ROWS = 20
_YUAN = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))?")


class BadForm(ValueError):
    """A field cannot be read; the message says which and what to write."""


def fen_of(text: str) -> int | None:
    """«9560» or «9,560.50» as whole fen; None where nothing was written. Raises BadForm."""
    said = text.replace(",", "").replace("，", "").removesuffix("元").strip()
    if not said:
        return None
    found = _YUAN.fullmatch(said)
    if found is None:
        raise BadForm(_("金额“%(text)s”读不懂，请写成9560或9560.50这样的数。") % {"text": text[:40]})
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def day_of(text: str) -> date | None:
    """An ISO day; None where nothing was written. Raises BadForm."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as no:
        raise BadForm(_("日期“%(text)s”不是一个日期，请写成2026-12-31这样。") % {"text": text[:40]}) from no


def rows_of(post: QueryDict) -> list[dict[str, str]]:
    """The clauses as typed, empty rows left out, so that a page that refuses shows them again."""
    names = ("who", "whom", "what", "yuan", "due_on", "where", "at_once")
    rows = [{name: post.get(f"c{n}-{name}", "")[:4000].strip() for name in names} for n in range(MOST_ROWS)]
    return [row for row in rows if row["what"] or row["yuan"] or row["where"]]


def clauses_of(rows: list[dict[str, str]]) -> list[Clause]:
    """Typed rows as clauses. Raises BadForm."""
    return [
        Clause(
            r["who"], r["whom"], r["what"], AT_ONCE if r["at_once"] else str(day_of(r["due_on"]) or ""), r["where"],
            fen_of(r["yuan"]),
        )
        for r in rows
    ]  # fmt: skip


def typed(clause: Clause) -> dict[str, Any]:
    """A clause as it stands in the form."""
    yuan = "" if clause.fen is None else f"{clause.fen // 100}.{clause.fen % 100:02d}".removesuffix(".00")
    at_once = clause.due_on == AT_ONCE
    return {**clause.as_dict(), "yuan": yuan, "due_on": "" if at_once else clause.due_on, "at_once": at_once}
