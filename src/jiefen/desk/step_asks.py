"""Whom and what a step's form lets choose: offices of the place, people by what they would be, grounds with their article."""

from datetime import datetime

from django.utils.html import format_html
from django.utils.translation import gettext as _

from jiefen.cases import ground
from jiefen.cases.actions.steps import moment_for
from jiefen.cases.models import Case, Demand
from jiefen.cases.recorded import carried_out
from jiefen.cases.standing import standing_of
from jiefen.desk.intakes import unit_choices
from jiefen.desk.step_fields import Ask, Choices
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.papers.remedies import remedy_text
from jiefen.people.models import Unit
from jiefen.people.queries import postings_at, staff_of
from jiefen.procedures.catalogue import vocabulary
from jiefen.procedures.definition import Step, Vocabulary
from jiefen.procedures.grounds import Ground, grounds_of

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
        grounds = [(g.code, _said(g, words)) for g in grounds_of(case.procedure)]
    units = unit_choices(at, case.area) if NAMES_UNITS & {*facts, *step.guards} else []
    remedy = _remedy(case, step, unit) if "remedy-text" in facts else ""
    return Ask(units=units, people=people, grounds=grounds, remedy=remedy, carry=_carry(case, step, at))


def _carry(case: Case, step: Step, at: datetime) -> Choices:
    """The demands that an opinion supports and nobody has said are carried out, where the step rests on that."""
    if "obligations-settled" not in step.guards:
        return ()
    with scope("worker"):
        moment = moment_for(case, standing_of(case), step, by=None, role="", unit=None, at=at)
        due = {row["demand"] for row in carried_out(moment) if row["state"] == "due"}
        key = open_row(case.key)
        rows = Demand.objects.filter(case=case, seq__in=due).order_by("seq")
        return [(d.seq, str(key.open(d.text, field="demand.text"))) for d in rows]


def _said(ground: Ground, words: Vocabulary) -> str:
    """A ground with its article, and the ways that remain as the notice will say them: fixed wording, not typed."""
    says = f"{ground.label}（{words.source_title(ground.article)}）"
    if not ground.remedy:
        return says
    return format_html('{}<br><span class="small mid">{}{}</span>', says, _("告知书上写："), ground.remedy)


def _remedy(case: Case, step: Step, unit: int | None) -> str:
    """How to object, as the paper that the step makes or rests on will say it for this office."""
    office = Unit.objects.filter(pk=unit or 0).first()
    texts = (remedy_text(kind, case.procedure, case.version, office) for kind in (*step.makes, *step.needs))
    return next(filter(None, texts), "")


def _holders(role: str, case: Case, at: datetime) -> Choices:
    """Who holds a role over the place of a matter, the nearest first."""
    above = ground.lineage(case.area_id)
    rows = postings_at(at).filter(role=role, area_id__in=above).select_related("person", "unit")
    near = sorted(rows, key=lambda p: (-above.index(p.area_id), p.pk))
    return [(p.person_id, f"{p.person.name}，{p.unit.name}") for p in near]
