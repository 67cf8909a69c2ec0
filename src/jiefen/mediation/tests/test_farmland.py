"""A farmland dispute, mediated and arbitrated: every step of the file, every end, every guard's refusal."""

import pytest

from jiefen.cases.actions import deliver
from jiefen.cases.proofs import Proof
from jiefen.cases.tests.petitions import DAY, walked
from jiefen.kernel.scope import scope
from jiefen.mediation.tests.walk import Mediation, clean, office, opened

ROUTES = "可向清和县农村土地承包仲裁委员会申请仲裁，时效二年，最晚2028年3月1日；也可直接起诉。"
KNEW = {"knew-of-harm-on": "2026-03-01"}
BOUNDARY = [
    {
        "who": "p2",
        "whom": "p1",
        "what": "退还东侧承包地0.8亩，以界桩为准",
        "due_on": "2026-12-31",
        "where": "下坝村三组东坡",
    }
]


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def farmland(county, **kw) -> Mediation:
    if "land" not in county.units:
        office(
            county, "land", "清和县土地承包仲裁委", "agriculture",
            ("tian", "田仲裁", ("arbitration-clerk",)), ("zhong", "仲主任", ("arbitration-head",)),
        )  # fmt: skip
    return opened(
        county,
        "farmland-dispute",
        unit="justice",
        leads="ming",
        kind="0401",
        extra=KNEW,
        text="东坡承包地被邻居占种两垄",
        **kw,
    )


def failed(county, once: str) -> Mediation:
    w = farmland(county, once_key=once).in_session(subject="boundary")
    w.step("fail", "ming", routes_text=ROUTES)
    return w


def filed(county, once: str) -> Mediation:
    w = failed(county, once)
    w.papers("file-arbitration", but=())
    w.step("file-arbitration", None, for_party="p1", lead_unit=county.units["land"].pk)
    w.leads = "tian"
    return w


def settled(county) -> Mediation:
    w = farmland(county)
    w.does("report-danger", "zhou", flags=["appraisal-needed"])
    w.in_session(subject="boundary")
    w.does("extend", extensions=[{"clock": "conclude-by", "days": 30, "reason": "等测绘", "approver": "both-parties"}])
    w.agreed(BOUNDARY)
    w.does("sign")
    w.kept()
    w.heard("界桩埋好了")
    w.answer()
    w.does("close")
    return w


def not_ours(county) -> Mediation:
    w = farmland(county, once_key="taking")
    w.step("refuse", "ming", refusal_ground="land-taking", routes_text=ROUTES)
    return w


def sued(county) -> Mediation:
    w = failed(county, "sued")
    w.step("sue", "zhou", routes_text=ROUTES, external_case="清和县人民法院")
    return w


def not_taken_by_the_arbitrators(county) -> Mediation:
    w = filed(county, "late")
    w.step("refuse-arbitration", "tian", refusal_ground="no-arbitration-agreed", routes_text=ROUTES)
    return w


def awarded(county) -> Mediation:
    w = filed(county, "award")
    w.does("accept-arbitration")
    w.later()
    deliver(
        w.case, paper="arbitration-acceptance-notice", person="p2", way="post", by=county.actor("tian", w.at), role="arbitration-clerk",
        unit=county.units["land"].pk, at=w.at, proof=Proof(number="EMS1"),
    )  # fmt: skip
    w.does("answer", session_note="收到答辩")
    w.step("extend-arbitration", "zhong", extensions=[{"clock": "award-by", "days": 30, "reason": "重新丈量"}])
    w.answer()
    w.does("award", award="清农仲〔2026〕3号")
    return w


WALKS = (settled, not_ours, sued, not_taken_by_the_arbitrators, awarded)


def test_every_step_is_taken_and_every_end_reached(county):
    ends = {walk.__name__: (w := walk(county)).state for walk in WALKS}
    assert ends == {
        "settled": "closed", "not_ours": "refused", "sued": "ended", "not_taken_by_the_arbitrators": "ended", "awarded": "awarded",
    }  # fmt: skip
    assert walked("farmland-dispute") == (set(), set())
    clean(w.at + DAY)


def test_the_clocks_of_the_law(county):
    w = filed(county, "clocks")
    assert str(w.clock("limitation").stopped_at) == str(w.at)
    assert str(w.clock("accept-arbitration-by").due_at) == "2026-11-23 16:00:00+00:00"  # five working days
    assert str(w.clock("award-by").due_at) == "2027-01-15 16:00:00+00:00"  # sixty days
    assert w.fresh().lead_unit_id == county.units["land"].pk and w.case.responsible_id


def test_land_taking_is_not_mediated_here(county):
    w = farmland(county)
    w.papers("accept")
    w.consent()
    w.groundwork()
    assert w.refused("accept", "ming", subject="land-taking") == "not-land-taking"
    w.step("accept", "ming", subject="boundary")


def test_it_refuses_what_the_guards_refuse(county):
    w = farmland(county)
    w.papers("accept")
    assert w.refused("accept", "ming", subject="boundary") == "both-consent"
    w.consent()
    assert w.refused("accept", "ming", subject="boundary") == "rights-told"
    w.groundwork()
    assert w.refused("accept", "ming", subject="boundary", recusal_declared=False) == "no-interest"
    assert w.refused("fail", "ming") == "routes-told"
    w.step("accept", "ming", subject="boundary")
    w.does("hold-session", session_note="丈量")
    w.papers("sign")
    assert w.refused("sign", "ming") == "agreement-clear"
    w.agreed(BOUNDARY, leave_out=("p2",))
    assert w.refused("sign", "ming") == "all-signed"
    w.withdraw("p2")
    assert w.refused("hold-session", "ming") == "consent-stands"
    assert w.refused("extend", "ming", extensions=[{"clock": "conclude-by", "days": 3, "reason": "等"}]) == "paper"
    w.papers("extend")
    assert (
        w.refused("extend", "ming", extensions=[{"clock": "conclude-by", "days": 31, "reason": "等"}])
        == "extension-allowed"
    )


def test_a_limitation_nobody_knows_the_begin_of_is_not_shown(county):
    w = opened(county, "farmland-dispute", unit="justice", leads="ming", kind="0401", text="承包地")
    assert w.refused("fail", "ming", routes_text=ROUTES) == "limitation-shown"


def test_it_is_closed_on_kept_promises_and_a_visit(county):
    w = farmland(county).in_session(subject="boundary")
    w.agreed(BOUNDARY)
    w.does("sign")
    assert w.refused("close", "ming") == "paper"
    w.heard()
    assert w.refused("close", "ming") == "every-demand-answered"
    w.answer()
    assert w.refused("close", "ming") == "obligations-settled"
    w.kept()
    w.step("close", "ming")


def test_the_mediator_does_not_arbitrate_and_an_award_answers_everything(county):
    w = filed(county, "roles")
    assert w.refused("accept-arbitration", "ming") == "role"
    assert w.refused("refuse-arbitration", "tian", routes_text=ROUTES) == "refusal-ground-listed"
    w.does("accept-arbitration")
    w.papers("award")
    assert w.refused("award", "tian", award="清农仲〔2026〕3号") == "every-demand-answered"
