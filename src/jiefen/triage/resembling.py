"""Asking the index of alike matters on somebody's behalf: through their doors, own place first, with the reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases import ground
from jiefen.cases.models import Case, Party
from jiefen.cases.standing import standing_of
from jiefen.intake.models import Intake
from jiefen.kernel import ask
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Sealed, open_row
from jiefen.people.actor import Actor
from jiefen.places.models import Area
from jiefen.triage import alike, opposite
from jiefen.triage.companions import group
from jiefen.triage.likeness.packed import among
from jiefen.triage.likeness.weights import Asked as Compared
from jiefen.triage.likeness.weights import Weights, ready
from jiefen.triage.models import TriageDecision

ENOUGH = 0.16
"""From this closeness on two texts may be about the same; with the same place and the same office complained of, half of it."""
MOST = 6
LOOKED_INTO = 12
"""So many of the closest are opened, to see whether they complain of the same firm."""
PLACES = frozenset({"village", "community", "grid", "micro-grid"})
"""A place small enough to say something: half a county's matters lie in the same township."""


@dataclass(frozen=True, slots=True)
class Like:
    """A matter that may be the same: an intake, or the case it became. `reasons` are sentences; `score` sorts them."""

    intake: int
    number: str
    case: int | None
    slug: str
    case_number: str
    title: str
    place: str
    day: date
    is_open: bool
    reasons: tuple[str, ...]
    score: float

    @property
    def url(self) -> str:
        return f"/cases/{self.slug}/" if self.slug else f"/intakes/{self.number}/"


@dataclass(frozen=True, slots=True)
class Found:
    """The few that may be the same, and whether there is an ordinary one outside the reader's area."""

    likes: tuple[Like, ...] = ()
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared: a masked text, where and when, which offices are complained of, who tells it."""

    text: str
    area: int | None = None
    day: date | None = None
    units: frozenset[int] = frozenset()
    phone: bytes | None = None
    intakes: frozenset[int] = frozenset()
    case: int | None = None
    joined: frozenset[int] = frozenset()  # with which it is joined already
    kind: str = ""


NEAR = "SELECT * FROM jiefen_alike(%s::int[], %s::int[], %s::bigint[], %s, %s)"
MOST_ROWS = 400


def of_text(actor: Actor, text: str, *, area: int | None = None) -> Found:
    """For what somebody is writing down just now."""
    return _found(actor, Asked(alike.masked("", text), area))


def of_intake(actor: Actor, intake: Intake) -> Found:
    """For an intake at hand, which the actor may see."""
    with scope("worker"):
        row = Intake.objects.select_related("key").get(pk=intake.pk)
        decided = TriageDecision.objects.filter(intake=row).values_list("case_id", flat=True).first()
        if row.stratum == 2:
            return Found()
        try:
            text = alike.words_of(row)
            # Whoever came together told it together, which the page says by itself: no likeness to be looked into.
            together = {one.pk for one in group(row, open_row(row.key).open(row.words, field="intake.words"))}
        except Sealed:
            return Found()
    phone = bytes(row.phone_blind) if row.phone_blind else None
    own = frozenset({row.pk, *together})
    return _found(actor, Asked(text, row.area_id, local_day(row.received_at), frozenset(), phone, own, decided))


def of_case(actor: Actor, case: Case) -> Found:
    """For a case at hand, which the actor may see: by what its intakes say, its place and whom it complains of."""
    with scope("worker"):
        if case.stratum == Case.Stratum.VAULT:
            return Found()
        rows = list(Intake.objects.select_related("key").filter(decision__case=case).order_by("pk")[:3])
        units = frozenset(_offices([case.pk]).get(case.pk, ()))
        standing = standing_of(case)
        try:
            text = "\n".join(alike.words_of(row) for row in rows)
            if not rows:
                text = alike.masked("", open_row(case.key).open(case.title, field="case.title") or "")
        except Sealed:
            return Found()
    phone = next((bytes(row.phone_blind) for row in rows if row.phone_blind), None)
    mine = frozenset(row.pk for row in rows)
    joined = frozenset(standing.joins) | ({standing.joined_to} if standing.joined_to else set())
    return _found(
        actor, Asked(text, case.area_id, local_day(case.opened_at), units, phone, mine, case.pk, joined, case.kind)
    )


def _offices(cases: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    rows = Party.objects.filter(case__in=cases, role=Party.Role.RESPONDENT, unit__isnull=False)
    for case, unit in rows.values_list("case_id", "unit_id"):
        found.setdefault(case, set()).add(unit)
    return found


def _found(actor: Actor, asked: Asked) -> Found:
    whole, telling = alike.telling_of(asked.text), alike.looked_for(asked.text)
    if telling.size < 4:
        return Found()
    keys = sorted(actor.keys)
    with scope("worker"):
        known = alike.counted(whole.all())
        rare, both = alike.leading(telling, known)
        if not rare and not both:
            return Found()
        mine = ready(telling, known.weights, whole)
        rows = _scored(ask.rows(NEAR, [rare, both, keys, False, MOST_ROWS]), mine, asked)
        likes = _likes(rows, asked, known.weights)
        elsewhere = False
        if not likes:
            away = _scored(ask.rows(NEAR, [rare, both, keys, True, MOST_ROWS]), mine, asked)
            elsewhere = _elsewhere(actor, away)
    return Found(tuple(likes), elsewhere)


def _scored(rows: Sequence[Any], mine: Compared, asked: Asked) -> list[tuple[float, Any, list[int]]]:
    """The close ones among some rows, closest first, each with the pairs that both have."""
    seen: set[int] = set()
    fit = []
    for row in rows:
        if row[0] in seen or row[0] in asked.intakes or (row[8] is not None and row[8] in asked.joined | {asked.case}):
            continue
        seen.add(row[0])
        fit.append(row)
    found = []
    for score, row, both in among(mine, [(bytes(row[1]), row[2]) for row in fit], fit):
        if score >= ENOUGH / 2:
            found.append((score, row, both))
    return sorted(found, key=lambda one: (-one[0], one[1][0]))[:40]


def _likes(rows: list[tuple[float, Any, list[int]]], asked: Asked, weights: Weights) -> list[Like]:
    cases = [row[8] for _score, row, _both in rows if row[8]]
    units = _offices(cases) if asked.units and cases else {}
    near = ground.lineage(asked.area) if asked.area else ()
    areas = Area.objects.defer("shape").in_bulk({row[4] for _s, row, _b in rows})
    firms = _firms(asked.text, [row[0] for _s, row, _b in rows[:LOOKED_INTO]])
    best: dict[Any, Like] = {}
    for score, row, both in rows:
        pk, _grams, _heads, day, area, number, phone, kind, case, slug, case_number, is_open = row
        place = areas[area]
        same_place = bool(asked.area) and area == asked.area and place.level in PLACES
        against = asked.units & units.get(case, set())
        firm = firms.get(pk, "")
        if score < ENOUGH and not (same_place and (against or firm)):
            continue
        reasons = []
        if words := alike.shared_words(asked.text, both, weights):
            reasons.append(_("共同的词：%(words)s") % {"words": "、".join(words)})
        if same_place:
            reasons.append(_("同一地点：%(place)s") % {"place": place.full_name or place.name})
        if against:
            reasons.append(_("同一被诉方"))
        if firm:
            reasons.append(_("同一被反映方：%(name)s") % {"name": firm})
        same_kind = bool(asked.kind) and kind == asked.kind
        if same_kind:
            reasons.append(_("同一类事"))
        if asked.phone and phone and bytes(phone) == asked.phone:
            reasons.append(_("同一位反映人"))
        if asked.day == day:
            reasons.append(_("同一天"))
        weight = (
            score
            + 0.1 * same_place
            + 0.15 * bool(against or firm)
            + 0.03 * same_kind
            + 0.05 * (area in near)
            + 0.02 * (asked.day == day)
        )
        like = Like(
            pk,
            number,
            case,
            slug or "",
            case_number or "",
            "",
            place.full_name or place.name,
            day,
            is_open is not False,
            tuple(reasons),
            weight,
        )
        # Several who told the same matter are one matter here.
        if (known := best.get(case or -pk)) is None or known.score < like.score:
            best[case or -pk] = like
    chosen = sorted(best.values(), key=lambda like: (-like.score, like.intake))[:MOST]
    return _titled(chosen)


def _firms(text: str, intakes: Sequence[int]) -> dict[int, str]:
    """Which of some intakes name the firm that a text names as the other side, and how the text names it."""
    mine = opposite.firms(text)
    found: dict[int, str] = {}
    rows = Intake.objects.select_related("key").only("words", "key").filter(pk__in=intakes) if mine else ()
    for row in rows:
        try:
            said = open_row(row.key).open(row.words, field="intake.words") or {}
        except Sealed:
            continue
        if firm := opposite.same(mine, f"{said.get('subject') or ''}\n{said.get('text') or ''}"):
            found[row.pk] = firm
    return found


def _titled(likes: list[Like]) -> list[Like]:
    """With what a list may show of each: its masked subject, or the case's title."""
    from dataclasses import replace

    asked = Intake.objects.select_related("key").only("subject", "key").filter(pk__in=[like.intake for like in likes])
    rows = {row.pk: row for row in asked}
    found = []
    for like in likes:
        try:
            title = open_row(rows[like.intake].key).open(rows[like.intake].subject, field="intake.subject") or ""
        except Sealed:
            continue
        found.append(replace(like, title=title))
    return found


def _elsewhere(actor: Actor, rows: Sequence[tuple[float, Any, list[int]]]) -> bool:
    """Whether an ordinary matter outside the reader's area is like this one; nothing else is said of it."""
    own = {held.area_id for held in actor.held}
    return any(score >= 2 * ENOUGH and not own & set(ground.lineage(row[4])) for score, row, _both in rows)
