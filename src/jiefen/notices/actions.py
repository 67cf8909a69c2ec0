"""Telling people. Who is told follows the step's `tell`, with the same exclusions as reading."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from jiefen.cases import ground
from jiefen.cases.models import Assignment, Case
from jiefen.cases.reading import step_of
from jiefen.cases.rehome import Orphan
from jiefen.kernel import ask
from jiefen.notices.models import Notice
from jiefen.people.actor import CENTRE_UNIT_TYPES, units_behind
from jiefen.people.apart import stepped_back
from jiefen.people.queries import postings_at
from jiefen.procedures.catalogue import procedure

MOST_TOLD = 40
_TELL = """
INSERT INTO notices_notice (person_id, kind, case_id, intake, step, code, at, done_why)
SELECT p, %(kind)s::varchar, %(case)s::bigint, %(intake)s::bigint, %(step)s::bigint, %(code)s::varchar, %(at)s::timestamptz, ''
  FROM unnest(%(people)s::bigint[]) AS p
ON CONFLICT DO NOTHING
"""
"""As `bulk_create(ignore_conflicts=True)` would: asked as a constant, since somebody waits at the window for it."""
OLD = timedelta(hours=24)
"""A step that nobody here took and that we learnt of later than this is history brought in: it rings at nobody."""


def tell(
    people: Iterable[int], kind: str, *, at: datetime, case: Case | None = None, intake: int | None = None, step: int | None = None,
    code: str = "",
) -> int:  # fmt: skip
    """Put a notice into each inbox, once; none of a matter for whoever has stepped back from it. Returns how many were new."""
    told = sorted(set(people) - stepped_back(case.doors if case else ()))
    if not told:
        return 0
    about = {"kind": kind, "case": case.pk if case else None, "intake": intake, "step": step, "code": code, "at": at}
    return ask.do(_TELL, about | {"people": told})


def people_with(role: str, case: Case, at: datetime) -> set[int]:
    """Who holds a role in a case: at its units, or at the centres over its area; never at an office kept out."""
    if role == "handler":
        return set(
            Assignment.objects.filter(case=case, responsible__isnull=False)
            .exclude(state="released")
            .values_list("responsible_id", flat=True)
        )
    if role == "sponsor":
        return {case.sponsor_id} if case.sponsor_id else set()
    if role == "vault-keeper":
        keepers = postings_at(at).filter(role=role, area_id__in=ground.lineage(case.area_id))
        return set(keepers.values_list("person_id", flat=True))
    let_in = units_behind(case.doors)
    rows = postings_at(at).filter(role=role, unit_id__in=let_in)
    if role != "unit-head":
        rows = rows.filter(Q(area_id__in=ground.lineage(case.area_id)), unit__unit_type__in=CENTRE_UNIT_TYPES)
        # The nearest centre that has somebody in this role is told, not every one up to the county.
        near = [u.pk for u in ground.centres_over(case.area_id, at)]
        by_unit: dict[int, set[int]] = {}
        for unit, person in rows.values_list("unit_id", "person_id"):
            by_unit.setdefault(unit, set()).add(person)
        return next((by_unit[u] for u in near if u in by_unit), set())
    return set(rows.filter(unit_id=case.lead_unit_id or 0).values_list("person_id", flat=True))


def after_step(step_id: int) -> None:
    """Tell staff what a step asks to tell. Residents read it on their own page, by code."""
    step = step_of(step_id)
    known = procedure(step.case.procedure, step.case.version).steps.get(step.name)
    if known is None or (step.by_id is None and step.recorded_at - step.at > OLD):
        return
    told: set[int] = set()
    sealed = step.case.stratum == Case.Stratum.VAULT  # of the vault its keeper hears, and nobody else
    for role in known.tell if not sealed else {"vault-keeper"} & set(known.tell):
        if role not in ("applicant", "respondent"):
            told |= people_with(role, step.case, step.recorded_at)
    told.discard(step.by_id or 0)
    tell(sorted(told)[:MOST_TOLD], Notice.Kind.STEP, at=step.recorded_at, case=step.case, step=step.pk, code=step.name)


def orphans_found(left: list[Orphan], at: datetime) -> None:
    """Tell the county's supervisors of open cases that lack somebody who answers, or a next date. Each is told once."""
    supervisors = postings_at(at).filter(role="supervisor", unit__unit_type="county-centre")
    people = sorted(set(supervisors.values_list("person_id", flat=True)))
    open_to_all = Case.objects.filter(pk__in={o.case for o in left}).exclude(stratum=Case.Stratum.VAULT)
    for case in open_to_all[:MOST_TOLD]:
        tell(people, Notice.Kind.MOVED, at=at, case=case, code="orphan")
