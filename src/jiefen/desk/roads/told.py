"""What a person who was referred or refused at the desk reads by their code: the notice itself, in plain words."""

from typing import Any

from jiefen.intake.models import Intake
from jiefen.kernel.seal import Key
from jiefen.papers.models import Paper
from jiefen.procedures.catalogue import vocabulary
from jiefen.triage.models import TriageDecision
from jiefen.triage.rules.road import shipped

NOTICES = ("route-notice", "refusal-notice")


def road_label(decision: TriageDecision) -> str:
    """Where it went, as a name: the office, or the road."""
    if decision.to_unit:
        return decision.to_unit.name
    known = shipped().roads.get(decision.to_road)
    return known.label if known else decision.to_road


def notice_of(intake: Intake, key: Key) -> dict[str, Any]:
    """The notice of an intake that became no case: number, where to go, by when, what remains. Empty where there is none."""
    paper = Paper.objects.filter(intake=intake.pk, kind__in=NOTICES).order_by("-pk").first()
    if paper is None:
        return {}
    said = key.open(paper.fields, field="paper")
    decision = TriageDecision.objects.filter(intake=intake).first()
    known = shipped().roads.get(decision.to_road) if decision else None
    return {
        "label": vocabulary().papers[paper.kind]["label"], "number": paper.number, "made_at": paper.made_at,
        "clause": said.get("clause", ""), "right": said.get("right-route", ""), "deadline": said.get("deadline", ""),
        "remedy": said.get("remedy", "") if paper.kind == "refusal-notice" else "", "road": known.id if known else "",
    }  # fmt: skip
