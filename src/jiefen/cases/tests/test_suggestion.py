"""A suggestion from the door to its reply, and the other ends of the file."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import StepRefused, answer_demand, deliver, take_step
from jiefen.cases.models import Case, Deadline, Step
from jiefen.kernel import outbox
from jiefen.kernel.scope import scope
from jiefen.oversight.actions import record_follow_up
from jiefen.papers.actions import draft_by_hand
from tests.world import MONDAY

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def opened(county, unit="housing") -> Case:
    case = county.case(
        unit=None, text="建议在柳河镇集镇社区的公交站加装遮雨棚和座椅，老人等车方便些。",
        decision={"kind": "2501", "procedure": "petition-suggestion", "demands": ["公交站加遮雨棚"]},
    )  # fmt: skip
    take_step(case, "transfer", by=county.actor("officer"), at=MONDAY, facts={"lead-unit": county.units[unit].pk})
    case.refresh_from_db()
    return case


def test_it_is_transferred_taken_studied_and_replied(county):
    case = opened(county)
    handler = county.actor("housing_handler")
    take_step(case, "take", by=handler, at=MONDAY + HOUR)
    outbox.work(Step.objects.get(case=case, name="take").pk)
    answer_demand(
        case, 1, outcome="supported", result="已列入明年改造计划", basis="城市公共交通规划", remedy="可继续反映"
    )
    with pytest.raises(StepRefused) as refused:
        take_step(case, "reply", by=handler, at=MONDAY + 2 * HOUR, reason="采纳", facts={"adoption": "采纳"})
    assert refused.value.refusal.rule == "paper"
    draft_by_hand(
        case,
        "suggestion-reply",
        {"adoption": "采纳", "reason": "可行"},
        by=handler,
        unit=county.units["housing"],
        at=MONDAY + 2 * HOUR,
    )
    with pytest.raises(StepRefused) as refused:
        take_step(case, "reply", by=handler, at=MONDAY + 2 * HOUR, reason="采纳", facts={"adoption": "采纳"})
    assert refused.value.refusal.rule == "each-complainant-reached"
    deliver(
        case,
        paper="suggestion-reply",
        person="p1",
        way="当面",
        by=handler,
        role="handler",
        unit=county.units["housing"].pk,
        at=MONDAY + 3 * HOUR,
    )
    take_step(case, "reply", by=handler, at=MONDAY + 3 * HOUR, reason="可行", facts={"adoption": "采纳"})
    case.refresh_from_db()
    assert (case.state, case.is_open) == ("replied", False)


def test_it_is_objected_to_and_goes_back_and_the_limit_ends_in_a_ruling(county):
    case = opened(county, "labour")
    he, officer, su = county.actor("he"), county.actor("officer"), county.actor("su")
    for n in range(2):
        take_step(
            case,
            "object",
            by=he,
            at=MONDAY + (3 * n + 1) * HOUR,
            reason="不归我们",
            facts={"objection-reasons": "职权", "proper-unit": "县住建局"},
        )
        if n == 1:
            with pytest.raises(StepRefused) as refused:
                take_step(case, "agree-return", by=officer, at=MONDAY + (3 * n + 2) * HOUR, reason="属实")
            assert refused.value.refusal.rule == "returns-below-limit"
            break
        take_step(case, "agree-return", by=officer, at=MONDAY + (3 * n + 2) * HOUR, reason="属实")
        case.refresh_from_db()
        assert case.state == "registered" and case.lead_unit is None
        if n == 0:
            take_step(
                case,
                "transfer",
                by=officer,
                at=MONDAY + 4 * HOUR - HOUR / 2,
                facts={"lead-unit": county.units["labour"].pk},
            )
    case.refresh_from_db()
    assert case.returns == 2
    take_step(
        case,
        "rule",
        by=su,
        at=MONDAY + 9 * HOUR,
        reason="定责",
        facts={"lead-unit": county.units["housing"].pk, "ruling-words": "由住建局办"},
    )
    case.refresh_from_db()
    assert case.lead_unit == county.units["housing"] and case.state == "dispatched"
    assert not Deadline.objects.filter(case=case, clock="object-by", stopped_at=None, lapsed=False).exists()


def test_it_is_withdrawn_only_after_an_independent_call(county):
    case = opened(county)
    draft_by_hand(
        case,
        "withdrawal-statement",
        {"statement": "自愿撤回"},
        by=county.actor("officer"),
        unit=county.units["petition"],
        at=MONDAY + HOUR,
    )
    with pytest.raises(StepRefused) as refused:
        take_step(case, "withdraw", by=None, at=MONDAY + HOUR)
    assert refused.value.refusal.rule == "free-withdrawal"
    record_follow_up(
        case, by=county.actor("caller"), at=MONDAY + 2 * HOUR, outcome="reached", words="没人逼我，站台已经修了"
    )
    take_step(case, "withdraw", by=None, at=MONDAY + 3 * HOUR)
    case.refresh_from_db()
    assert (case.state, case.is_open) == ("withdrawn", False)
