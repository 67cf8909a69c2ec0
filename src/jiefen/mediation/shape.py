"""Who stands on a side, where in a procedure people sit together, and who leads that. Pure but for the procedure's file."""

from jiefen.cases.models import Case, Party
from jiefen.procedures.catalogue import procedure

SIDES = (Party.Role.COMPLAINANT, Party.Role.RESPONDENT)
SITS = "hold-session"
"""The step by which a mediator sits with the parties; a procedure without it has no mediator."""


def leads(case: Case) -> frozenset[str]:
    """The roles that may sit with the parties in this procedure; empty where nobody does."""
    step = procedure(case.procedure, case.version).steps.get(SITS)
    return frozenset(step.roles) if step else frozenset()


def while_mediating(case: Case) -> bool:
    """Whether the case is where people talk: anywhere a step goes by their standing consent, or they may sit together."""
    steps = procedure(case.procedure, case.version).steps
    if SITS not in steps:
        return False
    at = {state for s in steps.values() if s.name == SITS or "consent-stands" in s.guards for state in s.from_states}
    return case.is_open and case.state in at
