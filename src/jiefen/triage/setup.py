"""What the rules work with in this county: routing table in force, gazetteer, offices. Kept for some seconds."""

import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from jiefen.cases import ground
from jiefen.cases.rules import UNIT_ROLES
from jiefen.kernel.clock import local_day
from jiefen.people.actor import CENTRE_UNIT_TYPES
from jiefen.people.models import Unit
from jiefen.people.queries import postings_at
from jiefen.places.models import Area
from jiefen.places.queries import gazetteer_rows
from jiefen.procedures.catalogue import current_calendar, procedure
from jiefen.procedures.engine import Refusal
from jiefen.triage.models import RoutingTable
from jiefen.triage.rules import Gazetteer, Tables

_KEEP_SECONDS = 10.0
_kept: dict[Any, tuple[float, Any, Any]] = {}
_near: tuple[Any, dict[date, bool]] = (None, {})
"""A calendar, and on which days of it a holiday is near: a ledger asks for each row, of some hundred days."""

FALLBACK = "hotline-order"


def forget() -> None:
    """Drop what is kept: after a change in this process, and between tests."""
    _kept.clear()
    if shelf := sys.modules.get("jiefen.triage.learning.shelf"):
        shelf.forget()


def _keep(name: str, stamp: Callable[[], Any], make: Callable[[], Any]) -> Any:
    """A thing that is made anew only when its stamp changed; the stamp is asked for every few seconds."""
    hit = _kept.get(name)
    if hit and hit[0] > time.monotonic():
        return hit[2]
    now = stamp()
    value = hit[2] if hit and hit[1] == now else make()
    _kept[name] = (time.monotonic() + _KEEP_SECONDS, now, value)
    return value


def kept_for(name: str, of: Any, make: Callable[[], Any]) -> Any:
    """A thing worked out from areas and offices, kept for some seconds: thousands of drafts ask for a few dozen."""
    hit = _kept.get((name, of))
    if hit and hit[0] > time.monotonic():
        return hit[2]
    value = make()
    if len(_kept) > 5_000:
        forget()
    _kept[name, of] = (time.monotonic() + _KEEP_SECONDS, None, value)
    return value


@lru_cache(maxsize=1)
def shipped_tables() -> Tables:
    """The tables that come with Jiefen."""
    return Tables.load()


def tables(at: datetime) -> Tables:
    """The tables in force: the shipped ones, with the county's own routing table where it has one."""
    day = local_day(at)

    def newest() -> Any:
        rows = RoutingTable.objects.filter(undone_at__isnull=True, since__lte=day).order_by("-since", "-version")
        return rows.values_list("version", flat=True).first()

    def make() -> Tables:
        version = newest()
        found = shipped_tables()
        if version is not None:
            found = found.with_routes(RoutingTable.objects.get(version=version).rows)
        if not models_stamp():
            return found
        from jiefen.triage.learning.guess import Learnt  # numpy: loaded by whoever has a model
        from jiefen.triage.learning.shelf import current

        model = current(models_folder())
        return replace(found, learnt=Learnt(model)) if model else found

    return _keep("tables", lambda: (newest(), day, models_stamp()), make)


def models_folder() -> Path:
    """Where the models trained from this county's decisions are kept."""
    return Path(settings.HOME) / "models"


def models_stamp() -> tuple[int, int] | None:
    """Changes when another model is put in use; None where there never was one."""
    try:
        found = (models_folder() / "in-use.json").stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def day_of(at: datetime) -> dict[str, Any]:
    """What the rules need to know of the day: which it is, and whether a holiday before which wages are paid is near."""
    global _near
    day, calendar = local_day(at), current_calendar()
    if _near[0] is not calendar:
        _near = calendar, {}
    known = _near[1]
    if day not in known:
        if len(known) > 5_000:
            known.clear()
        known[day] = bool(shipped_tables().festivals.near(day, calendar))
    return {"today": day, "holiday": known[day]}


def gazetteer(at: datetime) -> Gazetteer:
    """The county's place names as they are on the day."""
    day = local_day(at)

    def stamp() -> Any:
        return day, Area.objects.count(), Area.objects.order_by("-pk").values_list("pk", flat=True).first()

    return _keep("gazetteer", stamp, lambda: Gazetteer(gazetteer_rows(day), common=shipped_tables().common))


def area_ids(day: date) -> dict[str, int]:
    """Area code → id, for those in force."""

    def make() -> dict[str, int]:
        return dict(Area.objects.filter(Q(until__isnull=True) | Q(until__gt=day)).values_list("code", "pk"))

    return _keep("area-ids", lambda: (day, Area.objects.count()), make)


def area_options(at: datetime) -> list[tuple[str, str]]:
    """(code, name with all it lies in) of the county, its townships and villages, for choosing from."""
    day = local_day(at)

    def make() -> list[tuple[str, str]]:
        rows = Area.objects.filter(level__in=("county", "township", "village"), since__lte=day)
        rows = rows.filter(Q(until__isnull=True) | Q(until__gt=day)).order_by("code")
        return list(rows.values_list("code", "full_name"))

    return _keep("area-options", lambda: (day, Area.objects.count()), make)


def county_of(at: datetime) -> Area:
    """The county at the top of the tree."""
    return _keep("county", lambda: 1, lambda: Area.objects.filter(level="county").order_by("pk").first())


def unit_for(unit_type: str, area_id: int, at: datetime, excluded: frozenset[int] = frozenset()) -> Unit | None:
    """The real office of a type for an area: the one nearest above it that is not kept out."""
    day = local_day(at)
    if unit_type == "grid":  # a grid is people, not an office: their village answers for them
        unit_type = "village-committee"
    by_area = kept_for("offices", (unit_type, day), lambda: _offices(unit_type, day))
    near = (unit for area in reversed(ground.lineage(area_id)) for unit in by_area.get(area, ()))
    return next((u for u in near if u.pk not in excluded), None)


def _offices(unit_type: str, day: date) -> dict[int, list[Unit]]:
    """The offices of a type that exist on a day, by their area."""
    rows = Unit.objects.filter(unit_type=unit_type, since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))
    found: dict[int, list[Unit]] = defaultdict(list)
    for unit in rows.order_by("pk"):
        found[unit.area_id].append(unit)
    return dict(found)


OPEN_TO_ALL = ("hotline-order", "petition-suggestion", "petition-claim")
PETITION = "petition-claim"
ORDERS = frozenset({"hotline"})
"""Channels whose matters are orders, whatever they are about: the caller asked the hotline."""
PETITION_OFFICE = "petition-office"


def procedure_for(suggested: str, kind: str, channel: str = "", office: str = "") -> str:
    """The procedure a new case takes: the suggested one where it is in use here, else the general order.

    `office`: the type of the office that took it in. What the petition office takes in is a petition; what came by the
    hotline is an order, unless it is a suggestion.
    """
    if kind.startswith("25"):
        return "petition-suggestion"
    if channel in ORDERS:
        return FALLBACK
    if suggested not in OPEN_TO_ALL or suggested == FALLBACK:
        return PETITION if office == PETITION_OFFICE else FALLBACK
    return suggested


def taken_in_at(person: int | None, at: datetime) -> str:
    """The type of the office where somebody takes in: a petition office before a centre before a department; empty for
    nobody (the web, an import)."""
    if person is None:
        return ""
    types = set(postings_at(at).filter(person_id=person).values_list("unit__unit_type", flat=True))
    centres = sorted(types & CENTRE_UNIT_TYPES)
    return PETITION_OFFICE if PETITION_OFFICE in types else (centres or sorted(types) or [""])[0]


def received_by(office: str) -> str:
    """Whose notice clock it is (条例 22, 23): a petition office's or a centre's, or that of another organ that took it in
    directly."""
    return PETITION_OFFICE if not office or office in CENTRE_UNIT_TYPES else "other-organ"


def duty_at_once(name: str, *, must: bool = False) -> bool:
    """Whether a procedure begins with an office at work, with no step that hands the matter to it (a mediation). With
    `must`: whether nobody else could take a step at its beginning."""
    definition = procedure(name)
    first = [s for s in definition.steps.values() if definition.start.name in s.from_states and s.on == "case"]
    roles = {role for step in first for role in step.roles}
    if any("lead-unit" in step.facts for step in first) or not roles & UNIT_ROLES:
        return False
    return not must or not roles & {"grid-worker", "petition-officer", "dispatcher", "supervisor"}


def said_at_opening(name: str, extra: dict[str, Any], facts: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the first row records: what the procedure asks for at its opening, beside what the legal road said."""
    asked = {fact: extra[fact] for fact in procedure(name).facts_on_open if extra.get(fact)}
    return {**(facts or {}), **asked} or None


def not_handed_on(refusal: Refusal) -> str:
    """Why a new case cannot be handed on, and what can be done with it all the same."""
    if refusal.rule != "not-finally-decided":
        return refusal.says
    return _("%(says)s也可以先不选承办单位，登记以后书面答复不再受理（条例第三十六条）。") % {"says": refusal.says}


def tables_now() -> Tables:
    """The tables as last asked for, for labels on a page."""
    hit = _kept.get("tables")
    return hit[2] if hit else shipped_tables()
