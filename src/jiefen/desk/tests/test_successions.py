"""The pages for merging and splitting: a preview that writes nothing, a second person who agrees, a day, calling off."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from jiefen.kernel.clock import local_day, now
from jiefen.kernel.scope import scope
from jiefen.notices.models import Notice
from jiefen.people.models import Succession, Unit
from jiefen.places.models import Area
from tests.clients import client_for

DAY = timedelta(days=1)
MERGE = "/admin/successions/new/merge-units/"


@pytest.fixture
def an(client, county):
    client.force_login(county.people["an"])
    return client


def said(response):
    return response.content.decode()


def form(on=0, **kw):
    return {
        "old": "县人社局\nhousing",
        "parts": "housing",
        "on": str(local_day(now()) + on * DAY),
        "basis": "清政发〔2026〕9号",
        "do": "preview",
    } | kw


def test_the_preview_says_what_will_move_and_writes_nothing(an, county):
    with scope("worker"):
        county.case(unit="labour", at=now())
    page = an.post(MERGE, form())
    assert page.status_code == 200
    text = said(page)
    assert "件在办事项转过去" in text and "行分派规则改指" in text and "就这样提出" in text
    assert "何静：县人社局 → 县住建局" in text and "人 2 → 0，在办事项 1 → 0" in text
    assert not Succession.objects.exists() and Unit.objects.get(code="labour").until is None


def agreed(county, row=None, who="su", answer="yes", **more):
    row = row or Succession.objects.latest("pk")
    return client_for(county, who).post(f"/admin/successions/{row.pk}/decide/", {"answer": answer} | more)


def test_it_takes_two_and_whoever_is_moved_is_told(an, county):
    assert an.post(MERGE, form(do="keep", once="c1")).status_code == 302
    row = Succession.objects.get()
    assert row.done_at is None and Unit.objects.get(code="labour").until is None, "nothing moves before the second"
    told = Notice.objects.filter(code=f"succession:proposed:{row.pk}")
    assert [n.person.username for n in told] == ["su"]
    inbox = said(client_for(county, "su").get("/inbox/"))
    assert "等第二个人看过、同意" in inbox and "/admin/successions/waiting/" in inbox
    assert agreed(county, who="an").status_code == 422 and agreed(county, who="he_head").status_code == 404
    waits = said(client_for(county, "su").get("/admin/successions/waiting/"))
    assert "何静：县人社局 → 县住建局" in waits and "同意以后马上办" in waits
    with pytest.raises(IntegrityError), transaction.atomic():
        Succession.objects.filter(pk=row.pk).update(agreed_by=county.people["an"], agreed_at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Succession.objects.filter(pk=row.pk).update(done_at=now())
    assert agreed(county).status_code == 302 and Unit.objects.get(code="labour").until == local_day(now())
    assert not told.filter(done_at=None).exists()
    people = set(Notice.objects.filter(code=f"succession:done:{row.pk}").values_list("person__username", flat=True))
    assert people == {"he", "he_head", "housing_head", "an"}, "moved, heads, administrators; who agreed saw it"
    assert "县人社局、县住建局 → 县住建局" in said(client_for(county, "he").get("/inbox/"))
    assert "安宁提出，苏珩同意" in said(an.get("/admin/successions/"))


def test_it_may_be_taken_back_or_refused_before(an, county):
    for who, once in (("an", "x1"), ("su", "x2")):
        an.post(MERGE, form(do="keep", once=once))
        assert agreed(county, who=who, answer="no").status_code == 422  # without a word why
        assert agreed(county, who=who, answer="no", why="文件没有下来").status_code == 302
        assert Succession.objects.latest("pk").called_off_at is not None
        assert agreed(county).status_code == 422
    assert Unit.objects.get(code="labour").until is None and Succession.objects.count() == 2


def test_kept_for_a_later_day_it_can_be_called_off_and_today_it_is_done(an, county):
    assert an.post(MERGE, form(5, do="keep", once="a1")).status_code == 302
    row = Succession.objects.get()
    assert row.done_at is None and "县人社局" in said(an.get("/admin/successions/"))
    assert an.post(MERGE, form(5, do="keep", once="a1")).status_code == 302  # a double click
    assert Succession.objects.count() == 1
    off = f"/admin/successions/{row.pk}/off/"
    assert an.post(off, {"why": "", "once": "b0"}).status_code == 422
    assert an.post(off, {"why": "文件推迟", "once": "b1"}).status_code == 302
    assert "文件推迟" in said(an.get("/admin/successions/"))
    assert an.post(MERGE, form(do="keep", once="c1")).status_code == 302
    agreed(county)
    assert Unit.objects.get(code="labour").until == local_day(now())
    assert "没有跟过去" not in said(an.get("/admin/successions/"))


def test_areas_are_merged_and_split_on_their_pages(an, county):
    sent = {
        "old": "450399100201\n450399100202",
        "parts": "450399100202",
        "codes": "",
        "on": str(local_day(now())),
        "basis": "文件",
    }
    assert "个区域结束" in said(an.post("/admin/successions/new/merge-areas/", sent | {"do": "preview"}))
    assert an.post("/admin/successions/new/merge-areas/", sent | {"do": "keep", "once": "m"}).status_code == 302
    agreed(county)
    assert Area.objects.get(code="450399100201").successor.code == "450399100202"
    split = {
        "old": "450399101000",
        "parts": "450399102000,东青镇\n450399103000,西青镇",
        "on": str(local_day(now())),
        "basis": "文件",
    }
    assert an.post("/admin/successions/new/split-area/", split | {"do": "keep", "once": "s"}).status_code == 302
    agreed(county)
    assert Area.objects.filter(name__in=["东青镇", "西青镇"]).count() == 2
    parts = "hr,县人社局（新）,,07,he_head\nins,县社保中心,医保局,1706,he"
    sent = {"old": "labour", "parts": parts, "on": str(local_day(now())), "basis": "文件"}
    assert an.post("/admin/successions/new/split-unit/", sent | {"do": "keep", "once": "u"}).status_code == 302
    agreed(county)
    assert Unit.objects.get(code="ins").unit_type == "medical-insurance"


@pytest.mark.parametrize(
    "change",
    [
        {"old": ""},
        {"old": "没有这个"},
        {"parts": "none"},
        {"basis": ""},
        {"on": "2020-01-01"},
        {"on": "x"},
        {"parts": "housing\nhousing"},
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(an, county, change):
    for do in ("preview", "keep"):
        page = an.post(MERGE, form() | change | {"do": do, "once": "x"})
        assert page.status_code == 422 and 'role="alert"' in said(page)
    assert not Succession.objects.exists()


@pytest.mark.parametrize("who", ["su", "zhou", "he", "wen"])
def test_it_is_the_administrators_alone(client, county, who):
    client.force_login(county.people[who])
    for address in ("/admin/successions/", MERGE):
        assert client.get(address).status_code == 404
    assert client.post(MERGE, form()).status_code == 404
    assert client.post("/admin/successions/1/off/", {"why": "x"}).status_code == 404
