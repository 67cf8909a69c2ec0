"""Pages of several offices on one matter: each office's own duty and clock, meetings and tasks, rulings and precedents."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import StepRefused
from jiefen.cases.models import Case
from jiefen.cases.tests.petitions import petition
from jiefen.kernel import outbox
from jiefen.kernel.clock import local, local_day
from jiefen.kernel.scope import scope, set_scope
from jiefen.oversight.models import JointMeeting, MeetingTask, Precedent
from jiefen.oversight.tests.test_rulings import GIST, disputed, ruled
from tests.clients import client_for

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def get(county, name: str, url: str, status: int = 200) -> str:
    answer = client_for(county, name).get(url)
    set_scope("worker")
    assert answer.status_code == status, (name, url, answer.status_code)
    return answer.content.decode()


def post(county, name: str, url: str, data: dict, status: int = 302) -> str:
    answer = client_for(county, name).post(url, data)
    set_scope("worker")
    assert answer.status_code == status, (name, url, answer.status_code, answer.content.decode()[:2000])
    return answer.content.decode()


def test_each_office_sees_its_own_duty_and_its_own_clock(county, clock):
    w = petition(county, helpers=("housing",))
    clock(w.at + DAY)
    page = get(county, "housing_handler", "/joint/")
    assert w.case.number in page and "待签收" in page and "余1个工作日" in page and "?a=a2" in page
    bench = get(county, "housing_handler", "/desk/")
    assert w.case.number in bench and "余1个工作日" in bench
    assert w.case.number not in get(county, "he", "/joint/")  # the lead's own list is another
    w.step("sign-assignment", "housing_handler", assignment="a2")
    w.step("answer-assignment", "housing_handler", assignment="a2", assignment_answer="工程款已拨付，凭证附后")
    clock(w.at)
    assert w.case.number not in get(county, "housing_handler", "/joint/")
    assert "工程款已拨付，凭证附后" in get(county, "he", f"/cases/{w.case.slug}/")


def test_a_helper_is_added_later_with_its_own_clock_and_closing_says_who_still_owes(county, clock):
    w = petition(county)
    w.accepted().investigated()
    clock(w.later(DAY))
    url = f"/cases/{w.case.slug}/steps/add-helpers/"
    housing = county.units["housing"].pk
    assert "协办单位" in get(county, "officer", url)
    said = {"helper-units": [housing], "reason": "核对工程款", "seen": w.fresh().steps}
    post(county, "officer", url, said | {"helper-units": []}, 422)
    post(county, "officer", url, said)
    w.at += HOUR
    clock(w.at)
    assert w.case.number in get(county, "housing_handler", "/joint/")
    w.decided().served()
    w.evidence()
    w.step("second-look", "officer")
    with pytest.raises(StepRefused) as refused:
        w.step("close", "he", obligations=[{"demand": 1, "state": "fulfilled"}])
    assert refused.value.refusal.rule == "assignments-answered"
    assert "还有1项协办任务没有反馈或解除：县住建局（未签收）" in refused.value.refusal.says


def called(county, w, clock, name: str = "officer") -> JointMeeting:
    starts = local(w.at + 2 * HOUR)
    said = {
        "when": f"{starts:%Y-%m-%dT%H:%M}", "place": "县综治中心三楼", "topic": "工程款与工资", "once": "one",
        "units": [county.units["labour"].pk, county.units["housing"].pk],
    }  # fmt: skip
    post(county, name, f"/cases/{w.case.slug}/meetings/", said)
    post(county, name, f"/cases/{w.case.slug}/meetings/", said)  # pressed twice
    return JointMeeting.objects.get()


def test_a_meeting_is_called_minuted_and_its_tasks_done_through_the_pages(county, clock):
    w = petition(county)
    clock(w.at)
    assert "召集联席会议" in get(county, "officer", f"/cases/{w.case.slug}/")
    assert "召集联席会议" not in get(county, "he", f"/cases/{w.case.slug}/")
    empty = post(
        county, "officer", f"/cases/{w.case.slug}/meetings/", {"place": "三楼", "topic": "商量", "when": ""}, 422
    )
    assert "三楼" in empty
    meeting = called(county, w, clock)
    url = f"/cases/{w.case.slug}/meetings/{meeting.seq}/"
    assert "县综治中心三楼" in get(county, "housing_handler", "/joint/")
    assert w.case.number not in get(county, "housing_handler", "/joint/")
    told = get(county, "housing_handler", "/inbox/")  # which meeting, when, where, and what is asked of her
    assert "请到会：" in told and f"{local(meeting.starts_at):%Y-%m-%d %H:%M}" in told and "县综治中心三楼" in told
    assert "工程款与工资" in told and "请到会" not in get(county, "wen", "/inbox/")
    clock(w.later(3 * HOUR))
    due = (local_day(w.at) + 2 * DAY).isoformat()
    said = {
        "do": "minute", "body": "住建局说明拨付情况", "present": "何静（县人社局）、朱工（县住建局）",
        "d-words": ["核对拨付凭证", ""], "d-unit": [county.units["housing"].pk, ""], "d-person": [county.people["housing_handler"].pk, ""],
        "d-due": ["", ""],
    }  # fmt: skip
    again = post(county, "officer", url, said, 422)
    assert "每一项都要写明最晚哪天办完" in again and "核对拨付凭证" in again and not MeetingTask.objects.exists()
    post(county, "he", url, said | {"d-due": [due, ""]}, 404)
    post(county, "officer", url, said | {"d-due": [due, ""]})
    task = MeetingTask.objects.get()
    assert "定了要您单位办的事" in get(county, "housing_handler", "/inbox/")
    page = get(county, "officer", url)
    assert "信小何记录" in page and "联席会议纪要" in page and "核对拨付凭证" in page
    mine = get(county, "housing_handler", "/joint/")
    assert "核对拨付凭证" in mine and "联席会议定给本单位的任务 1 项" in get(county, "housing_handler", "/desk/")
    clock(w.later(5 * DAY))
    for name, sees in (("su", True), ("officer", True), ("he", False), ("wen", False)):
        assert ("核对拨付凭证" in get(county, name, "/joint/")) is sees, name
    post(county, "he", f"/joint/tasks/{task.pk}/", {"words": "办了"}, 404)
    assert "请写明做了什么" in post(county, "housing_handler", f"/joint/tasks/{task.pk}/", {"words": " "}, 422)
    post(county, "housing_handler", f"/joint/tasks/{task.pk}/", {"words": "凭证三份"})
    assert "核对拨付凭证" not in get(county, "housing_handler", "/joint/")
    assert "凭证三份" in get(county, "officer", url)
    assert "定了1项，办完1项" in get(county, "officer", f"/cases/{w.case.slug}/")


@pytest.mark.parametrize("path", ["meetings/", "meetings/1/", "ruling/"])
def test_to_a_stranger_none_of_it_exists(county, clock, path):
    w = disputed(county)
    clock(w.at)
    called(county, w, clock, "officer")
    wen = client_for(county, "wen")
    for method in (wen.get, wen.post):
        answer = method(f"/cases/{w.case.slug}/{path}")
        assert answer.status_code == 404
    assert answer.content == wen.get("/nowhere/").content
    assert wen.get("/rulings/").status_code == 404


def test_the_ruler_reads_both_sides_chooses_and_says_why(county, clock):
    w = disputed(county)
    clock(w.at)
    assert w.case.number in get(county, "su", "/rulings/")
    url = f"/cases/{w.case.slug}/ruling/"
    assert client_for(county, "su").get(f"/cases/{w.case.slug}/steps/rule/").headers["Location"].startswith(url)
    set_scope("worker")
    page = get(county, "su", url)
    for words in ("不属人社职权，工程款由建设主管部门监管", "县信访局", "认为应由县住建局办", "2次", "信访工作条例"):
        assert words in page, words
    for name, status in (
        ("he", 404),  # his office gave it back: he reads the matter, but rules on nothing
        ("officer", 404),
        ("zhou", 404),
        ("lin", 302),
    ):  # 302: says first why they read it
        get(county, name, url, status)
    said = {
        "unit": county.units["housing"].pk,
        "words": "兰秀英的工资由住建办",
        "reason": "职责所在",
        "seen": w.fresh().steps,
    }
    again = post(county, "su", url, said, 422)
    assert "请去掉姓名" in again and "职责所在" in again
    post(county, "su", url, said | {"words": GIST})
    w.fresh()
    assert w.state == "dispatched" and w.case.lead_unit == county.units["housing"]
    get(county, "su", url, 404) if w.state == "closed" else None
    assert "裁定作数" in post(county, "su", url, said | {"words": GIST, "seen": w.fresh().steps}, 422)


def test_a_precedent_is_proposed_at_triage_with_its_reason_until_it_is_retired(county, clock):
    w = disputed(county)
    ruled(county, w)
    kept = Precedent.objects.get()
    clock(w.later(DAY))
    receipt = county.intake(at=w.at, by="officer", once_key="next", phone="13900000077")
    from jiefen.intake.models import Intake

    intake = Intake.objects.get(pk=receipt.intake_id)
    Intake.objects.filter(pk=intake.pk).update(suggestion=intake.suggestion | {"kind": kept.kind})
    page = get(county, "officer", f"/intakes/{intake.number}/")
    assert kept.number in page and f'value="{county.units["housing"].pk}" selected' in page
    listed = get(county, "su", "/rulings/")
    assert GIST in listed and "兰秀英" not in listed and w.case.slug in listed
    get(county, "he", "/rulings/", 404)
    assert "请写明为什么" in post(county, "su", "/rulings/", {"precedent": kept.pk, "why": ""}, 422)
    post(county, "su", "/rulings/", {"precedent": kept.pk, "why": "职责划转"})
    assert "已停用" in get(county, "su", "/rulings/")
    assert kept.number not in get(county, "officer", f"/intakes/{intake.number}/")


def test_the_dispatcher_is_told_of_the_precedent_where_a_matter_is_handed_on(county, clock):
    w = disputed(county)
    outbox.work(ruled(county, w).pk)
    other = petition(county, unit=None, once_key="later", phone="13900000078", at=w.at + DAY)
    clock(other.at)
    assert Precedent.objects.get().number in get(county, "officer", f"/cases/{other.case.slug}/steps/transfer/")
    assert Case.objects.filter(pk=other.case.pk, lead_unit=None).exists()


@pytest.mark.parametrize(
    ("name", "status"), [("he", 200), ("su", 200), ("zhou", 200), ("an", 404), ("keeper", 404), ("wen", 200)]
)
def test_the_offices_list_is_for_whoever_works_at_one(county, clock, name, status):
    get(county, name, "/joint/", status)
