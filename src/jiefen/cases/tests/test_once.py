"""A press of a button is one row: sent again it is the same row, and who comes second is told who was first."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import StepRefused, answer_demand, correct, take_step
from jiefen.cases.actions.answer import NotAnAnswer, mark_of
from jiefen.cases.actions.correct import NotCorrected
from jiefen.cases.integrity import verify
from jiefen.cases.models import Case, Demand, Step
from jiefen.cases.tests.test_hotline_order import to_replied
from jiefen.kernel.scope import scope
from jiefen.oversight.actions import record_follow_up
from jiefen.people.actions import post
from tests.committed import at_once, committed  # noqa: F401
from tests.world import MONDAY, START

HOUR = timedelta(hours=1)
SAID = {"session-note": "已电话联系"}
ANSWER = {"outcome": "supported", "result": "已付", "basis": "条例", "remedy": "复议"}


@pytest.fixture
def eyes(db):
    with scope("worker"):
        yield


def handling(county) -> Case:
    case = county.case()
    take_step(case, "sign", by=county.actor("he"), at=MONDAY + HOUR, facts={"recusal-declared": True})
    with scope("worker"):
        case.refresh_from_db()
    return case


def test_it_writes_a_repeatable_step_once_however_often_it_is_sent(county, eyes):
    case = handling(county)
    send = {"by": county.actor("he"), "at": MONDAY + 2 * HOUR, "facts": SAID, "expected": case.steps}
    first = take_step(case, "contact", **send)
    again = take_step(case, "contact", **(send | {"at": MONDAY + 3 * HOUR}))
    assert again.pk == first.pk and Step.objects.filter(case=case, name="contact").count() == 1


def test_it_answers_a_repeated_step_even_when_the_case_has_moved_on(county, eyes):
    case = handling(county)
    he = county.actor("he")
    answer_demand(case, 1, **ANSWER)
    from jiefen.cases.tests.test_hotline_order import give_evidence

    give_evidence(case)
    first = take_step(case, "reply", by=he, at=MONDAY + 2 * HOUR, expected=case.steps)
    again = take_step(case, "reply", by=he, at=MONDAY + 3 * HOUR, expected=case.steps)
    assert again.pk == first.pk and Step.objects.filter(case=case, name="reply").count() == 1


def test_it_refuses_other_words_from_an_old_page(county, eyes):
    case = handling(county)
    he = county.actor("he")
    take_step(case, "contact", by=he, at=MONDAY + 2 * HOUR, facts=SAID, expected=case.steps)
    with pytest.raises(StepRefused) as refused:
        take_step(
            case, "contact", by=he, at=MONDAY + 3 * HOUR, facts={"session-note": "又联系了一次"}, expected=case.steps
        )
    assert refused.value.refusal.rule == "newer"
    says = refused.value.refusal.says
    assert says.startswith("这一步在您打开页面之后已有人办过：何静，县人社局，") and says.endswith("请看过再办。")
    assert Step.objects.filter(case=case, name="contact").count() == 1


def test_it_refuses_the_same_words_of_somebody_else(county, eyes):
    case = handling(county)
    reminder = {"at": MONDAY + 2 * HOUR, "reason": "请抓紧", "expected": case.steps}
    take_step(case, "remind", by=county.actor("su"), **reminder)
    with pytest.raises(StepRefused) as refused:
        take_step(case, "remind", by=county.actor("zhou"), **reminder)
    assert refused.value.refusal.rule == "newer" and "苏珩" in refused.value.refusal.says


def test_it_says_what_else_happened_since_the_page_was_opened(county, eyes):
    case = handling(county)
    take_step(case, "remind", by=county.actor("su"), at=MONDAY + 2 * HOUR, reason="请抓紧")
    with pytest.raises(StepRefused) as refused:
        take_step(case, "contact", by=county.actor("he"), at=MONDAY + 3 * HOUR, facts=SAID, expected=case.steps)
    assert "本件又有人办了“催办”" in refused.value.refusal.says
    assert Step.objects.filter(case=case).count() == 4


def test_it_does_not_tell_a_stranger_what_happened(county, eyes):
    case = handling(county)
    take_step(case, "remind", by=county.actor("su"), at=MONDAY + 2 * HOUR, reason="请抓紧")
    with pytest.raises(StepRefused) as refused:
        take_step(case, "contact", by=county.actor("wen"), at=MONDAY + 3 * HOUR, facts=SAID, expected=case.steps)
    assert refused.value.refusal.rule == "role"


def test_it_extends_once(county, eyes):
    case = handling(county)
    asked = {
        "by": county.actor("zhou"), "at": MONDAY + 2 * HOUR, "reason": "要请专家看", "expected": case.steps,
        "facts": {"extensions": [{"clock": "finish-by", "days": 5, "reason": "要请专家看"}]},
    }  # fmt: skip
    first, again = take_step(case, "extend", **asked), take_step(case, "extend", **asked)
    assert again.pk == first.pk
    row = case.deadlines.get(clock="finish-by")
    assert row.extended == 5


def test_two_send_the_same_at_the_same_moment(committed):  # noqa: F811
    county = committed
    case = handling(county)
    he = county.actor("he")
    answers = at_once(
        *(
            lambda: take_step(case, "contact", by=he, at=MONDAY + 2 * HOUR, facts=SAID, expected=case.steps)
            for _ in "xxx"
        )
    )
    assert len({row.pk for row in answers}) == 1, answers
    with scope("worker"):
        assert Step.objects.filter(case=case, name="contact").count() == 1
    assert not list(verify())


def test_two_people_at_the_same_moment_are_one_row_and_one_sentence(committed):  # noqa: F811
    county = committed
    case = handling(county)
    su, zhou = county.actor("su"), county.actor("zhou")
    answers = at_once(
        *(lambda by=by: take_step(case, "remind", by=by, at=MONDAY + 2 * HOUR, reason="请抓紧", expected=case.steps)
          for by in (su, zhou))
    )  # fmt: skip
    assert sorted(type(a).__name__ for a in answers) == ["Step", "StepRefused"], answers
    [late] = [a for a in answers if isinstance(a, StepRefused)]
    assert "已有人办过" in str(late)
    with scope("worker"):
        assert Step.objects.filter(case=case).count() == 4
    assert not list(verify())


def test_it_writes_a_correction_once(county, eyes):
    case = handling(county)
    asked = {"by": county.actor("zhou"), "at": MONDAY + 2 * HOUR, "reason": "写错了", "expected": case.steps}
    first = correct(case, about={"people": 3}, **asked)
    assert correct(case, about={"people": 3}, **asked).pk == first.pk
    with pytest.raises(NotCorrected, match="已有人办过"):
        correct(case, about={"people": 4}, **asked)
    assert Step.objects.filter(case=case, name="corrected").count() == 1


def test_it_does_not_write_over_an_answer_that_somebody_changed_meanwhile(county, eyes):
    case = handling(county)
    seen = mark_of(Demand.objects.get(case=case, seq=1))
    answer_demand(case, 1, **ANSWER, expected=seen)
    answer_demand(case, 1, **ANSWER, expected=seen)  # the same once more is nothing new
    with pytest.raises(NotAnAnswer, match="已有人改过"):
        answer_demand(case, 1, **(ANSWER | {"result": "没有付"}), expected=seen)


def test_it_changes_no_answer_that_was_given(county, eyes):
    case = to_replied(county)
    with pytest.raises(NotAnAnswer, match="已经给了当事人"):
        answer_demand(case, 1, **ANSWER)
    caller = county.actor("caller")
    record_follow_up(
        case, by=caller, at=MONDAY + 5 * HOUR, outcome="reached", words="没解决", satisfied=False, ground="untrue"
    )
    take_step(case, "redo", by=caller, at=MONDAY + 6 * HOUR, reason="答复不实")
    answer_demand(case, 1, **ANSWER)  # sent back: it is a draft again


def test_it_changes_an_answer_after_the_reply_was_corrected_away(county, eyes):
    case = to_replied(county)
    last = Step.objects.filter(case=case, name="reply").get()
    correct(case, by=county.actor("he"), at=MONDAY + 4 * HOUR, reason="数字写错", step=last.seq, void=True)
    answer_demand(case, 1, **ANSWER)
    take_step(case, "reply", by=county.actor("he"), at=MONDAY + 5 * HOUR)
    with pytest.raises(NotAnAnswer):
        answer_demand(case, 1, **(ANSWER | {"result": "没有付"}))


def test_a_second_handler_of_the_office_is_told_too(county, eyes):
    case = handling(county)
    post(county.people["he_head"], county.units["labour"], "handler", at=START)
    take_step(case, "contact", by=county.actor("he"), at=MONDAY + 2 * HOUR, facts=SAID, expected=case.steps)
    with pytest.raises(StepRefused, match="何静"):
        take_step(case, "contact", by=county.actor("he_head"), at=MONDAY + 2 * HOUR, facts=SAID, expected=case.steps)
