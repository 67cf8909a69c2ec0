"""In English nothing is left in Chinese but what people wrote, and the proper names: of people, offices, places and laws."""

import html
import re
from datetime import timedelta

import pytest

from jiefen.cases.actions import take_step
from jiefen.cases.tests.test_hotline_order import to_replied
from jiefen.desk import door
from jiefen.desk.language import say
from jiefen.desk.tests.test_matters import client_for
from jiefen.intake.models import Intake
from jiefen.kernel import outbox
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.oversight.actions import record_follow_up
from jiefen.people.models import Person, Unit
from jiefen.places.models import Area
from jiefen.procedures.catalogue import procedures, vocabulary
from tests.world import MONDAY, WAGES

HOUR = timedelta(hours=1)
WRITTEN = [
    WAGES, WAGES[:38], "支付拖欠工资9560元", "已电话联系", "钱拿到了", "已责令支付9560元", "《保障农民工工资支付条例》第三十条", "60日内申请行政复议", "工资条.pdf",
    "请抓紧", "解纷", "中文",
]  # fmt: skip
"""What people of the test wrote; the name of the house; the switch of the language."""


@pytest.fixture
def matters(county, monkeypatch):
    """A replied one that was followed up, a late one in somebody's hands, one that waits to be given to an office."""
    monkeypatch.setattr(door, "now", lambda: MONDAY + timedelta(days=3))
    with scope("worker"):
        case = to_replied(county, once_key="en-1")
        record_follow_up(
            case, by=county.actor("caller"), at=MONDAY + 5 * HOUR, outcome="reached", words="钱拿到了", satisfied=True
        )
        other = county.case(once_key="en-2", helpers=("housing",))
        take_step(other, "sign", by=county.actor("he"), at=MONDAY + HOUR, facts={"recusal-declared": True})
        take_step(other, "remind", by=county.actor("su"), at=MONDAY + 2 * HOUR, reason="请抓紧")
        county.case(once_key="en-3", unit=None)
        county.intake(once_key="en-4")
        from jiefen.cases.models import Step

        for pk in list(Step.objects.order_by("pk").values_list("pk", flat=True)):
            outbox.work(pk)
        intake = Intake.objects.select_related("key").order_by("pk").first()
        token = open_row(intake.key).open(intake.token, field="intake.token")
    return {"replied": case.slug, "handling": other.slug, "token": token, "intake": intake.number}


PAGES = [
    ("he", "/cases/{replied}/"), ("he", "/cases/{handling}/"), ("zhou", "/cases/{handling}/"), ("su", "/cases/{replied}/"),
    ("caller", "/cases/{replied}/"), ("he", "/cases/{handling}/steps/contact/"), ("he", "/cases/{handling}/steps/reply/"),
    ("zhou", "/cases/{handling}/steps/extend/"), ("he", "/cases/{handling}/demands/1/"), ("he", "/cases/{replied}/demands/1/"),
    ("zhou", "/cases/{handling}/correct/"), ("he", "/cases/"), ("zhou", "/cases/?scope=centre"), ("zhou", "/desk/"), ("he", "/desk/"),
    ("su", "/supervise/"), ("su", "/supervise/list/?what=late"), ("he", "/inbox/"), ("zhou", "/inbox/"), ("zhou", "/intakes/"),
    (None, "/"), (None, "/say/"), (None, "/ways/"), (None, "/figures/"), (None, "/privacy/"),
    (None, "/follow/"), (None, "/follow/{token}/"), (None, "/follow/{token}/?scale=elder"), (None, "/follow/{token}/receipt/"),
]  # fmt: skip


def test_an_english_page_holds_no_chinese_but_what_people_wrote(county, matters):
    found = {}
    for who, page in PAGES:
        client = client_for(county, who)
        client.cookies["lang"] = "en"
        answer = client.get(page.format(**matters))
        assert answer.status_code == 200, (who, page)
        if words := left(answer.content.decode()):
            found[who, page] = words
    assert found == {}


def left(page: str) -> list[str]:
    """The Chinese of a page that is nobody's words and no proper name."""
    page = re.sub(r"(?s)<(script|style|svg|option|textarea)\b.*?</\1>", " ", page)
    page = html.unescape(re.sub(r"<[^>]*>", "\n", page))
    for word in sorted(_names() | set(WRITTEN), key=len, reverse=True):
        page = page.replace(word, "")
    page = re.sub(r"[清柳人解]+[一-龥]*〔\d+〕\d+号", "", page)  # numbers of matters and papers
    page = re.sub(r"[一-龥]＊+", "", page)  # covered names
    page = re.sub(r"《[^》]*》[\d,、]*", "", page)  # laws
    return sorted(set(re.findall(r"[^\n]*[一-龥][^\n]*", page)))


def _names() -> set[str]:
    words = vocabulary()
    laws = {title for title in words.sources.values()} | {t.partition("（")[0] for t in words.sources.values()}
    for procedure in procedures().values():
        for one in [*procedure.steps.values(), *procedure.clocks.values()]:
            for cited in (words.source_title(basis) for basis in one.basis):
                laws |= {cited, say(cited), cited.rpartition("：")[2]}  # where in a source, in the source's own words
    with scope("worker"):
        units = {name for pair in Unit.objects.values_list("name", "short") for name in pair if name}
        people = set(Person.objects.values_list("name", flat=True))
        areas = {name for pair in Area.objects.values_list("name", "full_name") for name in pair}
    return {name for name in laws | units | people | areas if name}
