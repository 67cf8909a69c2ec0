"""An administrative mediation at an office with the power to decide: every step of the file, every end, every refusal."""

import pytest

from jiefen.cases.tests.petitions import DAY, walked
from jiefen.kernel.scope import scope
from jiefen.mediation.tests.walk import Mediation, clean, opened

ROUTES = "调解不成的，可向清和县人民法院起诉；期限三年，最晚2029年3月1日。"
BODY = [{"jointly": True, "body": "清和县质检所", "commissioned_on": "2026-11-18"}]


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def administrative(county, *, kind: str = "1001", **kw) -> Mediation:
    w = opened(
        county, "administrative-mediation", unit="labour", leads="he", kind=kind, text="热水器漏电，店家不退", **kw
    )
    return w


def settled(county) -> Mediation:
    """Examined by a laboratory while the clock stands, agreed, kept, asked again, closed."""
    w = administrative(county, kind="0801")
    w.in_session()
    w.step("report-danger", "he", flags=["appraisal-needed"])
    w.does("extend", extensions=[{"clock": "conclude-by", "days": 15, "reason": "等检测", "approver": "both-parties"}])
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


def moved(county) -> Mediation:
    w = administrative(county, once_key="moved")
    w.step("move", "he", proper_unit="县市场监管局")
    return w


def refused_here(county) -> Mediation:
    w = administrative(county, once_key="refused")
    w.step("refuse", "he", refusal_ground="already-seized", routes_text=ROUTES)
    return w


def left(county) -> Mediation:
    """Shi leaves; the clerk who heard him writes it down."""
    w = administrative(county, once_key="left").in_session()
    w.step("leave", "he", for_party="p2")
    return w


def no_agreement(county) -> Mediation:
    w = administrative(county, once_key="none").in_session()
    w.step("end-without-agreement", "he", routes_text=ROUTES)
    return w


WALKS = (settled, moved, refused_here, left, no_agreement)


def test_every_step_is_taken_and_every_end_reached(county):
    ends = {walk.__name__: (w := walk(county)).state for walk in WALKS}
    assert ends == {
        "settled": "closed", "moved": "moved", "refused_here": "refused", "left": "ended", "no_agreement": "ended",
    }  # fmt: skip
    assert walked("administrative-mediation") == (set(), set())
    clean(w.at + DAY)


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
