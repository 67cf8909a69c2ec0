"""The other verbs of a petition, pressed twice and by two at once: opening, telling, answering, leaving, following up."""

import pytest

from jiefen.cases.actions import StepRefused, open_next
from jiefen.cases.integrity import verify
from jiefen.cases.models import Case, Question, Step
from jiefen.cases.questions import QuestionRefused, answer, ask
from jiefen.cases.telling import allow_telling
from jiefen.cases.tests.petitions import DAY, HOUR, petition
from jiefen.files.models import StoredFile
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.oversight.actions import Newer, record_follow_up
from jiefen.oversight.models import FollowUp
from jiefen.people.actions import post
from tests.committed import at_once, committed  # noqa: F401
from tests.world import MONDAY, START

PHOTO = ("工资条.pdf", b"%PDF-1.4 wage slip\n%%EOF")


@pytest.fixture
def eyes(db):
    with scope("worker"):
        yield


def accepted(county):
    w = petition(county)
    return w.accepted()


def asked(county, w) -> Question:
    return ask(
        w.case, of="p1", sort="supplement", text="请补工资条", due_on=local_day(w.at + 10 * DAY), without="on-file",
        by=county.actor("he", w.at), at=w.later(), once_key="q1",
    )  # fmt: skip


def test_what_is_opened_out_of_a_matter_is_opened_once(eyes, county):
    w = accepted(county)
    send = {"by": county.actor("he", w.at), "at": w.later(), "reason": "双方愿意调解", "expected": w.fresh().steps}
    send |= {"lead": county.units["justice"].pk}
    child, row = open_next(w.case, "peoples-mediation", **send)
    again, same = open_next(w.case, "peoples-mediation", **send)
    assert (again.pk, same.pk) == (child.pk, row.pk)
    with pytest.raises(StepRefused, match="已有人办过：何静") as refused:
        open_next(w.case, "administrative-mediation", **send)
    assert refused.value.refusal.rule == "newer"
    assert Case.objects.filter(arose_from=w.case).count() == 1


def test_what_is_opened_outside_leaves_one_row(eyes, county):
    w = petition(county)
    from jiefen.cases.tests.petitions import COURT

    w.step("refer", "he", route_answers=COURT, routes_text="可向人民法院起诉，时效三年", external_case="清和县人民法院")
    send = {
        "by": county.actor("su", w.at),
        "at": w.later(),
        "facts": {"external-case": "（2026）清民初1号"},
        "expected": w.fresh().steps,
    }
    first = open_next(w.case, "external-lawsuit", **send)[1]
    assert open_next(w.case, "external-lawsuit", **send)[1].pk == first.pk
    assert Step.objects.filter(case=w.case, codes__opens="external-lawsuit").count() == 1


def test_telling_is_not_allowed_again_by_a_press_from_before_it_was_stopped(eyes, county):
    w = petition(county, decision={"flags": ["domestic-violence"], "respondents": ["石建国"]})
    by, rows = county.actor("su", w.at), w.fresh().steps
    said = {"by": by, "reason": "她已搬到妹妹家"}
    first = allow_telling(w.case, at=w.later(), expected=rows, **said)
    assert allow_telling(w.case, at=w.later(), expected=rows, **said).pk == first.pk
    allow_telling(w.case, at=w.later(), allowed=False, by=by, reason="对方找上门来")
    with pytest.raises(StepRefused, match="已有人办过：苏珩"):
        allow_telling(w.case, at=w.later(), expected=rows, **said)
    assert Step.objects.filter(case=w.case, name="telling").count() == 2


def test_an_answer_with_files_sent_again_is_one_answer_and_its_files_are_kept_once(eyes, county):
    w = accepted(county)
    one = asked(county, w)
    said = {"words": "都在这里", "way": "code", "by": None, "for_party": "p1", "files": [PHOTO]}
    first = answer(w.case, one.seq, at=w.later(), **said)
    files = StoredFile.objects.count()
    assert answer(w.case, one.seq, at=w.later(), **said).answered_at == first.answered_at
    assert StoredFile.objects.count() == files
    for other in ({"files": []}, {"files": [(PHOTO[0], PHOTO[1] + b"x")]}, {"words": "还有一张"}):
        with pytest.raises(QuestionRefused, match="已经答过了"):
            answer(w.case, one.seq, at=w.later(), **(said | other))


def test_she_answers_while_the_window_writes_her_answer_down(committed):  # noqa: F811
    county = committed
    with scope("worker"):
        w = accepted(county)
        one = asked(county, w)
    he, at = county.actor("he", w.at), w.later()
    answers = at_once(
        lambda: answer(w.case, one.seq, words="没有工资条", way="code", by=None, for_party="p1", at=at),
        lambda: answer(w.case, one.seq, words="她说没有", way="phone", by=he, said_by="本人", at=at),
    )
    assert sorted(type(a).__name__ for a in answers) == ["Question", "QuestionRefused"], answers
    assert "已经答过了" in next(str(a) for a in answers if isinstance(a, Exception))
    with scope("worker"):
        assert Step.objects.filter(case=w.case, name="question-answered").count() == 1
    assert not list(verify(files=False))


def test_one_question_sent_by_two_presses_at_once_is_one(committed):  # noqa: F811
    county = committed
    with scope("worker"):
        w = accepted(county)
    w.later()
    by, due = county.actor("he", w.at), local_day(w.at + 10 * DAY)

    def press():
        return ask(
            w.case,
            of="p1",
            sort="supplement",
            text="请补工资条",
            due_on=due,
            without="on-file",
            by=by,
            at=w.at,
            once_key="q",
        )

    answers = at_once(press, press, press)
    assert len({getattr(q, "pk", q) for q in answers}) == 1, answers
    with scope("worker"):
        assert Step.objects.filter(case=w.case, name="asked").count() == 1


def test_two_follow_up_at_once(committed):  # noqa: F811
    county = committed
    post(county.people["agent"], county.units["hotline"], "follow-up-caller", at=START)
    with scope("worker"):
        w = accepted(county)
        w.investigated().decided().served()
    at = w.later()
    caller, agent = county.actor("caller", at), county.actor("agent", at)

    def press(by, once):
        return lambda: record_follow_up(
            w.case, by=by, at=at, outcome="reached", words="还没付", solved=False, satisfied=False, ground="untrue", once=once,
            expected=0,
        )  # fmt: skip

    answers = at_once(press(caller, "a"), press(caller, "a"), press(agent, "b"))
    done = [a for a in answers if isinstance(a, FollowUp)]
    assert len({row.pk for row in done}) == 1, answers
    late = [a for a in answers if isinstance(a, Newer)]
    assert len(late) == 3 - len(done) and late and all("已经记下一次" in str(a) for a in late), answers
    with scope("worker"):
        assert FollowUp.objects.count() == 1


def test_what_somebody_saw_on_a_visit_is_kept_once_though_the_errand_is_over(eyes, county):
    from jiefen.oversight.visits import ask_visit, written_before

    w = petition(county, area_code="450399100201", text="下坝村的路灯不亮，晚上看不见路。")
    w.accepted().investigated().decided().served()
    at = w.later()
    visit = ask_visit(w.case, party="p1", unit=county.units["village"].pk, by=county.actor("caller", at), at=at)
    ge = county.actor("ge", at)
    send = {"by": ge, "outcome": "reached", "words": "钱收到了", "satisfied": True, "ground": "untrue", "way": "visit"}
    first = record_follow_up(w.case, at=at, once="v", visit=visit.pk, **send)
    assert record_follow_up(w.case, at=at + HOUR, once="v", visit=visit.pk, **send).pk == first.pk
    assert written_before(ge, visit.pk, "v") and not written_before(county.actor("wen"), visit.pk, "v")
    with pytest.raises(ValueError, match="已经记过"):
        record_follow_up(w.case, at=at + HOUR, once="w", visit=visit.pk, **send)
    assert at > MONDAY
