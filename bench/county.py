"""The demo county as the generator sees it: plain values that travel to another process."""

from dataclasses import dataclass
from datetime import datetime

from bench.texts import TALES
from jiefen.cases import ground
from jiefen.intake.drafts import IntakeDraft
from jiefen.people.models import Posting, Unit
from jiefen.people.queries import head_of
from jiefen.places.models import Area
from jiefen.triage.actions import sort_draft

SHARES = (30, 25, 12, 9, 7, 6, 5, 4, 2)
"""Of a hundred matters, how many come from each of the nine townships; the second is Zhou's."""

BUSY = {
    "human-resources": 16, "public-security": 9, "natural-resources": 9, "housing": 9, "city-management": 8, "market": 8,
    "agriculture": 6, "water": 4, "transport": 4, "ecology": 4, "education": 3, "health": 3, "civil-affairs": 3,
    "utility": 3, "traffic-police": 2, "justice-bureau": 2,
}  # fmt: skip
"""How many of a hundred matters of the county's offices lie with each; one each for the rest."""


@dataclass(frozen=True)
class Bench:
    """A place that matters come from: its centre, who sits there, which offices watch over it."""

    area: int
    name: str
    township: int
    centre: int
    mark: str
    letters: str
    doors: tuple[int, ...]  # offices whose doors an ordinary matter here has
    clerks: tuple[int, ...]
    dispatcher: int
    caller: int
    units: tuple[tuple[int, int], ...]  # offices below the county that take matters here, with weights


@dataclass(frozen=True)
class County:
    """Everything the generator needs to know."""

    code: str
    benches: tuple[Bench, ...]  # villages and townships, with `weights`
    weights: tuple[int, ...]
    departments: tuple[tuple[int, int], ...]  # (unit, weight)
    handlers: dict[int, tuple[int, ...]]
    heads: dict[int, int]
    suggestions: tuple[dict, ...]  # one a tale
    flags: tuple[str, ...]


def read(at: datetime) -> County:
    """Read the county of the database in use. Raises LookupError where the demo county is not loaded."""
    county = Area.objects.filter(level="county").first()
    if county is None or not county.code.startswith("4503"):
        raise LookupError("the demo county is not loaded")
    staff: dict[tuple[int, str], list[int]] = {}
    rows = Posting.objects.filter(since__lte=at, until__isnull=True).order_by("pk")
    for unit, role, person in rows.values_list("unit_id", "role", "person_id"):
        staff.setdefault((unit, role), []).append(person)
    units = {u.pk: u for u in Unit.objects.all()}
    townships = list(Area.objects.filter(level="township").order_by("code"))
    benches: list[Bench] = []
    weights: list[int] = []
    for n, township in enumerate(townships):
        villages = list(Area.objects.filter(level="village", parent=township).order_by("code"))
        own = [
            u
            for u in units.values()
            if u.area_id == township.pk
            and u.unit_type in ("township-government", "justice-office", "police-station", "township-labour")
        ]
        for area in [township, *villages]:
            over = ground.centres_over(area.pk, at)
            centre = ground.home_centre(area.pk, at)
            assert centre is not None
            committee = [u for u in units.values() if u.area_id == area.pk and u.unit_type == "village-committee"]
            benches.append(
                Bench(
                    area.pk, area.name, n, centre.pk, centre.mark, centre.letters, tuple(u.pk for u in over),
                    tuple(staff[(centre.pk, "clerk")]), staff[(centre.pk, "dispatcher")][0],
                    staff[(centre.pk, "follow-up-caller")][0],
                    tuple((u.pk, 3) for u in own) + tuple((u.pk, 6) for u in committee),
                )
            )  # fmt: skip
            weights.append(
                SHARES[n] * (15 if area is township else 85) // (1 if area is township else len(villages)) + 1
            )
    departments = [
        (u.pk, BUSY.get(u.unit_type, 1))
        for u in units.values()
        if u.area_id == county.pk and (u.pk, "handler") in staff
        and u.unit_type not in ("county-centre", "petition-office", "hotline-centre", "vault", "government", "political-legal")
    ]  # fmt: skip
    taking = {u for u, _ in departments} | {u for b in benches for u, _ in b.units}
    home = townships[1]
    suggestions = []
    for tale in TALES:
        text = tale.text.format(n=3600, place=home.name)
        made = sort_draft(IntakeDraft(channel="window", once_key="-", text=text), home=home, at=at)
        suggestions.append(made.suggestion or {})
    return County(
        county.code[:6], tuple(benches), tuple(weights), tuple(departments),
        {u: tuple(staff[(u, "handler")]) for u in taking},
        {u: head_of(u, at) or 0 for u in taking}, tuple(suggestions), (),
    )  # fmt: skip
