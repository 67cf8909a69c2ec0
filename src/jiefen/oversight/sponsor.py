"""Hard cases and the leader who answers for them: proposed by rule about the matter, never about who complains or how often.

Three grounds and no other (条例 18, 37): long unsolved; hardship that stays after the second review; several matters of one
cause. How often somebody came, by which way, or where they went to complain, is no ground and is not even read here.

A ground is not yet a road: from which states a hard case may be opened is each procedure's own (`opens`). A petition that runs
late is owed its opinion, and is pressed for it (条例 34, 40); only once it has ended and whoever was asked last says that it is
not solved may a leader take it. Until then a proposal says what it waits for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from jiefen.cases.access import visible_cases
from jiefen.cases.actions.branch import open_next
from jiefen.cases.facts import Moment
from jiefen.cases.models import Case, Party
from jiefen.cases.recorded import said
from jiefen.cases.rules import Standing
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.oversight.models import FollowUp
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure, settings_in_force
from jiefen.procedures.engine import may_open

PROCEDURE = "long-standing-case"
FINAL = "petition-rereview"
PETITION, SCREENED = "petition-claim", "screening-hidden-danger"
HARDSHIP = "hardship"
LISTING, SAME_CAUSE = "listing-days", "listing-same-cause"
GROUNDS = {
    "long-unsolved": "办理已久仍未解决",
    "hardship-after-rereview": "复核终结后仍有实际困难",
    "same-cause": "同一原因有多件",
}
_SAID_TO = "listing-reasons"


@dataclass(frozen=True, slots=True)
class Matter:
    """What the rule looks at: the matter's own age and marks, and how many others have its cause. Nothing of anybody."""

    began: date
    unsolved: bool
    reviewed_twice: bool
    hardship: bool
    of_one_cause: int


def grounds(matter: Matter, *, on: date, listing_days: int, same_cause: int) -> list[str]:
    """The grounds on which a matter may be proposed, in the order of GROUNDS. Pure.

    `listing_days`, `same_cause`: the county's settings (办理满几日, 同一原因几件).
    """
    found = []
    if matter.unsolved and (on - matter.began).days >= listing_days:
        found.append("long-unsolved")
    if matter.reviewed_twice and matter.hardship:
        found.append("hardship-after-rereview")
    if matter.unsolved and matter.of_one_cause >= same_cause:
        found.append("same-cause")
    return found


_BY_OFFICE = """
SELECT c.kind, p.unit_id, count(DISTINCT c.id) FROM cases_party p JOIN cases_case c ON c.id = p.case_id
 WHERE p.role = 'respondent' AND p.unit_id = ANY(%(of)s) AND c.kind = ANY(%(kinds)s)
   AND c.is_open AND c.stratum = 0 AND c.procedure <> %(listed)s
 GROUP BY c.kind, p.unit_id
"""
_BY_AREA = """
SELECT c.kind, c.area_id, count(*) FROM cases_case c
 WHERE c.area_id = ANY(%(of)s) AND c.kind = ANY(%(kinds)s) AND c.is_open AND c.stratum = 0 AND c.procedure <> %(listed)s
 GROUP BY c.kind, c.area_id
"""


def matter_of(case: Case) -> Matter:
    """What the rule looks at, read from the case it is about: the one it was opened out of, or itself. Needs a scope that
    sees all rows; of other matters only their number is read, and only of ordinary ones."""
    return matters_of([case])[0]


def matters_of(cases: Sequence[Case]) -> list[Matter]:
    """The same for many, in their order. Three questions, however many they are."""
    origins = [case.arose_from if case.procedure == PROCEDURE and case.arose_from else case for case in cases]
    offices: dict[int, int] = {}
    named = Party.objects.filter(case__in={o.pk for o in origins}, role="respondent", unit__isnull=False)
    for of, unit in named.order_by("pk").values_list("case_id", "unit_id"):
        offices.setdefault(of, unit)
    alone = [o for o in origins if o.pk not in offices]
    by_office = _same(_BY_OFFICE, {o.kind for o in origins if o.pk in offices}, set(offices.values()))
    by_area = _same(_BY_AREA, {o.kind for o in alone}, {o.area_id for o in alone})
    found = []
    heard = _still_unsolved([o for o in origins if not o.is_open])
    for case, origin in zip(cases, origins, strict=True):
        office, listed = offices.get(origin.pk), case.procedure == PROCEDURE
        same = by_area.get((origin.kind, origin.area_id)) if office is None else by_office.get((origin.kind, office))
        found.append(
            Matter(
                began=local_day(origin.opened_at), unsolved=origin.is_open or listed or origin.pk in heard, reviewed_twice=origin.procedure == FINAL,
                hardship=HARDSHIP in {*origin.flags, *case.flags}, of_one_cause=same or 0,
            )
        )  # fmt: skip
    return found


def _still_unsolved(ended: Sequence[Case]) -> set[int]:
    """Which ended matters are not solved, as whoever was asked last after the answer said."""
    if not ended:
        return set()
    said = FollowUp.objects.filter(case__in={o.pk for o in ended}, replaced_by=None, solved__isnull=False)
    last = dict(said.order_by("at", "pk").values_list("case_id", "solved"))
    return {of for of, solved in last.items() if not solved}


def _same(sql: str, kinds: set[str], of: set[int]) -> dict[tuple[str, int], int]:
    """How many open matters there are of each kind and office, or kind and place."""
    if not of:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(sql, {"kinds": sorted(kinds), "of": sorted(of), "listed": PROCEDURE})
        return {(kind, place): count for kind, place, count in cursor.fetchall()}


def _numbers(at: datetime) -> tuple[int, int]:
    known = settings_in_force(at)
    return tuple(getattr(known[key], "value", known[key]) for key in (LISTING, SAME_CAUSE))  # type: ignore[return-value]


def grounds_of(case: Case, at: datetime) -> list[str]:
    """The grounds that hold for a case at a moment."""
    listing_days, same_cause = _numbers(at)
    return grounds(matter_of(case), on=local_day(at), listing_days=listing_days, same_cause=same_cause)


def listing_reasons(m: Moment) -> list[dict[str, str]]:
    """The fact `listing-reasons`: of what the step says, what is so; and what it says beyond the three, to be refused."""
    stated = said(m, _SAID_TO, nothing=[])
    rows = [stated] if isinstance(stated, str | Mapping) else list(stated)
    names = [str(row.get("ground", "")) if isinstance(row, Mapping) else str(row) for row in rows]
    hold = grounds_of(m.case, m.at)
    asked = [name for name in names if name in hold or name not in GROUNDS] if names else hold
    return [{"ground": name} for name in asked]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A matter for which a ground holds, as a list shows it: nothing personal. `waits`: why it cannot be listed yet, or empty."""

    number: str
    slug: str
    kind: str
    area: str
    unit: str
    days: int
    grounds: tuple[str, ...]
    waits: str = ""


_OLD = 200


def proposals(actor: Actor, at: datetime) -> list[Proposal]:
    """Matters the asker may see for which a ground holds and that no leader answers for yet: those that may be listed now
    first, then those that may not yet, with what they wait for; the oldest first.

    Sorted by the matter's own age. Call within the asker's scope for the rows; the count of one cause is of ordinary
    matters the asker sees.
    """
    listing_days, same_cause = _numbers(at)
    listed = Case.objects.filter(arose_from=OuterRef("pk"), procedure=PROCEDURE, is_open=True)
    mine = visible_cases(actor).filter(~Exists(listed), stratum=Case.Stratum.ORDINARY).exclude(procedure=PROCEDURE)
    mine = mine.select_related("area", "lead_unit", "centre").defer("area__shape").order_by("opened_at", "pk")
    # Each along an index of its own: one with OR would walk every matter there is.
    open_ones = mine.filter(is_open=True)
    petitions = mine.filter(is_open=False, procedure__startswith="petition-")
    said = FollowUp.objects.filter(case=OuterRef("pk"), replaced_by=None, solved__isnull=False).order_by("-at", "-pk")
    parts = (
        open_ones, open_ones.filter(procedure=SCREENED), petitions.filter(procedure=FINAL, flags__contains=[HARDSHIP]),
        petitions.filter(procedure=PETITION).alias(last=Subquery(said.values("solved")[:1])).filter(last=False),
    )  # fmt: skip
    found = {case.pk: case for part in parts for case in part[:_OLD]}
    rows = sorted(found.values(), key=lambda case: (case.opened_at, case.pk))
    listing = []
    for case, matter in zip(rows, matters_of(rows), strict=True):
        why = grounds(matter, on=local_day(at), listing_days=listing_days, same_cause=same_cause)
        if why:
            days = (local_day(at) - local_day(case.opened_at)).days
            unit = case.lead_unit or case.centre
            listing.append(
                Proposal(
                    case.number, case.slug, case.kind, case.area.name, unit.name, days, tuple(why), waits_for(case)
                )
            )
    return sorted(listing, key=lambda one: bool(one.waits))


def waits_for(case: Case) -> str:
    """Why a hard case cannot be opened out of this one yet, in a sentence; empty where it can."""
    definition = procedure(case.procedure, case.version)
    off = may_open(definition, PROCEDURE, state=case.state)
    if off is None:
        return ""
    if any(opening.to == PROCEDURE for opening in definition.opens):
        return off.says
    return _("%(procedure)s不直接列入积案。没有办结的，先督办；办结以后还没解决的，由本人或者经办的人另开程序。") % {
        "procedure": _(definition.label)
    }


def propose(case: Case, *, by: Actor, at: datetime, lead: int | None = None, reason: str = "") -> Case:
    """Open a hard case out of a matter for which a ground holds. Raises StepRefused, NoGround."""
    with scope("worker"):
        row = Case.objects.select_related("arose_from").get(pk=case.pk)
        if not grounds_of(row, at):
            raise NoGround(_("还不到列入积案的条件：没有办理满期限，也不是复核后仍有困难或同一原因多件。"))
        made, _row = open_next(row, PROCEDURE, by=by, at=at, lead=lead, reason=reason)
        assert made is not None
        return made


class NoGround(ValueError):
    """No ground about the matter holds; how often it was brought is none."""


def sponsor_person(m: Moment) -> dict[str, Any] | None:
    """The fact `sponsor-person`: the leader named, and the offices that are responsible beside her."""
    if m.standing.sponsor is None:
        return None
    units = {d.unit for d in m.standing.duties.values() if d.is_live}
    if m.by is not None and m.unit is not None and m.by.units & units:
        units.add(m.unit)  # whoever works there too is of the responsible office, at whichever desk they sit
    return {"person": m.standing.sponsor, "units": sorted(units)}


FIVE = (
    ("一案", "列入，一件一案", ("list",)),
    ("一名领导", "确定包案领导", ("appoint-sponsor",)),
    ("一个班子", "确定责任人和协办单位", ("appoint-sponsor",)),
    ("一个方案", "一案一策", ("make-plan",)),
    ("一抓到底", "面谈、化解，由他人核查解除", ("meet", "settle", "release")),
)
"""四个一、五个一: each of the five is one or more steps of the file; nothing else counts as having done it."""


@dataclass(frozen=True, slots=True)
class One:
    """One of the five, and whether its steps were taken."""

    name: str
    says: str
    done: bool
    left: tuple[str, ...]


def five_ones(standing: Standing) -> list[One]:
    """How far a hard case is on the five, from its rows alone."""
    taken = {h.name for h in standing.history}
    return [
        One(name, says, set(steps) <= taken, tuple(step for step in steps if step not in taken))
        for name, says, steps in FIVE
    ]


def sponsored_by(actor: Actor) -> QuerySet[Case]:
    """The hard cases a leader answers for, the next date first: her page's list."""
    rows = visible_cases(actor).filter(sponsor_id=actor.person_id, is_open=True)
    return rows.order_by("next_due_at", "pk")
