"""What moves with an office or an area that became another: duties, benches, doors. Registered with `people.successions`.

Every open matter it touches gets a row `succeeded`: the duty passes as it stands, the clocks go on, the rows before it keep
the office that really did it. Ended matters get no row; their doors open to whoever took over.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jiefen.cases import ground, reading, turns
from jiefen.cases.actions.record import append, history
from jiefen.cases.models import Assignment, Case, Party
from jiefen.cases.rules import Standing
from jiefen.cases.standing import standing_of, write_many
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Destroyed, open_row
from jiefen.people import actions as people
from jiefen.people import successions
from jiefen.people.actions import Refused
from jiefen.people.models import Posting, Succession, Unit, UnitHeir
from jiefen.people.queries import existing_units, postings_at
from jiefen.people.successions import Change, move_posting
from jiefen.places.actions import AreaRefused
from jiefen.places.models import Area
from jiefen.places.queries import in_force
from jiefen.places.successions import Ground, pass_on

BATCH = 500


def register() -> None:
    """Called when the app is ready."""
    for kind in (Succession.Kind.MERGE_AREAS, Succession.Kind.SPLIT_AREA):
        successions.carries(kind, areas)
    successions.when_succeeding(duties)
    successions.when_counting(open_matters)
    successions.when_over(ground.forget)


def open_matters(units: Sequence[int]) -> dict[int, int]:
    """How many open matters each office has a live duty in. One query; of the vault none are counted."""
    with scope("worker"):
        live = Assignment.objects.filter(unit_id__in=units, case__is_open=True).exclude(state="released")
        rows = (
            live.exclude(case__stratum=Case.Stratum.VAULT).values("unit_id").annotate(n=Count("case_id", distinct=True))
        )
        return {row["unit_id"]: row["n"] for row in rows}


def merge_areas_plan(codes: list[str], into: Ground, new_codes: dict[str, str] | None = None) -> dict[str, Any]:
    """Several areas of one level become one."""
    return {"areas": codes, "parts": [_said(into)], "new_codes": new_codes or {}}


def split_area_plan(code: str, parts: list[Ground]) -> dict[str, Any]:
    """One area becomes several; the first takes what no other is named for."""
    return {"areas": [code], "parts": [_said(part) for part in parts], "new_codes": {}}


def _said(part: Ground) -> dict[str, Any]:
    return {"code": part.code.strip(), "name": part.name.strip(), "inside": list(part.inside)}


def areas(change: Change) -> None:
    """The areas themselves; the offices that stood for one, and who is posted for one, stand for the heir."""
    plan = change.succession.plan
    parts = [Ground(p["code"], p.get("name", ""), tuple(p.get("inside", ()))) for p in plan["parts"]]
    try:
        done = pass_on(plan["areas"], parts, on=change.succession.on, new_codes=plan.get("new_codes") or {})
    except AreaRefused as no:
        raise Refused(str(no)) from no
    change.areas.update(done.areas)
    change.count("areas", done.ended)
    moved = Unit.objects.filter(area_id__in=done.areas).filter(
        Q(until__isnull=True) | Q(until__gt=change.succession.on)
    )
    for unit in moved:
        Unit.objects.filter(pk=unit.pk).update(area_id=done.areas[unit.area_id])
    change.count("offices", len(moved))
    rows = Posting.objects.select_for_update(of=("self",)).filter(area_id__in=done.areas)
    people_ = set()
    for posting in rows.filter(Q(until__isnull=True) | Q(until__gt=change.at)).order_by("pk"):
        move_posting(posting, unit=posting.unit_id, area=done.areas[posting.area_id], at=change.at)
        change.moved[posting.person_id] = (posting.unit_id, posting.unit_id)
        people_.add(posting.person_id)
    change.count("people", len(people_))


def duties(change: Change) -> None:
    """Open matters: a row each. Ended ones, and those that complain of an office that changed: their doors anew."""
    ground.forget()
    with scope("worker"):
        touched = set()
        for pk in list(_open(change)):
            if _pass(change, pk):
                touched.add(pk)
        change.count("matters", len(touched))
        for batch in _batches(_others(change, touched)):
            rows = Case.objects.select_for_update(of=("self",)).filter(pk__in=batch).order_by("pk")
            write_many(list(rows), change.at)
    heirs = {heir for several in change.heirs.values() for heir in several}
    held = postings_at(change.at).filter(unit_id__in=heirs).values_list("person_id", flat=True)
    people.moved(change.at, persons=set(held), units=heirs)


def _open(change: Change) -> Iterable[int]:
    live = Assignment.objects.filter(unit_id__in=change.units, case__is_open=True).exclude(state="released")
    rows = Case.objects.filter(is_open=True).filter(
        Q(centre_id__in=change.units) | Q(area_id__in=change.areas) | Q(lead_unit_id__in=change.units)
        | Q(pk__in=live.values("case_id"))
    )  # fmt: skip
    return rows.order_by("pk").values_list("pk", flat=True)


def _pass(change: Change, pk: int) -> bool:
    """Write the row of one open matter. False where nothing of it changes."""
    case = reading.locked(pk)
    rows = history(case)
    standing = standing_of(case, rows)
    codes = _codes(change, case, standing)
    if not codes:
        return False
    try:
        key = open_row(case.key)
    except Destroyed:
        return False
    at = max(change.at, rows[-1].at)
    append(
        case, key, rows=rows, name=turns.SUCCEEDED, from_state=case.state, to_state=case.state, by=None, at=at, recorded_at=at,
        reason=change.reason, codes=codes | {"succession": change.succession.pk},
    )  # fmt: skip
    return True


def _codes(change: Change, case: Case, standing: Standing) -> dict[str, Any]:
    codes: dict[str, Any] = {}
    moved = {duty.key: change.heir(duty.unit, case.kind) for duty in standing.live() if duty.unit in change.units}
    if moved:
        codes["moved"] = moved
    if standing.about["area"] in change.areas:
        codes["area"] = change.areas[standing.about["area"]]
    centre = standing.about["centre"]
    if centre in change.units:
        codes["centre"] = change.units[centre]
    elif case.centre_id in change.units:
        codes["centre"] = change.units[case.centre_id]
    looking = {str(old): change.units[old] for old in standing.about.get("eyes", ()) if old in change.units}
    if looking:
        codes["heirs"] = looking
    return codes


def _others(change: Change, but: set[int]) -> Iterator[int]:
    """Matters without a row whose doors change: those the old office could open, those that complain of it, those whose bench
    is its."""
    if not change.units and not change.areas:
        return
    doors = [ground.door_of("unit", unit) for unit in change.units]
    accused = Party.objects.filter(unit_id__in=change.units, role=Party.Role.RESPONDENT).values("case_id")
    rows = Case.objects.filter(Q(doors__overlap=doors) | Q(pk__in=accused) | Q(area_id__in=change.areas))
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        if pk not in but:
            yield pk


def _batches(pks: Iterable[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    for pk in list(pks):
        batch.append(pk)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def problems(at: datetime) -> list[str]:
    """One line for each thing that a change of offices or areas left behind. Empty is right."""
    day = local_day(at)
    gone = Unit.objects.filter(until__lte=day)
    ended = Area.objects.filter(until__lte=day)
    found = []
    with scope("worker"):
        live = Assignment.objects.filter(
            unit__in=gone, case__is_open=True, state__in=("open", "signed", "objected", "answered")
        )
        for number, unit in live.values_list("case__number", "unit__name")[:200]:
            found.append(_("%(case)s：还在已撤销的%(unit)s名下") % {"case": number, "unit": unit})
        bench = Case.objects.filter(Q(centre__in=gone) | Q(area__in=ended), is_open=True).exclude(
            stratum=Case.Stratum.VAULT
        )
        for number in bench.values_list("number", flat=True)[:200]:
            found.append(_("%(case)s：所在的中心或区域已经停用") % {"case": number})
    for name, unit in postings_at(at).filter(unit__in=gone).values_list("person__name", "unit__name"):
        found.append(_("%(name)s：还在已撤销的%(unit)s任职") % {"name": name, "unit": unit})
    for name in existing_units(day).filter(area__in=ended).values_list("name", flat=True):
        found.append(_("%(unit)s：所管的区域已经停用") % {"unit": name})
    for name in existing_units(day).filter(parent__in=gone).values_list("name", flat=True):
        found.append(_("%(unit)s：上级单位已经撤销") % {"unit": name})
    for name in in_force(day).filter(parent__in=ended).values_list("full_name", flat=True):
        found.append(_("%(area)s：上级区域已经停用") % {"area": name})
    late = Succession.objects.filter(done_at__isnull=True, called_off_at__isnull=True, on__lte=day)
    for row in late:
        if row.agreed_at is None:
            found.append(
                _("%(day)s的%(kind)s到了日子，还没有第二个人同意") % {"day": row.on, "kind": row.get_kind_display()}
            )
        if row.stuck:
            found.append(
                _("%(day)s的%(kind)s没有办成：%(why)s")
                % {"day": row.on, "kind": row.get_kind_display(), "why": row.stuck}
            )
    return found


def line_of(unit: int) -> frozenset[int]:
    """An office, all it came from and all that came from it: for tables that reach across a change."""
    found, asked = {unit}, {unit}
    while asked:
        rows = UnitHeir.objects.filter(Q(unit_id__in=asked) | Q(heir_id__in=asked)).values_list("unit_id", "heir_id")
        asked = {pk for pair in rows for pk in pair} - found
        found |= asked
    return frozenset(found)
