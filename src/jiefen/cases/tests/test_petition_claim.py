"""A petition end to end: every step of the file, every end, every guard's refusal."""

import pytest

from jiefen.cases.actions import StepRefused, answer_demand, deliver, take_step
from jiefen.cases.models import Case, Step
from jiefen.cases.proofs import Proof
from jiefen.cases.tests.petitions import COURT, DAY, HOUR, SIX, Walk, petition, walked, whole
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.mediation.actions import draft_agreement, give_consent, sign_agreement
from jiefen.papers.actions import put_on_file
from jiefen.papers.models import Paper
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.grounds import ground_of
from tests.world import MONDAY

CARRIED = [{"demand": 1, "state": "fulfilled"}]


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def to_the_end(county) -> Walk:
    """Transferred to two offices, heard, extended, answered, served, carried out, looked at again, closed."""
    w = petition(county, helpers=("housing",))
    w.step("sign-assignment", "housing_handler", assignment="a2")
    w.accepted()
    w.step("report-danger", "he", flags=["wages-before-holiday"])
    w.step("answer-assignment", "housing_handler", assignment="a2", assignment_answer="工程款已拨付")
    w.investigated()
    w.step("call-hearing", "he_head")
    w.paper("hearing-record", "he")
    w.step("end-hearing", "he")
    w.step("extend", "he_head", extensions=[{"clock": "finish-by", "days": 30, "reason": "须核对三年账册"}])
    assert w.refused("offer-help", "he") == "paper"
    w.paper("aid-referral", "he")
    assert w.refused("offer-help", "he") == "help-consented"  # offered, never without their yes
    give_consent(w.case, "p1", to="help", how="window", by=w.county.actor("he"), at=w.later())
    w.step("offer-help", "he")
    w.step("supervise", "su", reason="快到期了，请抓紧")
    w.decided().served()
    w.step("start-execution", "he", obligations=[{"demand": 1, "state": "due"}])
    w.evidence()
    w.step("second-look", "officer")
    w.step("close", "he", obligations=[{"demand": 1, "state": "fulfilled"}])
    return w


def by_ruling(county) -> Walk:
    """Set a day, objected to and given back, objected to again and ruled on; then told the road to court."""
    w = petition(county, unit=None, once_key="ruled", phone="13900000002")
    said = {"objection_reasons": "不属人社职权", "proper_unit": "县住建局"}
    w.step("assign", "officer", lead_unit=w.county.units["labour"].pk, due_on="2026-12-31")
    w.step("object", "he", **said)
    w.step("agree-return", "officer")
    w.step("assign", "officer", lead_unit=w.county.units["labour"].pk, due_on="2026-12-31")
    w.step("object", "he", **said)
    w.step("rule", "su", lead_unit=w.county.units["housing"].pk, ruling_words="由住建局办理")
    w.step("refer", "housing_handler", route_answers=COURT, routes_text="可向清和县人民法院起诉，最晚2027年11月1日。")
    return w


def settled(county) -> Walk:
    """Reported up, objected to and kept; a helper added later objects, is kept and let go; settled between the two sides."""
    w = petition(county, unit=None, once_key="settled", phone="13900000003", decision={"respondents": ["某劳务公司"]})
    w.step("report-up", "officer")
    w.step("transfer", "officer", lead_unit=w.county.units["labour"].pk)
    said = {"objection_reasons": "没有在建工程", "proper_unit": "县交通局"}
    w.step("object", "he", **said)
    w.step("reject-return", "officer")
    w.step("add-helpers", "officer", helper_units=[w.county.units["housing"].pk])
    w.step("object-assignment", "housing_handler", assignment="a2", **said)
    w.step("keep-assignment", "officer", assignment="a2")
    w.step("release-assignment", "officer", assignment="a2")
    w.accepted().investigated()
    w.answer()
    w.evidence()
    w.step("second-look", "officer")
    w.paper("reconciliation-agreement", "he")
    agree(w)
    w.step("settle", "he")
    return w


def agree(w: Walk) -> None:
    """Each side consents and signs, each before somebody of the office; then the mediator and the seal."""
    he = w.county.actor("he")
    for party in ("p1", "p2"):
        give_consent(w.case, party, how="window", by=he, at=w.later())
    clause = {
        "who": "p2",
        "whom": "p1",
        "what": "支付拖欠的工资9560元",
        "fen": 956000,
        "due_on": "2026-12-20",
        "where": "转入申请人工资卡",
    }
    draft = draft_agreement(w.case, [clause], by=he, at=w.later())
    for who in ("p1", "p2", "mediator", "seal"):
        sign_agreement(w.case, who, seq=draft.seq, how="window", by=he, at=w.later())


def refused_and_opened_again(county) -> Walk:
    """Refused by an article, then opened again under supervision and given to another office."""
    w = petition(county, unit=None, once_key="again", phone="13900000004")
    w.step("refuse", "officer", refusal_ground="handled-in-time", same_matter_open=True, remedy_text="凭原编号查询")
    w.step("reopen", "su", lead_unit=w.county.units["labour"].pk, new_facts="原件并不是同一件事")
    w.accepted(same_matter_open=False)
    return w


def withdrawn(county) -> Walk:
    w = petition(county, once_key="withdrawn", phone="13900000005")
    w.paper("withdrawal-statement", "officer")
    w.called()
    w.step("withdraw", None)
    return w


WALKS = (to_the_end, by_ruling, settled, refused_and_opened_again, withdrawn)


def test_every_step_is_taken_and_every_end_reached(county):
    ends = {walk.__name__: (w := walk(county)).state for walk in WALKS}
    assert ends == {
        "to_the_end": "closed", "by_ruling": "referred", "settled": "settled", "refused_and_opened_again": "accepted",
        "withdrawn": "withdrawn",
    }  # fmt: skip
    assert walked("petition-claim") == (set(), set())
    whole(MONDAY + 3 * DAY)
    assert w.case.steps == Step.objects.filter(case=w.case).count()


def test_it_keeps_every_clock_of_the_law(county):
    w = petition(county, unit=None)
    assert {c: str(w.clock(c).due_at) for c in ("forward-by", "resident-waits")} == {
        "forward-by": "2026-12-01 16:00:00+00:00", "resident-waits": "2026-12-07 16:00:00+00:00",
    }  # fmt: skip
    w.step("transfer", "officer", lead_unit=county.units["labour"].pk)
    assert w.clock("forward-by").stopped_at == w.at
    assert str(w.clock("object-by").due_at) == "2026-11-23 16:00:00+00:00"  # five working days
    assert str(w.clock("notify-by").due_at) == "2026-12-01 16:00:00+00:00"  # fifteen days
    w.accepted()
    assert (
        str(w.clock("finish-by").due_at) == "2027-01-15 16:00:00+00:00"
    )  # sixty days, provisional: 2027 is not out yet
    w.step("extend", "he_head", extensions=[{"clock": "finish-by", "days": 30, "reason": "复杂"}])
    assert str(w.clock("finish-by").due_at) == "2027-02-15 16:00:00+00:00"
    w.investigated().decided()
    w.deliver("handling-opinion")
    assert w.clock("finish-by").stopped_at == w.at
    window = w.clock("review-window")
    assert window.started_at == w.at and window.binds == "complainant"


def test_it_is_objected_to_only_within_five_working_days(county):
    said = {"objection_reasons": "不属人社职权", "proper_unit": "县住建局"}
    w = petition(county)
    w.at = MONDAY + 7 * DAY  # the fifth working day, Monday 23 November
    assert w.refused("object", "he", objection_reasons="", proper_unit="x") == "objection-reasoned"
    w.step("object", "he", **said)
    late = petition(county, once_key="late")
    late.at = MONDAY + 8 * DAY
    assert late.refused("object", "he", **said) == "objection-window-open"


def test_a_helper_objects_in_its_own_time_whatever_the_lead_did(county):
    w = petition(county, helpers=("housing",)).accepted()  # the lead's own time to object ended with this
    said = {"objection_reasons": "没有在建工程", "proper_unit": "县交通局"}
    w.step("object-assignment", "housing_handler", assignment="a2", **said)
    assert w.state == "accepted"


def test_after_as_many_returns_as_are_set_there_is_only_a_ruling(county):
    w = petition(county)
    said = {"objection_reasons": "不属人社职权", "proper_unit": "县住建局"}
    assert (
        w.refused("rule", "su", lead_unit=county.units["housing"].pk, ruling_words="由住建局办理") == "returns-at-limit"
    )
    w.step("object", "he", **said)
    w.step("agree-return", "officer")
    w.step("transfer", "officer", lead_unit=county.units["labour"].pk)
    w.step("object", "he", **said)
    for name in ("agree-return", "reject-return"):
        assert w.refused(name, "officer") == "returns-below-limit"
    w.step("rule", "su", lead_unit=county.units["housing"].pk, ruling_words="由住建局办理")
    assert w.refused("rule", "su", lead_unit=county.units["labour"].pk, ruling_words="再改") == "no-ruling-stands"
    assert w.refused("object", "housing_handler", **said) == "objection-window-open"  # none after a ruling


def test_only_the_head_of_the_office_extends_and_only_once_and_by_thirty_days(county):
    w = petition(county).accepted()
    asked = {"clock": "finish-by", "days": 30, "reason": "须核对三年账册"}
    assert w.refused("extend", "he", extensions=[asked]) == "role"
    assert w.refused("extend", "housing_head", extensions=[asked]) == "role"
    assert w.refused("extend", "he_head", extensions=[asked | {"days": 31}]) == "extension-allowed"
    assert w.refused("extend", "he_head", extensions=[asked | {"reason": ""}]) == "extension-allowed"
    other = asked | {"clock": "execute-by", "approver": "unit-head"}
    assert w.refused("extend", "he_head", extensions=[other]) == "extension-allowed"  # carrying it out has no extension
    w.step("extend", "he_head", extensions=[asked])
    assert w.refused("extend", "he_head", extensions=[asked | {"days": 1}]) == "extension-allowed"
    easy = petition(county, once_key="easy", phone="13900000009", decision={"grade": "ordinary"}).accepted()
    assert easy.refused("extend", "he_head", extensions=[asked]) == "hard-grade"


def test_each_guard_says_no(county):
    units = county.units
    w = petition(county, unit=None, decision={"respondent_units": [units["housing"].pk], "respondents": ["某劳务公司"]})
    assert w.refused("transfer", "officer", lead_unit=units["housing"].pk) == "respondent-excluded"
    assert w.refused("refer", "officer", route_answers=SIX[:2], routes_text="x") == "route-screened"
    assert w.refused("refer", "officer", route_answers=SIX, routes_text="x") == "route-is-other"
    assert w.refused("refer", "officer", route_answers=COURT) == "routes-told"
    assert w.refused("refuse", "officer", refusal_ground="不归我们管", remedy_text="x") == "refusal-ground-listed"
    assert w.refused("refuse", "officer", refusal_ground="finally-decided", remedy_text="x") == "refusal-ground-listed"
    w.step("transfer", "officer", lead_unit=units["labour"].pk, helper_units=[units["village"].pk])
    assert w.refused("accept", "he", route_answers=SIX, recusal_declared=False) == "no-interest"
    assert w.refused("accept", "he", route_answers=SIX, remit_unit=False) == "unit-has-remit"
    assert w.refused("accept", "he", route_answers=COURT) == "route-is-six"
    assert w.refused("accept", "he", route_answers=SIX, same_matter_open=True) == "not-handled-elsewhere"
    w.accepted()
    assert w.refused("investigate", "he") == "paper"
    w.investigated()
    w.paper("reconciliation-agreement", "he")
    assert w.refused("settle", "he") == "both-consent"
    w.paper("handling-opinion", "he_head")
    assert w.refused("issue-opinion", "he_head", outcome="支持") == "every-demand-answered"
    w.answer()
    put_on_file(
        "handling-opinion", {"requests": ["支付9560元"]}, case=w.case, key=open_row(w.fresh().key), at=w.later()
    )
    assert w.refused("issue-opinion", "he_head", outcome="支持") == "opinion-complete"
    w.paper("handling-opinion", "he_head")
    assert w.refused("issue-opinion", "he_head", recusal_declared=False) == "no-interest"
    w.step("issue-opinion", "he_head", outcome="支持")
    assert w.refused("serve", "he") == "paper"
    w.deliver("acceptance-notice")
    assert w.refused("serve", "he") == "each-complainant-reached"  # the notice is not the opinion
    w.deliver("handling-opinion")
    w.step("serve", "he")
    for said in ([], [{"demand": 1, "state": "due"}], [{"state": "fulfilled"}], [{"demand": 9, "state": "fulfilled"}]):
        assert (
            w.refused("close", "he", obligations=said) == "obligations-settled"
        )  # nothing is settled by leaving it out
    assert w.refused("second-look", "officer") == "evidence-on-file"
    w.evidence()
    assert w.refused("close", "he", obligations=CARRIED) == "assignments-answered"
    w.step("release-assignment", "officer", assignment="a2")
    assert w.refused("close", "he", obligations=CARRIED) == "second-look-done"
    assert w.refused("second-look", "he") == "role"
    w.step("second-look", "officer")
    w.step("close", "he", obligations=CARRIED)
    assert w.state == "closed"
    whole(w.at)


def test_who_had_a_hand_in_it_does_not_look_again(county):
    """The petition office itself has the duty: nobody there checks its own work."""
    from jiefen.people.actions import post
    from tests.world import START

    post(county.people["officer"], county.units["petition"], "handler", at=START)
    w = petition(county, unit="petition")
    w.accepted("officer")
    w.evidence()
    assert w.refused("second-look", "officer") == "second-person"


def test_an_opinion_reaches_nobody_before_it_is_issued(county):
    w = petition(county).accepted().investigated()
    w.paper("handling-opinion", "he_head")
    with pytest.raises(StepRefused, match="还没有“出具处理意见书”"):
        w.deliver("handling-opinion")
    assert not Step.objects.filter(case=w.case, name="delivered").exists()


def test_what_could_not_be_delivered_says_how_and_why_and_starts_no_window(county):
    w = petition(county).accepted().investigated().decided()
    w.deliver("acceptance-notice")
    vain = {"to": "p1", "tried": "2026-11-25 上门", "why": "已搬走，电话停机"}
    assert w.refused("serve", "he", delivery=[{"to": "p1", "on": "2026-11-25"}]) == "each-complainant-reached"
    w.step("serve", "he", delivery=[vain])
    assert w.state == "served" and not w.case.deadlines.filter(clock="review-window").exists()
    assert w.clock("finish-by").stopped_at == w.at


def test_after_supervision_it_is_answered_and_served_and_looked_at_anew(county):
    w = to_the_end(county)
    assert w.refused("reopen", "he", lead_unit=county.units["labour"].pk, new_facts="未兑现") == "role"
    w.step("reopen", "officer", lead_unit=county.units["labour"].pk, new_facts="答应的款没有付")
    assert (w.state, w.case.is_open) == ("dispatched", True)
    w.accepted().investigated()
    with pytest.raises(StepRefused):
        w.deliver("handling-opinion")  # the old opinion is no answer any more
    w.paper("handling-opinion", "he_head")
    w.step("issue-opinion", "he_head", outcome="支持")
    assert w.refused("serve", "he") == "each-complainant-reached"
    w.served()
    assert (
        w.refused("close", "he") == "obligations-settled"
    )  # what was said of the opinion before says nothing of this one
    assert w.refused("close", "he", obligations=CARRIED) == "second-look-done"
    w.step("second-look", "officer")
    w.step("close", "he", obligations=CARRIED)
    assert w.clock("review-window").run == 1  # from the new service
    whole(w.at)


def test_the_stranger_takes_no_step_of_it(county):
    w = petition(county)
    for name in procedure("petition-claim").steps:
        with pytest.raises(StepRefused) as refused:
            take_step(w.case, name, by=county.actor("wen"), at=MONDAY + DAY, reason="x")
        assert refused.value.refusal.rule in ("role", "state")


def test_the_same_matter_within_its_time_elsewhere_is_not_accepted_twice(county):
    first = petition(county).accepted()
    again = petition(county, once_key="again")
    assert again.refused("accept", "he", route_answers=SIX) == "not-handled-elsewhere"
    again.step(
        "refuse",
        "he",
        refusal_ground="handled-in-time",
        remedy_text=ground_of("petition-claim", "handled-in-time").remedy,
    )
    assert again.state == "refused"
    other = petition(county, once_key="other", phone="13900000000")
    other.accepted()
    compared = petition(county, once_key="compared")
    compared.accepted(same_matter_open=False)  # two employers, two matters: somebody compared them and says so
    first.at = MONDAY + 61 * DAY
    late = petition(county, once_key="late", at=MONDAY + 61 * DAY)
    late.accepted()  # the first is over its sixty days: its time no longer bars the road
    assert Case.objects.filter(procedure="petition-claim", state="accepted").count() == 4


def test_an_answer_that_only_says_not_ours_is_no_answer(county):
    w = petition(county).accepted().investigated()
    w.paper("handling-opinion", "he_head")
    for remedy in ("请到有关部门反映", "不属我局职权", "可向县人民法院起诉"):
        w.answer("guided", remedy)
        assert w.refused("issue-opinion", "he_head", outcome="解释说明") == "every-demand-answered", remedy
    w.answer("guided", "可以向清和县人民法院起诉，最晚2027年11月16日")
    w.step("issue-opinion", "he_head", outcome="解释说明")


def test_a_delivery_names_somebody_of_the_case(county):
    w = petition(county).accepted().investigated().decided()
    with pytest.raises(StepRefused):
        deliver(
            w.case, paper="handling-opinion", person="p9", way="post", by=county.actor("he"), at=w.later(),
            proof=Proof(number="1"),
        )  # fmt: skip


def test_a_demand_without_an_answer_holds_up_the_opinion(county):
    w = petition(county, decision={"demands": ["支付9560元", "补缴社保"]}).accepted().investigated()
    w.paper("handling-opinion", "he_head")
    answer_demand(w.case, 1, outcome="supported", result="已付", basis="条例", remedy="可请求复查")
    assert w.refused("issue-opinion", "he_head", outcome="支持") == "every-demand-answered"
    answer_demand(w.case, 2, outcome="refused", result="已过时效", basis="条例第二十条", remedy="可请求复查")
    w.step("issue-opinion", "he_head", after=HOUR, outcome="部分支持")


def test_carrying_out_has_no_extension_and_the_file_says_why():
    clock = procedure("petition-claim").clocks["execute-by"]
    assert clock.extension is None and "32条" in clock.note and "34条" in clock.note
    assert [c.name for c in procedure("petition-claim").clocks.values() if c.extension] == ["finish-by"]


def test_an_opinion_that_supports_is_carried_out_demand_by_demand_before_it_is_closed(county):
    w = petition(county, decision={"demands": ["支付工资", "补缴保险", "公开账目"]})
    w.accepted().investigated()
    w.answer(only=(1, 2))
    w.answer("explained", "可以查阅，没有期限，向县人社局提出", only=(3,))
    w.paper("handling-opinion", "he_head")
    w.step("issue-opinion", "he_head", outcome="部分支持")
    w.served()
    w.evidence()
    w.step("second-look", "officer")
    w.step("start-execution", "he")
    assert w.refused("close", "he", obligations=CARRIED) == "obligations-settled"  # the second is still due
    w.step("close", "he", obligations=[*CARRIED, {"demand": 2, "state": "unfulfilled-told"}])
    assert w.state == "closed"


def test_each_who_complains_gets_the_refusal_on_a_copy_that_names_nobody_else(county):
    shi = {"name": "石建国", "phone": "13900000009", "once_key": "second", "text": "同一工地"}
    w = petition(county, unit=None, people=[shi])
    w.step("refuse", "officer", refusal_ground="road-exhausted")
    papers = Paper.objects.filter(case=w.case, kind="refusal-notice").order_by("to_party")
    key = open_row(w.fresh().key)
    names = {p.to_party: key.open(p.fields, field="paper")["applicant"] for p in papers}
    assert names == {"p1": "兰秀英", "p2": "石建国"} and len({p.number for p in papers}) == 2
