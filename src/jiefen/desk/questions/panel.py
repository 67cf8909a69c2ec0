"""On the case page: what was asked of whom, by when, and what they said."""

from datetime import datetime
from typing import Any

from jiefen.cases import questions
from jiefen.cases.access import roles_on
from jiefen.cases.models import Case, Party
from jiefen.cases.panels import Panel, has_rows
from jiefen.files.queries import held_by
from jiefen.kernel.clock import local_day
from jiefen.kernel.masking import mask_name
from jiefen.kernel.seal import Key
from jiefen.people.actor import Actor


def names_of(case: Case, key: Key) -> dict[str, str]:
    """Everybody who can be asked, masked, with the side they are on: key of the party → words."""
    found = {}
    for party in Party.objects.filter(case=case, unit=None).order_by("pk"):
        who = key.open(party.sealed, field="party") or {}
        name = "" if party.identity == Party.Identity.ANONYMOUS else mask_name(who.get("name", ""))
        found[party.key] = f"{party.get_role_display()} {name}".strip()
    return found


def _panel(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    roles = roles_on(actor, case)
    may_ask = case.is_open and bool(questions.ASKERS & set(roles))
    asked = questions.read_all(case, key) if has_rows(case, "questions") else []
    if not asked and not may_ask:
        return None
    names = names_of(case, key) if asked else {}
    files = {f.pk: key.open(f.name, field="file.name") for f in held_by(f"case:{case.pk}")} if asked else {}
    rows = [
        {
            "words": one, "row": one.row, "who": names.get(one.row.of, ""),
            "files": [(pk, files[pk]) for pk in one.row.files if pk in files],
            "waits": one.row.answered_at is None and one.row.withdrawn_at is None,
            "late": local_day(one.row.answered_at or at) > one.row.due_on,
            "sort": questions.table()["sorts"].get(one.row.sort, ""),
        }
        for one in asked
    ]  # fmt: skip
    return {"rows": rows, "may_ask": may_ask, "may_write": case.is_open and bool(questions.WRITE_DOWN & set(roles))}


QUESTIONS = Panel(
    "questions",
    "请当事人补充、说明",
    10,
    "desk/questions/panel.html",
    _panel,
    "cases_question t WHERE t.case_id = %(case)s",
)
