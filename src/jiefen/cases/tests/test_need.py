"""Whoever works at an office a matter lies with sees title and clock; for more they write why, and the person reads it."""

import pytest

from jiefen.cases.access import case_for, may_see
from jiefen.cases.actions import take_step
from jiefen.cases.models import Case, WhyRead
from jiefen.cases.need import NoReason, ReasonFirst, reads_content, say_why
from jiefen.desk import door
from jiefen.intake.models import Intake
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope, set_scope
from jiefen.kernel.seal import open_row
from jiefen.privacy.readings import listed
from tests.clients import client_for
from tests.world import MONDAY, START

pytestmark = pytest.mark.django_db
WHY = "他今天不在，来人问进度"


@pytest.fixture
def w(county, monkeypatch):
    """He has signed for Lan's matter; Yan works beside him and has no hand in it."""
    monkeypatch.setattr(door, "now", lambda: MONDAY)
    county.newcomer("yan", "严立", unit="labour", role="handler")
    case = county.case(once_key="need")
    with scope("worker"):
        before = reads_content(county.actor("yan"), case)
        take_step(case, "sign", by=county.actor("he"), at=MONDAY, facts={"recusal-declared": True})
        county.matter = Case.objects.select_related("key").get(pk=case.pk)
        county.letter = Intake.objects.select_related("key").get(decision__case=case)
    assert before, "until somebody signs, those who may sign read what it is"
    return county


def test_the_responsible_person_the_head_and_the_dispatcher_read_it_and_nobody_else_there(w):
    with scope("worker"):
        reads = {
            name for name in w.people if may_see(w.actor(name), w.matter) and reads_content(w.actor(name), w.matter)
        }
        sees = {name for name in w.people if may_see(w.actor(name), w.matter)}
    assert sees - reads == {"yan", "lin"}, (sees, reads)
    assert {"he", "he_head", "zhou", "su"} <= reads and "wen" not in sees


def test_a_colleague_sees_title_and_clock_and_no_page_with_more(w):
    yan, page = client_for(w, "yan"), f"/cases/{w.matter.slug}/"
    title = open_row(w.matter.key).open(w.matter.title, field="case.title")
    assert title in yan.get("/cases/?scope=unit").content.decode()
    asked = yan.get(page, follow=True).content.decode()
    assert title in asked and "为什么要看" in asked and "余" in asked and "支付拖欠工资" not in asked.replace(title, "")
    letter = f"/intakes/{w.letter.number}/"
    for address in (
        page + "papers/1/",
        page + "files/1/",
        page + "dossier/",
        page + "steps/reply/",
        page + "correct/",
        letter,
        letter + "receipt/",
    ):
        answer = yan.get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, page + "why/"), address
    assert yan.post(page + "unmask/", {"party": "p1", "purpose": "回访"}).status_code == 302
    assert yan.post(page + "demands/1/", {"outcome": "refused"}).status_code == 302
    set_scope("worker")
    assert not Reading.objects.filter(name="严立").exists(), "nothing was read"


def test_with_a_reason_it_opens_for_the_day_and_the_person_and_the_supervisor_read_the_reason(w):
    yan, page = client_for(w, "yan"), f"/cases/{w.matter.slug}/"
    for said in ({"purpose": "好奇", "words": WHY}, {"purpose": "代同事接待", "words": "看"}):
        assert yan.post(page + "why/", said).status_code == 422
    done = yan.post(page + "why/", {"purpose": "代同事接待", "words": WHY, "next": "https://evil.example/cases/"})
    assert (done.status_code, done["Location"]) == (302, page), "and never on to another house"
    assert yan.get(page).status_code == 200 and yan.get(f"/intakes/{w.letter.number}/").status_code == 200
    set_scope("worker")
    row = WhyRead.objects.select_related("reading").get()
    assert (row.reading.name, row.reading.with_task) == ("严立", False) and WHY.encode() not in bytes(row.words)
    token = open_row(w.letter.key).open(w.letter.token, field="intake.token")
    assert WHY in client_for(w, None).get(f"/follow/{token}/readings/").content.decode()
    assert WHY in client_for(w, "su").get("/supervise/readings/").content.decode()
    set_scope("worker")
    tomorrow = w.actor("yan", MONDAY.replace(day=17))
    with pytest.raises(ReasonFirst):
        case_for(tomorrow, w.matter.slug)
    assert "严立" in {line.name for line in listed(w.actor("su"), START, MONDAY.replace(day=18))}


def test_no_reason_is_no_reason(w):
    with pytest.raises(NoReason):
        say_why(w.matter, by=w.actor("yan"), purpose="其他工作需要", words="  ", at=MONDAY)
    assert client_for(w, "wen").get(f"/cases/{w.matter.slug}/why/").status_code == 404
    assert (
        client_for(w, "an").post(f"/cases/{w.matter.slug}/why/", {"purpose": "其他工作需要", "words": WHY}).status_code
        == 404
    )
