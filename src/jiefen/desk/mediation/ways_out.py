"""By which step of the procedure somebody ends their own matter themselves."""

from jiefen.cases.actions.steps import PARTY_ROLES
from jiefen.cases.models import Case, Party
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.definition import Step

STEPS = ("leave", "withdraw")


def way_out(case: Case | None, party: Party | None) -> Step | None:
    """The step, from where the case stands; None where there is none."""
    if case is None or party is None or party.role not in PARTY_ROLES or not case.is_open:
        return None
    steps = procedure(case.procedure, case.version).steps
    own = (steps[name] for name in STEPS if name in steps and PARTY_ROLES[party.role] in steps[name].roles)
    return next((step for step in own if case.state in step.from_states), None)
