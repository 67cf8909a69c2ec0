"""Joint meetings: called, minuted by a named person, what was decided stands as a task until done."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import take_step
from jiefen.cases.integrity import verify
from jiefen.cases.models import Step
from jiefen.cases.rebuild import rebuild
from jiefen.cases.tests.petitions import petition
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope, set_scope
from jiefen.kernel.seal import open_row
from jiefen.notices.models import Notice
from jiefen.oversight import meeting_tasks, meetings
from jiefen.oversight.meetings import Decision, MeetingRefused
from jiefen.oversight.models import JointMeeting, MeetingTask
from jiefen.papers.models import Paper
from tests.world import MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHEN = MONDAY + 2 * DAY


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def called(county, w, *, who="officer", once="m1", units=("labour", "housing"), **more):
    said = {
        "starts_at": WHEN, "place": "县综治中心三楼会议室", "topic": "工程款拨付与工资发放",
        "units": [county.units[u].pk for u in units], "once": once,
    } | more  # fmt: skip
    return meetings.call(w.case, by=county.actor(who, w.later()), at=w.at, **said)


def minuted(county, w, meeting, decisions=None, *, who="officer"):
    decided = decisions or [
        Decision(county.units["housing"].pk, "核对工程款拨付凭证", local_day(WHEN + 5 * DAY), county.people["housing_handler"].pk),
        Decision(county.units["labour"].pk, "约谈施工单位", local_day(WHEN + 3 * DAY)),
    ]  # fmt: skip
    w.at = max(w.at, WHEN) + HOUR
    return meetings.minute(
        meeting, by=county.actor(who, w.at), at=w.at, body="住建局说明了拨付情况。", present=["何静（县人社局）", "朱工（县住建局）"],
        decisions=decided,
    )  # fmt: skip


def rule_of(refused) -> str:
    return refused.value.rule


def test_it_is_called_with_a_day_a_place_and_the_offices_who_are_told(county):
    w = petition(county)
    meeting = called(county, w)
    assert called(county, w).pk == meeting.pk  # the same form again is the same meeting
    assert meeting.seats == {
        str(county.units["petition"].pk): "chair", str(county.units["labour"].pk): "other", str(county.units["housing"].pk): "other",
    }  # fmt: skip
    assert "会议室".encode() not in bytes(meeting.place)
    told = set(Notice.objects.filter(code=f"meeting:{meeting.pk}").values_list("person__username", flat=True))
    assert told == {"he", "he_head", "housing_handler", "housing_head"}
    assert Step.objects.filter(case=w.case, name="meeting-called").count() == 1
    assert [str(d) for d in rebuild(check=True, at=w.at)] == [] and [str(p) for p in verify(files=False)] == []


@pytest.mark.parametrize(
    ("who", "change", "rule"),
    [
        ("he", {}, "role"), ("wen", {}, "role"), ("officer", {"units": []}, "units"), ("officer", {"place": " "}, "words"),
        ("officer", {"topic": ""}, "words"), ("officer", {"starts_at": None}, "date"),
        ("officer", {"starts_at": MONDAY - DAY}, "date"), ("officer", {"units": [10**9]}, "units"),
    ],
)  # fmt: skip
def test_it_is_refused_with_its_rule_and_nothing_is_written(county, who, change, rule):
    w = petition(county)
    steps = Step.objects.count()
    said = {"units": ("labour", "housing")} if "units" not in change else {}
    with pytest.raises(MeetingRefused) as refused:
        if "units" in change:
            meetings.call(
                w.case,
                by=county.actor(who, w.later()),
                at=w.at,
                starts_at=WHEN,
                place="会议室",
                topic="商量",
                once="x",
                **change,
            )
        else:
            called(county, w, who=who, **said, **change)
    assert rule_of(refused) == rule
    assert Step.objects.count() == steps and not JointMeeting.objects.exists()


def test_an_office_complained_of_has_no_seat_and_no_task(county):
    w = petition(county, decision={"respondent_units": [county.units["housing"].pk]})
    with pytest.raises(MeetingRefused) as refused:
        called(county, w)
    assert rule_of(refused) == "respondent-excluded"
    meeting = called(county, w, units=("labour",))
    with pytest.raises(MeetingRefused) as refused:
        minuted(county, w, meeting, [Decision(county.units["housing"].pk, "核对", local_day(WHEN + DAY))])
    assert rule_of(refused) == "respondent-excluded" and not MeetingTask.objects.exists()


def test_the_minutes_name_who_wrote_them_and_each_decision_is_a_task_and_they_are_a_paper(county):
    w = petition(county)
    meeting = minuted(county, w, called(county, w))
    assert meeting.recorder == county.people["officer"]
    tasks = list(MeetingTask.objects.filter(meeting=meeting).order_by("seq"))
    assert [(t.unit.code, t.person.username if t.person else "") for t in tasks] == [
        ("housing", "housing_handler"), ("labour", ""),
    ]  # fmt: skip
    paper = Paper.objects.get(kind="joint-meeting-minutes")
    assert meeting.paper == paper and "联席会议纪要" in paper.number
    fields = open_row(w.fresh().key).open(paper.fields, field="paper")
    assert fields["recorder"] == "信小何" and fields["decisions"][0].startswith(
        "核对工程款拨付凭证。县住建局（朱工），2026年11月23日前"
    )
    with pytest.raises(MeetingRefused) as refused:
        minuted(county, w, meeting)
    assert rule_of(refused) == "minuted"
    assert [str(d) for d in rebuild(check=True, at=w.at)] == [] and [str(p) for p in verify(files=False)] == []


def test_the_minutes_wait_for_the_day_and_want_who_was_there(county):
    w = petition(county)
    meeting = called(county, w)
    with pytest.raises(MeetingRefused) as refused:
        meetings.minute(meeting, by=county.actor("officer", w.at), at=w.at, body="…", present=["甲"], decisions=[])
    assert rule_of(refused) == "date"
    for change, rule in (({"present": [" "]}, "present"), ({"body": ""}, "words")):
        said = {"body": "说明情况", "present": ["何静"], "decisions": []} | change
        with pytest.raises(MeetingRefused) as refused:
            meetings.minute(meeting, by=county.actor("officer", WHEN), at=WHEN, **said)
        assert rule_of(refused) == rule
    wen = county.people["wen"].pk
    for one, rule in (
        (Decision(county.units["housing"].pk, "", local_day(WHEN)), "words"),
        (Decision(county.units["housing"].pk, "核对", None), "date"),
        (Decision(county.units["housing"].pk, "核对", local_day(WHEN) - DAY), "date"),
        (Decision(county.units["housing"].pk, "核对", local_day(WHEN), wen), "person"),
        (Decision(0, "核对", local_day(WHEN)), "units"),
    ):
        with pytest.raises(MeetingRefused) as refused:
            minuted(county, w, meeting, [one])
        assert rule_of(refused) == rule
    assert not MeetingTask.objects.exists() and not Step.objects.filter(name="meeting-minuted").exists()


def test_a_task_stands_on_the_offices_list_until_it_says_what_was_done(county):
    w = petition(county)
    minuted(county, w, called(county, w))
    zhu = county.actor("housing_handler", w.at)
    task = meeting_tasks.waiting(zhu).get()
    assert meeting_tasks.lines([task], zhu, w.at)[0].words == "核对工程款拨付凭证"
    for who, rule in (("he", "role"), ("wen", "role"), ("officer", "role")):
        with pytest.raises(MeetingRefused) as refused:
            meeting_tasks.done(task.pk, by=county.actor(who, w.at), at=w.at, words="办了")
        assert rule_of(refused) == rule
    with pytest.raises(MeetingRefused) as refused:
        meeting_tasks.done(task.pk, by=zhu, at=w.at, words="  ")
    assert rule_of(refused) == "words"
    first = meeting_tasks.done(task.pk, by=zhu, at=w.later(), words="凭证三份，已拨付到位")
    assert meeting_tasks.done(task.pk, by=zhu, at=w.later(), words="凭证三份，已拨付到位").done_at == first.done_at
    with pytest.raises(MeetingRefused) as refused:
        meeting_tasks.done(task.pk, by=zhu, at=w.later(), words="另一种说法")
    assert rule_of(refused) == "done" and not meeting_tasks.waiting(zhu).exists()
    assert Step.objects.filter(name="task-done").count() == 1


def test_what_is_late_is_shown_to_the_one_above_and_to_whoever_calls_meetings_there(county):
    w = petition(county)
    minuted(county, w, called(county, w))
    su = county.actor("su", w.at)
    assert not meeting_tasks.late_below(su, WHEN + 3 * DAY).exists()
    late = WHEN + 4 * DAY
    assert [t.unit.code for t in meeting_tasks.late_below(su, late)] == ["labour"]
    assert meeting_tasks.late_below(county.actor("officer", late), WHEN + 6 * DAY).count() == 2
    for name in ("he", "housing_handler", "zhou", "wen", "lin"):
        actor = county.actor(name, late)
        with scope("staff", sorted(actor.keys)):
            rows = list(meeting_tasks.late_below(actor, WHEN + 6 * DAY))
        assert rows == [] or name in ("zhou", "lin"), name


def test_it_is_called_off_with_a_word_and_a_task_too(county):
    w = petition(county)
    meeting = called(county, w)
    officer = county.actor("officer", w.at)
    with pytest.raises(MeetingRefused):
        meetings.call_off(meeting, by=officer, at=w.at, why="")
    meetings.call_off(meeting, by=officer, at=w.later(), why="双方已经和解")
    meetings.call_off(meeting, by=officer, at=w.later(), why="再说一次")
    assert Step.objects.filter(name="meeting-off").count() == 1
    with pytest.raises(MeetingRefused) as refused:
        minuted(county, w, meeting)
    assert rule_of(refused) == "off"
    minuted(county, w, called(county, w, once="m2"))
    task = MeetingTask.objects.order_by("pk").first()
    with pytest.raises(MeetingRefused):
        meeting_tasks.call_off(task.pk, by=county.actor("he", w.at), at=w.at, why="不想办")
    meeting_tasks.call_off(task.pk, by=officer, at=w.later(), why="凭证已由银行提供")
    with pytest.raises(MeetingRefused) as refused:
        meeting_tasks.done(task.pk, by=county.actor("housing_handler", w.at), at=w.at, words="办了")
    assert rule_of(refused) == "off"


def test_who_is_invited_sees_the_meeting_and_not_the_matter_and_a_stranger_neither(county):
    w = petition(county)
    meeting = minuted(county, w, called(county, w))
    for name, sees in (("housing_handler", True), ("wen", False), ("ge", False), ("he", True), ("su", True)):
        actor = county.actor(name, w.at)
        set_scope("staff", sorted(actor.keys))
        assert JointMeeting.objects.filter(pk=meeting.pk).exists() is sees, name
        set_scope("worker")
    zhu = county.actor("housing_handler", w.at)
    set_scope("staff", sorted(zhu.keys))
    line = meeting_tasks.lines(list(meeting_tasks.waiting(zhu)), zhu, w.at)[0]
    assert (line.number, line.slug) == ("", "")
    set_scope("worker")


def test_of_a_matter_few_may_see_only_offices_with_a_duty_meet_and_nobody_above_sees_the_task(county):
    w = petition(county, decision={"flags": ["domestic-violence"]})
    with pytest.raises(MeetingRefused) as refused:
        called(county, w, units=("housing",))
    assert rule_of(refused) == "restricted"
    meeting = called(county, w, units=("labour",))
    minuted(county, w, meeting, [Decision(county.units["labour"].pk, "核对", local_day(WHEN + DAY))])
    assert MeetingTask.objects.get().over is None


def test_no_clock_moves_by_a_meeting(county):
    from jiefen.cases.models import Deadline

    w = petition(county)
    columns = ("clock", "key", "run", "started_at", "due_at", "stopped_at")
    before = list(Deadline.objects.filter(case=w.case).order_by("pk").values_list(*columns))
    minuted(county, w, called(county, w))
    assert list(Deadline.objects.filter(case=w.case).order_by("pk").values_list(*columns)) == before
    take_step(
        w.case, "report-danger", by=county.actor("officer", w.later()), at=w.at, facts={"flags": []}, reason="报告"
    )
