"""An administrative mediation at an office with the power to decide: every step of the file, every end, every refusal."""

from datetime import UTC, datetime

import pytest

from jiefen.cases.models import Step
from jiefen.cases.tests.petitions import DAY, walked
from jiefen.kernel.scope import scope
from jiefen.mediation.tests.walk import Mediation, clean, opened
from jiefen.procedures.catalogue import procedure
from tests.world import MONDAY

ROUTES = "调解不成的，可向清和县人民法院起诉；期限三年，最晚2029年3月1日。"
BODY = [{"jointly": True, "body": "清和县质检所", "commissioned_on": "2026-11-18"}]


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


LONGER = [{"clock": "conclude-by", "days": 15, "reason": "等检测", "approver": "both-parties"}]
SECOND = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""A morning on which the second version of the procedure is in force."""


def administrative(county, *, kind: str = "1001", at: datetime = MONDAY, **kw) -> Mediation:
    w = opened(
        county, "administrative-mediation", unit="labour", leads="he", kind=kind, text="热水器漏电，店家不退", at=at, **kw
    )  # fmt: skip
    w.at = at
    return w


def settled(county, at: datetime = MONDAY) -> Mediation:
    """Examined by a laboratory while the clock stands, agreed, kept, asked again, closed."""
    w = administrative(county, kind="0801", at=at)
    w.in_session()
    danger(w)
    w.does("extend", extensions=LONGER)
    w.does("start-appraisal", appraisal=BODY)
    w.does("end-appraisal", appraisal=BODY)
    w.agreed()
    w.does("sign")
    w.kept()
    w.heard()
    w.step("visit-again", "caller")
    w.answer()
    w.does("close")
    return w


def moved(county, at: datetime = MONDAY) -> Mediation:
    w = administrative(county, once_key="moved", at=at)
    w.step("move", "he", proper_unit="县市场监管局")
    return w


def refused_here(county, at: datetime = MONDAY) -> Mediation:
    w = administrative(county, once_key="refused", at=at)
    w.step("refuse", "he", refusal_ground="already-seized", routes_text=ROUTES)
    return w


def left(county, at: datetime = MONDAY) -> Mediation:
    """Shi leaves; the clerk who heard him writes it down."""
    w = administrative(county, once_key="left", at=at).in_session()
    w.step("leave", "he", for_party="p2")
    return w


def no_agreement(county, at: datetime = MONDAY) -> Mediation:
    w = administrative(county, once_key="none", at=at).in_session()
    w.step("end-without-agreement", "he", routes_text=ROUTES)
    return w


def danger(w: Mediation) -> None:
    w.step("report-danger", "he", flags=["appraisal-needed"])


def accepted(county, at: datetime, once_key: str) -> Mediation:
    """Accepted with both consents; nobody has sat together yet."""
    w = administrative(county, kind="0801", once_key=once_key, at=at)
    danger(w)
    w.consent()
    w.groundwork()
    w.does("accept")
    return w


def left_at_the_laboratory(county, at: datetime) -> Mediation:
    """Examined before anybody sat together, with more time and danger told on the way; he leaves while it is examined."""
    w = accepted(county, at, "laboratory")
    danger(w)
    w.does("extend", extensions=LONGER)
    w.does("start-appraisal", appraisal=BODY)
    danger(w)
    w.step("leave", "he", for_party="p2")
    return w


def left_at_once(county, at: datetime) -> Mediation:
    w = accepted(county, at, "at once")
    w.step("leave", "he", for_party="p1")
    return w


def ended_unheard(county, at: datetime) -> Mediation:
    w = accepted(county, at, "unheard")
    w.step("end-without-agreement", "he", routes_text=ROUTES)
    return w


def ended_at_the_laboratory(county, at: datetime) -> Mediation:
    """They sat together twice; the laboratory has not answered when it ends."""
    w = accepted(county, at, "twice")
    w.does("hold-session", session_note="双方各自陈述")
    w.does("hold-session", session_note="又谈了一次")
    w.does("start-appraisal", appraisal=BODY)
    w.step("end-without-agreement", "he", routes_text=ROUTES)
    return w


WALKS = (settled, moved, refused_here, left, no_agreement)
OTHER_WAYS = (left_at_the_laboratory, left_at_once, ended_unheard, ended_at_the_laboratory)


def test_every_step_is_taken_and_every_end_reached(county):
    ends = {walk.__name__: (w := walk(county)).state for walk in WALKS}
    assert ends == {
        "settled": "closed", "moved": "moved", "refused_here": "refused", "left": "ended", "no_agreement": "ended",
    }  # fmt: skip
    assert walked("administrative-mediation") == (set(), set())
    clean(w.at + DAY)


def test_every_step_is_taken_from_every_state_it_may_be_taken_from(county):
    walks = [walk(county, SECOND) for walk in (*WALKS, *OTHER_WAYS)]
    assert {w.case.version for w in walks} == {2} and {w.state for w in walks[-4:]} == {"ended"}
    named = procedure("administrative-mediation", 2).steps
    ways = {(name, state) for name, step in named.items() for state in step.from_states}
    rows = Step.objects.filter(case__in=[w.case.pk for w in walks], name__in=named)
    assert ways - set(rows.values_list("name", "from_state")) == set()
    clean(max(w.at for w in walks) + DAY)


def test_a_consumer_complaint_has_its_own_times_and_no_extension(county):
    w = administrative(county)
    assert str(w.clock("decide-by").due_at) == "2026-11-25 16:00:00+00:00"  # seven working days
    w.in_session()
    assert w.clock("conclude-by").due_at is not None
    asked = {"clock": "conclude-by", "days": 15, "reason": "等", "approver": "both-parties"}
    w.papers("extend")
    assert w.refused("extend", "he", extensions=[asked]) == "extension-allowed"  # the law allows none here
    before = w.clock("conclude-by").due_at
    w.papers("start-appraisal")
    w.step("start-appraisal", "he", after=2 * DAY, appraisal=BODY)
    assert w.clock("conclude-by").paused
    w.papers("end-appraisal")
    w.step("end-appraisal", "he", after=5 * DAY, appraisal=BODY)
    assert w.clock("conclude-by").due_at > before  # the days of the laboratory are taken out


def test_a_road_accident_is_asked_for_within_ten_days(county):
    w = administrative(county, kind="1301", extra={"knew-of-harm-on": "2026-11-13"})
    assert str(w.clock("traffic-window").due_at) == "2026-11-23 16:00:00+00:00"


def test_it_refuses_what_the_guards_refuse(county):
    w = administrative(county)
    assert w.refused("accept", "he") == "paper"
    w.papers("accept")
    assert w.refused("accept", "he", remit_unit=False) == "unit-has-remit"
    assert w.refused("accept", "he") == "both-consent"
    w.consent()
    assert w.refused("accept", "he") == "not-barred"
    w.groundwork()
    assert w.refused("accept", "he", recusal_declared=False) == "no-interest"
    assert w.refused("refuse", "he", routes_text=ROUTES) == "refusal-ground-listed"
    assert w.refused("refuse", "he", refusal_ground="already-seized") == "routes-told"
    w.step("accept", "he")
    assert w.refused("start-appraisal", "he") == "paper"
    w.papers("start-appraisal")
    assert (
        w.refused(
            "start-appraisal", "he", appraisal=[{"jointly": False, "body": "店家自找", "commissioned_on": "2026-11-18"}]
        )
        == "appraisal-commissioned"
    )
    w.does("hold-session", session_note="各自陈述")
    w.papers("sign")
    assert w.refused("sign", "he") == "agreement-clear"
    w.agreed(leave_out=("mediator",))
    assert w.refused("sign", "he") == "all-signed"
    w.withdraw("p1")
    assert w.refused("hold-session", "he") == "consent-stands"


def test_it_is_closed_only_on_kept_promises(county):
    w = administrative(county).in_session()
    w.agreed()
    w.does("sign")
    assert w.refused("close", "he") == "every-demand-answered"
    w.answer()
    assert w.refused("close", "he") == "obligations-settled"
    w.kept()
    w.step("close", "he")


def test_an_office_that_is_a_side_does_not_preside(county):
    from jiefen.triage.actions import BadDecision

    with pytest.raises(BadDecision, match="被投诉单位"):
        administrative(county, decision={"respondent_units": [county.units["labour"].pk], "respondents": []})


def test_rights_are_told_before(county):
    from jiefen.mediation.actions import check_bars

    w = administrative(county)
    w.papers("accept")
    w.consent()
    check_bars(w.case, by=county.actor("he"), at=w.at)
    assert w.refused("accept", "he") == "rights-told"
    w.step("accept", "he", rights_told_on="2026-11-16")
