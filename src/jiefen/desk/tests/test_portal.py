"""The resident's pages: saying a thing, the receipt, following it by code."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jiefen.files.models import StoredFile
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from tests.world import WAGES

SAID = {"text": WAGES, "identity": "named", "name": "兰秀英", "phone": "13800002061", "consent": "on", "once": "form-1"}


def png(shade: int = 0) -> bytes:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("L", (2, 2), shade).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def lan(county) -> Client:
    return Client()


def say(client: Client, **more):
    return client.post("/say/", SAID | more)


def intakes() -> list[Intake]:
    with scope("worker"):
        return list(Intake.objects.order_by("pk"))


def token_of(response) -> str:
    assert response.status_code == 302, response.content.decode()[:2000]
    return re.fullmatch(r"/follow/(\w{13})/receipt/", response["Location"])[1]


@pytest.mark.parametrize("path", ["/", "/say/", "/follow/", "/ways/", "/privacy/"])
@pytest.mark.parametrize("scale", ["resident", "elder"])
def test_it_opens_to_everybody_in_both_sizes(lan, path, scale):
    page = lan.get(f"{path}?scale={scale}")
    assert page.status_code == 200
    assert f'data-scale="{scale}"' in page.content.decode()
    assert f'data-scale="{scale}"' in lan.get(path).content.decode()  # remembered


def test_it_loads_no_web_font_and_no_icon_font(lan):
    html = lan.get("/").content.decode()
    assert "bootstrap" not in html and "fonts" not in html


def test_it_gives_a_receipt_with_code_and_qr(lan):
    page = lan.get(f"/follow/{token_of(say(lan))}/receipt/").content.decode()
    row = intakes()[0]
    assert row.short_code in page and row.number in page and "<svg" in page
    assert row.channel == "web" and "13800002061" not in page and "兰秀英" not in page


def test_it_gives_the_same_receipt_when_sent_twice(lan):
    assert token_of(say(lan)) == token_of(say(lan))
    assert len(intakes()) == 1


def test_it_says_so_when_the_same_form_comes_back_with_other_words(lan):
    say(lan)
    again = say(lan, text="另一件事：路灯不亮。")
    assert again.status_code == 422 and intakes()[0].number in again.content.decode()
    once = re.search(r'name="once" value="([^"]+)"', again.content.decode())[1]
    assert once != "form-1"
    token_of(say(lan, text="另一件事：路灯不亮。", once=once))
    assert len(intakes()) == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": " "}, "还没有写什么事"),
        ({"name": ""}, "选了实名，请写姓名"),
        ({"phone": "123"}, "少了或多了几位"),
        ({"happened_on": "2019-02-30"}, "没有这一天"),
        ({"people": "0"}, "人数请写1或更多"),
        ({"consent": ""}, "隐私说明并打勾"),
        ({"website": "x"}, "空着"),
        ({"township": "999"}, "哪个乡镇"),
    ],
)
def test_it_says_what_to_mend_and_keeps_nothing(lan, wrong, words):
    page = say(lan, **wrong)
    assert page.status_code == 422 and words in page.content.decode()
    assert not intakes()


def test_it_takes_in_anonymous_words_without_a_name(lan):
    token_of(say(lan, identity="anonymous", second_word="老槐树"))
    row = intakes()[0]
    assert row.teller is None and row.phone_blind is None and row.second_mark is not None


def test_it_keeps_the_place_that_was_chosen(lan):
    token_of(say(lan, township="450399100000", village="450399100201"))
    with scope("worker"):
        assert Intake.objects.select_related("area").get().area.name == "下坝村"


def test_it_drops_a_village_of_another_township(lan):
    token_of(say(lan, township="450399101000", village="450399100201"))
    with scope("worker"):
        assert Intake.objects.select_related("area").get().area.name == "青石镇"


def test_it_keeps_files_and_refuses_what_is_not_what_it_says(lan):
    bad = say(lan, attachments=[SimpleUploadedFile("x.pdf", png())])
    assert bad.status_code == 422 and "不符" in bad.content.decode() and not intakes()
    token_of(say(lan, attachments=[SimpleUploadedFile("a.png", png()), SimpleUploadedFile("b.png", png(9))]))
    with scope("worker"):
        assert StoredFile.objects.filter(holder=f"intake:{intakes()[0].pk}").count() == 2


def test_it_says_wait_to_one_address_that_sends_too_much(lan, monkeypatch):
    monkeypatch.setattr("jiefen.desk.limits.SAID_AN_HOUR", 1)
    say(lan)
    assert say(lan, once="form-2").status_code == 429
    assert len(intakes()) == 1


def test_it_shows_progress_by_the_long_code(lan):
    page = lan.get(f"/follow/{token_of(say(lan))}/").content.decode()
    assert "现在，第1天" in page and "谁看过我的材料" in page and "0000-7000000" in page


def test_it_says_less_to_elders_and_all_on_request(lan):
    path = f"/follow/{token_of(say(lan))}/"
    short, whole = (lan.get(path + q).content.decode() for q in ("?scale=elder", "?scale=elder&all=1"))
    assert "看全部" in short and "谁看过我的材料" not in short and "谁看过我的材料" in whole


@pytest.mark.parametrize("second", ["2061", "老槐树"])
def test_it_opens_by_the_short_code_with_the_second_thing(lan, second):
    say(lan, **({} if second == "2061" else {"phone": "", "second_word": second}))
    code = intakes()[0].short_code
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " ")):
        answer = lan.post("/follow/", {"code": typed, "second": second})
        assert answer.status_code == 302 and answer["Location"] == "/follow/open/", typed
    assert "现在，第1天" in lan.get("/follow/open/").content.decode()
    assert Client().get("/follow/open/").status_code == 302  # another browser has to show both again


def without_code(html: bytes) -> str:
    """The page without what the asker typed and the token of the form."""
    return re.sub(r'value="[^"]*"', "", html.decode())


def test_it_answers_a_wrong_code_and_a_wrong_word_alike(lan):
    say(lan)
    code = intakes()[0].short_code
    tries = ((code, "0000"), ("ZZ-0000-00", "2061"), ("?", "1"))
    pages = [lan.post("/follow/", {"code": c, "second": s}) for c, s in tries]
    assert {p.status_code for p in pages} == {404}
    assert len({without_code(p.content) for p in pages}) == 1


def test_it_answers_a_wrong_link_alike(lan):
    pages = [lan.get(f"/follow/{t}/") for t in ("0000000000000", "ZZZZZZZZZZZZZ", "short")]
    assert {p.status_code for p in pages} == {404} and len({without_code(p.content) for p in pages}) == 1


def test_it_stops_guessing_at_one_code_wherever_from(lan, monkeypatch):
    monkeypatch.setattr("jiefen.desk.limits.WRONG_A_CODE", 2)
    say(lan)
    code = intakes()[0].short_code
    for n in range(2):
        assert Client(REMOTE_ADDR=f"10.0.0.{n}").post("/follow/", {"code": code, "second": "0000"}).status_code == 404
    assert Client(REMOTE_ADDR="10.0.0.9").post("/follow/", {"code": code, "second": "2061"}).status_code == 429


def test_it_stops_one_address_that_tries_many_codes(lan, monkeypatch):
    monkeypatch.setattr("jiefen.desk.portal.WRONG_AN_HOUR", 2)
    token = token_of(say(lan))
    for n in range(2):
        lan.get(f"/follow/000000000000{n}/")
    assert lan.get(f"/follow/{token}/").status_code == 429
    assert Client(REMOTE_ADDR="10.0.0.9").get(f"/follow/{token}/").status_code == 200


def test_it_is_small_enough_for_an_old_phone(lan):
    from django.contrib.staticfiles import finders

    html = lan.get(f"/follow/{token_of(say(lan))}/").content
    plain = re.sub(r"\.[0-9a-f]{12}\.", ".", html.decode())
    names = set(re.findall(r'/static/([^"]+?\.(?:css|js|svg))', plain))
    size = len(html)
    for name in names:
        with open(finders.find(name), "rb") as file:
            size += len(file.read())
    assert {"desk/app.css", "desk/thin.css", "desk/tokens.css"} <= names
    assert size <= 100_000, size  # not even compressed


def test_it_speaks_english_after_the_switch(lan):
    answer = lan.post("/language/", {"language": "en"}, HTTP_REFERER="http://testserver/follow/?scale=elder")
    assert answer.status_code == 302 and answer["Location"] == "/follow/?scale=elder"
    assert '<html lang="en"' in lan.get("/follow/").content.decode()
    away = lan.post("/language/", {"language": "zh-hans"}, HTTP_REFERER="http://elsewhere.example/x")
    assert away["Location"] == "/" and '<html lang="zh-Hans"' in lan.get("/follow/").content.decode()


def link_of(case) -> str:
    """The long code of whoever brought a case."""
    from jiefen.cases.models import Party
    from jiefen.kernel.seal import open_row

    with scope("worker"):
        party = Party.objects.filter(case=case, receipt__isnull=False).first()
        row = Intake.objects.select_related("key").get(pk=party.receipt)
        return f"/follow/{open_row(row.key).open(row.token, field='intake.token')}/"


def test_it_says_who_holds_it_and_prints_the_days_of_the_due_date(county):
    case = county.case()
    page = Client().get(link_of(case)).content.decode()
    for words in ("县人社局", "已交给承办单位，等它签收", "怎么算的", 'class="cal"', "支付拖欠工资9560元", "还没答复"):
        assert words in page, words
    assert len(page.encode()) < 50_000


def test_it_says_the_same_in_english(county):
    client = Client()
    client.post("/language/", {"language": "en"})
    page = client.get(link_of(county.case())).content.decode()
    for words in (
        "Given to the unit; waiting for it to sign",
        "How it is reckoned",
        "working day",
        "Given to 县人社局.",
    ):
        assert words in page, words


def test_it_answers_the_other_township_like_nobody(county):
    """Wen's own sign-in opens nothing more than the code does."""
    wen = Client()
    wen.force_login(county.people["wen"], backend="allauth.account.auth_backends.AuthenticationBackend")
    case = county.case()
    assert wen.get(f"/cases/{case.slug}/").status_code == 404
    assert wen.get("/follow/0000000000000/").status_code == 404
