"""The inbox: one's own notices, alarms first until they are cleared with a word."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiefen.cases.models import Step
from jiefen.desk.inbox import queries
from jiefen.desk.inbox.actions import mark_read
from jiefen.intake.models import Intake
from jiefen.kernel import outbox
from jiefen.kernel.clock import now
from jiefen.kernel.scope import scope
from jiefen.notices.models import Notice

HARM = "我老公昨晚又打我，现在还在砸门，我和孩子躲在卫生间里不敢出来，快来人。"


def said(response):
    return response.content.decode()


def follow_outbox():
    with scope("worker"):
        ids = list(Step.objects.order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        outbox.work(pk)


@pytest.fixture
def alarm(county):
    receipt = county.intake(at=now() - timedelta(minutes=5), text=HARM)
    assert Notice.objects.filter(kind="harm").exists()
    return receipt


@pytest.fixture
def zhou(client, county):
    client.force_login(county.people["zhou"])
    return client


@pytest.mark.parametrize(
    ("who", "status"), [("an", 200), ("su", 200), ("zhou", 200), ("he", 200), ("wen", 200), (None, 302)]
)
def test_it_is_everybodys_own(client, county, who, status):
    if who:
        client.force_login(county.people[who])
    assert client.get("/inbox/").status_code == status
    if who:
        assert "还没有通知" in said(client.get("/inbox/"))


@pytest.mark.parametrize("who", ["an", "su", "he", "wen", None])
@pytest.mark.parametrize("verb", ["read", "clear"])
def test_it_lets_nobody_touch_anothers_notice(client, county, alarm, who, verb):
    notice = Notice.objects.filter(person=county.people["zhou"], kind="harm").first()
    if who:
        client.force_login(county.people[who])
    answer = client.post(f"/inbox/{notice.pk}/{verb}/", {"reason": "没有这回事"})
    assert answer.status_code == (404 if who else 302)
    notice.refresh_from_db()
    assert notice.read_at is None and notice.done_at is None


def test_it_puts_somebody_in_danger_first_with_words(zhou, alarm):
    page = said(zhou.get("/inbox/"))
    assert "有人可能正受伤害" in page and page.index("有人可能正受伤害") < page.index('aria-label="通知"')
    assert "立即联动110" in page or "先安全后调解" in page


def test_it_keeps_the_alarm_until_a_word_says_why_not(zhou, alarm, county):
    notice = Notice.objects.filter(person=county.people["zhou"], kind="harm").order_by("pk").first()
    zhou.post(f"/inbox/{notice.pk}/read/")
    assert "有人可能正受伤害" in said(zhou.get("/inbox/")), "read is not cleared"
    refused = zhou.post(f"/inbox/{notice.pk}/clear/", {"reason": " "})
    assert refused.status_code == 422 and "请写一句为什么解除" in said(refused)
    assert zhou.post(f"/inbox/{notice.pk}/clear/", {"reason": "说的是电视剧"}).status_code == 302
    assert not Notice.objects.filter(code=notice.code, done_at__isnull=True).exists()
    with scope("worker"):
        assert notice.code not in Intake.objects.get().flags
    again = zhou.post(f"/inbox/{notice.pk}/clear/", {"reason": "再来"}, follow=True)
    assert "已经有人解除：说的是电视剧" in said(again)


def test_it_tells_what_happened_without_names(client, county):
    county.case(at=now() - timedelta(minutes=30))
    follow_outbox()
    client.force_login(county.people["he_head"])
    page = said(client.get("/inbox/"))
    assert "有人办了“派单”" in page
    assert "兰秀英" not in page and "13800002061" not in page


def test_it_opens_the_matter_and_marks_it_read_once(client, county):
    case = county.case(at=now() - timedelta(minutes=30))
    follow_outbox()
    client.force_login(county.people["he_head"])
    notice = Notice.objects.get(person=county.people["he_head"])
    assert client.post(f"/inbox/{notice.pk}/read/", {"go": "1"})["Location"] == f"/cases/{case.slug}/"
    notice.refresh_from_db()
    first = notice.read_at
    client.post(f"/inbox/{notice.pk}/read/")
    notice.refresh_from_db()
    assert notice.read_at == first
    assert "没有没看的通知" in said(client.get("/inbox/?only=unread"))


def test_it_counts_what_waits_and_marks_all(client, county):
    county.case(at=now() - timedelta(minutes=30))
    follow_outbox()
    actor = county.actor("he_head", now())
    assert queries.unread(actor) == 1
    client.force_login(county.people["he_head"])
    assert "1条已标为看过" in said(client.post("/inbox/read-all/", follow=True))
    assert queries.unread(actor) == 0
    assert mark_read(actor, at=now()) == 0


def test_it_hides_the_title_of_what_is_no_longer_ones_own(client, county):
    case = county.case(at=now() - timedelta(minutes=30))
    Notice.objects.create(person=county.people["wen"], kind="step", case=case, code="dispatch", at=now())
    client.force_login(county.people["wen"])
    page = said(client.get("/inbox/"))
    assert "已不由您办理" in page and case.number not in page and case.slug not in page


def test_it_asks_as_often_for_fifty_as_for_one(client, county):
    case = county.case(at=now() - timedelta(minutes=30))
    client.force_login(county.people["zhou"])

    def cost():
        client.get("/inbox/")
        with CaptureQueriesContext(connection) as found:
            client.get("/inbox/")
        return len(found)

    Notice.objects.create(person=county.people["zhou"], kind="late", case=case, code="finish-by", at=now())
    before = cost()
    Notice.objects.bulk_create(
        Notice(person=county.people["zhou"], kind="step", case=case, step=n, code="dispatch", at=now())
        for n in range(80)
    )
    assert cost() <= before
    assert "更早的" in said(client.get("/inbox/"))


def import_notice(county, who="zhou", at=None):
    """The one notice that stands for the older urgent intakes of a file."""
    at = at or now()
    return Notice.objects.create(person=county.people[who], kind="harm", code="import:7", at=at)


def test_a_notice_of_a_whole_import_leads_to_its_list(zhou, county):
    notice = import_notice(county)
    page = said(zhou.get("/inbox/"))
    assert page.count('href="/ledger/7/urgent/"') >= 1 and "第7批" in page and "import:7" not in page
    assert zhou.post(f"/inbox/{notice.pk}/read/", {"go": "1"}).url == "/ledger/7/urgent/"


def test_a_list_of_an_import_is_closed_with_a_word_for_all_who_were_told(zhou, county):
    notice, other = import_notice(county), import_notice(county, "su")
    assert zhou.post(f"/inbox/{notice.pk}/clear/", {"reason": " "}).status_code == 422
    assert zhou.post(f"/inbox/{notice.pk}/clear/", {"reason": "逐件看过"}).status_code == 302
    other.refresh_from_db()
    assert other.done_at and other.done_why == "逐件看过"
    assert "有人可能正受伤害" not in said(zhou.get("/inbox/"))
