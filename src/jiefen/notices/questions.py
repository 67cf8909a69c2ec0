"""Who hears that somebody answered what an office had asked, and that the day for it comes near."""

from datetime import datetime, timedelta

from jiefen.cases import ground
from jiefen.cases.actions.steps import numbers_in_force
from jiefen.cases.models import Case, Question
from jiefen.cases.questions import ANSWERED, REMIND_DAYS
from jiefen.cases.reading import step_of
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.notices.actions import OLD, people_with, tell
from jiefen.notices.models import Notice
from jiefen.people.actor import units_behind


def who_waits(question: Question, case: Case, at: datetime) -> set[int]:
    """Who asked, while the matter is still theirs to see, and who answers for it now."""
    doors = set(case.doors)
    theirs = ground.door_of("person", question.by_id) in doors or question.unit_id in units_behind(doors)
    return people_with("handler", case, at) | ({question.by_id} if theirs else set())


def after_step(step_id: int) -> None:
    """An answer came: whoever waits for it is told, once. What nobody here heard in person says who wrote it down."""
    step = step_of(step_id)
    if step.name != ANSWERED or step.case.stratum == Case.Stratum.VAULT:
        return
    if step.by_id is None and step.recorded_at - step.at > OLD:
        return
    question = Question.objects.filter(case=step.case, seq=step.codes.get("question")).first()
    if question is not None:
        told = who_waits(question, step.case, step.recorded_at) - {step.by_id or 0}
        tell(told, Notice.Kind.STEP, at=step.recorded_at, case=step.case, step=step.pk, code=ANSWERED)


def remind(at: datetime) -> int:
    """Some days before the day (a setting), whoever waits is told that no answer came: time enough to call. Once a question,
    however often it runs. Returns how many were told anew."""
    with scope("worker"):
        days = numbers_in_force(at)[REMIND_DAYS]
        rows = (
            Question.objects.filter(answered_at=None, withdrawn_at=None, case__is_open=True)
            .filter(due_on__lte=local_day(at) + timedelta(days=days))
            .exclude(case__stratum=Case.Stratum.VAULT)
            .select_related("case")
        )
        return sum(
            tell(who_waits(q, q.case, at), Notice.Kind.DUE, at=at, case=q.case, code=f"question:{q.seq}")
            for q in rows.order_by("due_on").iterator()
        )
