"""Ask and answer through the pages: the office asks, Lan answers by her code with a file, the office sees it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jiefen.cases.models import Case, Question, Step
from jiefen.desk.tests.test_matters import client_for, now  # noqa: F401
from jiefen.desk.tests.test_portal import png
from jiefen.desk.tests.test_road import text
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row

ASK = {
    "of": "p1",
    "sort": "supplement",
    "text": "请补记工本的照片，好核对52天。",
    "due_on": "2026-11-25",
    "without": "on-file",
    "once": "form-1",
}


@pytest.fixture
def case(county, now) -> Case:  # noqa: F811
    return county.case(decision={"respondents": ["某劳务公司"]})


def lan_of(case: Case) -> str:
    """Lan's own address, by the long code."""
    with scope("worker"):
        row = Intake.objects.select_related("key").get(decision__case=case)
        return f"/follow/{open_row(row.key).open(row.token, field='intake.token')}/"


def asked(county, case, **more):
    return client_for(county, "he").post(f"/cases/{case.slug}/questions/ask/", ASK | more)


SECOND = {"second": "2061"}  # Lan's phone ends with it; it is said again for each answer


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("记工本.png", png(7))


def test_it_goes_from_the_office_to_lan_and_back(county, case):
    he = client_for(county, "he")
    assert "没有请当事人补过什么" in text(he.get(f"/cases/{case.slug}/"))
    form = he.get(f"/cases/{case.slug}/questions/ask/").content.decode()
    once = re.search(r'name="once" value="([^"]+)"', form)[1]
    assert "办理期限照样在走，不停" in form
    assert asked(county, case, once=once).url == f"/cases/{case.slug}/#questions"
    lan, address = Client(), lan_of(case)
    page = lan.get(address).content.decode()
    assert page.index("请您补充或说明") < page.index('id="now"')  # at the very top
    assert ASK["text"] in page and "2026年11月25日" in page and "按现有的材料办" in page
    assert "请您补充材料或说明" in text(lan.get(f"{address}?scale=elder"))
    done = lan.post(f"{address}answer/", SECOND | {"question": "1", "words": "照片传上了", "attachments": [photo()]})
    assert done.status_code == 302 and done.url == f"{address}#asked"
    after = text(lan.get(f"{address}?all=1"))
    assert "照片传上了" in after and "材料 1 个" in after and "请您补充或说明 最晚" not in after
    panel = he.get(f"/cases/{case.slug}/").content.decode()
    assert "照片传上了" in panel and "记工本.png" in panel and "本人凭码" in panel
    file = re.search(rf'/cases/{case.slug}/files/\d+/"', panel)[0].rstrip('"')
    assert he.get(file).status_code == 200
    with scope("worker"):
        assert [s.name for s in Step.objects.filter(case=case).order_by("seq")][-2:] == ["asked", "question-answered"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"due_on": ""}, "没有日期不能问"),
        ({"due_on": "2026-02-31"}, "日期写得不对"),
        ({"due_on": "2026-11-17"}, "至少要留3天"),
        ({"text": " "}, "请写明要补什么"),
        ({"without": ""}, "到期没有收到会怎样"),
        ({"of": "p7"}, "问哪位当事人"),
        ({"sort": "x"}, "补充材料还是说明情况"),
    ],
)
def test_a_question_half_filled_comes_back_with_what_was_typed(county, case, more, says):
    page = asked(county, case, **more)
    assert page.status_code == 422 and says in text(page)
    assert more.get("text", ASK["text"]).strip() in page.content.decode()
    with scope("worker"):
        assert not Question.objects.exists()


def test_sent_twice_it_is_one_and_other_words_need_a_new_form(county, case):
    assert asked(county, case).status_code == asked(county, case).status_code == 302
    other = asked(county, case, text="另一件事")
    assert other.status_code == 422 and 'value="form-1"' not in other.content.decode()
    with scope("worker"):
        assert Question.objects.count() == 1


def test_what_was_said_at_the_window_is_written_down_by_name(county, case):
    asked(county, case)
    zhou, page = client_for(county, "zhou"), f"/cases/{case.slug}/questions/1/"
    assert 'name="q" value=""' in zhou.get(page).content.decode()  # nothing of the question stands in the search box
    refused = zhou.post(page, {"action": "answer", "way": "phone", "words": "丢了"})
    assert refused.status_code == 422 and "请写明是谁说的" in text(refused) and "丢了" in refused.content.decode()
    done = zhou.post(
        page, {"action": "answer", "way": "phone", "words": "丢了", "said_by": "本人的儿子", "attachments": [photo()]}
    )
    assert done.status_code == 302
    assert "本人的儿子说，周敏记" in text(zhou.get(f"/cases/{case.slug}/"))
    assert "已经答了" in text(zhou.get(page))
    assert zhou.post(page, {"action": "answer", "way": "phone", "words": "又", "said_by": "本人"}).status_code == 422


def test_taken_back_lan_needs_not_answer(county, case):
    asked(county, case)
    he, address = client_for(county, "he"), lan_of(case)
    page = f"/cases/{case.slug}/questions/1/"
    assert he.post(page, {"action": "withdraw", "reason": ""}).status_code == 422
    assert he.post(page, {"action": "withdraw", "reason": "监察已经有了"}).status_code == 302
    late = Client().post(f"{address}answer/", SECOND | {"question": "1", "words": "来了"})
    assert late.status_code == 422 and "已经撤回" in text(late)
    assert "不用补了" in text(Client().get(address))


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"question": "1", "words": ""}, "请写几句"),
        ({"question": "2", "words": "答"}, "没有问您这件事"),
        ({"question": "", "words": "答"}, "没有问您这件事"),
        ({"question": "9" * 40, "words": "答"}, "没有问您这件事"),
        ({"question": "²", "words": "答"}, "没有问您这件事"),
    ],
)
def test_a_bad_answer_is_refused_on_her_own_page(county, case, sent, says):
    asked(county, case)
    page = Client().post(f"{lan_of(case)}answer/", SECOND | sent)
    assert page.status_code == 422 and says in text(page)


def test_a_file_that_cannot_be_kept_leaves_the_question_open(county, case):
    asked(county, case)
    bad = SimpleUploadedFile("x.exe", b"MZ\0\0" * 20)
    sent = SECOND | {"question": "1", "words": "在这", "attachments": [photo(), bad]}
    page = Client().post(f"{lan_of(case)}answer/", sent)
    assert page.status_code == 422 and "收不了" in text(page) and ">在这</textarea>" in page.content.decode()
    with scope("worker"):
        assert Question.objects.get().answered_at is None


def test_what_is_asked_of_shi_is_not_on_lans_page(county, case):
    with scope("worker"):
        shi = case.parties.get(role="respondent").key
    asked(county, case, of=shi, text="请石建国说明扣款的理由")
    page = text(Client().get(lan_of(case)))
    assert "扣款的理由" not in page and "请您补充" not in page
    sent = Client().post(f"{lan_of(case)}answer/", SECOND | {"question": "1", "words": "替他答"})
    assert sent.status_code == 422 and "没有问您这件事" in text(sent)


def test_who_may_open_the_pages_and_who_gets_the_same_bytes_as_for_nothing(county, case):
    asked(county, case)
    people = ("he", "zhou", "su", "ge", "ming", "lin", "an", "wen", None)
    table = {
        "questions/ask/": (200, 200, 200, 404, 404, 302, 404, 404, 302),
        "questions/1/": (200, 200, 200, 404, 404, 302, 404, 404, 302),
        "questions/9/": (404, 404, 404, 404, 404, 302, 404, 404, 302),
    }
    for page, statuses in table.items():
        got = tuple(client_for(county, p).get(f"/cases/{case.slug}/{page}").status_code for p in people)
        assert got == statuses, page
    wen = client_for(county, "wen")
    for page in table:
        assert wen.get(f"/cases/{case.slug}/{page}").content == wen.get(f"/cases/qs-2026-9999/{page}").content
    wrong = Client().post("/follow/AAAAAAAAAAAAA/answer/", {"question": "1", "words": "x"})
    assert wrong.status_code == 404


def test_by_the_short_code_it_works_too(county, case):
    asked(county, case)
    with scope("worker"):
        row = Intake.objects.get(decision__case=case)
    lan = Client()
    assert lan.post("/follow/open/answer/", {"question": "1", "words": "x"}).url == "/follow/"
    assert lan.post("/follow/", {"code": row.short_code, "second": "2061"}).url == "/follow/open/"
    alone = lan.post("/follow/open/answer/", {"question": "1", "words": "没有记工本"})
    assert alone.status_code == 422 and "没有核对上" in text(alone)  # the open page is not enough
    sent = SECOND | {"question": "1", "words": "没有记工本"}
    assert lan.post("/follow/open/answer/", sent).url == "/follow/open/#asked"
    assert "没有记工本" in text(lan.get("/follow/open/"))


def test_the_link_alone_does_not_answer_for_her_and_nothing_typed_is_lost(county, case):
    asked(county, case)
    address = lan_of(case)
    assert 'name="second"' in Client().get(address).content.decode()
    for second in ({}, {"second": ""}, {"second": "0000"}):
        page = Client().post(
            f"{address}answer/", {"question": "1", "words": "别人写的", "attachments": [photo()]} | second
        )
        assert page.status_code == 422 and "没有核对上" in text(page) and "文件请重新选一次" in text(page)
        assert ">别人写的</textarea>" in page.content.decode()
    with scope("worker"):
        assert Question.objects.get().answered_at is None
        assert not Step.objects.filter(case=case, name="question-answered").exists()


def test_guessing_is_stopped_for_one_receipt_whatever_is_done_by_it(county, case):
    asked(county, case)
    address = lan_of(case)
    tries = [
        Client(REMOTE_ADDR=f"10.0.0.{n}").post(
            f"{address}answer/", {"question": "1", "words": "猜", "second": f"000{n}"}
        )
        for n in range(6)
    ]
    assert {one.status_code for one in tries} == {422}
    right = Client(REMOTE_ADDR="10.0.0.9").post(f"{address}answer/", SECOND | {"question": "1", "words": "我"})
    assert right.status_code == 429 and "试得太多了" in text(right)
    other = Client(REMOTE_ADDR="10.0.0.9").post(f"{address}rate/", SECOND | {"solved": "yes", "satisfied": "yes"})
    assert other.status_code == 429
    with scope("worker"):
        assert Question.objects.get().answered_at is None


def test_guessing_is_stopped_across_codes(county, case, monkeypatch):
    monkeypatch.setattr("jiefen.desk.privacy.resident.WRONG_AN_HOUR", 4)
    asked(county, case)
    others = [county.intake(once_key=f"o{n}", phone=f"1380000{n}444") for n in range(1, 3)]
    for receipt in others:
        for n in range(2):
            sent = {"question": "1", "words": "猜", "second": f"111{n}"}
            with scope("worker"):
                row = Intake.objects.select_related("key").get(pk=receipt.intake_id)
                token = open_row(row.key).open(row.token, field="intake.token")
            # not in a case: what is said by it needs the second thing all the same, by the page of its own information
            assert Client().post(f"/follow/{token}/mine/copy/", sent).status_code == 422
    stopped = Client().post(f"{lan_of(case)}answer/", SECOND | {"question": "1", "words": "我"})
    assert stopped.status_code == 429
    elsewhere = Client(REMOTE_ADDR="10.9.9.9").post(f"{lan_of(case)}answer/", SECOND | {"question": "1", "words": "我"})
    assert elsewhere.status_code == 302


def test_whoever_left_nothing_to_prove_it_by_answers_by_the_link(county, now):  # noqa: F811
    case = county.case(identity="anonymous", name="", phone="", second_word="")
    asked(county, case)
    address = lan_of(case)
    assert 'name="second"' not in Client().get(address).content.decode()
    assert Client().post(f"{address}answer/", {"question": "1", "words": "只有这些"}).status_code == 302
