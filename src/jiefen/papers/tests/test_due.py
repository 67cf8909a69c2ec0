"""The day on a paper is the day to answer by, not the next thing that anybody must do."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import take_step
from jiefen.cases.models import Case, Step
from jiefen.kernel import outbox
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.papers.models import Paper
from tests.world import MONDAY

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def printed(case: Case, kind: str, field: str) -> str:
    for pk in Step.objects.filter(case=case).order_by("pk").values_list("pk", flat=True):
        outbox.work(pk)
    paper = Paper.objects.filter(case=case, kind=kind).latest("pk")
    return open_row(case.key).open(paper.fields, field="paper")[field]


def test_it_prints_the_last_day_to_answer_not_that_of_the_next_clock(county):
    # 求助: ten working days from Monday 2026-11-16 end with Monday 2026-11-30; signing is due the next day.
    case = county.case()
    assert case.next_clock != "finish-by"
    assert printed(case, "hotline-order-sheet", "due-on") == "2026年11月30日"


def test_it_prints_the_hours_of_an_urgent_one_though_the_call_may_come_later(county):
    case = county.case(unit=None)
    facts = {"lead-unit": county.units["labour"].pk, "ask-type": "求助", "urgent": True}
    take_step(case, "dispatch", by=county.actor("zhou"), at=MONDAY, facts=facts)
    assert printed(case, "hotline-order-sheet", "due-on") == "2026年11月17日"


def test_it_prints_the_day_a_clock_was_extended_to(county):
    case = county.case()
    take_step(case, "sign", by=county.actor("he"), at=MONDAY + HOUR, facts={"recusal-declared": True})
    take_step(
        case, "extend", by=county.actor("zhou"), at=MONDAY + 2 * HOUR, reason="要请专家看",
        facts={"extensions": [{"clock": "finish-by", "days": 5, "reason": "要请专家看"}]},
    )  # fmt: skip
    assert printed(case, "extension-notice", "new-due") == "2026年12月7日"
