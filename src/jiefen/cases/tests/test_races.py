"""Two people at the same moment: one is first, the other is told so, nothing is written twice."""

from datetime import timedelta

from django.db import connection

from jiefen.cases.actions import StepRefused, take_step
from jiefen.cases.integrity import verify
from jiefen.cases.models import Case, Step
from jiefen.cases.rebuild import rebuild
from jiefen.intake.actions import OtherContent, Receipt
from jiefen.intake.drafts import IntakeDraft
from jiefen.intake.models import Intake
from jiefen.kernel.ids import next_number
from jiefen.kernel.models import SealKey
from jiefen.kernel.scope import scope
from jiefen.people.actions import leave
from jiefen.triage.actions import AlreadyDecided, Decision, decide, take_in
from jiefen.triage.models import TriageDecision
from tests.committed import at_once, committed  # noqa: F401
from tests.world import MONDAY

HOUR = timedelta(hours=1)


def test_two_decide_one_intake(committed):  # noqa: F811
    county = committed
    receipt = county.intake()
    with scope("worker"):
        intake = Intake.objects.get(pk=receipt.intake_id)
    open_it = Decision(action="open", kind="0701", unit=county.units["labour"].pk)
    refuse = Decision(action="refuse", article="L-XF:19", reason="不属受理范围")
    zhou, su = county.actor("zhou"), county.actor("su")
    answers = at_once(
        *(lambda by=by, what=what: decide(intake, what, by=by, at=MONDAY) for by, what in
          ((zhou, open_it), (su, refuse), (zhou, open_it), (su, open_it)))
    )  # fmt: skip
    made = [a for a in answers if isinstance(a, TriageDecision)]
    late = [a for a in answers if isinstance(a, AlreadyDecided)]
    assert (len(made), len(late)) == (1, 3), answers
    assert {a.decision.pk for a in late} == {made[0].pk}
    assert "已由" in str(late[0])
    with scope("worker"):
        assert TriageDecision.objects.count() == 1
        assert Case.objects.count() == (1 if made[0].action == "open" else 0)
    assert not list(verify()) and not list(rebuild(check=True, at=MONDAY))


def test_two_take_the_same_step(committed):  # noqa: F811
    county = committed
    case = county.case()
    he = county.actor("he")

    def sign() -> Step:
        return take_step(case, "sign", by=he, at=MONDAY + HOUR, facts={"recusal-declared": True})

    answers = at_once(sign, sign, sign)
    assert sum(isinstance(a, Step) for a in answers) == 1, answers
    refused = [a for a in answers if isinstance(a, StepRefused)]
    assert len(refused) == 2 and all(a.refusal.rule == "state" for a in refused)
    with scope("worker"):
        assert list(Step.objects.filter(case=case).values_list("seq", flat=True)) == [1, 2, 3]
    assert not list(verify())


def test_different_steps_at_once_make_one_chain(committed):  # noqa: F811
    county = committed
    case = county.case()
    he = county.actor("he")
    take_step(case, "sign", by=he, at=MONDAY + HOUR, facts={"recusal-declared": True})
    notes = [
        lambda n=n: take_step(case, "contact", by=he, at=MONDAY + 2 * HOUR, facts={"session-note": f"第{n}次"})
        for n in range(6)
    ]
    answers = at_once(*notes)
    assert all(isinstance(a, Step) for a in answers), answers
    with scope("worker"):
        assert list(Step.objects.filter(case=case).values_list("seq", flat=True)) == list(range(1, 10))
    assert not list(verify())


def test_one_once_key_twice_at_the_same_moment_is_one_intake(committed):  # noqa: F811
    county = committed
    zhou = county.actor("zhou")

    def send(text: str = "路灯不亮") -> Receipt:
        draft = IntakeDraft(channel="window", once_key="same", text=text, name="兰秀英", phone="13800002061")
        return take_in(draft, home=county.areas["liuhe"], by=zhou, at=MONDAY)

    answers = at_once(send, send, send, send)
    assert all(isinstance(a, Receipt) for a in answers), answers
    assert len({(a.number, a.token, a.short_code) for a in answers}) == 1
    assert sum(a.created for a in answers) == 1
    with scope("worker"):
        assert Intake.objects.count() == 1 == SealKey.objects.count()
    mixed = at_once(send, lambda: send("别的事"))
    assert [type(a) for a in mixed] == [Receipt, OtherContent], mixed


def test_numbers_have_no_doubles(committed):  # noqa: F811
    county = committed
    zhou = county.actor("zhou")

    def send(n: int) -> Receipt:
        return take_in(
            IntakeDraft(channel="window", once_key=f"n-{n}", text=f"第{n}件"),
            home=county.areas["liuhe"],
            by=zhou,
            at=MONDAY,
        )

    answers = at_once(*(lambda n=n: send(n) for n in range(6)))
    assert len({a.number for a in answers}) == 6, answers
    with scope("worker"):
        intakes = list(Intake.objects.all())
    decisions = at_once(
        *(lambda row=row: decide(row, Decision(action="open", kind="0701"), by=zhou, at=MONDAY) for row in intakes)
    )
    assert all(isinstance(d, TriageDecision) for d in decisions), decisions
    with scope("worker"):
        numbers = sorted(Case.objects.values_list("number", flat=True))
    assert numbers == [f"清柳〔2026〕{n:04d}号" for n in range(1, 7)]  # no doubles, and no gap either
    got = at_once(*(lambda: next_number("anything", count=5) for _ in range(6)))
    assert sorted(got) == [1, 6, 11, 16, 21, 26]


def test_somebody_leaves_while_they_sign(committed):  # noqa: F811
    county = committed
    cases = [county.case(once_key=f"l-{n}", text=f"第{n}件") for n in range(3)]
    he = county.actor("he")
    at = MONDAY + HOUR
    answers = at_once(
        lambda: leave(county.people["he"], at=at),
        *(lambda c=c: take_step(c, "sign", by=he, at=at, facts={"recusal-declared": True}) for c in cases),
    )
    assert not [a for a in answers if isinstance(a, Exception)], answers
    # Whoever came first: after the next sweep nobody answers who is gone.
    from jiefen.cases import rehome

    rehome.sweep(at + HOUR)
    assert rehome.orphans(at + HOUR) == []
    assert not list(rebuild(check=True, at=at + HOUR))


def test_a_scope_does_not_reach_the_next_borrower_of_the_pool(committed):  # noqa: F811
    county = committed
    county.case()
    seen = []

    def borrow() -> tuple[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_backend_pid(), coalesce(current_setting('jiefen.scope', true), ''), (SELECT count(*) FROM cases_case)"
            )
            pid, scope_there, rows = cursor.fetchone()
        seen.append((pid, scope_there, rows))
        with scope("worker"):
            assert Case.objects.count() == 1
        return pid, rows

    for _ in range(6):
        at_once(borrow, borrow)
    assert len({pid for pid, _s, _r in seen}) < len(seen), "the pool gave nobody the same connection twice"
    assert {(scope_there, rows) for _pid, scope_there, rows in seen} == {("", 0)}
