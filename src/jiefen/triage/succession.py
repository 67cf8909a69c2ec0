"""What moves here with an office or an area: intakes that wait for a decision, and the rows of the routing table."""

from django.db.models import Q
from django.utils.translation import gettext as _

from jiefen.cases import ground
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.people import successions
from jiefen.people.actions import Refused
from jiefen.people.models import Unit
from jiefen.people.queries import existing_units
from jiefen.people.successions import Change
from jiefen.triage import routing, setup
from jiefen.triage.doors import follow
from jiefen.triage.finding import index
from jiefen.triage.models import TriageDecision

BATCH = 500


def register() -> None:
    """Called when the app is ready; after `cases`, whose doors the intakes follow."""
    successions.when_succeeding(intakes)
    successions.when_succeeding(rules)
    successions.when_over(setup.forget)


def intakes(change: Change) -> None:
    """What waits at a centre or for an area that changed waits at its heir; what was decided follows its matter's doors."""
    moved: list[int] = []
    with scope("worker"):
        rows = Intake.objects.filter(state=Intake.State.WAITING)
        rows = rows.filter(Q(centre_id__in=change.units) | Q(area_id__in=change.areas))
        for row in rows.select_for_update().order_by("pk"):
            row.area_id = change.areas.get(row.area_id, row.area_id)
            centre = ground.home_centre(row.area_id, change.at)
            row.centre_id = centre.pk if centre else change.units.get(row.centre_id, row.centre_id)
            if row.stratum == 0:
                doors = {ground.door_of("unit", u.pk) for u in ground.centres_over(row.area_id, change.at)}
                units = {ground.door_of("unit", old) for old in (*change.units, *_centres_before(row.doors))}
                row.doors = sorted((set(row.doors) - units) | doors)
            row.save(update_fields=["area", "centre", "doors"])
            moved.append(row.pk)
        for begin in range(0, len(moved), BATCH):
            index.write_intakes(moved[begin : begin + BATCH])  # found by the heir at once, and in the new place
        old = [ground.door_of("unit", unit) for unit in change.units]
        decided = TriageDecision.objects.filter(case__isnull=False, intake__doors__overlap=old)
        follow(set(decided.values_list("case_id", flat=True)))
    change.count("intakes", len(moved))


def _centres_before(doors: list[int]) -> set[int]:
    """Centres among the doors: they are worked out anew from the area."""
    from jiefen.people.actor import CENTRE_UNIT_TYPES, units_behind

    behind = units_behind(doors)
    return set(Unit.objects.filter(pk__in=behind, unit_type__in=CENTRE_UNIT_TYPES).values_list("pk", flat=True))


def rules(change: Change) -> None:
    """Rows that name a kind of office of which none is left are pointed at the heir's kind, as a new version of the table."""
    row = change.succession
    base, table = routing.base_of()
    after = [dict(one) for one in table]
    day = max(row.on, local_day(change.at))
    changed = 0
    for old_id, main in change.units.items():
        old, heir = Unit.objects.get(pk=old_id), Unit.objects.get(pk=main)
        if existing_units(day).filter(unit_type=old.unit_type).exists():
            continue
        types = dict(Unit.objects.filter(pk__in=change.heirs.get(old_id, ())).values_list("pk", "unit_type"))
        for one in after:
            to = types.get(change.heir(old_id, one["kind"]), heir.unit_type)
            changed += _point(one, old.unit_type, to)
    if not changed:
        return
    try:
        routing.publish(after, since=day, note=change.reason[:200], by=row.planned_by_id, at=change.at, base=base)  # type: ignore[arg-type]
    except routing.RoutingRefused as no:
        raise Refused(_("分派表改不过来：%(why)s") % {"why": "；".join(no.problems[:5])}) from no
    change.count("rules", changed)


def _point(row: dict[str, str], was: str, to: str) -> int:
    """Point one row at another kind of office. 1 where something changed."""
    helpers = [h for h in row["helper_units"].split(";") if h]
    if row["unit_type"] != was and was not in helpers:
        return 0
    if row["unit_type"] == was:
        row["unit_type"] = row["expected"] = to
    named = dict.fromkeys(to if h == was else h for h in helpers)
    row["helper_units"] = ";".join(h for h in named if h != row["unit_type"])
    return 1
