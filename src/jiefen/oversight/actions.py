"""Following up: by somebody who had no hand in the handling."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on
from jiefen.cases.facts import Moment
from jiefen.cases.models import Case
from jiefen.cases.standing import rows_of, standing_of
from jiefen.kernel.clock import local
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.oversight.models import FollowUp
from jiefen.papers.actions import put_on_file
from jiefen.papers.fill import fields_for
from jiefen.papers.models import Paper
from jiefen.people.actor import Actor
from jiefen.people.models import Unit


class NotIndependent(PermissionError):
    """Whoever handled a matter cannot follow it up."""


def record_follow_up(
    case: Case, *, by: Actor, at: datetime, outcome: str, words: str = "", satisfied: bool | None = None,
    solved: bool | None = None, ground: str = "", way: str = "phone",
) -> FollowUp:  # fmt: skip
    """Write down one attempt, and put the follow-up record on file.

    Raises NotIndependent when the caller works at a unit with a duty in the case or took a handling step, ValueError when
    the person was reached and their words are missing.
    """
    if outcome == FollowUp.Outcome.REACHED and not words.strip():
        raise ValueError(_("联系上了就请记下当事人的原话，一句也行。"))
    with transaction.atomic(), scope("worker"):
        row = (
            Case.objects.select_for_update(of=("self",))
            .select_related("key", "area", "centre", "lead_unit")
            .get(pk=case.pk)
        )
        standing = standing_of(row, rows_of(row))
        duty_units = {d.unit for d in standing.duties.values()}
        handled = {p for p, units in standing.actors.items() if units & duty_units}
        role = roles_on(by, row).get("follow-up-caller")
        if role is None or by.person_id in handled or by.units & duty_units:
            raise NotIndependent(_("回访要由没有经手过这件事、也不在承办单位的回访员来做。"))
        key = open_row(row.key)
        last = max((h.seq for h in standing.history if h.name in ("reply", "answer")), default=0)
        found = FollowUp.objects.create(
            case=row, by_id=by.person_id, unit_id=role[0], at=at, way=way, outcome=outcome, satisfied=satisfied,
            solved=solved, ground=ground, after_seq=last,
            words=key.seal(words.strip(), field="followup.words") if words.strip() else None,
        )  # fmt: skip
        fields = fields_for("follow-up-record", row, None, at) | {
            "performance": words.strip() or _("未联系上。"),
            "satisfaction": {True: "满意", False: "不满意", None: "未表示"}[satisfied],
            "visitor": by.name,
            "way": "电话",
        }
        put_on_file(
            "follow-up-record", fields, case=row, key=key, by=by.person_id, unit=Unit.objects.get(pk=role[0]), at=at
        )
        return found


def follow_ups(m: Moment) -> list[dict[str, Any]]:
    """The fact `follow-ups`: those made after the last answer."""
    key = open_row(m.case.key)
    last = max((h.seq for h in m.standing.history if h.name in ("reply", "answer")), default=0)
    return [
        {
            "at": f.at, "on": str(local(f.at).date()), "by": f.by_id, "way": f.way, "outcome": f.outcome,
            "words": key.open(f.words, field="followup.words") if f.words else "", "satisfied": f.satisfied,
            "ground": f.ground, "part": _part(f.at),
        }
        for f in FollowUp.objects.filter(case=m.case, after_seq__gte=last).order_by("at")
    ]  # fmt: skip


def withdrawal_check(m: Moment) -> str:
    """The fact `withdrawal-check`: what the person said to an independent caller after they wrote that they withdraw."""
    statement = Paper.objects.filter(case=m.case, kind="withdrawal-statement").order_by("-made_at").first()
    if statement is None:
        return ""
    call = (
        FollowUp.objects.filter(case=m.case, outcome=FollowUp.Outcome.REACHED, at__gte=statement.made_at)
        .order_by("-at")
        .first()
    )
    return open_row(m.case.key).open(call.words, field="followup.words") if call and call.words else ""


def _part(at: datetime) -> str:
    hour = local(at).hour
    return "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
