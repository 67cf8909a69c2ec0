"""Lists of what came in, by the same means as those of matters: through the door, few queries, keyset paging."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jiefen.desk.asked import INTAKES, PAGE, Asked, Page, mark_of
from jiefen.intake.models import Intake
from jiefen.kernel import ask
from jiefen.kernel.seal import open_wrapped
from jiefen.papers.fill import CHANNELS
from jiefen.people.actor import Actor


@dataclass(frozen=True, slots=True)
class IntakeRow:
    """An intake as a list shows it."""

    url: str
    number: str
    subject: str
    channel: str
    kind: str
    place: str
    flags: list[str]
    received_at: datetime
    state: str


def visible_intakes(actor: Actor) -> QuerySet[Intake]:
    """Every intake whose doors one of the actor's keys opens."""
    return Intake.objects.filter(doors__overlap=sorted(actor.keys))


def through_door(actor: Actor) -> Asked:
    """The same as a question in SQL."""
    return Asked(("i.doors && %(keys)s::bigint[]",), {"keys": sorted(actor.keys)}, INTAKES)


def at_centres(actor: Actor) -> Asked:
    """What came in at the actor's centres. One centre by itself is read from its index in order."""
    centres = sorted({p.unit_id for p in actor.areas()})
    if len(centres) == 1:
        return through_door(actor).and_("i.centre_id = %(centre)s", centre=centres[0])
    return through_door(actor).and_("i.centre_id = ANY (%(centres)s::bigint[])", centres=centres)


def waiting(actor: Actor) -> Asked:
    """Intakes of the actor's centres that wait to be decided; for a keeper those of the vault."""
    if "vault-keeper" in actor.roles:
        return through_door(actor).and_("i.state = 'waiting' AND i.stratum = 2")
    return at_centres(actor).and_("i.state = 'waiting'")


def since(rows: Asked, moment: datetime) -> Asked:
    """Those received from a moment on."""
    return rows.and_("i.received_at >= %(since)s", since=moment)


_READ = """
SELECT i.id, i.number, i.subject, i.channel, i.suggestion ->> 'kind', a.name, i.flags, i.received_at, i.state, k.wrapped, k.master
  FROM (SELECT i.id, i.number, i.subject, i.channel, i.suggestion, i.flags, i.received_at, i.state, i.area_id, i.key_id
          FROM intake_intake i WHERE {where} ORDER BY {order} LIMIT %(size)s) i
  JOIN places_area a ON a.id = i.area_id JOIN kernel_sealkey k ON k.id = i.key_id ORDER BY {order}
"""
"""Names and keys are read for the rows shown only, not joined to all that fit."""
_MAPPED = (
    "id", "number", "subject", "channel", "suggestion__kind", "area__name", "flags", "received_at", "state", "key__wrapped",
    "key__master",
)  # fmt: skip


def intake_page(
    rows: Asked | QuerySet[Intake],
    *,
    labels: Any,
    flags: Mapping[str, Any],
    after: str = "",
    newest: bool = False,
    size: int = PAGE,
) -> Page:
    """A page of intakes, oldest first (or newest). `labels` gives a kind's name."""
    mark = mark_of(after)
    mark = mark if mark and mark[0] else None
    found = _found(rows, mark, newest, size + 1) if isinstance(rows, Asked) else _mapped(rows, mark, newest, size + 1)
    shown = [_row(values, labels, flags) for values in found[:size]]
    begins = f"{shown[-1].received_at.isoformat()}~{found[size - 1][0]}" if len(found) > size else ""
    return Page(shown, begins)


def _found(rows: Asked, mark: Any, newest: bool, size: int) -> list[Any]:
    if mark:
        later = "<" if newest else ">"
        rows = rows.and_(
            f"(i.received_at {later} %(when)s OR i.received_at = %(when)s AND i.id > %(last)s)",
            when=mark[0], last=mark[1],
        )  # fmt: skip
    order = "i.received_at DESC, i.id" if newest else "i.received_at, i.id"
    return ask.rows(_READ.format(where=rows.where, order=order), {**rows.given, "size": size})


def _mapped(rows: QuerySet[Intake], mark: Any, newest: bool, size: int) -> list[Any]:
    """The same for a question that a page has put together with the mapper."""
    if mark:
        when, last = mark
        later = Q(received_at__lt=when) if newest else Q(received_at__gt=when)
        rows = rows.filter(later | Q(received_at=when, id__gt=last))
    order = ("-received_at", "id") if newest else ("received_at", "id")
    return list(rows.order_by(*order).values_list(*_MAPPED)[:size])


def _row(values: Any, labels: Any, flags: Mapping[str, Any]) -> IntakeRow:
    _pk, number, subject, channel, kind, place, marks, received_at, state, wrapped, master = values
    key = open_wrapped(0, bytes(wrapped), master) if wrapped else None
    return IntakeRow(
        url=f"/intakes/{number}/", number=number,
        subject=key.open(subject, field="intake.subject") if key else _("保管期满，内容已销毁"),
        channel=CHANNELS.get(channel, channel), kind=labels(kind) if kind else "", place=place,
        flags=[flags[f]["label"] for f in marks if f in flags], received_at=received_at, state=state,
    )  # fmt: skip
