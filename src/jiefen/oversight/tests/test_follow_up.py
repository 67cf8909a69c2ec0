"""Only somebody who had no hand in it may ask the person."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import StepRefused, answer_demand, correct, take_step
from jiefen.cases.facts import Moment
from jiefen.cases.standing import standing_of
from jiefen.files.actions import store
from jiefen.files.models import StoredFile
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.notices.models import Notice
from jiefen.oversight import readers
from jiefen.oversight.actions import Newer, NotIndependent, keep_as_it_is, record_follow_up
from jiefen.oversight.answers import last_answer
from jiefen.oversight.by_code import NotAsked, rate_by_code
from jiefen.oversight.models import FollowUp
from jiefen.oversight.queries import again, by_part
from jiefen.oversight.visits import ask_visit, errand_of, errands_of, walkers
from jiefen.papers.models import Paper
from jiefen.people.actions import post
from jiefen.people.models import Posting
from jiefen.places.models import Area
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.clocks import Happened
from jiefen.triage.actions import Decision, decide
from tests.world import MONDAY

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fcffff3f030005fe02fea7356a8b0000000049454e44ae426082"
)


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.mark.parametrize("name", ["he", "he_head", "zhou", "wen", "an", "lin", "ming"])
def test_nobody_else_writes_a_follow_up(county, name):
    case = county.case()
    with pytest.raises(NotIndependent):
        record_follow_up(case, by=county.actor(name), at=MONDAY + HOUR, outcome="reached", words="满意")
    assert not FollowUp.objects.exists() and not Paper.objects.filter(kind="follow-up-record").exists()


def test_a_caller_who_also_handles_may_not(county):
    case = county.case()
    post(county.people["caller"], county.units["labour"], "handler", at=MONDAY)
    take_step(case, "sign", by=county.actor("caller", MONDAY), at=MONDAY + HOUR, facts={"recusal-declared": True})
    with pytest.raises(NotIndependent):
        record_follow_up(case, by=county.actor("caller"), at=MONDAY + 2 * HOUR, outcome="reached", words="满意")


def test_reached_needs_the_persons_words_and_they_are_sealed(county):
    case, caller = county.case(), county.actor("caller")
    with pytest.raises(ValueError, match="原话"):
        record_follow_up(case, by=caller, at=MONDAY + HOUR, outcome="reached", words="  ")
    row = record_follow_up(case, by=caller, at=MONDAY + HOUR, outcome="reached", words="钱拿到了", satisfied=True)
    assert "钱拿到了".encode() not in bytes(row.words)
    assert Paper.objects.filter(case=case, kind="follow-up-record").count() == 1


def replied(county, **kw):
    """A matter with its answer given; its person is to be asked."""
    case, he = county.case(**kw), county.actor("he")
    take_step(case, "sign", by=he, at=MONDAY + HOUR, facts={"recusal-declared": True})
    answer_demand(
        case,
        1,
        outcome="supported",
        result="已责令支付9560元",
        basis="《保障农民工工资支付条例》第三十条",
        remedy="2026年12月31日前可起诉",
    )
    store(
        b"%PDF-1.4 slip\n%%EOF", "条.pdf", holder=f"case:{case.pk}", key_id=case.key_id, given_by="resident", at=MONDAY
    )
    take_step(case, "reply", by=he, at=MONDAY + 2 * HOUR)
    case.refresh_from_db()
    return case


def test_the_same_form_twice_is_one_attempt_and_other_words_are_refused(county):
    case, caller = replied(county), county.actor("caller")
    said = {
        "by": caller,
        "at": MONDAY + 3 * HOUR,
        "outcome": "reached",
        "words": "钱没拿到",
        "satisfied": False,
        "once": "k",
    }
    assert record_follow_up(case, **said) == record_follow_up(case, **said)
    with pytest.raises(ValueError, match="内容不同"):
        record_follow_up(case, **said | {"words": "拿到了"})
    assert FollowUp.objects.count() == Paper.objects.filter(case=case, kind="follow-up-record").count() == 1


def test_of_two_callers_at_once_the_second_is_told_what_the_first_heard(county):
    case, caller = replied(county), county.actor("caller")
    post(county.people["lin"], county.units["county-centre"], "follow-up-caller", at=MONDAY)
    other = county.actor("lin", MONDAY + HOUR)
    record_follow_up(case, by=caller, at=MONDAY + 3 * HOUR, outcome="reached", words="好", expected=0, once="a")
    with pytest.raises(Newer, match="访小梅已经记下一次：联系上了"):
        record_follow_up(case, by=other, at=MONDAY + 3 * HOUR, outcome="no-answer", expected=0, once="b")
    assert FollowUp.objects.count() == 1
    record_follow_up(case, by=other, at=MONDAY + 4 * HOUR, outcome="no-answer", expected=1, once="b")
    assert FollowUp.objects.count() == 2


def test_whoever_answered_directly_and_their_whole_office_are_not_independent(county):
    case, agent = county.case(unit=None), county.actor("agent")
    answer_demand(case, 1, outcome="explained", result="工资按月发", basis="条例", remedy="2026年12月31日前可申请仲裁")
    take_step(case, "answer", by=agent, at=MONDAY + HOUR)
    with pytest.raises(NotIndependent):  # the caller sits in the hotline centre too
        record_follow_up(case, by=county.actor("caller"), at=MONDAY + 2 * HOUR, outcome="reached", words="好")


def test_unhappy_with_a_ground_proposes_the_step_and_tells_the_supervisor_at_once(county):
    case = replied(county)
    row = record_follow_up(
        case, by=county.actor("caller"), at=MONDAY + 3 * HOUR, outcome="reached", words="一分钱没给", satisfied=False, solved=False,
        ground="untrue",
    )  # fmt: skip
    assert (row.proposes, row.why, row.left_out) == ("redo", "send-back", "")
    told = Notice.objects.filter(kind=Notice.Kind.ASK, case=case, code=f"again:{row.pk}")
    assert county.people["su"].pk in set(told.values_list("person_id", flat=True))
    case.refresh_from_db()
    assert case.state == "replied"  # the rule proposes; a person decides
    assert list(again(county.actor("su"))) == [row]
    take_step(case, "redo", by=county.actor("su"), at=MONDAY + 4 * HOUR, reason="钱没有给")
    assert not again(county.actor("su")).exists()
    assert readers.follow_ups(moment(case)) == []  # what was said of the answer that was called back counts no more


def moment(case):
    case.refresh_from_db()
    return Moment(case, standing_of(case), None, None, None, "", MONDAY)


def test_nobody_may_decide_who_handled_it_and_the_reason_is_kept_for_the_person(county):
    case = replied(county)
    row = record_follow_up(
        case,
        by=county.actor("caller"),
        at=MONDAY + 3 * HOUR,
        outcome="reached",
        words="没给",
        satisfied=False,
        ground="untrue",
    )
    for name in ("he", "wen", "zhou", "caller"):  # the step is the supervisor's
        with pytest.raises(NotIndependent):
            keep_as_it_is(case, row.pk, by=county.actor(name), reason="已核对转账", at=MONDAY + 4 * HOUR)
    with pytest.raises(ValueError, match="为什么不重办"):
        keep_as_it_is(case, row.pk, by=county.actor("su"), reason=" ", at=MONDAY + 4 * HOUR)
    kept = keep_as_it_is(case, row.pk, by=county.actor("su"), reason="已核对转账，可走仲裁", at=MONDAY + 4 * HOUR)
    assert (
        keep_as_it_is(case, row.pk, by=county.actor("su"), reason="已核对转账，可走仲裁", at=MONDAY + 5 * HOUR) == kept
    )
    assert not again(county.actor("su")).exists() and kept.kept_at == MONDAY + 4 * HOUR


def test_tries_count_once_for_each_part_of_a_day_and_then_the_matter_may_end(county):
    case, caller = replied(county), county.actor("caller")
    for hours in (3, 3.2, 6, 11):  # 12:00 twice within the same part, 15:00, 20:00
        record_follow_up(case, by=caller, at=MONDAY + hours * HOUR, outcome="no-answer")
    assert by_part(FollowUp.objects.all()) == {"afternoon": 1, "evening": 1}
    with pytest.raises(StepRefused, match="已试2次"):
        take_step(case, "no-answer", by=caller, at=MONDAY + 12 * HOUR, reason="联系不上")
    record_follow_up(case, by=caller, at=MONDAY + 24 * HOUR, outcome="no-answer")
    take_step(case, "no-answer", by=caller, at=MONDAY + 25 * HOUR, reason="联系不上")


def test_a_mediated_agreement_counts_as_the_answer_for_its_follow_up(county):
    """The facts reader knows no procedure by name."""
    for name, steps in {
        "peoples-mediation": ("opened", "sign-written"),
        "screening-hidden-danger": ("opened", "report-result"),
    }.items():
        definition = procedure(name, 1)
        history = [Happened(seq=n, name=step, at=MONDAY, state="") for n, step in enumerate(steps, 1)]
        assert last_answer(definition, history) == 2


# ---------- several who complain ----------


def joined(county, case, at=MONDAY, name="石建国", phone="13800000002"):
    """Somebody else brings the same matter and is joined to it, with a receipt of their own."""
    receipt = county.intake(at=at, name=name, phone=phone, text="我也没拿到")
    decide(Intake.objects.get(pk=receipt.intake_id), Decision("join", case=case.pk), by=county.actor("zhou"), at=at)
    case.refresh_from_db()
    return case


def two(county):
    """Lan and Shi brought it, and it is answered."""
    case, he = joined(county, county.case()), county.actor("he")
    take_step(case, "sign", by=he, at=MONDAY + HOUR, facts={"recusal-declared": True})
    answer_demand(
        case, 1, outcome="supported", result="已责令支付", basis="条例第三十条", remedy="2026年12月31日前可起诉"
    )
    store(
        b"%PDF-1.4 slip\n%%EOF", "条.pdf", holder=f"case:{case.pk}", key_id=case.key_id, given_by="resident", at=MONDAY
    )
    take_step(case, "reply", by=he, at=MONDAY + 2 * HOUR)
    case.refresh_from_db()
    return case


def test_of_several_it_must_be_said_who_was_asked(county):
    case, caller = two(county), county.actor("caller")
    for party, says in (("", "2位反映人，每一位都要问到"), ("p9", "从本件的反映人里选择")):
        with pytest.raises(ValueError, match=says):
            record_follow_up(case, by=caller, at=MONDAY + 3 * HOUR, outcome="reached", words="好", party=party)
    assert not FollowUp.objects.exists() and not Paper.objects.filter(kind="follow-up-record").exists()


def test_each_of_several_is_asked_before_it_is_closed_and_who_is_left_is_named(county):
    case, caller = two(county), county.actor("caller")
    record_follow_up(case, by=caller, at=MONDAY + 3 * HOUR, outcome="reached", words="好", party="p1", satisfied=True)
    close = {"by": caller, "facts": {"call-result": "已解决"}}
    with pytest.raises(StepRefused, match="还有1位反映人没有问到：第2位石＊＊") as no:
        take_step(case, "call-back", at=MONDAY + 4 * HOUR, **close)
    assert no.value.refusal.rule == "follow-up-done"
    for hours in (5, 11, 24):  # tries for the one count for nobody else
        record_follow_up(case, by=caller, at=MONDAY + hours * HOUR, outcome="no-answer", party="p1")
    with pytest.raises(StepRefused, match="第2位：还没有独立回访"):
        take_step(case, "call-back", at=MONDAY + 25 * HOUR, **close)
    rate_by_code(case, "p2", at=MONDAY + 26 * HOUR, solved=True, satisfied=True)  # their own words by code count
    take_step(case, "call-back", at=MONDAY + 27 * HOUR, **close)
    case.refresh_from_db()
    assert case.state == "closed"


def test_one_reached_and_one_tried_in_vain_is_confirmed_never_unreachable(county):
    case, caller = two(county), county.actor("caller")
    record_follow_up(case, by=caller, at=MONDAY + 3 * HOUR, outcome="reached", words="好", party="p2")
    for hours in (4, 11, 24):
        record_follow_up(case, by=caller, at=MONDAY + hours * HOUR, outcome="no-answer", party="p1")
    with pytest.raises(StepRefused, match="已经联系上当事人（第2位石＊＊），不能按“联系不上”办结") as no:
        take_step(case, "no-answer", by=caller, at=MONDAY + 25 * HOUR, reason="联系不上")
    assert no.value.refusal.rule == "follow-up-done"
    take_step(case, "call-back", by=caller, at=MONDAY + 25 * HOUR, facts={"call-result": "已解决"})


def test_who_was_reached_is_never_closed_as_unreachable(county):
    """Neither on the phone, nor when they said something by their own code."""
    caller = county.actor("caller")
    for once, reach in (
        ("a", lambda c: record_follow_up(c, by=caller, at=MONDAY + 3 * HOUR, outcome="reached", words="没拿到")),
        ("b", lambda c: rate_by_code(c, "p1", at=MONDAY + 3 * HOUR, solved=False, satisfied=False, ground="untrue")),
    ):
        case = replied(county, once_key=once)
        reach(case)
        for hours in (4, 11, 24):
            record_follow_up(case, by=caller, at=MONDAY + hours * HOUR, outcome="no-answer")
        with pytest.raises(StepRefused, match="不能按“联系不上”办结"):
            take_step(case, "no-answer", by=caller, at=MONDAY + 25 * HOUR, reason="联系不上")
        case.refresh_from_db()
        assert case.state == "replied"


def test_nobody_reached_is_never_closed_as_confirmed(county):
    case, caller = replied(county), county.actor("caller")
    for hours in (4, 11, 24):
        record_follow_up(case, by=caller, at=MONDAY + hours * HOUR, outcome="no-answer")
    with pytest.raises(StepRefused, match="请按“联系不上办结”办"):
        take_step(case, "call-back", by=caller, at=MONDAY + 25 * HOUR, facts={"call-result": "已解决"})
    take_step(case, "no-answer", by=caller, at=MONDAY + 25 * HOUR, reason="联系不上")


# ---------- by code ----------


def rate(case, **said):
    return rate_by_code(case, "p1", **{"at": MONDAY + 3 * HOUR, "solved": True, "satisfied": True} | said)


def test_by_code_it_is_once_for_each_answer_and_may_be_changed_until_somebody_went_by_it(county):
    case = county.case()
    with pytest.raises(NotAsked, match="还没有答复"):
        rate(case)
    case = replied(county, once_key="second")
    with pytest.raises(NotAsked, match="两个问题"):
        rate(case, satisfied=None)
    first = rate(case, words="钱拿到了")
    assert rate(case, words="钱拿到了", at=MONDAY + 4 * HOUR) == first
    second = rate(case, solved=False, satisfied=False, ground="untrue", words="又要回去了", at=MONDAY + 5 * HOUR)
    first.refresh_from_db()
    assert first.replaced_by == second and second.proposes == "redo"
    assert [f["words"] for f in readers.follow_ups(moment(case))] == ["没解决，不满意，答复与事实不符。又要回去了"]
    take_step(case, "redo", by=county.actor("su"), at=MONDAY + 6 * HOUR, reason="钱没有给")
    with pytest.raises(NotAsked):
        rate(case, at=MONDAY + 7 * HOUR)
    assert FollowUp.objects.filter(replaced_by=None).count() == 1


def test_by_code_content_lets_the_caller_close_without_another_call(county):
    case = replied(county)
    rate(case)
    take_step(case, "call-back", by=county.actor("caller"), at=MONDAY + 4 * HOUR, facts={"call-result": "已解决"})
    case.refresh_from_db()
    assert case.state == "closed"


def test_after_the_end_it_is_asked_anew_and_the_window_runs_from_the_end_alone(county):
    case = replied(county)
    rate(case)
    take_step(case, "call-back", by=county.actor("caller"), at=MONDAY + 4 * HOUR, facts={"call-result": "已解决"})
    correct(
        case, by=county.actor("su"), at=MONDAY + 80 * DAY, reason="类别写错", about={"kind": "0702"}
    )  # no new beginning
    late = rate(case, solved=False, satisfied=False, at=MONDAY + 91 * DAY)
    assert (late.proposes, late.why) == ("", "window-over")
    in_time = rate(case, solved=False, satisfied=False, words="停了", at=MONDAY + 90 * DAY)
    assert (in_time.proposes, in_time.why) == ("reopen", "reopen")


def test_the_law_leaves_some_out_and_the_person_is_told(county):
    case = county.case(decision={"kind": "2302"})
    with pytest.raises(NotAsked, match="涉法涉诉"):
        rate(case)


# ---------- visits ----------


def test_a_visit_is_asked_of_who_had_no_hand_in_it_and_comes_back_as_a_follow_up(county):
    case, ge, caller = replied(county, area_code="450399100201"), county.actor("ge"), county.actor("caller")
    with pytest.raises(NotIndependent):
        record_follow_up(case, by=ge, at=MONDAY + 3 * HOUR, outcome="reached", words="看过", way="visit")
    assert errands_of(ge) == []
    for name in ("he", "zhou", "wen"):
        with pytest.raises(NotIndependent):
            ask_visit(case, party="p1", unit=county.units["village"].pk, by=county.actor(name), at=MONDAY + 3 * HOUR)
    with pytest.raises(ValueError, match="换一个"):
        ask_visit(case, party="p1", unit=county.units["labour"].pk, by=caller, at=MONDAY + 3 * HOUR)
    visit = ask_visit(
        case, party="p1", unit=county.units["village"].pk, by=caller, at=MONDAY + 3 * HOUR, words="看钱给了没有"
    )
    assert ask_visit(case, party="p1", unit=county.units["village"].pk, by=caller, at=MONDAY + 4 * HOUR) == visit
    [errand] = errands_of(ge)
    assert (errand.name, errand.words) == ("兰秀英", "看钱给了没有")
    assert errand_of(county.actor("wen"), visit.pk) is None
    row = record_follow_up(
        case, by=ge, at=MONDAY + 5 * HOUR, outcome="reached", words="钱拿到了", way="visit", visit=visit.pk, satisfied=True,
        place="下坝村", photos=[("收条.png", PNG)], once="v",
    )  # fmt: skip
    visit.refresh_from_db()
    assert visit.done == row and row.unit == county.units["village"] and errands_of(ge) == []
    photo = StoredFile.objects.get(given_by=f"staff:{ge.person_id}")
    assert (photo.purpose, photo.by_handler) == ("evidence", False)


def test_a_matter_of_a_village_is_walked_by_whoever_has_one_of_its_grids(county):
    Posting.objects.filter(person=county.people["ge"], role="grid-worker").update(
        area=Area.objects.get(code="45039910020100000001")
    )
    here, beside = (replied(county, area_code=code, once_key=code) for code in ("450399100201", "450399100202"))
    assert walkers(here, MONDAY + 3 * HOUR) == [county.units["village"]]
    assert walkers(beside, MONDAY + 3 * HOUR) == []


def test_nobody_is_sent_to_a_restricted_matter(county):
    case = county.case(by="su", text="丈夫打我，家庭暴力，身上有伤", area_code="450399100201")
    assert case.stratum == 1
    with pytest.raises((ValueError, NotIndependent)):
        ask_visit(case, party="p1", unit=county.units["village"].pk, by=county.actor("caller"), at=MONDAY + HOUR)
