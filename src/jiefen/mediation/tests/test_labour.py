"""A labour dispute mediated: every step of the file, every end, every guard's refusal."""

import pytest

from jiefen.cases.actions import open_next
from jiefen.cases.models import Deadline
from jiefen.cases.tests.petitions import DAY, walked
from jiefen.kernel.scope import scope
from jiefen.mediation.actions.agreements import AgreementRefused
from jiefen.mediation.models import Obligation
from jiefen.mediation.tests.walk import CLAUSES, Mediation, clean, office, opened

KNEW = "2026-03-01"
ROUTES = "可向清和县劳动人事争议仲裁委员会申请仲裁，最晚2027年3月1日；也可向劳动监察投诉。"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def labour(county, **kw) -> Mediation:
    return opened(
        county, "labour-dispute-mediation", unit="justice", leads="ming", extra={"knew-of-harm-on": KNEW}, **kw
    )


def settled(county) -> Mediation:
    """Accepted, extended by both, agreed, kept, asked again, closed."""
    w = labour(county)
    w.does("report-wages", "zhou", proper_unit="县人社局劳动监察")
    w.does("report-danger", "zhou", flags=["wages-before-holiday"])
    w.in_session(hired_by="个人雇用")
    w.does(
        "extend", extensions=[{"clock": "fifteen-days", "days": 15, "reason": "等银行流水", "approver": "both-parties"}]
    )
    w.agreed()
    w.does("sign", agreement_effective_on="2026-11-16")
    w.kept()
    w.heard()
    w.step("visit-again", "caller")
    w.answer()
    w.does("close")
    return w


def refused_here(county) -> Mediation:
    w = labour(county, once_key="no")
    w.step("refuse", "ming", refusal_ground="not-labour", routes_text=ROUTES)
    return w


def other_side_unwilling(county) -> Mediation:
    w = labour(county, once_key="unwilling")
    w.step("decline", "zhou", routes_text=ROUTES)
    return w


def left(county) -> Mediation:
    """Lan leaves in the middle, by her code, for no reason but her own."""
    w = labour(county, once_key="left").in_session()
    w.step("leave", None, for_party="p1")
    return w


def no_agreement(county) -> Mediation:
    w = labour(county, once_key="none").in_session()
    w.step("end-without-agreement", "ming", routes_text=ROUTES)
    return w


WALKS = (settled, refused_here, other_side_unwilling, left, no_agreement)


def test_every_step_is_taken_and_every_end_reached(county):
    ends = {walk.__name__: (w := walk(county)).state for walk in WALKS}
    assert ends == {
        "settled": "closed", "refused_here": "refused", "other_side_unwilling": "ended", "left": "ended", "no_agreement": "ended",
    }  # fmt: skip
    assert walked("labour-dispute-mediation") == (set(), set())
    clean(w.at + DAY)


def test_the_limitation_runs_from_the_day_she_knew_and_nobody_is_late_on_it(county):
    w = labour(county)
    limit = w.clock("limitation")
    assert (str(limit.due_at), limit.binds) == ("2027-03-01 16:00:00+00:00", "complainant")
    assert str(w.clock("fifteen-days").due_at) == "2026-12-01 16:00:00+00:00"


def test_wages_have_a_second_limitation_from_the_day_the_work_ended(county):
    w = opened(
        county, "labour-dispute-mediation", unit="justice", leads="ming",
        extra={"knew-of-harm-on": KNEW, "employment-ended-on": "2026-10-01"},
    )  # fmt: skip
    assert str(w.clock("limitation-wages").due_at) == "2027-10-01 16:00:00+00:00"


def test_it_is_not_accepted_before_everything_is_so(county):
    w = opened(county, "labour-dispute-mediation", unit="justice", leads="ming")
    assert w.refused("accept", "ming") == "paper"
    w.papers("accept")
    assert w.refused("accept", "ming") == "both-consent"
    w.consent("p1")
    assert w.refused("accept", "ming") == "both-consent"  # one side alone is none
    w.consent("p2")
    assert w.refused("accept", "ming") == "not-barred"  # nobody has looked
    w.groundwork(bars=("法院已经受理",))
    assert w.refused("accept", "ming") == "not-barred"
    w.groundwork()
    assert w.refused("accept", "ming", recusal_declared=False) == "no-interest"
    assert w.refused("accept", "ming") == "limitation-shown"
    w.step("accept", "ming", knew_of_harm_on=KNEW)
    assert w.state == "accepted"
    assert Deadline.objects.get(case=w.case, clock="limitation").due_at is not None


def test_rights_come_first(county):
    from jiefen.mediation.actions import check_bars

    w = labour(county)
    w.papers("accept")
    w.consent()
    check_bars(w.case, by=county.actor("ming"), at=w.at)
    assert w.refused("accept", "ming") == "rights-told"


def test_whoever_takes_back_stops_it_and_may_agree_again(county):
    w = labour(county).in_session()
    w.withdraw("p2")
    assert w.refused("hold-session", "ming") == "consent-stands"
    assert w.refused("sign", "ming") == "paper"
    w.consent("p2")
    w.does("hold-session", session_note="再谈")


def test_it_is_signed_only_whole_and_clear(county):
    w = labour(county).in_session()
    w.papers("sign")
    assert w.refused("sign", "ming") == "agreement-clear"  # there is none
    with pytest.raises(AgreementRefused, match="没有写明哪一天"):
        w.agreed([CLAUSES[0] | {"due_on": ""}])
    assert w.refused("sign", "ming") == "agreement-clear"
    w.agreed(leave_out=("seal",))
    assert w.refused("sign", "ming") == "all-signed"
    assert not Obligation.objects.filter(case=w.case).exists()
    w.agreed()
    w.step("sign", "ming")
    assert [o.fen for o in Obligation.objects.filter(case=w.case)] == [956000]


def test_it_is_closed_only_on_kept_promises_answers_and_papers(county):
    w = labour(county).in_session()
    w.agreed()
    w.does("sign")
    assert w.refused("close", "ming") == "every-demand-answered"
    w.answer()
    assert w.refused("close", "ming") == "obligations-settled"
    w.kept()
    w.step("close", "ming")
    assert w.state == "closed"


def test_only_its_own_mediator_mediates(county):
    office(county, "other", "青石镇调委会", "village-committee", ("mei", "梅调解", ("mediator",)))
    w = labour(county)
    w.papers("accept")
    w.consent()
    w.groundwork()
    for who in ("mei", "wen", "he", "zhou"):
        assert w.refused("accept", who) == "role"
    assert w.refused("refuse", "ming", routes_text=ROUTES) == "refusal-ground-listed"
    assert w.refused("refuse", "ming", refusal_ground="not-labour") == "routes-told"
    assert w.refused("extend", "ming", extensions=[{"clock": "fifteen-days", "days": 15, "reason": "…"}]) == "state"


def test_it_is_extended_once_by_both(county):
    w = labour(county).in_session()
    asked = {"clock": "fifteen-days", "days": 20, "reason": "等银行流水", "approver": "both-parties"}
    w.papers("extend")
    assert w.refused("extend", "ming", extensions=[asked]) == "extension-allowed"


def test_arbitration_is_open_all_the_time_and_stops_its_window(county):
    w = labour(county).in_session()
    w.later()
    child, _row = open_next(
        w.case, "external-arbitration", by=None, for_party="p1", at=w.at, facts={"external-case": "清劳仲〔2026〕8号"}
    )
    assert child is None and w.state == "in-session"
    assert w.clock("limitation").stopped_at == w.at
