"""Nobody's matter is left alone: whoever leaves, somebody answers from that minute, and a date stands."""

import time
from datetime import timedelta

import pytest
from django.db import transaction

from jiefen.cases import rehome
from jiefen.cases.actions import take_step
from jiefen.cases.models import Assignment, Case
from jiefen.cases.rebuild import rebuild
from jiefen.kernel.scope import scope
from jiefen.people.actions import Refused, end_posting, end_stand_in, leave, post, stand_in
from jiefen.people.models import Person, Posting
from tests.moves import Staff
from tests.world import MONDAY, STAFF

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def signed(county):
    """He has signed for Lan's matter."""
    case = county.case()
    take_step(case, "sign", by=county.actor("he"), at=MONDAY + HOUR, facts={"recusal-declared": True})
    case.refresh_from_db()
    assert case.responsible == county.people["he"]
    return case


def answers(case: Case) -> str:
    case.refresh_from_db()
    who = case.responsible
    duty = Assignment.objects.filter(case=case, state__in=rehome.LIVE).first()
    assert duty is None or duty.responsible == who
    return who.username if who else ""


def test_the_head_stands_in_from_the_minute_somebody_leaves(county, signed):
    leave(county.people["he"], at=MONDAY + 2 * HOUR)
    assert answers(signed) == "he_head"


def test_the_office_above_stands_in_when_a_unit_empties(county, signed):
    leave(county.people["he"], at=MONDAY + 2 * HOUR)
    leave(county.people["he_head"], at=MONDAY + 3 * HOUR)
    assert answers(signed) == "su"


def test_a_new_head_takes_over_from_the_office_above(county, signed):
    leave(county.people["he"], at=MONDAY + 2 * HOUR)
    leave(county.people["he_head"], at=MONDAY + 3 * HOUR)
    post(county.people["housing_head"], county.units["labour"], "unit-head", at=MONDAY + 4 * HOUR)
    assert answers(signed) == "housing_head"


def test_who_comes_back_takes_it_up_again(county, signed):
    leave(county.people["he"], at=MONDAY + 2 * HOUR)
    Person.objects.filter(username="he").update(is_active=True)
    post(county.people["he"], county.units["labour"], "handler", at=MONDAY + 4 * HOUR)
    assert answers(signed) == "he"


def test_a_stand_in_answers_while_somebody_is_away(county, signed):
    by = county.people["housing_handler"]
    row = stand_in(
        county.people["he"], by, since=MONDAY, until=MONDAY + 48 * HOUR, reason="休假", now=MONDAY + 2 * HOUR
    )
    assert answers(signed) == "housing_handler"
    end_stand_in(row, at=MONDAY + 5 * HOUR)
    assert answers(signed) == "he"


def test_a_stand_in_who_left_does_not_answer(county, signed):
    by = county.people["housing_handler"]
    stand_in(county.people["he"], by, since=MONDAY, until=MONDAY + 48 * HOUR, reason="休假", now=MONDAY + 2 * HOUR)
    leave(by, at=MONDAY + 3 * HOUR)
    assert answers(signed) == "he"


def test_a_stand_in_answers_no_longer_than_whom_they_stand_in_for(county, signed):
    by = county.people["housing_handler"]
    stand_in(county.people["he"], by, since=MONDAY, until=MONDAY + 48 * HOUR, reason="休假", now=MONDAY + 2 * HOUR)
    leave(county.people["he"], at=MONDAY + 3 * HOUR)
    assert answers(signed) == "he_head"


def test_it_refuses_to_let_the_last_head_go_though_somebody_stands_in_for_her(county, signed):
    for name in ("he", "he_head"):
        leave(county.people[name], at=MONDAY + 2 * HOUR)
    su, by = county.people["su"], county.people["housing_handler"]
    stand_in(su, by, since=MONDAY, until=MONDAY + 48 * HOUR, reason="休假", now=MONDAY + 3 * HOUR)
    assert answers(signed) == "housing_handler"
    with pytest.raises(Refused, match="没有人负责"), transaction.atomic():
        leave(su, at=MONDAY + 4 * HOUR)


def test_it_refuses_to_leave_a_helping_office_without_anybody(county):
    county.case(unit="village", helpers=("labour",), once_key="helped", text="村里的欠薪")
    for name in ("he", "he_head"):
        leave(county.people[name], at=MONDAY + 2 * HOUR)
    with pytest.raises(Refused, match="没有人负责"), transaction.atomic():
        leave(county.people["su"], at=MONDAY + 3 * HOUR)
    assert rehome.orphans(MONDAY + 4 * HOUR) == []


def test_two_who_stand_in_for_each_other_leave_it_where_it_is(county, signed):
    he, head = county.people["he"], county.people["he_head"]
    for one, other in ((he, head), (head, he)):
        stand_in(one, other, since=MONDAY, until=MONDAY + 48 * HOUR, reason="休假", now=MONDAY + 2 * HOUR)
    assert answers(signed) == "he"
    assert not rehome.orphans(MONDAY + 3 * HOUR)


def test_it_refuses_to_let_the_last_who_can_answer_go(county, signed):
    for name in ("he", "he_head"):
        leave(county.people[name], at=MONDAY + 2 * HOUR)
    with pytest.raises(Refused, match="没有人负责"), transaction.atomic():
        leave(county.people["su"], at=MONDAY + 3 * HOUR)
    assert answers(signed) == "su"
    assert Posting.objects.filter(person=county.people["su"], until=None).exists()


def test_the_sweep_re_homes_what_was_dated_beforehand(county, signed):
    posting = Posting.objects.get(person=county.people["he"])
    end_posting(posting, at=MONDAY + 5 * HOUR, now=MONDAY + 2 * HOUR)
    assert answers(signed) == "he"
    assert {o.lacks for o in rehome.orphans(MONDAY + 6 * HOUR)} == {"responsible", "responsible of a1"}
    assert rehome.sweep(MONDAY + 6 * HOUR) == 1
    assert answers(signed) == "he_head" and not rehome.orphans(MONDAY + 6 * HOUR)
    assert rehome.sweep(MONDAY + 7 * HOUR) == 0


def test_the_sweep_gives_back_when_an_absence_has_run_out(county, signed):
    colleague = Person.objects.create(username="colleague", name="同事")
    post(colleague, county.units["labour"], "handler", at=MONDAY)
    until = MONDAY + 5 * HOUR
    stand_in(county.people["he"], colleague, since=MONDAY, until=until, reason="休假", now=MONDAY + 2 * HOUR)
    assert answers(signed) == "colleague"
    rehome.sweep(MONDAY + 4 * HOUR)
    assert answers(signed) == "colleague"
    rehome.sweep(MONDAY + 6 * HOUR)
    assert answers(signed) == "he"


def test_the_sweep_tells_of_the_orphans_it_cannot_help(county, signed, monkeypatch):
    told: list[rehome.Orphan] = []
    monkeypatch.setattr(rehome, "_finders", [lambda left, at: told.extend(left)])
    Case.objects.filter(pk=signed.pk).update(next_due_at=None)
    assert rehome.sweep_and_tell(MONDAY + 2 * HOUR) == told
    assert [(o.number, o.lacks) for o in told] == [(signed.number, "next date")]


def test_orphans_are_found_by_the_database_itself(county, django_assert_max_num_queries):
    for n in range(6):
        county.case(once_key=f"o-{n}", text=f"第{n}件 工地欠薪")
    with django_assert_max_num_queries(6):  # the question itself, and the scope around it
        assert rehome.orphans(MONDAY + HOUR) == []


@pytest.mark.parametrize(("seed", "moves"), [(1, 500), (3, 100)])
def test_no_case_is_an_orphan_through_hundreds_of_random_moves(county, seed, moves):
    cases = _open_cases(county)
    roles: dict[int, list[str]] = {unit.pk: ["unit-head", "handler"] for unit in county.units.values()}
    for _name, unit, held in STAFF.values():
        roles[county.units[unit].pk] = sorted({*roles[county.units[unit].pk], *held})
    staff = Staff(county.people, county.units, roles, seed)
    at, spent = MONDAY + 12 * HOUR, 0.0
    for n in range(moves):
        at += timedelta(minutes=staff.random.randint(1, 40))
        began = time.process_time()
        with transaction.atomic():
            sort = staff.move(at)
        # Absences that began or ran out by themselves are the hourly sweep's; nobody is an orphan before it either.
        assert rehome.orphans(at) == [], (n, sort)
        spent += time.process_time() - began
        if n % 50 == 0:
            rehome.sweep(at)
            assert [str(d) for d in rebuild(check=True, at=at)] == [], (n, sort)
    assert Case.objects.filter(is_open=True).count() == cases
    assert min(staff.done.values()) > moves // 50, staff.done
    assert spent < 30  # seconds of our own: a busy machine beside us is no reason to fail


def _open_cases(county) -> int:
    """One of each sort: at several offices, with and without a helper, signed and not, not handed on."""
    sorts = [
        (unit, helper) for unit in ("labour", "housing", "town", "village") for helper in ("", "housing", "labour")
    ]
    signers = {"labour": "he", "housing": "housing_handler"}
    n = 0
    for unit, helper in [*(s for s in sorts if s[0] != s[1]), (None, "")]:
        for signs in (False, True) if unit in signers else (False,):
            case = county.case(unit=unit, helpers=(helper,) if helper else (), once_key=f"m-{n}", text=f"第{n}件 欠薪")
            n += 1
            if signs:
                by = county.actor(signers[unit])
                take_step(case, "sign", by=by, at=MONDAY + HOUR, facts={"recusal-declared": True})
    return n
