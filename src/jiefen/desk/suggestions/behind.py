"""The matters behind a number of the page: what had been suggested beside what was decided."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from jiefen.analytics import days, suggested
from jiefen.analytics.asker import Asker
from jiefen.desk import lists
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import vocabulary
from jiefen.triage import setup

_AFTER = re.compile(r"(-?[0-9]{1,9})~([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """A row: the intake, its day, the kind that was suggested (empty: none) and the one a person decided."""

    url: str
    number: str
    subject: str
    channel: str
    place: str
    at: datetime
    kind: str
    chosen: str
    right: bool


def page_behind(
    actor: Actor, asker: Asker, since: date, until: date, *, part: str, by: str, name: str | date, after: str, at: datetime
) -> tuple[list[Line], str]:  # fmt: skip
    """A page of the rows that were counted, the newest first, and where the next begins. Rows are read through the door again."""
    begins = _AFTER.fullmatch(after)
    behind = (int(begins[1]), int(begins[2])) if begins else None
    found = suggested.things(asker, since, until, part=part, by=by, name=name, after=behind, size=lists.PAGE + 1)
    page, more = found[: lists.PAGE], len(found) > lists.PAGE
    label = setup.tables(at).label
    rows = lists.visible_intakes(actor).filter(pk__in=[thing.intake for thing in page])
    shown = {r.number: r for r in lists.intake_page(rows, labels=label, flags=vocabulary().flags, size=lists.PAGE).rows}
    known = {pk: shown[number] for pk, number in rows.values_list("pk", "number") if number in shown}
    lines = []
    for thing in page:
        row = known.get(thing.intake)
        url, number, subject, channel, place = (
            (row.url, row.number, row.subject, str(row.channel), row.place) if row else ("", "—", "", "", "")
        )
        kinds = label(thing.kind) if thing.kind else "", label(thing.chosen)
        hit = bool(thing.kind) and thing.chosen.startswith(thing.kind)
        lines.append(Line(url, number, subject, channel, place, days.moment(thing.day), *kinds, hit))
    return lines, f"{page[-1].day}~{page[-1].intake}" if more else ""
