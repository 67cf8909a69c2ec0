"""The notice in writing that goes with a referral or a refusal at the desk. The person finds it by their code."""

from datetime import datetime
from typing import TYPE_CHECKING

from jiefen.intake.models import Intake
from jiefen.kernel.seal import Key
from jiefen.papers.actions import put_on_file
from jiefen.papers.fill import CHANNELS, day
from jiefen.papers.remedies import remedy_text
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import vocabulary
from jiefen.triage import road
from jiefen.triage.rules.road import End, shipped

if TYPE_CHECKING:
    from jiefen.triage.actions import Decision

PETITION = "petition-claim"
"""Whose wording of remedies holds: what is refused at the desk has no procedure yet."""


def put_notice(
    row: Intake, key: Key, kind: str, decision: "Decision", reached: End | None, by: Actor | None, at: datetime
) -> None:
    """Put the notice on file: what was asked, why, where to go instead, by what day, and what remains."""
    teller = key.open(row.teller, field="intake.teller") or {}
    to = Unit.objects.filter(pk=decision.to_unit or 0).first()
    known = shipped().roads.get(decision.to_road)
    right = (to.name + " " + to.phone).strip() if to else known.label if known else decision.to_road
    article, deadline = decision.article, ""
    if reached is not None and reached.told:
        right = road.told_text(reached, row.area_id, at)
        days = [told.last_day for told in reached.told if told.last_day and told.still_open]
        deadline = f"{min(days):%Y年%-m月%-d日}" if days else ""
    if reached is not None and not article:
        article = reached.article
    clause = vocabulary().source_title(article) if article else ""
    help_roads = road.remedy_of(decision.article) if decision.action == "refuse" else ""
    fields = {
        "applicant": teller.get("name") or "未留姓名", "proposed-on": day(row.received_at), "received-on": day(row.received_at),
        "clause": clause, "article": clause, "reason": decision.reason.strip(),
        "right-route": "\n".join(filter(None, [right, help_roads])),
        "channel": CHANNELS.get(row.channel, row.channel),
        "remedy": remedy_text(kind, PETITION, None, row.centre),
        "requests": [key.open(row.subject, field="intake.subject")], "unit": row.centre.name, "date": day(at),
        "holder": row.centre.phone, "deadline": deadline, "route": right,
    }  # fmt: skip
    put_on_file(kind, fields, intake=row.pk, key=key, by=by.person_id if by else None, unit=row.centre, at=at)
