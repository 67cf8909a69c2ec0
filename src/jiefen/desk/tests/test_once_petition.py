"""The pages of a petition, each form sent twice as after a lost answer: one row, the same answer."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jiefen.cases.models import Case, Step
from jiefen.cases.tests.petitions import petition
from jiefen.cases.tests.test_hotline_order import to_replied
from jiefen.channels.models import OutsideNumber, QueueTicket
from jiefen.desk import door
from jiefen.desk.tests.test_matters import client_for
from jiefen.files.models import StoredFile
from jiefen.kernel.scope import scope
from jiefen.mediation.models import Consent, Groundwork
from jiefen.mediation.tests.test_labour import labour
from jiefen.oversight.models import FollowUp
from jiefen.papers.models import Paper
from tests.world import MONDAY

DAY = timedelta(days=1)
SCAN = b"%PDF-1.4 wage slip\n%%EOF"


@pytest.fixture
def at(monkeypatch):
    moment = [MONDAY + DAY]
    monkeypatch.setattr(door, "now", lambda: moment[0])
    return moment


@pytest.fixture
def walk(county, at):
    with scope("worker"):
        return petition(county).accepted()


def hidden(page: str, form: str = "") -> dict[str, str]:
    """What a form keeps for itself; `form`: some text that stands in it."""
    parts = [part for part in page.split("<form")[1:] if form in part.split("</form>")[0]]
    assert parts, page[:2000]
    fields = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', parts[-1].split("</form>")[0])
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def twice(client: Client, url: str, said: dict, form: str = "", again: dict | None = None, get: str = "") -> list:
    """Open a page, send its form, and send the very same again."""
    kept = hidden(client.get(get or url).content.decode(), form)
    answers = []
    for _press in "xx":
        files = {n: SimpleUploadedFile(v[0], v[1]) for n, v in said.items() if isinstance(v, tuple)}
        answers.append(client.post(url, {**kept, **said, **files}))
    assert [a.status_code for a in answers] == [302, 302], answers[-1].content.decode()[:3000]
    assert answers[0].url == answers[1].url
    return answers


def count(model, **which) -> int:
    with scope("worker"):
        return model.objects.filter(**which).count()


def test_a_draft_and_a_delivery_pressed_twice_are_one_paper_and_one_row(county, walk):
    he, base = client_for(county, "he"), f"/cases/{walk.case.slug}/"
    wanted = {"time": "2026年11月17日", "place": "三楼", "recorder": "何静", "facts": "已核对", "parties": "兰秀英"}
    page = he.get(f"{base}draft/investigation-record/").content.decode()
    names = re.findall(r'id="f-([\w-]+)" name="[\w-]+"(?: value=""| rows="3"></textarea)', page)
    twice(he, f"{base}draft/investigation-record/", {n: wanted.get(n, "如记录所载") for n in names})
    assert count(Paper, kind="investigation-record") == 1
    with scope("worker"):
        walk.step("investigate", "he", session_note="核对")
        walk.answer()
        walk.paper("handling-opinion", "he_head")
        walk.step("issue-opinion", "he_head", outcome="支持")
        opinion = Paper.objects.get(kind="handling-opinion")
    files = count(StoredFile)
    twice(he, f"{base}deliver/", {"paper": opinion.pk, "party": "p1", "way": "direct", "proof": ("slip.pdf", SCAN)})
    assert (count(Step, name="delivered"), count(Paper, kind="service-record"), count(StoredFile)) == (1, 1, files + 1)
    late = he.post(f"{base}deliver/", {"paper": opinion.pk, "party": "p1", "way": "post", "number": "EMS1"})
    assert late.status_code == 422 and "已经送达此人，不用再记：何静" in late.content.decode()


def test_evidence_put_in_twice_is_there_once(county, walk):
    he, url = client_for(county, "he"), f"/cases/{walk.case.slug}/files/"
    files = count(StoredFile)
    for _press in "xx":
        assert he.post(url, {"file": SimpleUploadedFile("工资条.pdf", SCAN), "whose": "outside"}).status_code == 302
    assert count(StoredFile) == files + 1
    assert he.post(url, {"file": SimpleUploadedFile("工资条.pdf", SCAN), "whose": "own"}).status_code == 302
    assert count(StoredFile) == files + 2, "the office's own word is another thing"


def test_another_procedure_is_opened_once(county, walk):
    he, url = client_for(county, "he"), f"/cases/{walk.case.slug}/open/"
    said = {"to": "administrative-mediation", "lead": county.units["labour"].pk, "reason": "双方愿意"}
    twice(he, url, said, form='value="administrative-mediation"')
    assert count(Case, arose_from=walk.case) == 1
    stale = he.post(url, {**said, "to": "peoples-mediation", "seen": "1"})
    assert stale.status_code == 422 and "请看过再办" in stale.content.decode()


def test_a_follow_up_from_the_page_of_the_case_is_written_once(county, at):
    with scope("worker"):
        case = to_replied(county)
    caller, base = client_for(county, "caller"), f"/cases/{case.slug}/"
    said = {"outcome": "reached", "satisfied": "no", "ground": "untrue", "words": "钱没到"}
    kept = hidden(caller.get(base).content.decode(), "follow-ups/")
    assert kept["seen"] == "0"
    twice(caller, f"{base}follow-ups/", said, form="follow-ups/", get=base)
    assert count(FollowUp) == 1
    old = caller.post(f"{base}follow-ups/", {**said, "once": "other", "seen": "0"})
    assert old.status_code == 422 and "已经记下一次" in old.content.decode()


def test_what_is_refused_in_a_mediation_keeps_no_file_and_twice_is_once(county, at):
    with scope("worker"):
        w = labour(county)
    ming, url = client_for(county, "ming"), f"/cases/{w.case.slug}/mediation/"
    files = count(StoredFile)
    bad = {"do": "consent", "party": "p1", "to": "nothing", "how": "paper", "file": SimpleUploadedFile("a.pdf", SCAN)}
    assert ming.post(url, bad).status_code == 422 and count(StoredFile) == files
    said = {"party": "p1", "to": "mediation", "how": "paper", "file": ("同意书.pdf", SCAN)}
    twice(ming, url, said, form='value="consent"')
    assert (count(Consent), count(StoredFile)) == (1, files + 1)
    kept = hidden(ming.get(url).content.decode(), 'id="bb"')
    assert ming.post(url, {"do": "bars", "bars": "法院已受理", **kept}).status_code == 302
    assert ming.post(url, {"do": "bars", "bars": "法院已受理", **kept}).status_code == 302
    late = ming.post(url, {"do": "bars", "bars": "", **kept})
    assert late.status_code == 422 and "已有人核对过" in late.content.decode() and count(Groundwork) == 1


def test_a_number_above_is_ended_only_where_it_still_stands(county, walk):
    officer = client_for(county, "officer")
    base = f"/cases/{walk.case.slug}/upper/national-petition/"
    page = officer.get(base)
    if page.status_code == 404:
        base = next(iter(re.findall(r"/cases/[^/]+/upper/[\w-]+/", officer.get("/upper/").content.decode())))
    twice(officer, f"{base}enter/", {"number": "45039920261116000001"}, form="enter/", get=base)
    kept = hidden(officer.get(base).content.decode(), 'name="end"')
    assert kept == {"number": "45039920261116000001"}
    assert officer.post(f"{base}enter/", {"end": "1", "why": "填错", **kept}).status_code == 302
    assert officer.post(f"{base}enter/", {"number": "45039920261116000002"}).status_code == 302
    assert officer.post(f"{base}enter/", {"end": "1", "why": "填错", **kept}).status_code == 302
    with scope("worker"):
        assert OutsideNumber.objects.get(ended_at=None).number == "45039920261116000002"


def test_a_number_at_the_window_is_drawn_and_called_once(county, at):
    zhou = client_for(county, "zhou")
    for _two in "xx":
        kept = hidden(zhou.get("/tickets/").content.decode(), 'value="take"')
        assert zhou.post("/tickets/", {"do": "take", **kept}).status_code == 302
    again = zhou.post("/tickets/", {"do": "take", **kept})
    assert again.status_code == 422 and "已取到2号" in again.content.decode()
    twice(zhou, "/tickets/", {"do": "call"}, form='value="call"')
    with scope("worker"):
        assert list(QueueTicket.objects.order_by("number").values_list("number", "called_at")) == [
            (1, at[0]),
            (2, None),
        ]
