"""Asking somebody on the spot to go and see. They are shown what is asked, where and of whom; nothing else of the case."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jiefen.cases import ground
from jiefen.cases.access import roles_on
from jiefen.cases.models import Case, Demand
from jiefen.cases.standing import excluded_units
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.oversight.actions import LONGEST, NotIndependent, _locked
from jiefen.oversight.answers import ASKED_BY
from jiefen.oversight.independence import hands_in
from jiefen.oversight.models import Visit
from jiefen.oversight.queries import errands
from jiefen.oversight.reading import Matter
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.people.queries import postings_at
from jiefen.places.models import Area

WALKS = "grid-worker"
MOST = 50


def walkers(case: Case, at: datetime) -> list[Unit]:
    """The offices with somebody who walks the case's area, nearest first, but for those that had a hand in it or are
    complained of. A matter written down for a village is walked by whoever has one of its grids. Call inside."""
    m = Matter.of(case)
    out = hands_in(m.procedure, m.standing).units | excluded_units(list(case.parties.all()))
    above = ground.lineage(case.area_id)
    here = Q(area_id__in=above)
    if case.area.level == Area.Level.VILLAGE:
        here |= Q(area__parent=case.area_id)
    rows = postings_at(at).filter(here, role=WALKS).select_related("unit", "area").order_by("pk")
    near = sorted(rows, key=lambda p: (-(above.index(p.area_id) if p.area_id in above else len(above)), p.pk))
    return list({p.unit_id: p.unit for p in near if p.unit_id not in out}.values())


def ask_visit(case: Case, *, party: str, unit: int, by: Actor, at: datetime, words: str = "") -> Visit:
    """Ask an office to have somebody visit the person. Asking again while it waits is the same asking.

    Raises NotIndependent for whoever may not follow up here, ValueError for a matter that few may see, a person who is not
    named, and an office that has nobody there or had a hand in it.
    """
    with transaction.atomic(), scope("worker"):
        row = _locked(case)
        m = Matter.of(row)
        if ASKED_BY not in roles_on(by, row) or hands_in(m.procedure, m.standing).include(by):
            raise NotIndependent(_("请人走访要由没有经手过这件事的回访员来定。"))
        if row.stratum != Case.Stratum.ORDINARY:
            raise ValueError(_("这件事限制知悉，不请网格员上门，请打电话或者您自己去。"))
        who = next((p for p in m.complainants() if p.key == party), None)
        if who is None or who.identity == who.Identity.ANONYMOUS:
            raise ValueError(_("匿名的没有人可以走访。"))
        if unit not in {u.pk for u in walkers(row, at)}:
            raise ValueError(_("这个单位在当地没有网格员，或者经手过这件事，请换一个。"))
        waiting = Visit.objects.filter(case=row, party=party, done=None, called_off_at=None).first()
        if waiting is not None:
            return waiting
        said = words.strip()[:LONGEST]
        return Visit.objects.create(
            case=row, party=party, unit_id=unit, by_id=by.person_id, at=at,
            words=open_row(row.key).seal(said, field="visit.words") if said else None,
        )  # fmt: skip


def call_off(visit: int, case: Case, *, by: Actor, at: datetime) -> None:
    """Nobody need go any more. Doing it again changes nothing. Raises NotIndependent."""
    with transaction.atomic(), scope("worker"):
        if ASKED_BY not in roles_on(by, _locked(case)):
            raise NotIndependent(_("请人走访要由没有经手过这件事的回访员来定。"))
        Visit.objects.filter(pk=visit, case=case, done=None, called_off_at=None).update(called_off_at=at)


@dataclass(frozen=True, slots=True)
class Errand:
    """What a visitor is shown: whom to find, where, what was asked, and what to look at."""

    visit: Visit
    number: str
    name: str
    address: str
    place: str
    demands: tuple[str, ...]
    words: str
    hidden: bool  # the other side must not learn who complained


def errands_of(actor: Actor) -> list[Errand]:
    """What this person's offices were asked to visit, where they had no hand in it. Few: at most a page."""
    mine = [p.unit_id for p in actor.held if p.role == WALKS]
    rows = errands(actor).filter(unit_id__in=mine).select_related("unit")[:MOST]
    with scope("worker"):
        found = [_errand(actor, row) for row in rows]
    return [one for one in found if one is not None]


def errand_of(actor: Actor, pk: int) -> Errand | None:
    """One of them, or None: the same for one that is not theirs, and for one that is over. Raises Sealed."""
    mine = [p.unit_id for p in actor.held if p.role == WALKS]
    row = errands(actor).filter(pk=pk, unit_id__in=mine).select_related("unit").first()
    with scope("worker"):
        return _errand(actor, row) if row is not None else None


def written_before(actor: Actor, pk: int, once: str) -> bool:
    """Whether this person wrote down what they saw on this visit with this very form."""
    with scope("worker"):
        return bool(once) and Visit.objects.filter(pk=pk, done__once=once, done__by=actor.person_id).exists()


def _errand(actor: Actor, row: Visit) -> Errand | None:
    case = Case.objects.select_related("key", "area").get(pk=row.case_id)
    m = Matter.of(case)
    party = next((p for p in m.complainants() if p.key == row.party), None)
    if party is None or hands_in(m.procedure, m.standing).include(actor) or case.stratum != Case.Stratum.ORDINARY:
        return None
    row.case = case
    key = open_row(case.key)
    who = key.open(party.sealed, field="party") or {}
    return Errand(
        visit=row, number=case.number, name=who.get("name", ""), address=who.get("address", ""),
        place=case.area.full_name or case.area.name,
        demands=tuple(key.open(d.text, field="demand.text") for d in Demand.objects.filter(case=case).order_by("seq")),
        words=key.open(row.words, field="visit.words") if row.words else "", hidden=party.identity == party.Identity.HIDDEN,
    )  # fmt: skip
