"""Matters walked by the real verbs to where a figure needs them, at times that can be counted by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

from jiefen.cases.actions import answer_demand, take_step
from jiefen.cases.models import Case
from jiefen.files.actions import store
from jiefen.oversight.actions import record_follow_up
from tests.world import World

HOUR = timedelta(hours=1)


def local(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of 2026 on the office's clock."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - 8 * HOUR


def sign(county: World, case: Case, at: datetime, contact: datetime | None = None) -> None:
    he = county.actor("he", at)
    take_step(case, "sign", by=he, at=at, facts={"recusal-declared": True})
    if contact:
        take_step(case, "contact", by=he, at=contact, facts={"session-note": "已电话联系"})


def reply(county: World, case: Case, at: datetime) -> None:
    answer_demand(
        case,
        1,
        outcome="supported",
        result="已责令支付",
        basis="《保障农民工工资支付条例》第三十条",
        remedy="60日内申请行政复议",
    )
    store(
        b"%PDF-1.4 slip\n%%EOF", "工资条.pdf", holder=f"case:{case.pk}", key_id=case.key_id, given_by="resident", at=at
    )
    take_step(case, "reply", by=county.actor("he", at), at=at)


def call_back(county: World, case: Case, at: datetime) -> None:
    caller = county.actor("caller", at)
    record_follow_up(case, by=caller, at=at, outcome="reached", words="钱拿到了", satisfied=True)
    take_step(case, "call-back", by=caller, at=at, facts={"call-result": "已解决"})


def send_back(county: World, case: Case, at: datetime) -> None:
    caller = county.actor("caller", at)
    record_follow_up(
        case, by=caller, at=at, outcome="reached", words="没有人找过我", satisfied=False, ground="no-contact"
    )
    take_step(case, "redo", by=caller, at=at, reason="没有人联系过当事人", facts={"call-result": "未解决"})


def matters(county: World) -> dict[str, Case]:
    """Five matters of 柳河镇, as counted by hand in test_questions.py. All days are of 2026.

    a  came 9-01 9:00; signed 2 hours later, contacted 3; answered 9-16 23:00 (15 days); closed 9-17 (16 days)
    b  came 9-01 9:00; signed the day after next, not contacted; answered 9-17 0:30 (16 days), sent back 9-18, answered again 9-21
    c  came 9-10; returned the same day, handed to another office; not answered
    d  came 9-20, by nobody's name; not answered
    e  came 9-25, with a helping office; answered 9-28 (3 days), closed 9-29 (4 days)
    """
    made: dict[str, Case] = {}

    def case(letter: str, at: datetime, **more: Any) -> Case:
        made[letter] = county.case(at=at, once_key=f"small-{letter}", **more)
        return made[letter]

    a = case("a", local(9, 1))
    sign(county, a, local(9, 1, 11), local(9, 1, 12))
    reply(county, a, local(9, 16, 23))
    call_back(county, a, local(9, 17, 15))
    b = case("b", local(9, 1))
    sign(county, b, local(9, 3, 11))
    reply(county, b, local(9, 17, 0, 30))
    send_back(county, b, local(9, 18, 15))
    reply(county, b, local(9, 21, 15))
    c = case("c", local(9, 10))
    said = {"objection-reasons": "不属人社职权", "proper-unit": "housing"}
    take_step(c, "return", by=county.actor("he"), at=local(9, 10, 10), facts=said, reason="工程款问题")
    housing = {"lead-unit": county.units["housing"].pk}
    take_step(c, "redispatch", by=county.actor("zhou"), at=local(9, 10, 15), reason="同意", facts=housing)
    case("d", local(9, 20), identity="anonymous", name="", phone="")
    e = case("e", local(9, 25), helpers=("housing",))
    sign(county, e, local(9, 25, 10), local(9, 25, 11))
    reply(county, e, local(9, 28, 10))
    other = county.actor("housing_handler")
    take_step(e, "sign-assignment", by=other, at=local(9, 28, 11), assignment="a2", facts={"recusal-declared": True})
    said = {"recusal-declared": True, "assignment-answer": "工程款已拨"}
    take_step(e, "answer-assignment", by=other, at=local(9, 28, 12), assignment="a2", facts=said)
    call_back(county, e, local(9, 29, 10))
    return made
