"""The fixed wording of remedies: set for an office, a type of office or all; ended, never rewritten."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.kernel.alone import one_at_a_time
from jiefen.papers.models import RemedyWording
from jiefen.papers.remedies import BLANK, CLOCK_BLANK, clock_words
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import vocabulary


class WordingRefused(ValueError):
    """The wording cannot stand; the message says why."""


def set_wording(
    kind: str, text: str, *, source: str, mark: str, by: Actor, at: datetime, procedure: str = "", unit: Unit | None = None,
    unit_type: str = "", blanks: Mapping[str, str] | None = None,
) -> RemedyWording:  # fmt: skip
    """Put a wording in force from now; what held before for the same office, kind and procedure ends. The same wording
    again changes nothing. Raises WordingRefused: a blank that nothing fills, no source, a kind without a remedy."""
    words = vocabulary()
    known = words.papers.get(kind)
    given = {name.strip(): value.strip() for name, value in (blanks or {}).items() if name.strip() and value.strip()}
    if known is None or "remedy" not in {f["name"] for f in known["fields"]}:
        raise WordingRefused(_("这种文书没有“救济途径和期限”一项。"))
    if not 4 <= len(text.strip()) <= 2000 or len(source) > 200 or not source.strip():
        raise WordingRefused(_("请写明文字（不超过2000字）和出处。"))
    if mark not in words.marks:
        raise WordingRefused(_("请选择出处核对到哪一步。"))
    if unit_type and unit_type not in words.unit_types:
        raise WordingRefused(_("没有这种单位类型。"))
    empty = [n for n in BLANK.findall(text) if n not in given and n != CLOCK_BLANK]
    if CLOCK_BLANK in BLANK.findall(text) and not clock_words(kind, procedure):
        raise WordingRefused(_("这种文书没有可以带出期限的时钟，请直接写明日数和依据。"))
    if empty:
        raise WordingRefused(_("空格没有内容：%(names)s。") % {"names": "、".join(empty)})
    with transaction.atomic():
        one_at_a_time("wording", kind)  # the first of its sort has no row to wait for
        before = (
            RemedyWording.objects.select_for_update()
            .filter(unit=unit, unit_type=unit_type, kind=kind, procedure=procedure, until=None)
            .first()
        )
        same = before and (before.text, before.blanks, before.source, before.mark) == (
            text.strip(),
            given,
            source.strip(),
            mark,
        )
        if before and same:
            return before
        if before:
            before.until, before.ended_by_id = at, by.person_id
            before.save(update_fields=["until", "ended_by"])
        return RemedyWording.objects.create(
            unit=unit, unit_type=unit_type, kind=kind, procedure=procedure, text=text.strip(), blanks=given,
            source=source.strip(), mark=mark, since=at, given_by_id=by.person_id,
        )  # fmt: skip


def end_wording(wording: RemedyWording, *, by: Actor, at: datetime) -> None:
    """End a wording; the shipped table, or a wider one, holds from now. Ended before, nothing changes."""
    RemedyWording.objects.filter(pk=wording.pk, until=None).update(until=at, ended_by_id=by.person_id)
