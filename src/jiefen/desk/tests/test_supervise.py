"""The supervisor's board: whose it is, that each figure is the length of its list, and that it costs the same however full."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiefen.cases.actions import answer_demand, take_step
from jiefen.cases.models import Case, Step
from jiefen.desk.supervise import queries
from jiefen.desk.supervise.disputes import disputes
from jiefen.files.actions import store
from jiefen.kernel.clock import now
from jiefen.kernel.scope import scope
from tests.world import MONDAY

HOUR = timedelta(hours=1)
LATER = MONDAY + timedelta(days=40)
RETURN = {"objection-reasons": "不属人社职权", "proper-unit": "县住建局"}


@pytest.fixture
def su(client, county):
    client.force_login(county.people["su"])
    return client


def said(response):
    return response.content.decode()


def dispute(county, at=MONDAY, **kw):
    case = county.case(at=at, **kw)
    with scope("worker"):
        take_step(case, "return", by=county.actor("he", at), at=at + HOUR, facts=RETURN, reason="是工程款")
    return case


@pytest.mark.parametrize(
    "address", ["/supervise/", "/supervise/list/?what=late", "/supervise/list/?what=unsigned&unit=labour"]
)
@pytest.mark.parametrize(
    ("who", "status"), [("su", 200), ("an", 404), ("zhou", 404), ("he", 404), ("wen", 404), ("lin", 404), (None, 302)]
)
def test_it_opens_for_supervisors_alone(client, county, address, who, status):
    if who:
        client.force_login(county.people[who])
    assert client.get(address).status_code == status


@pytest.mark.parametrize(
    "address", ["/supervise/list/", "/supervise/list/?what=people", "/supervise/list/?what=late&unit=none-such"]
)
def test_it_has_no_list_by_another_name(su, address):
    assert su.get(address).status_code == 404


@pytest.mark.parametrize(
    "what",
    [
        "unassigned",
        "unassigned-late",
        "unsigned",
        "late",
        "soon",
        "disputed",
        "orphans",
        "open",
        "no-contact",
        "same-minute",
    ],
)
def test_it_says_why_a_list_is_empty(su, what):
    assert "这里没有事项" in said(su.get(f"/supervise/list/?what={what}"))


def test_it_counts_what_its_lists_hold(county):
    su = county.actor("su")
    county.case(unit=None)
    county.case(at=MONDAY + HOUR)
    dispute(county, MONDAY + 2 * HOUR)
    with scope("staff", sorted(su.keys)):
        at_once = queries.figures(su, MONDAY + 4 * HOUR)
        assert (at_once.unassigned, at_once.unassigned_late, at_once.disputed, at_once.late, at_once.open) == (
            "1",
            "0",
            "1",
            "0",
            "3",
        )
        late = queries.figures(su, LATER)
        assert (late.unassigned_late, late.late, late.unsigned) == ("1", "3", "1")
        for name in ("unassigned", "unassigned_late", "unsigned", "late", "soon", "disputed", "open"):
            assert getattr(late, name) == str(queries.listed(su, name.replace("_", "-"), LATER).count())
        lines = queries.by_unit(su, LATER)
        assert [(line.unit.code, line.late) for line in lines] == [("labour", 2)]
        assert (
            sum(line.late for line in lines) == queries.listed(su, "late", LATER, unit=county.units["labour"]).count()
        )


def test_it_says_which_clock_ran_out_and_the_oldest_of_them(county):
    su = county.actor("su")
    first = county.case()
    county.case(at=MONDAY + HOUR)
    with scope("staff", sorted(su.keys)):
        causes = queries.causes(su, LATER)
        assert sum(cause.n for cause in causes) == 2
        assert causes[0].oldest.pk == first.pk


def test_it_shows_two_voices_and_the_moves_the_engine_allows(county, su):
    case = dispute(county, now() - 3 * HOUR)
    page = said(su.get("/supervise/"))
    assert "县人社局说" in page and "不属人社职权" in page and "应由县住建局办" in page and "第1次退回" in page
    assert f'action="/cases/{case.slug}/steps/reject-return/"' in page
    assert f'href="/cases/{case.slug}/steps/redispatch/?lead-unit={county.units["housing"].pk}"' in page
    assert "疑难工单裁定" in page, "a refused move stays visible with its reason"


def test_it_weighs_moves_as_the_case_itself_does(county):
    case = dispute(county)
    actor = county.actor("su", MONDAY + 2 * HOUR)
    with scope("staff", sorted(actor.keys)):
        (one,) = disputes(actor, MONDAY + 2 * HOUR)
    refused = {move.step.name: move.refusal for move in one.moves}
    assert refused["redispatch"] is None and refused["reject-return"] is None
    assert refused["rule"] is not None and refused["rule"].rule == "returns-at-limit"
    with scope("worker"):
        take_step(case, "reject-return", by=actor, at=MONDAY + 2 * HOUR, reason="属于欠薪")
        case.refresh_from_db()
    assert case.state == "dispatched"


def test_it_takes_a_word_from_the_board_through_the_case(county, su):
    case = dispute(county, now() - 3 * HOUR)
    answer = su.post(f"/cases/{case.slug}/steps/reject-return/", {"reason": "属于欠薪"})
    assert answer.status_code == 302
    with scope("worker"):
        case.refresh_from_db()
        assert case.state == "dispatched"


def test_it_reminds_with_a_reason(county, su):
    case = county.case(at=now() - timedelta(days=30))
    assert f'action="/cases/{case.slug}/steps/remind/"' in said(su.get("/supervise/"))
    assert su.post(f"/cases/{case.slug}/steps/remind/", {"reason": ""}).status_code == 422
    assert su.post(f"/cases/{case.slug}/steps/remind/", {"reason": "答复期已过"}).status_code == 302
    with scope("worker"):
        assert Step.objects.filter(case=case, name="remind").count() == 1


def reply_without_contact(county, at, n=1):
    for i in range(n):
        case = county.case(at=at + timedelta(minutes=i))
        he = county.actor("he", at)
        with scope("worker"):
            take_step(case, "sign", by=he, at=at + HOUR, facts={"recusal-declared": True})
            answer_demand(case, 1, outcome="explained", result="已解释", basis="条例", remedy="复议")
            store(
                b"%PDF-1.4 slip\n%%EOF",
                "条.pdf",
                holder=f"case:{case.pk}",
                key_id=case.key_id,
                given_by="resident",
                at=at + HOUR,
            )
            take_step(case, "reply", by=he, at=at + HOUR + timedelta(minutes=5))


def test_it_asks_about_answers_without_a_word_to_whoever_asked(county):
    reply_without_contact(county, MONDAY, 2)
    su = county.actor("su")
    with scope("staff", sorted(su.keys)):
        (odd,) = queries.odd_figures(su, MONDAY + 5 * HOUR)
        assert (odd.what, odd.unit.code, odd.n, odd.of) == ("no-contact", "labour", 2, 2)
        assert queries.listed(su, "no-contact", MONDAY + 5 * HOUR, unit=odd.unit).count() == odd.n


def test_it_asks_about_many_endings_in_one_minute(county):
    for n in range(queries.SAME_MINUTE):
        case = county.case(at=MONDAY + timedelta(minutes=n))
        with scope("worker"):
            take_step(case, "sign", by=county.actor("he"), at=MONDAY + HOUR, facts={"recusal-declared": True})
            take_step(
                case,
                "refer",
                by=county.actor("he"),
                at=MONDAY + 2 * HOUR,
                reason="走仲裁",
                facts={"routes-text": "劳动仲裁，一年内"},
            )
    su = county.actor("su")
    with scope("staff", sorted(su.keys)):
        found = {odd.what: odd for odd in queries.odd_figures(su, MONDAY + 5 * HOUR)}
        assert found["same-minute"].n == queries.SAME_MINUTE
        assert (
            queries.listed(su, "same-minute", MONDAY + 5 * HOUR, unit=found["same-minute"].unit).count()
            == queries.SAME_MINUTE
        )


def test_it_asks_the_database_as_often_however_full_the_county(county, su):
    at = now() - timedelta(days=30)
    dispute(county, at)
    county.case(at=at + HOUR, unit=None)
    reply_without_contact(county, at + 2 * HOUR)

    def cost():
        su.get("/supervise/")
        with CaptureQueriesContext(connection) as found:
            assert su.get("/supervise/").status_code == 200
        return len(found)

    before = cost()
    for n in range(4):
        dispute(county, at + timedelta(days=1, minutes=n))
        county.case(at=at + timedelta(days=2, minutes=n), unit=None)
        county.case(at=at + timedelta(days=3, minutes=n), unit="housing")
    assert cost() <= before


def test_it_pages_a_list_by_key(county):
    from jiefen.desk import lists

    at = now() - timedelta(days=30)
    for n in range(5):
        county.case(at=at + timedelta(minutes=n))
    actor = county.actor("su", now())
    with scope("staff", sorted(actor.keys)):
        rows = queries.listed(actor, "late", now())
        first = lists.page_of(rows, actor=actor, at=now(), after="", newest=False, size=3)
        second = lists.page_of(rows, actor=actor, at=now(), after=first.after, newest=False, size=3)
    assert len(first.rows) == 3 and len(second.rows) == 2 and not second.after
    assert len({row.number for row in first.rows + second.rows}) == 5


def test_it_shows_nothing_of_the_vault(county, su):
    at = now() - timedelta(days=30)
    before = said(su.get("/supervise/"))
    with scope("worker"):
        assert not Case.objects.exists()
    county.intake(at=at, text="举报镇里某干部收受红包，要求查处贪污受贿的问题。")
    assert said(su.get("/supervise/")).split("<main")[1] == before.split("<main")[1]
