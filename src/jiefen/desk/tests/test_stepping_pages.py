"""Somebody whose office only helps, was only called to a meeting, given its task or sent to go and see steps back on a page of
their own."""

import pytest

from jiefen.cases.integrity import verify
from jiefen.cases.models import Case, Step
from jiefen.cases.rebuild import rebuild
from jiefen.cases.tests.petitions import petition
from jiefen.kernel.scope import scope
from jiefen.notices.models import Notice
from jiefen.oversight.models import MeetingTask, Visit
from jiefen.oversight.tests.test_follow_up import replied
from jiefen.oversight.tests.test_meetings import called, minuted
from jiefen.oversight.visits import ask_visit
from jiefen.people.actions import post
from tests.clients import client_for
from tests.world import MONDAY, START

WHY = {"reason": "施工方老板是我的亲戚"}


@pytest.fixture(autouse=True)
def _moment(clock):
    clock(MONDAY)


def seen(county, who, address):
    answer = client_for(county, who).get(address)
    return answer.status_code, answer.content.decode()


def told(code):
    return set(Notice.objects.filter(code=code).values_list("person__username", flat=True))


def whole():
    with scope("worker"):
        assert [str(d) for d in rebuild(check=True, at=MONDAY)] == [] and [str(p) for p in verify(files=False)] == []


def test_from_a_meeting_one_was_only_called_to(county, clock):
    with scope("worker"):
        meeting = called(county, petition(county))
        case = Case.objects.get(pk=meeting.case_id)
    clock(meeting.called_at)
    page = f"/joint/recusal/meeting/{meeting.pk}/"
    assert page in seen(county, "housing_handler", "/joint/")[1]
    for who in ("wen", "ming", "an"):
        assert seen(county, who, page)[0] == 404
    wen = client_for(county, "wen")
    assert wen.get(page).content == wen.get("/joint/recusal/meeting/999999/").content
    mine = client_for(county, "housing_handler")
    assert mine.get(page).status_code == 200 and mine.post(page, {"reason": " "}).status_code == 422
    assert mine.post(page, WHY).url == "/joint/"
    assert mine.get(page).status_code == 404 and mine.post(page, WHY).status_code == 404
    assert "工程款拨付" not in seen(county, "housing_handler", "/joint/")[1]
    assert "工程款拨付" in seen(county, "housing_head", "/joint/")[1], "the office is called as before"
    assert told(f"meeting-instead:{meeting.pk}") == {"housing_head"}
    assert "您单位有人回避" in seen(county, "housing_head", "/inbox/")[1]
    with scope("worker"):
        assert Step.objects.filter(case=case, name="recused").count() == 1
    assert client_for(county, "housing_head").post(page, WHY).status_code == 302  # the last one there
    assert told(f"meeting-nobody:{meeting.pk}") == {"officer"}, "whoever called is told that nobody is left"
    whole()


def test_from_a_task_that_was_given_to_one_by_name(county, clock):
    with scope("worker"):
        w = petition(county)
        meeting = minuted(county, w, called(county, w))
        task = MeetingTask.objects.get(meeting=meeting, unit=county.units["housing"])
    clock(w.at)
    mine = client_for(county, "housing_handler")
    assert mine.post(f"/joint/recusal/task/{task.pk}/", WHY).status_code == 302
    with scope("worker"):
        task.refresh_from_db()
    assert task.person == county.people["housing_head"] and told(f"meeting-instead:{meeting.pk}") == {"housing_head"}
    assert mine.post(f"/joint/tasks/{task.pk}/", {"words": "办了"}).status_code == 404
    assert client_for(county, "housing_head").post(f"/joint/tasks/{task.pk}/", {"words": "办了"}).status_code == 302
    whole()


@pytest.mark.parametrize("alone", [True, False])
def test_from_an_errand(county, clock, alone):
    if not alone:
        post(county.people["ming"], county.units["village"], "grid-worker", at=START)
    with scope("worker"):
        case = replied(county, area_code="450399100201")
        visit = ask_visit(case, party="p1", unit=county.units["village"].pk, by=county.actor("caller"), at=MONDAY)
    ge, page = client_for(county, "ge"), f"/joint/recusal/visit/{visit.pk}/"
    assert page in ge.get(f"/follow-ups/visits/{visit.pk}/").content.decode()
    assert ge.post(page, WHY).url == "/follow-ups/visits/"
    assert ge.get(f"/follow-ups/visits/{visit.pk}/").status_code == 404
    off = Visit.objects.filter(pk=visit.pk, called_off_at__isnull=False)
    with scope("worker"):
        assert off.exists() == alone
    assert told(f"visit-{'back' if alone else 'instead'}:{visit.pk}") == {"caller" if alone else "ming"}
    whole()


def test_from_what_the_office_only_helps_with(county, clock):
    with scope("worker"):
        w = petition(county, helpers=("housing",))
        w.step("sign-assignment", "housing_handler", assignment="a2")
        duty = w.case.assignments.get(part="assist")
        assert duty.responsible == county.people["housing_handler"]
    clock(w.at)
    page, case = f"/joint/recusal/assist/{duty.pk}/", f"/cases/{w.case.slug}/"
    assert page in seen(county, "housing_handler", "/joint/")[1] and page in seen(county, "housing_handler", case)[1]
    assert "/joint/recusal/assist/" not in seen(county, "he", case)[1], "whoever leads has the page of the matter"
    for who in ("wen", "ming", "an", "he"):
        assert seen(county, who, page)[0] == 404, who
    wen = client_for(county, "wen")
    assert wen.get(page).content == wen.get("/joint/recusal/assist/999999/").content
    mine = client_for(county, "housing_handler")
    assert mine.post(page, {"reason": " "}).status_code == 422
    assert mine.post(page, WHY).url == "/joint/"
    assert (
        mine.get(page).status_code == 404
        and mine.post(page, WHY).status_code == 404
        and mine.get(case).status_code == 404
    )
    for address in ("/joint/", "/desk/", "/cases/?scope=assist", "/inbox/"):
        assert w.case.number not in mine.get(address).content.decode(), address
    with scope("worker"):
        duty.refresh_from_db()
        assert duty.responsible == county.people["housing_head"] and duty.state == "signed"
        assert Step.objects.filter(case=w.case, name="recused").count() == 1
    assert told("assist-instead:a2") == {"housing_head"}
    assert "协办的一份请您接着办" in seen(county, "housing_head", "/inbox/")[1]
    assert w.case.number in seen(county, "housing_head", "/joint/")[1]
    with scope("worker"):
        w.at = max(w.at, Step.objects.filter(case=w.case).latest("seq").at)
        w.step("answer-assignment", "housing_head", assignment="a2", assignment_answer="工程款已拨付，凭证附后")
    whole()
