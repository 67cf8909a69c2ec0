"""The person by code, the office, the supervisor, and whoever answers for the end of keeping."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.test import Client

from jiefen.cases.access import note_reading
from jiefen.cases.models import Party
from jiefen.intake.models import Intake
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.notices.actions import tell
from jiefen.notices.models import Notice
from jiefen.people.actions import post
from jiefen.people.models import Person
from jiefen.privacy import retention
from jiefen.privacy.models import PersonalRequest, ReadingReview, Shortened
from jiefen.privacy.tests.ground import lan_of, refresh, whole_case
from tests.world import MONDAY, START, WAGES


@pytest.fixture(autouse=True)
def _place(settings, tmp_path, monkeypatch):
    settings.HOME, settings.FILES = tmp_path, tmp_path / "files"
    _clock(monkeypatch, MONDAY + timedelta(hours=8))


def _clock(monkeypatch, at):
    monkeypatch.setattr("jiefen.desk.door.now", lambda: at)


def token(row) -> str:
    with scope("worker"):
        row = Intake.objects.select_related("key").get(pk=row.pk)
    return open_row(row.key).open(row.token, field="intake.token")


def desk(county, name: str) -> Client:
    client = Client()
    client.force_login(county.people[name])
    return client


def body(page) -> str:
    return page.content.decode()


def rows(model, **which):
    with scope("worker"):
        return list(model.objects.filter(**which).order_by("pk"))


# ---------- who read it ----------


def test_lan_sees_every_reading_by_day_and_says_that_one_should_not_have_been(county):
    case = whole_case(county)
    row = lan_of(case)
    desk(county, "he").get(f"/cases/{case.slug}/")
    desk(county, "zhou").get(f"/intakes/{row.number}/receipt/")
    note_reading(f"case:{case.pk}", county.actor("lin"), purpose="随便看看", what="附件", at=MONDAY, with_task=False)
    way = f"/follow/{token(row)}/"
    page = body(Client().get(f"{way}readings/"))
    assert "何静" in page and "县人社局" in page and "受理单" in page and "2026年11月16日" in page
    assert "当时手上没有这件事的任务" in page
    (one,) = rows(Reading, name="林若水")
    sent = {"reading": one.pk, "words": "觉得他不该看", "once": "f1"}
    wrong = Client().post(f"{way}readings/object/", sent | {"second": "0000"})
    assert wrong.status_code == 422 and "没有核对上" in body(wrong) and "觉得他不该看" in body(wrong)
    done = Client().post(f"{way}readings/object/", sent | {"second": "2061"})
    assert done.status_code == 302
    assert Client().post(f"{way}readings/object/", sent | {"second": "2061"}).status_code == 302  # sent twice: one
    (asked,) = rows(PersonalRequest, kind="reading")
    assert (asked.days, asked.mark, asked.state) == (15, "A", "open")
    assert {n.person_id for n in rows(Notice, code=f"personal:{asked.pk}")} == {county.people["su"].pk}
    assert "督办的人正在查，最晚" in body(Client().get(f"{way}readings/"))
    for name in ("zhou", "he", "wen", "an"):
        assert desk(county, name).get(f"/personal/{asked.pk}/").status_code == 404
    su = desk(county, "su")
    assert "觉得他不该看" in body(su.get(f"/personal/{asked.pk}/"))
    assert su.post(f"/personal/{asked.pk}/", {"answer": "yes"}).status_code == 422  # not without a word
    assert (
        su.post(f"/personal/{asked.pk}/", {"answer": "yes", "words": "没有理由，已批评并收回权限。"}).status_code == 302
    )
    assert "没有理由，已批评并收回权限。" in body(Client().get(f"{way}readings/"))


def test_readings_go_on_over_pages(county):
    row = rows(Intake, pk=county.intake().intake_id)[0]
    for n in range(45):
        note_reading(f"intake:{row.pk}", county.actor("zhou"), purpose=f"第{n}次", what="来件原文", at=MONDAY)
    way = f"/follow/{token(row)}/readings/"
    first = body(Client().get(way))
    assert "第44次" in first and "第3次" not in first and "一共45次" in first
    after = first.split("?after=")[1].split('"')[0]
    assert "第3次" in body(Client().get(f"{way}?after={after}"))
    for torn in ("x", "-1", "9" * 40):
        assert Client().get(f"{way}?after={torn}").status_code == 200


def test_a_wrong_code_and_somebody_elses_reading_open_nothing(county):
    case = whole_case(county)
    other = rows(Intake, pk=county.intake(text="路灯不亮", name="石建国", phone="13900001111").intake_id)[0]
    note_reading(f"case:{case.pk}", county.actor("he"), purpose="办理", what="附件", at=MONDAY)
    (theirs, *_) = rows(Reading, subject=f"case:{case.pk}")
    assert Client().get("/follow/AAAAAAAAAAAAA/readings/").status_code == 404
    page = Client().post(
        f"/follow/{token(other)}/readings/object/", {"reading": theirs.pk, "words": "x", "second": "1111"}
    )
    assert page.status_code == 422 and "没有这一次查看的记录" in body(page)
    for malformed in ("", "x", "-3", "9" * 30):
        page = Client().post(f"/follow/{token(other)}/readings/object/", {"reading": malformed, "second": "1111"})
        assert page.status_code == 422


def test_the_supervisor_gets_a_month_of_readings_without_a_task_by_office_and_matter(county):
    case = whole_case(county)
    for name in ("he", "zhou", "caller"):  # an office with a duty, the centre on whose bench it lies, who called
        note_reading(f"case:{case.pk}", county.actor(name), purpose="办理", what="事项全页", at=MONDAY)
    note_reading(f"case:{case.pk}", county.actor("lin"), purpose="看看", what="事项全页", at=MONDAY)
    note_reading(
        f"case:{case.pk}", county.actor("he_head"), purpose="没有任务", what="文书", at=MONDAY, with_task=False
    )
    su = desk(county, "su")
    page = body(su.get("/supervise/readings/?month=2026-11"))
    assert case.number in page and "林若水" in page and "何主任" in page and "何静" not in page and "周敏" not in page
    assert "没有任务的查看" in page and "县综治中心" in page
    assert case.number not in body(su.get("/supervise/readings/?month=2026-10"))
    lin, head = rows(Reading, name="林若水")[0], rows(Reading, name="何主任")[0]
    assert su.post(f"/supervise/readings/{lin.pk}/", {"verdict": "accepted", "month": "2026-11"}).status_code == 422
    assert (
        su.post(
            f"/supervise/readings/{lin.pk}/", {"verdict": "accepted", "words": "她在带班", "month": "2026-11"}
        ).status_code
        == 302
    )
    assert (
        su.post(
            f"/supervise/readings/{head.pk}/", {"verdict": "followed", "words": "为什么看文书", "month": "2026-11"}
        ).status_code
        == 302
    )
    assert [r.verdict for r in rows(ReadingReview)] == ["accepted", "followed"]
    assert {n.person_id for n in rows(Notice, code=f"reading:{head.pk}")} == {county.people["he_head"].pk}
    page = body(su.get("/supervise/readings/?month=2026-11"))
    assert "她在带班" in page and "为什么看文书" in page
    for name in ("wen", "he", "zhou", "an"):
        assert desk(county, name).get("/supervise/readings/").status_code == 404
    for torn in ("x", "0000-00", "99999-01", "2026-13"):
        assert su.get(f"/supervise/readings/?month={torn}&after={torn}|a|b").status_code == 200


def test_nobody_looks_at_their_own_reading(county):
    case = county.case()
    note_reading(f"case:{case.pk}", county.actor("su"), purpose="看看", what="事项全页", at=MONDAY, with_task=False)
    (own,) = rows(Reading, name="苏珩")
    page = desk(county, "su").post(
        f"/supervise/readings/{own.pk}/", {"verdict": "accepted", "words": "好", "month": "2026-11"}
    )
    assert page.status_code == 422 and "您自己的查看" in body(page)


# ---------- copy, correction, deletion ----------


def test_lan_takes_a_copy_of_her_own_and_nothing_of_the_other_side(county):
    case = whole_case(county)
    row = lan_of(case)
    way = f"/follow/{token(row)}/mine/"
    assert Client().post(f"{way}copy/", {"second": ""}).status_code == 422
    page = Client().post(f"{way}copy/", {"second": "2061"})
    assert page.status_code == 200 and page["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(page.content))
    told = json.loads(archive.read("data.json"))
    html = archive.read("index.html").decode()
    assert told["said"]["text"] == WAGES and told["you"]["name"] == "兰秀英" and told["you"]["phone"] == "13800002061"
    assert told["demands"][0]["result"] == "已责令工头当面付清" and told["papers"] and told["readings"] is not None
    assert told["files"][0]["name"] == "兰家的工资条.pdf" and archive.read("files/01.pdf").startswith(b"%PDF")
    assert "兰秀英" in html and "已责令工头当面付清" in html and "<script" not in html
    for other in ("郭有田", "13900007788", "我也被欠了三千元"):
        assert other not in html and other not in json.dumps(told, ensure_ascii=False)
    (asked,) = rows(PersonalRequest, kind="copy")
    assert (asked.state, asked.way) == ("done", "code")


def test_a_copy_cannot_be_guessed(county):
    row = rows(Intake, pk=county.intake().intake_id)[0]
    way = f"/follow/{token(row)}/mine/copy/"
    for n in range(6):
        assert Client().post(way, {"second": f"{n:04d}"}).status_code == 422
    assert "试得太多了" in body(Client().post(way, {"second": "2061"}))


def test_lan_has_her_phone_put_right(county):
    case = county.case()
    row = lan_of(case)
    way = f"/follow/{token(row)}/mine/"
    sent = {"kind": "correction", "part": "phone", "wanted": "13912345678", "second": "2061", "once": "c"}
    assert Client().post(f"{way}ask/", sent | {"wanted": "12"}).status_code == 422
    assert Client().post(f"{way}ask/", sent).status_code == 302
    (asked,) = rows(PersonalRequest)
    page = body(desk(county, "zhou").get("/personal/"))
    assert "更正、补充" in page and row.number in page
    assert desk(county, "wen").get(f"/personal/{asked.pk}/").status_code == 404
    assert desk(county, "he").get(f"/personal/{asked.pk}/").status_code == 404
    done = desk(county, "zhou").post(f"/personal/{asked.pk}/", {"answer": "yes", "words": "已改。"})
    assert done.status_code == 302
    (party,) = rows(Party, case=case)
    refresh(case)
    assert open_row(case.key).open(party.sealed, field="party")["phone"] == "13912345678"
    page = Client().post(f"{way}copy/", {"second": "5678"})  # the new number is the second thing now
    assert page.status_code == 200
    assert Client().post(f"{way}copy/", {"second": "2061"}).status_code == 422
    assert "照办了。" in body(Client().get(way)) and "已改。" in body(Client().get(way))


def test_words_put_right_stand_beside_the_old_ones(county):
    case = county.case()
    way = f"/follow/{token(lan_of(case))}/mine/"
    sent = {
        "kind": "correction",
        "part": "words",
        "wanted": "是做了五十四天，不是五十二天",
        "second": "2061",
        "once": "w",
    }
    assert Client().post(f"{way}ask/", sent).status_code == 302
    (asked,) = rows(PersonalRequest)
    assert desk(county, "zhou").post(f"/personal/{asked.pk}/", {"answer": "yes"}).status_code == 302
    assert "是做了五十四天" in body(desk(county, "he").get(f"/cases/{case.slug}/"))
    row = lan_of(case)
    assert open_row(row.key).open(row.words, field="intake.words")["text"] == WAGES


def test_a_refusal_needs_words_that_the_person_reads(county):
    row = rows(Intake, pk=county.intake().intake_id)[0]
    way = f"/follow/{token(row)}/mine/"
    sent = {"kind": "correction", "part": "name", "wanted": "兰英", "second": "2061", "once": "n"}
    Client().post(f"{way}ask/", sent)
    (asked,) = rows(PersonalRequest)
    zhou = desk(county, "zhou")
    assert zhou.post(f"/personal/{asked.pk}/", {"answer": "no"}).status_code == 422
    assert (
        zhou.post(f"/personal/{asked.pk}/", {"answer": "no", "words": "和身份证对不上，请带证件来。"}).status_code
        == 302
    )
    page = body(Client().get(way))
    assert "没有照办。" in page and "和身份证对不上" in page


def test_deletion_is_refused_where_the_law_keeps_and_shortens_where_it_does_not(county):
    case = whole_case(county)
    row = lan_of(case)
    sent = {"kind": "deletion", "second": "2061", "once": "d"}
    assert Client().post(f"/follow/{token(row)}/mine/ask/", sent).status_code == 302
    (asked,) = rows(PersonalRequest, kind="deletion")
    zhou = desk(county, "zhou")
    assert "最早2027年5月16日" in body(zhou.get(f"/personal/{asked.pk}/"))
    refused = zhou.post(f"/personal/{asked.pk}/", {"answer": "no", "words": "不想删"})
    assert refused.status_code == 422 and "不能拒绝" in body(refused)
    assert zhou.post(f"/personal/{asked.pk}/", {"answer": "yes"}).status_code == 302
    (short,) = rows(Shortened)
    assert str(short.until) == "2027-05-16"
    with scope("worker"):
        assert retention.due(short.until - timedelta(1)) == []
        (due,) = retention.due(short.until)
    assert due.number == case.number and due.free
    still = rows(Intake, pk=county.intake(text="另一件，还没分", once_key="open").intake_id)[0]
    Client().post(f"/follow/{token(still)}/mine/ask/", sent)
    open_one = rows(PersonalRequest, intake=still.pk)[0]
    no = zhou.post(f"/personal/{open_one.pk}/", {"answer": "yes"})
    assert no.status_code == 422 and "还在办" in body(no)


def test_the_window_writes_down_and_hands_over(county):
    row = rows(Intake, pk=county.intake().intake_id)[0]
    zhou = desk(county, "zhou")
    sent = {"intake": row.number, "way": "window", "kind": "copy", "once": "w1"}
    assert "请先核对身份" in body(zhou.post("/personal/new/", sent))
    done = zhou.post("/personal/new/", sent | {"known": "1"})
    assert done.status_code == 302
    (asked,) = rows(PersonalRequest)
    page = zhou.post(f"/personal/{asked.pk}/copy/")
    assert page["Content-Type"] == "application/zip"
    assert rows(PersonalRequest)[0].state == "done"
    assert "把复制件交给本人" in body(Client().get(f"/follow/{token(row)}/readings/"))
    assert desk(county, "wen").post("/personal/new/", sent | {"known": "1"}).status_code == 404
    assert desk(county, "wen").post(f"/personal/{asked.pk}/copy/").status_code == 404


def test_the_receipt_and_the_form_say_what_is_kept_and_for_how_long(county):
    row = rows(Intake, pk=county.intake().intake_id)[0]
    for page in (
        Client().get("/say/"),
        Client().get(f"/follow/{token(row)}/receipt/"),
        Client().get(f"/follow/{token(row)}/mine/"),
    ):
        words = body(page)
        assert page.status_code == 200 and "存多久" in words and "谁看得到" in words and "办完以后5年" in words


# ---------- the end ----------


@pytest.fixture
def over(county, monkeypatch):
    """The county five years later, with a second administrator."""
    person = Person(username="fang", name="方同")
    person.set_unusable_password()
    person.save()
    county.people["fang"] = person
    post(person, county.units["county-centre"], "administrator", at=START)
    case = whole_case(county)
    with scope("worker"):
        tell([county.people["he"].pk], Notice.Kind.STEP, at=MONDAY, case=case, code="sign")
    _clock(monkeypatch, MONDAY.replace(year=2031, day=18))
    monkeypatch.setattr("jiefen.desk.privacy.retention.destroy_list.defer", lambda destruction: _work(destruction))
    return county, case


def _work(destruction: int) -> None:
    retention.carry_out(destruction, MONDAY.replace(year=2031, day=18))


def test_two_people_destroy_by_pages_that_show_no_content(over):
    county, case = over
    code = token(lan_of(case))
    an, fang = desk(county, "an"), desk(county, "fang")
    page = body(an.get("/admin/retention/"))
    assert case.number in page and "12345热线工单" in page and "兰" not in page and "工资" not in page
    assert an.post("/admin/retention/propose/").status_code == 422
    made = an.post("/admin/retention/propose/", {"number": case.number})
    assert made.status_code == 302
    where = made["Location"]
    assert an.post(f"{where}decide/", {"answer": "yes"}).status_code == 422
    for name in ("he", "zhou", "wen", "lin"):
        assert desk(county, name).get(where).status_code == 404
        assert desk(county, name).post(f"{where}decide/", {"answer": "yes"}).status_code == 404
    assert fang.post(f"{where}decide/", {"answer": "yes"}).status_code == 302
    assert "已销毁1件" in body(an.get(where))

    su, zhou, he = desk(county, "su"), desk(county, "zhou"), desk(county, "he")
    row = lan_of(case)
    gone = su.get(f"/cases/{case.slug}/")
    assert gone.status_code == 410 and "内容已按期限销毁" in body(gone)
    for address in (
        f"/intakes/{row.number}/",
        f"/intakes/{row.number}/receipt/",
        f"/cases/{case.slug}/correct/",
        f"/cases/{case.slug}/demands/1/",
    ):
        for who in (zhou, he):
            page = who.get(address)
            assert page.status_code in (404, 410), address
            assert "内容已按期限销毁" in body(page) or page.status_code == 404
    assert zhou.get(f"/intakes/{row.number}/").status_code == 410
    lists = body(su.get("/cases/?scope=county&when=all")) + body(zhou.get("/cases/?scope=centre&when=all"))
    assert case.number in lists and "内容已按期限销毁" in lists
    for address in (
        "/desk/",
        "/inbox/",
        "/supervise/",
        "/personal/",
        "/intakes/",
        "/indicators/",
        f"/find/?q={case.number}",
    ):
        assert su.get(address).status_code in (200, 302, 404), address
    assert zhou.get("/inbox/").status_code == 200 and "内容已按期限销毁" in body(he.get("/inbox/"))
    assert zhou.get("/personal/").status_code == 200
    assert su.get("/supervise/readings/?month=2026-11").status_code == 200

    for part in ("", "readings/", "mine/", "receipt/"):
        page = Client().get(f"/follow/{code}/{part}")
        assert page.status_code == 410 and "内容已按期限销毁" in body(page), part
    lan = Client()
    short = lan.post("/follow/", {"code": row.short_code, "second": "2061"}, follow=True)
    assert short.status_code == 410 and "内容已按期限销毁" in body(short)
    assert Client().post(f"/follow/{code}/mine/copy/", {"second": "2061"}).status_code in (410, 422)
