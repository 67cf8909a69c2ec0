"""Pages of what petitions have beside their steps: who speaks for several, what is said to an office, what is made public, and
where words go that are the keeper's alone."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import StepRefused
from jiefen.cases.actions.record import history
from jiefen.cases.actions.represent import speakers
from jiefen.cases.models import Step
from jiefen.cases.tests.petitions import petition, reviewers
from jiefen.cases.tests.test_petition_review import answered, rereviewed, reviewed
from jiefen.cases.tests.test_represented import MORE
from jiefen.kernel.clock import local, local_day
from jiefen.kernel.scope import scope
from tests.clients import client_for

PAID_OUT = "因为投诉被报复，有人报复我，不让我上工"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def test_the_page_asks_for_the_speakers_and_refuses_a_sixth(county, clock):
    w = petition(county, people=MORE)
    clock(w.later())
    officer, where = client_for(county, "officer"), f"/cases/{w.case.slug}/representatives/"
    page = officer.get(f"/cases/{w.case.slug}/").content.decode()
    assert "这件事有7人反映" in page and where in page
    form = officer.get(where).content.decode()
    assert form.count('name="persons"') == 7 and "兰秀英" not in form and "最多5人，《信访工作条例》第二十条" in form
    sent = officer.post(where, {"persons": [f"p{n}" for n in range(1, 7)], "seen": w.fresh().steps})
    assert sent.status_code == 422 and "最多5人（《信访工作条例》第二十条）" in sent.content.decode()
    assert officer.post(where, {"persons": ["p1", "p4"], "seen": w.fresh().steps}).status_code == 302
    assert speakers(history(w.case)) == ["p1", "p4"]
    assert "第4位" in client_for(county, "he").get(f"/cases/{w.case.slug}/").content.decode()
    none = client_for(county, "wen").get("/cases/none-2026-0001/representatives/")
    stranger = client_for(county, "wen").get(where)
    assert (stranger.status_code, stranger.content) == (404, none.content)


def test_advice_is_said_and_answered_on_the_page(county, clock):
    w = petition(county).accepted()
    clock(w.later())
    where = f"/cases/{w.case.slug}/measures/"
    officer, head = client_for(county, "officer"), client_for(county, "he_head")
    assert 'name="about"' in officer.get(where).content.decode() and head.get(where).status_code == 404
    words = {
        "do": "take",
        "measure": "advice",
        "unit": county.units["labour"].pk,
        "problem": "迟迟不调查",
        "seen": w.fresh().steps,
    }
    empty = officer.post(where, words)
    assert empty.status_code == 422 and "迟迟不调查" in empty.content.decode()
    assert officer.post(where, words | {"about": "work", "request": "十日内查清"}).status_code == 302
    assert "还没有书面反馈" in officer.get(f"/cases/{w.case.slug}/").content.decode()
    given = Step.objects.get(case=w.case, name="advised").seq
    clock(w.later())
    assert "书面反馈：采纳吗" in head.get(where).content.decode()
    assert head.post(where, {"do": "take", "measure": "listed", "unit": 1}).status_code == 404
    assert head.post(where, {"do": "answer", "seq": given, "adoption": "all", "reason": "已派人"}).status_code == 302
    assert "已派人" in officer.get(where).content.decode()
    assert client_for(county, "wen").get(where).status_code == 404
    su = client_for(county, "su")
    later = f"{local(w.at + timedelta(days=1)):%Y-%m-%dT%H:%M}"
    assert su.post(where, {"do": "take", "measure": "talk", "unit": county.units["labour"].pk, "problem": "拖", "when": later, "place": "二楼", "seen": w.fresh().steps}).status_code == 302  # fmt: skip


def test_a_second_review_is_made_public_and_taken_down_on_the_page(county, clock):
    reviewers(county)
    w = rereviewed(reviewed(answered(county)))
    clock(w.later())
    tang, where = client_for(county, "gao"), f"/cases/{w.case.slug}/publication/"
    assert where in tang.get(f"/cases/{w.case.slug}/").content.decode()
    form = tang.get(where).content.decode()
    assert "兰秀英" not in form and 'name="words"' in form
    today = local_day(w.at)
    sent = {
        "do": "publish",
        "words": "申请人兰秀英",
        "where": "公告栏",
        "since": today,
        "until": today + timedelta(days=7),
    }
    assert "姓名没有遮住" in tang.post(where, sent).content.decode()
    assert tang.post(where, sent | {"words": "经听证，维持。"}).status_code == 302
    assert "正在公示" in tang.get(where).content.decode()
    assert tang.post(where, {"do": "down", "reason": "期满"}).status_code == 302
    for who in ("he", "wen", "su"):
        assert client_for(county, who).get(where).status_code == 404


def test_whoever_is_paid_out_for_complaining_is_led_to_the_keeper(county, clock):
    w = petition(county).accepted()
    clock(w.later())
    typed = client_for(county, "zhou").post("/register/suggest/", {"text": PAID_OUT}).content.decode()
    assert "收下后直接交县级专管员" in typed and "反映打击报复" in typed
    where = f"/cases/{w.case.slug}/"
    officer = client_for(county, "officer").get(where).content.decode()
    assert "被打击报复" in officer and f"{where}split/" in officer
    handler = client_for(county, "he").get(where).content.decode()
    assert "不要写进本件" in handler and f"{where}split/" not in handler
    with pytest.raises(StepRefused, match="拆分出来，交专管员"):
        w.step("report-danger", "he", flags=["retaliation"])
    assert "retaliation" not in w.fresh().flags


def test_the_person_is_told_first_where_such_words_belong(county, clock):
    from jiefen.cases.questions import ask
    from jiefen.intake.models import Intake

    w = petition(county).accepted()
    at = w.later()
    asked = ask(w.case, of="p1", sort="supplement", without="on-file", due_on=local_day(at + timedelta(days=9)), text="请补工资条", by=county.actor("he", at), at=at, once_key="q1")  # fmt: skip
    clock(w.later())
    row = Intake.objects.get(pk=w.case.parties.get(key="p1").receipt)
    token = token_of(row)
    lan = client_for(county, None)
    sent = {"question": asked.seq, "words": PAID_OUT, "second": "2061"}
    held = lan.post(f"/follow/{token}/answer/", sent)
    assert (
        held.status_code == 422
        and "只有县级专管员看得到" in held.content.decode()
        and 'name="anyway"' in held.content.decode()
    )
    asked.refresh_from_db()
    assert asked.answered_at is None
    assert lan.post(f"/follow/{token}/answer/", sent | {"anyway": "1"}).status_code == 302
    asked.refresh_from_db()
    assert asked.answered_at


def token_of(row) -> str:
    from jiefen.kernel.seal import open_row

    return open_row(row.key).open(row.token, field="intake.token")
