"""Talks with one side alone, on the mediator's page, the typist's and the person's own."""

import io
import json
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jiefen.desk.tests.test_consent_by_code import base, receipt_of
from jiefen.kernel.scope import scope, set_scope
from jiefen.mediation.models import JointNote
from jiefen.mediation.tests.test_labour import labour
from jiefen.mediation.tests.test_lanes import other_mediator
from jiefen.privacy.destroy import destroy, intakes_of
from jiefen.privacy.requests import Asking, ask
from tests.clients import client_for

PDF = b"%PDF-1.4 signed\n%%EOF"
LOW = "最低八千就签"
MARK = re.compile(rb'(csrfmiddlewaretoken" value="|nonce="|X-CSRFToken": "|name="once" value=")[^"]+')


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def talk(county, clock):
    w = labour(county).in_session()
    clock(w.later())
    return w


def bare(answer) -> tuple[int, bytes]:
    return answer.status_code, MARK.sub(rb"\1", answer.content)


def test_the_mediator_writes_in_two_lanes_and_puts_right_what_was_wrong(county, talk):
    ming, page = client_for(county, "ming"), f"/cases/{talk.case.slug}/mediation/alone/"
    assert page in ming.get(f"/cases/{talk.case.slug}/mediation/").content.decode()
    assert "对您还是空的" in ming.get(page).content.decode()
    say = {"do": "say", "party": "p1", "kind": "concession", "words": LOW, "yuan": "8000", "once": "a"}
    for _twice in "xx":
        assert ming.post(page, say).status_code == 302
    no = ming.post(page, say | {"once": "b", "yuan": "八千"})
    assert no.status_code == 422 and LOW in no.content.decode() and "读不懂" in no.content.decode()
    shown = ming.get(page).content.decode()
    assert shown.count(f"{LOW}</p>") == 1 and "8,000" in shown
    fixed = {"do": "correct", "party": "p1", "row": "2", "words": "最低八千五", "yuan": "8500", "once": "c"}
    assert ming.post(page, fixed).status_code == 302
    shown = ming.get(page).content.decode()
    assert "最低八千五" in shown and "原来写的是" in shown and "8,500" in shown
    out = {"do": "let-out", "party": "p1", "row": "2"}
    assert ming.post(page, out).status_code == 422, "never without the signed paper"
    assert ming.post(page, out | {"file": SimpleUploadedFile("a.pdf", PDF)}).status_code == 302
    set_scope("worker")
    assert JointNote.objects.count() == 1
    assert "最低八千五" in client_for(county, "zhou").get(f"/cases/{talk.case.slug}/mediation/").content.decode()
    assert (
        ming.post(page, say | {"party": "p9"}).status_code
        == ming.post(page, {"do": "x", "party": "p1"}).status_code
        == 404
    )


def test_to_everybody_else_the_page_is_not_there_with_or_without_a_lane(county, talk):
    page = f"/cases/{talk.case.slug}/mediation/alone/"
    county.newcomer("jin", "金所长", unit="justice", role="mediation-head")
    who = ("zhou", "su", "he", "jin", "lin", "an", "wen", "officer")
    before = {name: bare(client_for(county, name).get(page)) for name in who}
    client_for(county, "ming").post(page, {"do": "say", "party": "p1", "kind": "said", "words": LOW, "once": "a"})
    for name in who:
        assert bare(client_for(county, name).get(page)) == before[name]
        assert before[name][0] == (302 if name == "lin" else 404), name
        assert client_for(county, name).post(
            page, {"do": "say", "party": "p1", "words": "x", "kind": "said"}
        ).status_code in (302, 404)


def test_who_types_for_her_reads_nothing_and_types_for_no_other(county, talk):
    zhou, page = client_for(county, "zhou"), f"/cases/{talk.case.slug}/mediation/alone/"
    assert f"{page}p1/" in zhou.get(f"/cases/{talk.case.slug}/mediation/").content.decode()
    said = {"kind": "said", "words": "月底要交房租", "once": "a"}
    for _twice in "xx":
        assert zhou.post(f"{page}p1/", said).status_code == 302
    after = zhou.get(f"{page}p1/").content.decode()
    assert "记下了，只有这一方本人和调解员看得到" in after and "房租" not in after
    no = zhou.post(f"{page}p2/", said | {"once": "b"})
    assert no.status_code == 422 and "替另一方记过话" in no.content.decode()
    assert client_for(county, "ming").get(page).content.decode().count("月底要交房租</p>") == 1
    for name in ("su", "he", "wen", "an", "ming"):
        assert client_for(county, name).get(f"{page}p1/").status_code == 404, name


def test_she_opens_her_own_lane_with_the_second_thing_and_the_link_shows_nothing(county, talk):
    where = f"{base(talk.case)}alone/"
    assert where in Client().get(base(talk.case)).content.decode()
    before = bare(Client().get(where))
    said = {"do": "say", "kind": "concession", "words": LOW, "yuan": "8000", "second": "2061", "once": "a"}
    assert Client().post(where, said | {"second": "0000"}).status_code == 422
    for _twice in "xx":
        done = Client().post(where, said)
        assert done.status_code == 200 and "记下了，只有您和调解员看得到" in done.content.decode()
        assert done.content.decode().count(f"{LOW}</p>") == 1 and "no-store" in done["Cache-Control"]
    assert bare(Client().get(where)) == before, "the link alone says the same with and without"
    opened = Client().post(where, {"do": "read", "second": "2061"}).content.decode()
    assert LOW in opened and "您自己写的" in opened
    out = Client().post(where, {"do": "let-out", "row": "2", "second": "2061"})
    assert "照您的意思公开了" in out.content.decode() and "您同意公开了" in out.content.decode()
    again = Client().post(
        where, {"do": "correct", "row": "2", "words": "八千二", "yuan": "", "second": "2061", "once": "d"}
    )
    assert "更正了" in again.content.decode() and LOW in again.content.decode()


def test_a_new_mediator_finds_it_shut_until_she_says_so_by_her_code(county, talk, clock):
    page, where = f"/cases/{talk.case.slug}/mediation/alone/", f"{base(talk.case)}alone/"
    client_for(county, "ming").post(page, {"do": "say", "party": "p1", "kind": "said", "words": LOW, "once": "a"})
    set_scope("worker")
    other_mediator(county, talk)
    clock(talk.later())
    zhu = client_for(county, "housing_handler")
    shown = zhu.get(page).content.decode()
    assert LOW not in shown and "不会自动交给您" in shown and client_for(county, "ming").get(page).status_code != 200
    no = zhu.post(page, {"do": "say", "party": "p1", "kind": "said", "words": "接着谈", "once": "b"})
    assert no.status_code == 422 and "要本人同意交给您" in no.content.decode()
    opened = Client().post(where, {"do": "read", "second": "2061"}).content.decode()
    assert "换了调解员" in opened and "明志远" in opened and "朱工" in opened
    assert "您同意交给现在的调解员了" in Client().post(where, {"do": "take-over", "second": "2061"}).content.decode()
    assert LOW in zhu.get(page).content.decode()


def test_her_copy_holds_what_she_said_alone_in_her_own_words_and_the_offices_copy_does_not(
    county, talk, settings, tmp_path
):
    settings.HOME, settings.FILES = tmp_path, tmp_path / "files"
    page, way = f"/cases/{talk.case.slug}/mediation/alone/", f"{base(talk.case)}mine/copy/"
    say = {"do": "say", "kind": "said"}
    ming = client_for(county, "ming")
    for side, words in (("p1", "她说孩子要开学，我看可以让到八千五"), ("p2", "他说年底前能再付两千")):
        assert ming.post(page, say | {"party": side, "words": words, "once": side}).status_code == 302
    assert (
        client_for(county, "zhou")
        .post(f"{page}p1/", {"kind": "said", "words": "月底要交房租", "once": "z"})
        .status_code
        == 302
    )
    mine = {"second": "2061", "words": LOW, "yuan": "8000"}
    Client().post(f"{base(talk.case)}alone/", say | mine | {"kind": "concession", "once": "a"})
    Client().post(
        f"{base(talk.case)}alone/",
        mine | {"do": "correct", "row": "4", "words": "最低八千二", "yuan": "8200", "once": "b"},
    )

    def taken(answer) -> tuple[list[tuple[str, str, str]], str]:
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        told = json.loads(archive.read("data.json"))
        html = archive.read("index.html").decode()
        assert told["alone"]["purpose"] in html
        return [(one["kind"], one["words"], one["sum"]) for one in told["alone"]["rows"]], json.dumps(
            told, ensure_ascii=False
        ) + html

    rows, whole = taken(Client().post(way, {"second": "2061"}))
    assert rows == [("说的话", "月底要交房租", ""), ("愿意让的", LOW, "8,000元"), ("更正", "最低八千二", "8,200元")]
    assert "只为调解这件事用" in whole and "开学" not in whole and "年底前" not in whole
    set_scope("worker")
    asked = ask(
        receipt_of(talk.case), Asking(kind="copy", once="w"), at=talk.at, by=county.actor("zhou", talk.at), way="window"
    )
    rows, whole = taken(client_for(county, "zhou").post(f"/personal/{asked.pk}/copy/"))
    assert rows == [] and LOW not in whole and "房租" not in whole and "请您凭码在自己的页面上取" in whole
    set_scope("worker")
    destroy([talk.case.pk], intakes_of(talk.case), why="期满", at=talk.at)
    assert Client().post(way, {"second": "2061"}).status_code == 410, "without the matter's key nothing is left of it"
