"""«It is not solved»: asked by code, heard by who may reopen, answered either way, and only while it may be reopened."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import take_step
from jiefen.cases.models import Case
from jiefen.cases.standing import standing_of
from jiefen.cases.tests.test_hotline_order import follow_outbox, to_replied
from jiefen.desk.follow import progress_for
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.notices.models import Notice
from jiefen.oversight.actions import record_follow_up
from jiefen.oversight.models import FollowUp, ReopenAsk
from jiefen.oversight.reopening import NotAsked, ask_reopen, decline_reopen, may_ask
from jiefen.papers.models import Paper
from tests.world import MONDAY

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WORDS = "答应的钱只到了一半"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def closed(county) -> Case:
    case = to_replied(county)
    caller = county.actor("caller")
    record_follow_up(case, by=caller, at=MONDAY + 5 * HOUR, outcome="reached", words="钱拿到了", satisfied=True)
    take_step(case, "call-back", by=caller, at=MONDAY + 6 * HOUR, facts={"call-result": "已解决"})
    case.refresh_from_db()
    return case


def asked(case: Case, at=MONDAY + DAY, **change) -> ReopenAsk:
    said = {"intake": Intake.objects.get().pk, "words": WORDS, "once": "k1", "at": at} | change
    return ask_reopen(case, **said)


def test_it_may_be_asked_from_the_end_to_the_last_day_of_the_window(county):
    case = to_replied(county)
    assert not may_ask(case, standing_of(case), MONDAY + 4 * HOUR)  # it is open: there is nothing to reopen
    case = closed_after(county, case)
    standing = standing_of(case)
    assert may_ask(case, standing, MONDAY + DAY)
    assert may_ask(case, standing, MONDAY + 90 * DAY)
    assert not may_ask(case, standing, MONDAY + 91 * DAY)


def closed_after(county, case: Case) -> Case:
    caller = county.actor("caller")
    record_follow_up(case, by=caller, at=MONDAY + 5 * HOUR, outcome="reached", words="好了", satisfied=True)
    take_step(case, "call-back", by=caller, at=MONDAY + 6 * HOUR, facts={"call-result": "已解决"})
    case.refresh_from_db()
    return case


def test_it_tells_the_first_asked_and_the_dispatcher_once(county):
    case = closed(county)
    first = asked(case)
    assert asked(case, at=MONDAY + DAY + HOUR).pk == first.pk  # sent again
    told = set(Notice.objects.filter(kind="ask").values_list("person__username", flat=True))
    assert told == {"zhou"} and Notice.objects.filter(kind="ask").count() == 1
    with pytest.raises(NotAsked, match="已经请求过"):
        asked(case, once="k2", words="还有别的")


def test_it_wants_words(county):
    case = closed(county)
    with pytest.raises(NotAsked, match="写一句"):
        asked(case, words="  ")
    assert not ReopenAsk.objects.exists()


def test_it_is_answered_by_reopening(county):
    case = closed(county)
    asked(case)
    facts = {"new-facts": WORDS, "lead-unit": county.units["labour"].pk}
    take_step(case, "reopen", by=county.actor("zhou"), at=MONDAY + 2 * DAY, facts=facts, reason="确未付清")
    follow_outbox()
    follow_outbox()
    row = ReopenAsk.objects.get()
    assert row.reopened and row.done_by_id == county.people["zhou"].pk
    assert not Notice.objects.filter(kind="ask", done_at__isnull=True).exists()


def test_it_is_answered_with_a_reason_that_the_person_reads(county):
    case = closed(county)
    ask = asked(case)
    with pytest.raises(NotAsked, match="写明"):
        decline_reopen(case, ask.pk, by=county.actor("zhou"), words=" ", at=MONDAY + 2 * DAY)
    with pytest.raises(NotAsked, match="派单"):
        decline_reopen(case, ask.pk, by=county.actor("wen"), words="不", at=MONDAY + 2 * DAY)
    said = {"words": "余款约定年底付，凭协议可申请强制执行", "at": MONDAY + 2 * DAY}
    decline_reopen(case, ask.pk, by=county.actor("zhou"), **said)
    decline_reopen(case, ask.pk, by=county.actor("zhou"), **said)  # sent again
    with pytest.raises(NotAsked, match="已经有人答复"):
        decline_reopen(case, ask.pk, by=county.actor("su"), **said)
    found = progress_for(Intake.objects.get(), MONDAY + 3 * DAY)
    assert found.can_reopen and found.asks[0]["answer"].startswith("余款")


def test_the_page_says_whether_it_can_be_reopened(county):
    case = to_replied(county)
    row = Intake.objects.get()
    assert not progress_for(row, MONDAY + 4 * HOUR).can_reopen
    closed_after(county, case)
    assert progress_for(row, MONDAY + DAY).can_reopen
    assert not progress_for(row, MONDAY + 100 * DAY).can_reopen
    asked(case)
    waiting = progress_for(row, MONDAY + DAY)
    assert not waiting.can_reopen and waiting.asks[0]["waits"]


def test_a_follow_up_sent_twice_is_one_attempt(county):
    case = to_replied(county)
    said = {"outcome": "reached", "words": "钱拿到了", "satisfied": True, "once": "form-1", "at": MONDAY + 5 * HOUR}
    first = record_follow_up(case, by=county.actor("caller"), **said)
    assert record_follow_up(case, by=county.actor("caller"), **said).pk == first.pk
    assert FollowUp.objects.count() == 1 == Paper.objects.filter(case=case, kind="follow-up-record").count()
    with pytest.raises(ValueError, match="已经记下"):
        record_follow_up(case, by=county.actor("caller"), **(said | {"words": "没拿到"}))
