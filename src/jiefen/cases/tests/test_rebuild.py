"""Caches equal their rebuild, after everything that can happen to a matter."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import PartyDraft, answer_demand, correct, deliver, join_party, take_step
from jiefen.cases.models import Assignment, Case, Deadline
from jiefen.cases.rebuild import rebuild
from jiefen.files.actions import store
from jiefen.kernel.models import SealKey
from jiefen.kernel.scope import scope
from jiefen.oversight.actions import record_follow_up
from jiefen.people.actions import leave, post, stand_in
from jiefen.people.models import Person
from tests.world import MONDAY

HOUR = timedelta(hours=1)
SURE = {"recusal-declared": True}


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def varied(county) -> dict[str, Case]:
    """A county in which a good deal has happened, all by the verbs."""
    he, zhou, su, caller = (county.actor(name) for name in ("he", "zhou", "su", "caller"))
    housing, labour = county.units["housing"].pk, county.units["labour"].pk
    texts = ("waiting", "signed", "returned", "moved", "helped", "extended", "replied", "closed", "again", "joined",
             "corrected", "undone", "unhanded", "restricted", "suggested")  # fmt: skip
    made = {}
    for name in texts:
        plain = (
            {"unit": None}
            if name in ("unhanded", "suggested")
            else {"helpers": ("housing",)}
            if name == "helped"
            else {}
        )
        text = "丈夫家庭暴力打我" if name == "restricted" else f"{name} 欠薪"
        made[name] = county.case(once_key=name, text=text, by="su", **plain)
    facts = {"objection-reasons": "不属职权", "proper-unit": "housing"}
    for name in ("returned", "moved"):
        take_step(made[name], "return", by=he, at=MONDAY + HOUR, facts=facts, reason="不属职权")
    take_step(made["moved"], "redispatch", by=zhou, at=MONDAY + 2 * HOUR, facts={"lead-unit": housing}, reason="同意")
    for name in ("signed", "helped", "extended", "replied", "closed", "again", "joined", "corrected", "undone"):
        take_step(made[name], "sign", by=he, at=MONDAY + HOUR, facts=SURE)
    other = county.actor("housing_handler")
    take_step(made["helped"], "sign-assignment", by=other, at=MONDAY + 2 * HOUR, assignment="a2", facts=SURE)
    extension = {"extensions": [{"clock": "finish-by", "days": 5, "reason": "要现场核实"}]}
    take_step(made["extended"], "extend", by=zhou, at=MONDAY + 2 * HOUR, facts=extension, reason="要现场核实")
    for name in ("replied", "closed", "again"):
        case = made[name]
        answer_demand(case, 1, outcome="supported", result="已付", basis="条例", remedy="复议")
        store(
            b"%PDF-1.4\n%%EOF", "条.pdf", holder=f"case:{case.pk}", key_id=case.key_id, given_by="resident", at=MONDAY
        )
        take_step(case, "reply", by=he, at=MONDAY + 3 * HOUR)
    for name in ("closed", "again"):
        record_follow_up(made[name], by=caller, at=MONDAY + 4 * HOUR, outcome="reached", words="好", satisfied=True)
        take_step(made[name], "call-back", by=caller, at=MONDAY + 5 * HOUR)
    take_step(made["again"], "reopen", by=su, at=MONDAY + 30 * HOUR, reason="又欠了", facts={"lead-unit": labour})
    shi = PartyDraft("complainant", name="石建国", phone="13800002062")
    join_party(made["joined"], shi, by=zhou, at=MONDAY + 3 * HOUR, recorded_at=MONDAY + 3 * HOUR)
    deliver(made["joined"], paper="hotline-order-sheet", person="p2", way="post", by=zhou, at=MONDAY + 4 * HOUR)
    about = {"kind": "0801", "area": county.areas["shiqiao"].pk, "people": 3}
    correct(made["corrected"], by=zhou, at=MONDAY + 2 * HOUR, reason="写错", about=about)
    correct(
        made["corrected"], by=zhou, at=MONDAY + 3 * HOUR, reason="时间", step=3, step_at=MONDAY + timedelta(minutes=30)
    )
    correct(made["undone"], by=zhou, at=MONDAY + 2 * HOUR, reason="不是这件", step=3, void=True)
    colleague = Person.objects.create(username="colleague", name="同事")
    post(colleague, county.units["labour"], "handler", at=MONDAY)
    named = {"assignment": "a1", "responsible": colleague.pk}
    correct(made["signed"], by=zhou, at=MONDAY + 3 * HOUR, reason="换人", responsible=tuple(named.values()))
    until = MONDAY + 200 * HOUR
    stand_in(colleague, county.people["he_head"], since=MONDAY, until=until, reason="休假", now=MONDAY + 31 * HOUR)
    leave(county.people["he"], at=MONDAY + 31 * HOUR)
    leave(county.people["zhou"], at=MONDAY + 31 * HOUR)
    return {name: Case.objects.get(pk=case.pk) for name, case in made.items()}


def test_a_rebuild_finds_nothing_after_all_that_can_happen(county):
    made = varied(county)
    assert {name: made[name].state for name in ("returned", "closed", "again", "undone", "unhanded")} == {
        "returned": "disputed", "closed": "closed", "again": "dispatched", "undone": "dispatched", "unhanded": "received",
    }  # fmt: skip
    report = rebuild(check=True, at=MONDAY + 32 * HOUR)
    assert [str(d) for d in report] == []
    assert report.cases == len(made)


def test_a_spoiled_cache_is_found_named_and_mended(county):
    made = varied(county)
    at = MONDAY + 32 * HOUR
    Case.objects.filter(pk=made["signed"].pk).update(state="closed", is_open=False, next_due_at=None)
    Case.objects.filter(pk=made["closed"].pk).update(doors=[4, 8, 12])
    Assignment.objects.filter(case=made["helped"], key="a2").delete()
    Deadline.objects.filter(case=made["replied"], clock="finish-by").update(due_at=MONDAY, stopped_at=None)
    extra = Deadline.objects.get(case=made["moved"], clock="finish-by")
    extra.pk, extra.run = None, 7
    extra.save()
    found = {d.number: set(d.fields) for d in rebuild(check=True, at=at)}
    assert found == {
        made["signed"].number: {"case.state", "case.is_open", "case.next_due_at"},
        made["closed"].number: {"case.doors"},
        made["helped"].number: {"assignment a2"},
        made["replied"].number: {"deadline finish-by p1 0"},
        made["moved"].number: {"deadline finish-by p1 7"},
    }
    assert {d.number for d in rebuild(check=True, at=at)} == set(found), "looking must change nothing"
    assert len(rebuild(check=False, at=at)) == 5
    assert len(rebuild(check=True, at=at)) == 0
    assert str(next(iter(rebuild(check=True, at=at)), None)) == "None"


def test_it_needs_no_key_and_says_whose_content_is_gone(county):
    case, other = county.case(), county.case(once_key="two", text="另一件")
    SealKey.objects.filter(pk=case.key_id).update(wrapped=None, destroyed_at=MONDAY)
    Case.objects.filter(pk=case.pk).update(state="closed")
    report = rebuild(check=False, at=MONDAY + HOUR)
    assert ([d.number for d in report], report.sealed) == ([case.number], [case.number])
    assert other.number not in report.sealed


def test_it_goes_on_where_a_case_has_lost_its_steps(county):
    from unittest.mock import patch

    case = county.case()
    with patch("jiefen.cases.standing.Step.objects.filter") as steps:
        steps.return_value.order_by.return_value.values_list.return_value = []
        assert [str(d) for d in rebuild(check=True, at=MONDAY)] == [f"{case.number}：steps"]


def test_it_asks_the_same_number_of_questions_for_many(county, django_assert_max_num_queries):
    for n in range(12):
        county.case(once_key=f"q-{n}", text=f"第{n}件 欠薪")
    rebuild(check=True, at=MONDAY + HOUR)
    with django_assert_max_num_queries(45):
        rebuild(check=True, at=MONDAY + HOUR)


def test_progress_is_told(county):
    county.case()
    told = []
    rebuild(True, lambda done, total=0: told.append((done, total)), MONDAY)
    assert told == [(1, 1)]
