"""Who hears that two matters are handled together, or no longer are, and that one of them could not follow the other."""

from jiefen.cases.actions.along import along
from jiefen.cases.models import Assignment, Case, Step
from jiefen.cases.reading import step_of
from jiefen.notices.actions import MOST_TOLD, people_with, tell
from jiefen.notices.models import Notice

JOINS = frozenset({"joined", "parted", "taken-out"})
BEHIND = "behind"


def after_step(step_id: int) -> None:
    """Each office with a duty in either is told of a join and its undo, the one that loses the duty too; those who complain
    read it on their own page. A step of the lead is done in those that joined it; where one cannot follow, whoever answers
    for it is told. Safe to run twice."""
    step = step_of(step_id)
    if step.name in JOINS:
        told = _offices(step.case) - {step.by_id or 0}
        tell(
            sorted(told)[:MOST_TOLD],
            Notice.Kind.STEP,
            at=step.recorded_at,
            case=step.case,
            step=step.pk,
            code=step.name,
        )
        return
    for one in along(step_id):
        told = people_with("handler", one.case, step.recorded_at) or people_with(
            "dispatcher", one.case, step.recorded_at
        )
        tell(told, Notice.Kind.STEP, at=step.recorded_at, case=one.case, step=step.pk, code=BEHIND)


def _offices(case: Case) -> set[int]:
    """Whoever answers for a duty in the case, lost ones too: who had it must know that somebody else does. Out of the
    vault nobody is told, and nothing there is ever joined."""
    return set(
        Assignment.objects.filter(case=case).exclude(responsible=None).values_list("responsible_id", flat=True)
    ) | {case.responsible_id or 0, *_heads_of_released(case)} - {0}


def _heads_of_released(case: Case) -> set[int]:
    """Of an office whose duty went with the join: who took steps for it in this case."""
    units = Assignment.objects.filter(case=case, state="released").values_list("unit_id", flat=True)
    return set(Step.objects.filter(case=case, unit__in=list(units), by__isnull=False).values_list("by_id", flat=True))
