"""Who rules on which office must act, once a matter was given back as often as is set: a dated setting of an area.

Where none is set it is whoever holds a posting as ruling body over the area, as 条例 24 has it (the common superior, or the
conference). Set, it is that office alone, for the area and all below it, until another row begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from jiefen.cases import ground
from jiefen.kernel.alone import one_at_a_time
from jiefen.kernel.clock import day_start, local_day
from jiefen.people.models import Unit
from jiefen.people.queries import existing_units, postings_at
from jiefen.places.models import Area
from jiefen.procedures import catalogue
from jiefen.procedures.actions import NotAllowed
from jiefen.procedures.models import AreaSetting

ROLE = "ruling-body"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the setting, in words: the area, the office (None: as the postings say), and how it stands on the day."""

    row: AreaSetting
    area: Area
    unit: Unit | None
    state: str  # in-force | to-come | over | undone


@transaction.atomic
def set_body(
    area: Area, unit: Unit | None, *, since: date, source_document: str, set_by: str, at: datetime
) -> AreaSetting:
    """Name the office that rules on matters of an area from a day on; None goes back to what the postings say. The row in force
    before ends that day. Raises NotAllowed: no document, a day gone by, an office that does not answer for the area or has
    nobody posted as ruling body that day."""
    if not source_document.strip():
        raise NotAllowed(_("请写明依据的公开文件。"))
    if since < local_day(at):
        raise NotAllowed(_("只能从今天或以后起改，已经裁定的不回头改。"))
    if unit is not None:
        if unit.area_id not in ground.lineage(area.pk) or not existing_units(since).filter(pk=unit.pk).exists():
            raise NotAllowed(_("%(unit)s管不到%(area)s，不能由它裁定。") % {"unit": unit.name, "area": area.name})
        if not postings_at(max(at, day_start(since))).filter(unit=unit, role=ROLE).exists():
            raise NotAllowed(
                _("%(unit)s还没有人任“裁定机构”，请先在人员页任职，否则没有人能裁定。") % {"unit": unit.name}
            )
    key = f"{ground.RULING_BODY}{area.pk}"
    one_at_a_time("setting", key)
    AreaSetting.objects.filter(key=key, undone=False, since__gte=since).update(undone=True, changed_at=Now())
    standing = AreaSetting.objects.filter(key=key, undone=False, since__lt=since).exclude(until__lte=since)
    standing.update(until=since, changed_at=Now())
    row = AreaSetting.objects.create(
        key=key, value=unit.pk if unit else 0, since=since, source_document=source_document.strip(), set_by=set_by
    )
    catalogue.forget()
    ground.forget()
    return row


def lines(at: datetime) -> Sequence[Line]:
    """Every row ever set, the newest first. Three queries."""
    day = local_day(at)
    rows = list(AreaSetting.objects.filter(key__startswith=ground.RULING_BODY).order_by("-since", "-pk"))
    areas = Area.objects.in_bulk([int(row.key.removeprefix(ground.RULING_BODY)) for row in rows])
    units = Unit.objects.in_bulk([row.value for row in rows if row.value])

    def state(row: AreaSetting) -> str:
        if row.undone:
            return "undone"
        if row.since > day:
            return "to-come"
        return "over" if row.until is not None and row.until <= day else "in-force"

    return [Line(r, areas[int(r.key.removeprefix(ground.RULING_BODY))], units.get(r.value), state(r)) for r in rows]


__all__ = ["ROLE", "Line", "lines", "set_body"]
