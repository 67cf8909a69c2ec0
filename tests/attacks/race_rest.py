"""Rows of the table of races: follow-ups, meetings, measures, publishing, rulings."""

from jiefen.cases.models import Case, Step
from jiefen.cases.tests.petitions import reviewers
from jiefen.cases.tests.test_hotline_order import to_replied
from jiefen.cases.tests.test_petition_review import answered, rereviewed, reviewed
from jiefen.cases.tests.test_screening import assigned
from jiefen.channels.upper.mapping import systems
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.oversight import (
    measures,
    meeting_tasks,
    meetings,
    publication,
    reopening,
    rulings,
    sponsor,
    stepping,
    visits,
)
from jiefen.oversight.actions import keep_as_it_is, record_follow_up
from jiefen.oversight.by_code import rate_by_code
from jiefen.oversight.models import FollowUp, JointMeeting, MeetingTask, Precedent, ReopenAsk, Visit
from jiefen.oversight.tests.test_follow_up import replied
from jiefen.oversight.tests.test_meetings import called, minuted
from jiefen.oversight.tests.test_reopening import closed_after
from jiefen.oversight.tests.test_rulings import GIST, disputed
from tests.attacks.race_cases import rows, walk
from tests.attacks.racing import DAY, HOUR, Race, Stage, Table
from tests.world import MONDAY

table = Table()
NATIONAL = systems()["national-petition"]
LATER = MONDAY.replace(year=2031, month=11, day=18)


def inside(make, *given, **said):
    """Stage with the eyes of our own process."""
    with scope("worker"):
        return make(*given, **said)


def ended(s: Stage) -> Case:
    """A matter that was answered, called back about and closed."""
    with scope("worker"):
        return closed_after(s.county, to_replied(s.county, **s.fresh("ended")))


@table.of("oversight.actions.keep_as_it_is")
def two_leave_it_as_it_is(s: Stage) -> Race:
    case = inside(replied, s.county, **s.fresh("kept"))
    row = record_follow_up(
        case,
        by=s.actor("caller"),
        at=MONDAY + 3 * HOUR,
        outcome="reached",
        words="没给",
        satisfied=False,
        ground="untrue",
    )
    return Race(
        [lambda n=n: keep_as_it_is(case, row.pk, by=s.actor("su"), reason=f"已核对{n}", at=MONDAY + 4 * HOUR) for n in "ab"],
        lambda: FollowUp.objects.filter(pk=row.pk, kept_at__isnull=False).count(),
    )  # fmt: skip


@table.of("oversight.by_code.rate_by_code")
def two_rate_by_the_same_code(s: Stage) -> Race:
    case = inside(replied, s.county, **s.fresh("rated"))
    return Race(
        [lambda: rate_by_code(case, "p1", at=MONDAY + 4 * HOUR, solved=True, satisfied=True)] * 2,
        lambda: FollowUp.objects.filter(case=case, way="code").count(), late=0, same=True,
    )  # fmt: skip


@table.of("oversight.visits.ask_visit")
def two_send_somebody_to_go_and_see(s: Stage) -> Race:
    case = inside(replied, s.county, area_code="450399100201", **s.fresh("visit"))
    return Race(
        [lambda: visits.ask_visit(case, party="p1", unit=s.unit("village").pk, by=s.actor("caller"), at=MONDAY + 4 * HOUR)] * 2,
        lambda: Visit.objects.filter(case=case).count(), late=0, same=True,
    )  # fmt: skip


@table.of("oversight.visits.call_off", "oversight.actions.record_follow_up")
def one_visits_and_one_calls_it_off(s: Stage) -> Race:
    case, at = inside(replied, s.county, area_code="450399100201", **s.fresh("visit")), MONDAY + 4 * HOUR
    visit = visits.ask_visit(case, party="p1", unit=s.unit("village").pk, by=s.actor("caller"), at=at)
    return Race(
        [
            lambda: visits.call_off(visit.pk, case, by=s.actor("caller"), at=at),
            lambda: record_follow_up(case, by=s.actor("ge"), at=at, outcome="reached", words="拿到了", way="visit", visit=visit.pk,
                                     satisfied=True, place="下坝村"),
        ],
        lambda: Visit.objects.filter(pk=visit.pk, done=None, called_off_at__isnull=False).count()
        + Visit.objects.filter(pk=visit.pk, done__isnull=False, called_off_at=None).count(),
    )  # fmt: skip


@table.of("oversight.reopening.ask_reopen", "oversight.reopening.decline_reopen")
def it_is_asked_twice_and_declined_twice(s: Stage) -> Race:
    case = ended(s)
    with scope("worker"):
        intake = Intake.objects.get(decision__case=case).pk
    ask = reopening.ask_reopen(case, intake=intake, words="只到一半", once="k", at=MONDAY + DAY)
    return Race(
        [
            lambda: reopening.ask_reopen(case, intake=intake, words="只到一半", once="k2", at=MONDAY + DAY),
            lambda: reopening.decline_reopen(case, ask.pk, by=s.actor("su"), words="已经付清，可走仲裁", at=MONDAY + 2 * DAY),
            lambda: reopening.decline_reopen(case, ask.pk, by=s.actor("zhou"), words="已核对转账，可走仲裁", at=MONDAY + 2 * DAY),
        ],
        lambda: ReopenAsk.objects.filter(case=case, done_at__isnull=False).count(),
    )  # fmt: skip


def met(s: Stage):
    w = walk(s)
    return w, inside(called, s.county, w, once=f"m{s.next()}")


@table.of("oversight.meetings.call")
def two_presses_call_one_meeting(s: Stage) -> Race:
    w = walk(s)
    w.later()
    said = {
        "by": s.actor("officer", w.at), "at": w.at, "starts_at": w.at + DAY, "place": "三楼", "topic": "工程款", "once": "m",
        "units": [s.unit("labour").pk],
    }  # fmt: skip
    return Race(
        [lambda: meetings.call(w.case, **said)] * 2, lambda: JointMeeting.objects.filter(case=w.case).count(), late=0, same=True
    )  # fmt: skip


@table.of("oversight.meetings.minute", "oversight.meetings.call_off")
def one_minutes_the_meeting_that_another_calls_off(s: Stage) -> Race:
    w, meeting = met(s)
    at = meeting.starts_at + HOUR
    said = {"by": s.actor("officer", at), "at": at, "present": ["何静"], "decisions": []}
    return Race(
        [
            lambda: meetings.minute(meeting, body="说明了情况", **said), lambda: meetings.minute(meeting, body="说明了拨付", **said),
            lambda: meetings.call_off(meeting, by=s.actor("su", at), at=at, why="改日再开"),
        ],
        lambda: rows(w.case, "meeting-minuted") + rows(w.case, "meeting-off"), late=2,
    )  # fmt: skip


@table.of("oversight.meeting_tasks.done", "oversight.meeting_tasks.call_off")
def one_does_the_task_that_another_calls_off(s: Stage) -> Race:
    w, meeting = met(s)
    inside(minuted, s.county, w, meeting)
    with scope("worker"):
        task = MeetingTask.objects.filter(meeting=meeting, unit=s.unit("housing")).get().pk
    at = w.at + HOUR
    return Race(
        [
            lambda: meeting_tasks.done(task, by=s.actor("housing_handler", at), at=at, words="已经核对"),
            lambda: meeting_tasks.done(task, by=s.actor("housing_head", at), at=at, words="核对过了"),
            lambda: meeting_tasks.call_off(task, by=s.actor("officer", at), at=at, why="不用核了"),
        ],
        lambda: rows(w.case, "task-done") + rows(w.case, "task-off"), late=2,
    )  # fmt: skip


@table.of("oversight.stepping.step_back")
def one_does_the_task_and_steps_back_at_once(s: Stage) -> Race:
    """By whichever came first: the task is done, or somebody else of the office is named for it."""
    w, meeting = met(s)
    inside(minuted, s.county, w, meeting)
    with scope("worker"):
        task = MeetingTask.objects.filter(meeting=meeting, unit=s.unit("housing")).get().pk
    at = w.at + HOUR
    by = s.actor("housing_handler", at)
    what = inside(stepping.called_to, by, stepping.TASK, task)
    back = lambda: stepping.step_back(what, by=by, at=at, reason="是我的亲戚")  # noqa: E731
    return Race(
        [back, back, lambda: meeting_tasks.done(task, by=by, at=at, words="已经核对")],
        lambda: int(rows(w.case, "task-done") + MeetingTask.objects.filter(pk=task, person=s.county.people["housing_head"]).count() >= 1)
        + max(rows(w.case, "recused") - 1, 0),
    )  # fmt: skip


@table.of("oversight.measures.take_measure", "oversight.measures.answer_advice")
def two_give_advice_and_two_answer_it(s: Stage) -> Race:
    w = walk(s)
    inside(w.accepted)
    at, said = w.later(), measures.Said("没有开展调查", request="十日内完成", about="work")
    with scope("worker"):
        seen = Case.objects.get(pk=w.case.pk).steps
    given = measures.take_measure(
        w.case, "advice", s.unit("labour").pk, said, by=s.actor("officer", at), at=at, expected=seen
    )
    again = {"by": s.actor("officer", at), "at": at, "expected": seen + 1}
    return Race(
        [
            lambda: measures.take_measure(w.case, "advice", s.unit("labour").pk, said, **again),
            lambda: measures.take_measure(w.case, "advice", s.unit("labour").pk, said, **again),
            lambda: measures.answer_advice(w.case, given.seq, adoption="all", reason="照办", by=s.actor("he", at), at=at),
            lambda: measures.answer_advice(w.case, given.seq, adoption="none", reason="不照办", by=s.actor("he_head", at), at=at),
        ],
        lambda: Step.objects.filter(case=w.case, codes__answers=given.seq).count(),
    )  # fmt: skip


@table.of("oversight.publication.publish")
def two_make_it_public(s: Stage) -> Race:
    w = s.kept["last"] = inside(
        lambda: (reviewers(s.county), rereviewed(reviewed(answered(s.county, **s.fresh("last")))))[1]
    )
    at = w.later()
    day = local_day(at)
    return Race(
        [lambda n=n: publication.publish(w.case, words="经听证，予以维持。", where="公告栏", since=day, until=day, by=s.actor(n, at), at=at)
         for n in ("tang", "gao")],
        lambda: rows(w.case, "published"), late=1,
    )  # fmt: skip


@table.of("oversight.publication.take_down")
def two_take_it_down(s: Stage) -> Race:
    w = s.kept["last"]
    at = w.later()
    return Race(
        [lambda n=n: publication.take_down(w.case, reason="到期", by=s.actor(n, at), at=at) for n in ("tang", "gao")],
        lambda: Step.objects.filter(case=w.case, codes__has_key="takes").count(), late=0, same=True,
    )  # fmt: skip


@table.of("oversight.rulings.rule")
def two_rule_differently(s: Stage) -> Race:
    w = s.kept["ruled"] = inside(disputed, s.county, **s.fresh("ruled"))
    at = w.later()
    return Race(
        [lambda u=u: rulings.rule(w.case, by=s.actor("su", at), at=at, unit=s.unit(u).pk, words=GIST, reason="双方所说都看过")
         for u in ("housing", "labour")],
        lambda: Step.objects.filter(case=w.case, at=at).count(), late=1,
    )  # fmt: skip


@table.of("oversight.rulings.retire")
def two_retire_a_precedent(s: Stage) -> Race:
    w = s.kept["ruled"]
    with scope("worker"):
        rulings.keep_precedent(Step.objects.filter(case=w.case).latest("seq").pk)
        pk = Precedent.objects.get(case=w.case.pk).pk
    at = w.later()
    return Race(
        [lambda n=n: rulings.retire(pk, by=s.actor("su", at), at=at, why=f"职责已经调整{n}") for n in "甲乙"],
        lambda: Precedent.objects.filter(pk=pk, retired_at__isnull=False).count(),
    )  # fmt: skip


@table.of("oversight.sponsor.propose")
def two_propose_the_same_hard_case(s: Stage) -> Race:
    w = inside(assigned, s.county, f"long{s.next()}")
    inside(w.step, "sign", "he")
    case, at = w.case, w.at + 200 * DAY
    return Race(
        [lambda n=n: sponsor.propose(case, by=s.actor(n, at), at=at, reason="满期限未办结") for n in ("su", "su")],
        lambda: Case.objects.filter(arose_from=case).count(), late=1,
    )  # fmt: skip
