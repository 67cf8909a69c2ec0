"""What following up adds to the case page."""

import secrets
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_noop

from jiefen.cases.access import roles_on
from jiefen.cases.models import Case, Party
from jiefen.cases.panels import Panel, has_rows
from jiefen.kernel import ask
from jiefen.kernel.masking import mask_name
from jiefen.kernel.seal import Key
from jiefen.oversight.answers import ASKED_BY, shape_of
from jiefen.oversight.meetings import may_convene
from jiefen.oversight.models import FollowUp, ReopenAsk
from jiefen.oversight.reopening import DECIDE, reopening_steps
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure

RECENT = 5


@cache
def _question(model: type[Model]) -> tuple[ask.Columns[Any], str]:
    columns = ask.Columns(model, "t")
    return (
        columns,
        f"SELECT {columns.sql} FROM {model._meta.db_table} t WHERE t.case_id = %s ORDER BY t.at DESC LIMIT {RECENT}",
    )


def _newest(model: type[Model], case: Case) -> list[Any]:
    columns, sql = _question(model)
    return [columns.make(values) for values in ask.rows(sql, [case.pk])]


def read_follow_ups(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """The last attempts with the words heard, and the form for whoever makes the next one: of several people it asks which.
    One query, and one more for who may fill in the form."""
    found = _newest(FollowUp, case) if has_rows(case, "follow-up") else []
    rows = [
        {"row": f, "words": key.open(f.words, field="followup.words") if f.words else ""}
        for f in found
        if f.replaced_by_id is None
    ]
    definition = procedure(case.procedure, case.version)
    may = case.is_open and case.state in shape_of(definition).asked_in and ASKED_BY in roles_on(actor, case)
    if not rows and not may:
        return None
    # How many attempts there are is known where all of them were read; with more, the form's own key must do.
    tries = len(rows) if len(found) < RECENT else ""
    people = _people(case, key) if may else []
    return {
        "people": people if len(people) > 1 else [],
        "rows": rows,
        "may": may,
        "grounds": FollowUp.Ground.choices,
        "once": secrets.token_urlsafe(12),
        "tries": tries,
    }


def _people(case: Case, key: Key) -> list[tuple[str, str]]:
    """Who complains, by key and covered name; who took it back meanwhile is refused when they are named."""
    asked = Party.objects.filter(case=case, role=Party.Role.COMPLAINANT).order_by("pk")
    return [(p.key, _covered(p, key)) for p in asked]


def _covered(party: Party, key: Key) -> str:
    if party.identity == Party.Identity.ANONYMOUS:
        return ""
    return mask_name((key.open(party.sealed, field="party") or {}).get("name", ""))


def read_reopen_asks(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """What people asked who say that it is not solved. Asked of ended cases only: one query there, none while it is open."""
    if case.is_open:
        return None
    rows = [
        {
            "row": one, "words": key.open(one.words, field="ask.words"),
            "answer": key.open(one.answer, field="ask.answer") if one.answer else "",
        }
        for one in _newest(ReopenAsk, case)
    ]  # fmt: skip
    if not rows:
        return None
    roles = set(roles_on(actor, case))
    steps = [step.name for step in reopening_steps(case) if roles & set(step.roles)]
    may = bool(roles & DECIDE) or actor.person_id == case.first_asked_id
    return {"rows": rows, "step": steps[0] if steps else "", "may": may}


FOLLOW_UPS = Panel("follow-up", gettext_noop("回访"), 40, "oversight/follow_ups.html", read_follow_ups,
                   "oversight_followup t WHERE t.case_id = %(case)s")  # fmt: skip
REOPEN_ASKS = Panel("reopen-asks", gettext_noop("当事人说还没解决"), 10, "oversight/reopen_asks.html", read_reopen_asks)

_MEETINGS = """
SELECT m.seq, m.starts_at, m.minuted_at, m.called_off_at, count(t.id) FILTER (WHERE t.called_off_at IS NULL),
       count(t.done_at)
  FROM oversight_jointmeeting m LEFT JOIN oversight_meetingtask t ON t.meeting_id = m.id
 WHERE m.case_id = %s GROUP BY m.id ORDER BY m.seq DESC LIMIT 5
"""


def read_meetings(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """The joint meetings of a case and how far what they decided is; the way to call one. One query."""
    names = ("seq", "starts_at", "minuted_at", "called_off_at", "tasks", "done")
    found = ask.rows(_MEETINGS, [case.pk]) if has_rows(case, "joint-meetings") else []
    rows = [dict(zip(names, values, strict=True)) for values in found]
    may = may_convene(case, actor)
    return {"rows": rows, "may": may} if rows or may else None


MEETINGS = Panel("joint-meetings", gettext_noop("联席会议"), 30, "oversight/meetings.html", read_meetings,
                 "oversight_jointmeeting t WHERE t.case_id = %(case)s")  # fmt: skip
