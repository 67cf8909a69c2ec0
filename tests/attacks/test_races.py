"""Two people do the same at the same moment: one does it, the other reads a clear sentence, nothing is done twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from jiefen.cases.actions import StepRefused, correct, take_step
from jiefen.cases.actions.answer import NotAnAnswer, answer_demand, mark_of
from jiefen.cases.integrity import verify
from jiefen.cases.models import Case, Demand, Step, WhyRead
from jiefen.cases.need import say_why
from jiefen.cases.rebuild import rebuild
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope
from jiefen.people import widening
from jiefen.people.actions import Refused
from jiefen.people.models import Posting
from jiefen.privacy.readings import NotReviewed, review
from tests.committed import at_once, committed  # noqa: F401
from tests.world import MONDAY

HOUR = timedelta(hours=1)
SAYS = (StepRefused, NotAnAnswer, Refused, NotReviewed, ValueError)


def once(*work: Callable[[], Any]) -> None:
    """Exactly one of these does it; every other is refused with a sentence in words, not with an error of the machine."""
    answers = at_once(*work)
    late = [a for a in answers if isinstance(a, Exception)]
    assert len(late) == len(work) - 1, answers
    for no in late:
        assert isinstance(no, SAYS), repr(no)
        said = no.refusal.says if isinstance(no, StepRefused) else str(no)
        assert len(said) > 8 and any("一" <= c <= "鿿" for c in said), said


def test_of_two_at_the_same_moment_one_does_it_and_the_other_reads_why_not(committed):  # noqa: F811
    county = committed
    case = county.case()
    he, head, su, an = (county.actor(n) for n in ("he", "he_head", "su", "an"))

    def step(name: str, by: Any, **more: Any) -> Callable[[], Any]:
        return lambda: take_step(case, name, by=by, at=MONDAY + HOUR, **more)

    facts = {"recusal-declared": True}
    once(step("sign", he, facts=facts), step("sign", head, facts=facts))
    with scope("worker"):
        demand = Demand.objects.get(case=case)
        steps = Case.objects.get(pk=case.pk).steps
    said = {"outcome": "supported", "basis": "条例30", "remedy": "六十日内复议", "expected": mark_of(demand)}
    once(
        lambda: answer_demand(case, 1, result="已责令支付全部工资", **said),
        lambda: answer_demand(case, 1, result="已责令支付一半工资", **said),
    )
    once(
        lambda: correct(case, by=he, at=MONDAY + HOUR, reason="类型写错了", about={"kind": "0702"}, expected=steps),
        lambda: correct(case, by=su, at=MONDAY + HOUR, reason="类型记错了", about={"kind": "0703"}, expected=steps),
    )
    with scope("worker"):
        reading = Reading.objects.create(
            subject=f"case:{case.pk}", person=county.people["lin"].pk, name="林若水", unit="县综治中心", purpose="办理", what="事项全页",
            with_task=False, at=MONDAY,
        )  # fmt: skip
    once(
        lambda: review(reading.pk, verdict="accepted", words="包案前了解情况", by=su, at=MONDAY + HOUR),
        lambda: review(reading.pk, verdict="followed", words="为什么要看这一件", by=su, at=MONDAY + HOUR),
    )
    ask = widening.propose(
        county.people["ming"], county.units["labour"], "handler", area_id=None, since=MONDAY, by=an, at=MONDAY
    )
    once(
        lambda: widening.decide(ask.pk, agree=True, by=su, at=MONDAY + HOUR),
        lambda: widening.decide(ask.pk, agree=False, by=su, at=MONDAY + HOUR),
    )
    assert Posting.objects.filter(person=county.people["ming"], unit=county.units["labour"]).count() in (0, 1)
    both = at_once(*(
        lambda: say_why(case, by=county.actor("lin"), purpose="类似事项参考", words="和我包的案相似", at=MONDAY + HOUR) for _n in range(3)
    ))  # fmt: skip
    assert len({row.pk for row in both}) == 1
    with scope("worker"):
        assert (
            WhyRead.objects.count() == 1 and len(set(Step.objects.values_list("case", "seq"))) == Step.objects.count()
        )
    assert not list(verify()) and not list(rebuild(check=True, at=MONDAY + HOUR))
