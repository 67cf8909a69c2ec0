"""The guide's pages: open to all, small, printable, in both sizes; the alarm's words marked and cleared in one click."""

import pytest
from django.test import Client

from jiefen.desk.roads import tree
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.notices.models import Notice
from jiefen.triage.rules import Tables
from jiefen.triage.rules.road import Hint, shipped
from tests.clients import client_for

TABLES = Tables.load()
LIGHT = 100_000


@pytest.fixture
def anybody(county) -> Client:
    return Client()


def said(response) -> str:
    return response.content.decode()


def test_every_kind_and_every_road_has_a_page_that_is_light_and_carries_its_own_address(anybody):
    for path in [*(f"/guide/{code}/" for code in TABLES.kinds), *(f"/guide/road/{name}/" for name in shipped().roads)]:
        page = anybody.get(path)
        assert page.status_code == 200, path
        html = said(page)
        assert len(page.content) < LIGHT and "<svg" in html and f"http://testserver{path}" in html, path
        assert "结果不服怎么办" in html and "带什么" in html and "要多久" in html and "收不收钱" in html, path
    assert anybody.get("/guide/9876/").status_code == anybody.get("/guide/road/nowhere/").status_code == 404


def test_a_number_of_days_comes_with_its_basis_and_its_mark(anybody):
    html = said(anybody.get("/guide/1001/"))
    assert "7个工作日" in html and "45个工作日" in html  # the consumer's own, not the general ones
    assert "已核对" in html and "市场监督管理投诉举报" in html
    wages = said(anybody.get("/guide/0701/"))
    assert wages.index("/guide/road/labour-inspection/") < wages.index("在我们这里怎么办")  # the law's own road first
    assert "这是您自己的期限" in wages


def test_it_finds_the_road_from_a_sentence_and_keeps_the_sentence_nowhere(anybody):
    page = anybody.post("/guide/", {"text": "楼上卫生间漏水，把我家天花板泡坏了"})
    html = said(page)
    assert page.status_code == 200 and "邻里·漏水渗水" in html and "/guide/0205/" in html and "因为您写了" in html
    assert page["Cache-Control"] == "private, no-store"
    with scope("worker"):
        assert not Intake.objects.exists()
    assert (
        "天花板" not in said(anybody.get("/guide/?text=天花板泡坏了")).split("placeholder")[0]
    )  # never from an address


def test_it_says_what_to_do_first_where_somebody_may_be_hurt(anybody):
    html = said(anybody.post("/guide/", {"text": "我老公喝了酒就打我，不敢回家"}))
    assert "马上打110" in html and html.index("马上打110") < html.index("/guide/road/protection/")
    assert "看不出来是哪一类" in said(anybody.post("/guide/", {"text": "嗯嗯好的"}))


@pytest.mark.parametrize("path", ["/guide/", "/guide/0205/", "/guide/road/civil-suit/"])
def test_it_comes_in_large_letters_and_in_english(anybody, path):
    assert 'data-scale="elder"' in said(anybody.get(path + "?scale=elder"))
    anybody.cookies["lang"] = "en"
    html = said(anybody.get(path))
    assert 'lang="en"' in html and "What should I do about this" in html


def test_it_is_linked_from_the_door_the_receipt_and_the_desk(anybody, county):
    assert 'href="/guide/"' in said(anybody.get("/"))
    receipt = county.intake()
    assert 'href="/guide/07' in said(anybody.get(f"/follow/{receipt.token}/receipt/"))
    desk = said(client_for(county, "zhou").get(f"/intakes/{receipt.number}/"))
    assert 'href="/guide/07' in desk and "给来人看的说明" in desk


def test_the_words_of_an_alarm_are_marked_and_one_click_with_a_reason_clears_it(county):
    receipt = county.intake(text="楼下那家扬言要弄死我全家，我不敢出门。")
    zhou = client_for(county, "zhou")
    page = said(zhou.get(f"/intakes/{receipt.number}/"))
    assert '<mark class="alarm-word">弄死我</mark>' in page.replace("\n", "")
    assert 'name="reason" value="是打比方、说气话，问过了"' in page
    waiting = Notice.objects.filter(kind="harm", done_at__isnull=True)
    assert waiting.exists()
    answer = zhou.post(
        f"/intakes/{receipt.number}/flag/", {"flag": "imminent-harm", "reason": ["", "是打比方、说气话，问过了"]}
    )
    assert answer.status_code == 302 and not waiting.exists()
    assert set(Notice.objects.filter(kind="harm").values_list("done_why", flat=True)) == {"是打比方、说气话，问过了"}


def test_one_click_takes_or_overrules_what_the_words_speak_for(county):
    receipt = county.intake(text="实名举报镇上某干部收受贿赂，请查处。这事法院已经立案。", channel="window")
    with scope("worker"):
        Intake.objects.filter(pk=receipt.intake_id).update(stratum=0)
    taken = tree.read({"confirm": "arbitration:labour-arbitration", "road-arbitration": "no"})
    assert (taken["arbitration"].value, taken["arbitration"].standing) == ("labour-arbitration", "open")
    assert tree.read({"confirm": "arbitration:no"})["arbitration"].value == "no"
    assert tree.read({"confirm": "nothing:at all"}) == {} == tree.read({"confirm": "arbitration:moon"})


def test_the_sentence_that_speaks_is_marked_and_nothing_in_it_runs():
    shown = tree.marked(Hint("duty", "enforcement", ("油烟",), "<script>油烟</script>太大"))
    assert shown == "&lt;script&gt;<mark>油烟</mark>&lt;/script&gt;太大"


def test_confirming_on_the_page_answers_and_goes_on(county):
    receipt = county.intake(text="公司无故辞退我，不给经济补偿金，也没签劳动合同。")
    zhou, url = client_for(county, "zhou"), f"/intakes/{receipt.number}/"
    page = said(zhou.get(url))
    assert "文中没有说清，请问本人" in page  # the first question: nothing speaks for it
    answers = {f"road-{q}": "no" for q in ("accusation", "suggestion", "in-court", "litigation")}
    page = said(zhou.post(url, answers | {"action": "road"}))
    assert 'value="arbitration:labour-arbitration"' in page and "<mark>" in page.split('id="q-arbitration"')[1]
    page = said(zhou.post(url, answers | {"confirm": "arbitration:no"}))
    assert 'value="no" checked' in page.split('id="q-arbitration"')[1].split("</fieldset>")[0]
    assert 'id="q-party"' in page and Intake.objects.filter(state="waiting").count() in (0, 1)
