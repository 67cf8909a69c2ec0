"""Whom and what a step's form lets choose: offices of the place, people by what they would be, grounds with their article."""

from datetime import datetime

from jiefen.cases import ground
from jiefen.cases.models import Case
from jiefen.desk.intakes import unit_choices
from jiefen.desk.step_fields import Ask, Choices
from jiefen.people.queries import postings_at, staff_of
from jiefen.procedures.catalogue import vocabulary
from jiefen.procedures.definition import Step
from jiefen.procedures.grounds import grounds_of

NAMES_UNITS = frozenset({"lead-unit", "helper-units", "proper-unit", "receiver-unit", "objection-reasoned"})


def ask_for(case: Case, step: Step, *, unit: int | None, at: datetime) -> Ask:
    """What the form of one step needs; asks the database only for what this step's facts choose from.

    `unit`: the office at which the step would be taken, whose people can be made responsible.
    """
    facts = set(step.facts)
    people: dict[str, Choices] = {}
    if "responsible-person" in facts and unit:
        people["responsible-person"] = [(p.pk, p.name) for p in staff_of(unit, at)]
    if "mediator-chosen" in facts:
        people["mediator-chosen"] = _holders("mediator", case, at)
    if "sponsor-person" in facts:
        rows = postings_at(at).filter(role="sponsor").select_related("person", "unit").order_by("pk")
        people["sponsor-person"] = [(f"{p.person_id}:{p.unit_id}", f"{p.person.name}，{p.unit.name}") for p in rows]
    grounds: Choices = ()
    if "refusal-ground" in facts:
        words = vocabulary()
        grounds = [(g.code, f"{g.label}（{words.source_title(g.article)}）") for g in grounds_of(case.procedure)]
    units = unit_choices(at, case.area) if NAMES_UNITS & {*facts, *step.guards} else []
    return Ask(units=units, people=people, grounds=grounds)


def _holders(role: str, case: Case, at: datetime) -> Choices:
    """Who holds a role over the place of a matter, the nearest first."""
    above = ground.lineage(case.area_id)
    rows = postings_at(at).filter(role=role, area_id__in=above).select_related("person", "unit")
    near = sorted(rows, key=lambda p: (-above.index(p.area_id), p.pk))
    return [(p.person_id, f"{p.person.name}，{p.unit.name}") for p in near]
