"""Pages cost the same however much there is: few questions, by the right index, and none for what is not there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiefen.cases import panels
from jiefen.cases.actions import take_step
from jiefen.cases.models import Assignment, Case
from jiefen.cases.tests.test_hotline_order import to_replied
from jiefen.desk import lists
from jiefen.desk.followups.again import waiting
from jiefen.desk.tests.test_matters import client_for, now  # noqa: F401
from jiefen.kernel import ask
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.oversight.actions import record_follow_up
from jiefen.oversight.models import FollowUp, ReopenAsk
from jiefen.oversight.waiting import first
from tests.world import MONDAY

HOUR = MONDAY.resolution * 3_600_000_000


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def helped(county, **more) -> Case:
    return to_replied(county, helpers=("housing",), **more)


def numbers(actor, when: str) -> list[str]:
    rows = lists.narrowed(lists.scoped(actor, "assist", when=when), when=when, at=MONDAY)
    return sorted(
        row.number for row in lists.page_of(rows, actor=actor, at=MONDAY, newest=when in ("all", "ended")).rows
    )


def ended(county, case: Case) -> Case:
    """The helper answers, the person is content, the matter closes."""
    other = county.actor("housing_handler")
    take_step(
        case, "sign-assignment", by=other, at=MONDAY + 4 * HOUR, assignment="a2", facts={"recusal-declared": True}
    )
    take_step(
        case, "answer-assignment", by=other, at=MONDAY + 5 * HOUR, assignment="a2",
        facts={"recusal-declared": True, "assignment-answer": "工程款已拨"},
    )  # fmt: skip
    caller = county.actor("caller")
    record_follow_up(case, by=caller, at=MONDAY + 6 * HOUR, outcome="reached", words="好了", satisfied=True)
    take_step(case, "call-back", by=caller, at=MONDAY + 7 * HOUR)
    case.refresh_from_db()
    assert not case.is_open
    return case


# ---------- what my office helps with ----------


def test_what_my_office_helps_with_is_listed_while_it_goes_on_and_after(county):
    going, over = helped(county), ended(county, helped(county, once_key="over"))
    county.case(once_key="alone")
    actor = county.actor("housing_handler")
    assert numbers(actor, "open") == numbers(actor, "") == [going.number]
    assert numbers(actor, "ended") == [over.number]
    assert numbers(actor, "all") == sorted([going.number, over.number])
    assert numbers(county.actor("he"), "open") == []


def test_a_duty_knows_whether_its_matter_goes_on(county):
    case = helped(county)
    assert set(Assignment.objects.filter(case=case).values_list("case_open", flat=True)) == {True}
    ended(county, case)
    assert set(Assignment.objects.filter(case=case).values_list("case_open", flat=True)) == {False}


def test_the_list_is_read_from_the_duties_that_go_on_and_not_from_all_open_matters(county):
    helped(county)
    actor = county.actor("housing_handler")
    rows = lists.narrowed(lists.scoped(actor, "assist", when="open"), when="open", at=MONDAY)
    ask.do("SET LOCAL enable_seqscan = off")  # tables of a few rows would be read whole
    ask.do("SET LOCAL enable_bitmapscan = off")
    sql = f"EXPLAIN SELECT c.id FROM cases_case c WHERE {rows.where} ORDER BY c.next_due_at, c.id LIMIT 51"
    plan = "\n".join(line for (line,) in ask.rows(sql, rows.given))
    duties, matters = plan.split("on cases_assignment a", 1)
    assert "Index Only Scan using assignment_helping" in duties  # of the duties, those of my office that go on
    assert "(id = ANY ((InitPlan" in matters and "Join" not in plan  # of the matters, those alone


# ---------- few questions ----------


def questions(county, who: str, url: str) -> int:
    client = client_for(county, who)
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_workbench_asks_few_questions(county, now):  # noqa: F811
    for n in range(3):
        county.case(once_key=f"c{n}")
        county.intake(once_key=f"i{n}")
    assert questions(county, "zhou", "/desk/") <= 18
    assert questions(county, "he", "/desk/") <= 18


def test_the_page_of_a_case_asks_nothing_for_panels_that_have_nothing(county, now):  # noqa: F811
    case = county.case()
    assert questions(county, "he", f"/cases/{case.slug}/") <= 24


def test_a_panel_is_read_where_it_has_rows(county):
    case = helped(county)
    fresh = Case.objects.select_related("key").get(pk=case.pk)
    assert panels.has_rows(fresh, "follow-up")  # nobody looked yet: it may have
    panels._look(fresh)
    assert not panels.has_rows(fresh, "follow-up") and not panels.has_rows(fresh, "questions")
    record_follow_up(case, by=county.actor("caller"), at=MONDAY + 5 * HOUR, outcome="no-answer")
    panels._look(fresh)
    assert panels.has_rows(fresh, "follow-up") and not panels.has_rows(fresh, "questions")
    assert panels.has_rows(fresh, "no such panel")


# ---------- the queue of what is not solved ----------


def test_nothing_that_waits_costs_one_question(county, django_assert_num_queries):
    actor = county.actor("su")
    first(actor, size=5)  # what procedures there are is looked up now and then
    with django_assert_num_queries(1):
        assert first(actor, size=5) == []


def test_the_two_sorts_are_one_queue_without_gap_or_repeat(county):
    said = []
    for n in range(4):
        case = county.case(once_key=f"w{n}")
        at = MONDAY + n * HOUR
        if n % 2:
            row = FollowUp.objects.create(
                case=case, by=county.people["caller"], at=at, outcome="reached", proposes="redo", seen=case.steps
            )
        else:
            words = open_row(case.key).seal("还没解决", field="ask.words")
            row = ReopenAsk.objects.create(case=case, intake=1, words=words, at=at, once=f"o{n}")
        said.append((type(row), row.pk, case.number))
    actor = county.actor("su")
    pages = [first(actor, size=1, after=n) for n in range(5)]
    assert [(type(r), r.pk, r.case.number) for page in pages for r in page] == said
    assert [len(page) for page in pages] == [1, 1, 1, 1, 0]
    assert first(county.actor("wen"), size=9) == []
    assert waiting(actor, MONDAY, size=2)[1] is True
