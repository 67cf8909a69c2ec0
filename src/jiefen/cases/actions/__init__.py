"""The verbs that write a case."""

from jiefen.cases.actions.answer import answer_demand
from jiefen.cases.actions.branch import open_next
from jiefen.cases.actions.correct import correct
from jiefen.cases.actions.deliver import deliver
from jiefen.cases.actions.leave import leave
from jiefen.cases.actions.opening import CaseDraft, DemandDraft, PartyDraft, join_party, open_case
from jiefen.cases.actions.represent import name_representatives
from jiefen.cases.actions.steps import StepRefused, take_step

__all__ = [
    "CaseDraft",
    "DemandDraft",
    "PartyDraft",
    "StepRefused",
    "answer_demand",
    "correct",
    "deliver",
    "join_party",
    "leave",
    "name_representatives",
    "open_case",
    "open_next",
    "take_step",
]
