"""Review, second review, and what comes after: the same facts are registered and answered, and helped."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import StepRefused, open_next
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.tests.petitions import DAY, HOUR, SIX, Walk, petition, reviewers, walked, whole
from jiefen.kernel import outbox
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.papers.models import Paper
from jiefen.procedures.grounds import ground_of
from jiefen.triage.actions import BadDecision
from tests.world import MONDAY


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def county(county):
    reviewers(county)
    return county


def answered(county, **more) -> Walk:
    return petition(county, **more).accepted().investigated().decided().served()


def ask(w: Walk, to: str, person: str = "p1", after: timedelta = DAY, **more) -> Walk:
    """The person asks by their own code."""
    child, row = open_next(w.case, to, by=None, for_party=person, at=w.later(after), reason="不服", **more)
    outbox.work(row.pk)
    return Walk(w.county, Case.objects.select_related("key").get(pk=child.pk), w.at)


def reviewed(w: Walk, looks: str = "fu", decides: str = "gov_head", serves: bool = True) -> Walk:
    """A review from its request to its end."""
    r = ask(w, "petition-review")
    r.paper("review-application", looks)
    r.step("accept", looks)
    r.paper("investigation-record", looks)
    r.step("investigate", looks, session_note="调阅原卷")
    return _decided(r, "review-opinion", decides, serves, looks)


def _decided(r: Walk, opinion: str, decides: str, serves: bool, looks: str) -> Walk:
    r.answer("refused", "可以自收到之日起三十日内向市人民政府请求复核")
    r.paper(opinion, decides)
    r.step("decide", decides, outcome="维持")
    if serves:
        r.deliver(opinion, who=looks)
        r.step("serve", looks)
    return r


def rereviewed(w: Walk, looks: str = "gao", decides: str = "tang") -> Walk:
    """A second review with a hearing, to its end."""
    r = ask(w, "petition-rereview")
    r.paper("rereview-application", looks)
    r.step("accept", looks)
    r.paper("investigation-record", looks)
    r.step("investigate", looks, session_note="调阅原卷")
    r.step("call-hearing", "city_head")
    r.paper("hearing-record", looks)
    r.step("end-hearing", looks, after=5 * DAY)
    return _decided(r, "rereview-opinion", decides, True, looks)


def refused_review(w: Walk, to: str, looks: str, paper: str) -> Walk:
    r = ask(w, to, after=31 * DAY)
    r.paper(paper, looks)
    assert r.refused("accept", looks) == "review-window-open"
    r.step("refuse", looks, refusal_ground="window-over", remedy_text="有正当理由的可以再次请求")
    return r


def withdrawn_review(w: Walk, to: str) -> Walk:
    r = ask(w, to)
    r.paper("withdrawal-statement", "officer")
    r.called()
    r.step("withdraw", None)
    return r


def test_every_step_and_end_of_both_reviews_is_walked(county):
    first = reviewed(answered(county))
    last = rereviewed(first)
    assert (first.state, last.state) == ("served", "served")
    late = answered(county, once_key="late", phone="13900000001")
    assert refused_review(late, "petition-review", "fu", "review-application").state == "refused"
    second = reviewed(answered(county, once_key="second", phone="13900000002"))
    assert refused_review(second, "petition-rereview", "gao", "rereview-application").state == "refused"
    gone = answered(county, once_key="gone", phone="13900000003")
    assert withdrawn_review(gone, "petition-review").state == "withdrawn"
    third = reviewed(answered(county, once_key="third", phone="13900000004"))
    assert withdrawn_review(third, "petition-rereview").state == "withdrawn"
    assert walked("petition-review") == (set(), set())
    assert walked("petition-rereview") == (set(), set())
    whole(MONDAY + 90 * DAY)


def test_the_office_above_has_the_duty_from_the_request_on_and_the_window_stops(county):
    w = answered(county)
    r = ask(w, "petition-review")
    assert r.fresh().lead_unit_id == county.units["gov"].pk and r.case.arose_from_id == w.case.pk
    assert w.clock("review-window").stopped_at == r.at
    assert local_day(r.clock("finish-by").due_at - HOUR) == local_day(r.at) + 30 * DAY
    assert Party.objects.get(case=r.case, role="complainant").receipt == Party.objects.get(case=w.case).receipt
    rr = ask(reviewed(answered(county, once_key="b", phone="13900000001")), "petition-rereview")
    assert rr.fresh().lead_unit_id == county.units["city"].pk


def test_none_of_those_who_handled_it_reviews_it(county):
    from jiefen.people.actions import post

    w = answered(county)
    with pytest.raises(StepRefused, match="不能办理对自己意见的复查"):
        open_next(
            w.case,
            "petition-review",
            by=county.actor("officer"),
            for_party="p1",
            at=w.later(),
            lead=county.units["labour"].pk,
        )
    r = ask(w, "petition-review")
    r.paper("review-application", "fu")
    r.step("accept", "fu")
    r.paper("investigation-record", "fu")
    r.step("investigate", "fu", session_note="调阅")
    r.answer("refused")
    r.paper("review-opinion", "fu")
    assert r.refused("decide", "fu", outcome="维持") == "second-person"  # who looked into it does not decide alone
    post(county.people["he"], county.units["gov"], "review-officer", at=r.at)
    assert r.refused("decide", "he", outcome="维持") == "second-person"  # nor who handled the petition
    r.step("decide", "bao", outcome="维持")


def test_without_an_office_above_it_says_where_to_go(county):
    from jiefen.people.models import Posting

    w = answered(county)
    Posting.objects.filter(role="review-officer").update(until=MONDAY)
    with pytest.raises(StepRefused, match="请到任一窗口提出"):
        ask(w, "petition-review")


def test_the_window_is_weighed_on_the_day_of_asking_not_of_looking(county):
    w = answered(county)
    r = ask(w, "petition-review", after=29 * DAY)
    r.paper("review-application", "fu")
    r.step("accept", "fu", after=4 * DAY)
    assert r.state == "reviewing"


def test_a_good_reason_opens_a_late_review(county):
    w = answered(county)
    r = ask(w, "petition-review", after=40 * DAY, facts={"late-reason": "住院，有病历"})
    r.paper("review-application", "fu")
    assert r.refused("refuse", "fu", refusal_ground="window-over", remedy_text="x") == "refusal-ground-listed"
    r.step("accept", "fu")


def test_without_proof_of_receipt_no_window_ran(county):
    w = petition(county).accepted().investigated().decided()
    w.deliver("acceptance-notice")
    w.step("serve", "he", delivery=[{"to": "p1", "tried": "上门两次", "why": "不在家"}])
    r = ask(w, "petition-review", after=200 * DAY)
    r.paper("review-application", "fu")
    r.step("accept", "fu")


def test_a_review_of_what_came_from_outside_counts_from_the_day_written_down(county):
    from jiefen.cases.actions import CaseDraft, DemandDraft, PartyDraft, open_case

    for n, (day, rule) in enumerate((("2026-11-01", None), ("2026-10-01", "review-window-open"))):
        case = open_case(
            CaseDraft(
                "petition-review", "对三年前答复的复查", "0705", county.areas["liuhe"].pk, county.units["centre"].pk, "window",
                [DemandDraft("支付9560元")], [PartyDraft("complainant", "兰秀英", phone=f"1390000100{n}")],
                lead=county.units["gov"].pk, facts={"reply-received-on": day},
            ),
            by=None, at=MONDAY, recorded_at=MONDAY,
        )  # fmt: skip
        r = Walk(county, case, MONDAY)
        r.paper("review-application", "fu")
        if rule:
            assert r.refused("accept", "fu", reply_received_on=day) == rule
        else:
            r.step("accept", "fu", reply_received_on=day)


def test_each_guard_of_the_reviews_says_no(county):
    r = ask(answered(county), "petition-review")
    assert r.refused("accept", "fu") == "paper"
    r.paper("review-application", "fu")
    assert r.refused("accept", "fu", recusal_declared=False) == "no-interest"
    assert r.refused("refuse", "fu", refusal_ground="finally-decided", remedy_text="x") == "refusal-ground-listed"
    assert (
        r.refused("refuse", "fu", refusal_ground="window-over", remedy_text="x") == "refusal-ground-listed"
    )  # it runs
    assert r.refused("withdraw", None) == "paper"
    r.paper("withdrawal-statement", "officer")
    assert r.refused("withdraw", None) == "free-withdrawal"
    r.step("accept", "fu")
    assert r.refused("decide", "gov_head", outcome="维持") == "paper"
    r.paper("review-opinion", "gov_head")
    assert r.refused("decide", "gov_head", outcome="维持") == "every-demand-answered"
    r.answer("refused")
    r.step("decide", "gov_head", outcome="维持")
    r.deliver("acceptance-notice", who="fu")
    assert r.refused("serve", "fu") in ("each-complainant-reached", "paper")
    r.deliver("review-opinion", who="fu")
    r.step("serve", "fu")
    assert r.clock("rereview-window").stopped_at is None


def test_a_hearing_stands_outside_the_thirty_days_of_the_second_review(county):
    r = ask(reviewed(answered(county)), "petition-rereview")
    due = r.clock("finish-by").due_at
    r.paper("rereview-application", "gao")
    r.step("accept", "gao")
    r.step("call-hearing", "city_head", after=2 * DAY)
    assert r.clock("finish-by").due_at is None and r.clock("finish-by").paused
    r.paper("hearing-record", "gao")
    r.step("end-hearing", "gao", after=4 * DAY)
    assert r.clock("finish-by").due_at == due + 5 * DAY  # the first day and the last are taken out too


def test_the_same_facts_are_registered_and_answered_not_accepted_again_and_helped(county):
    last = rereviewed(reviewed(answered(county)))
    again = petition(county, unit=None, once_key="again", at=last.at + DAY)
    again.at = last.at + DAY
    assert again.refused("transfer", "officer", lead_unit=county.units["labour"].pk) == "not-finally-decided"
    assert again.refused("assign", "officer", lead_unit=county.units["labour"].pk) == "not-finally-decided"
    for who in ("he", "officer"):  # nor by an office that got it directly
        assert again.refused("accept", who, route_answers=SIX) in ("not-finally-decided", "role")
    ground = ground_of("petition-claim", "finally-decided")
    row = again.step("refuse", "officer", refusal_ground=ground.code, remedy_text=ground.remedy)
    assert again.state == "refused" and row.codes["refusal-ground"] == "finally-decided"
    assert "社会救助" in ground.remedy and "国家司法救助" in ground.remedy and ground.article == "L-XF:36"
    papers = {p.kind: p for p in Paper.objects.filter(case=again.case)}
    assert set(papers) >= {"petition-register", "refusal-notice"}  # registered, and answered in writing
    said = open_row(again.fresh().key).open(papers["refusal-notice"].fields, field="paper")
    assert said["right-route"] == ground.remedy  # and helped: where to ask for aid, who fills in the form with them
    listed, _row = open_next(again.case, "long-standing-case", by=None, for_party="p1", at=again.later())
    assert listed.procedure == "long-standing-case"
    whole(again.at)


def test_new_facts_open_it_and_another_matter_was_never_closed(county):
    last = rereviewed(reviewed(answered(county)))
    at = last.at + DAY
    fresh = petition(county, unit=None, once_key="fresh", at=at)
    fresh.at = at
    fresh.step("transfer", "officer", lead_unit=county.units["labour"].pk, new_facts="找到了三年的考勤表原件")
    fresh.accepted()
    assert fresh.refused("refuse", "officer", refusal_ground="finally-decided") in ("state", "role")
    other = petition(county, unit=None, once_key="other", at=at, decision={"kind": "0601"})
    other.at = at
    other.step("transfer", "officer", lead_unit=county.units["labour"].pk)
    somebody = petition(county, unit=None, once_key="else", at=at, phone="13911111111", name="石建国")
    somebody.at = at
    somebody.step("transfer", "officer", lead_unit=county.units["labour"].pk)


def test_out_of_the_second_review_only_new_facts_lead_to_a_new_petition_that_is_handed_on(county):
    last = rereviewed(reviewed(answered(county)))
    for n, facts in enumerate(({}, {"new-facts": "新的鉴定结论"})):
        child, _row = open_next(last.case, "petition-claim", by=None, for_party="p1", at=last.later(), facts=facts)
        w = Walk(county, Case.objects.select_related("key").get(pk=child.pk), last.at)
        if n:
            w.step("transfer", "officer", lead_unit=county.units["labour"].pk)
        else:
            assert w.refused("transfer", "officer", lead_unit=county.units["labour"].pk) == "not-finally-decided"
            w.step("refuse", "officer", refusal_ground="finally-decided", remedy_text="可申请社会救助")


def test_a_decision_at_the_desk_says_so_and_registers_all_the_same(county):
    last = rereviewed(reviewed(answered(county)))
    at = last.at + DAY
    with pytest.raises(BadDecision, match="不再受理"):
        petition(county, once_key="again", at=at)
    w = petition(county, once_key="once more", unit=None, at=at)
    assert w.state == "registered"
    handed = petition(county, once_key="fresh", at=at, decision={"extra": {"new-facts": "找到了考勤表"}})
    assert handed.state == "dispatched"


def test_a_decision_made_before_us_counts_when_somebody_writes_it_down(county):
    w = petition(county, unit=None)
    outside = [{"number": "市复核〔2019〕7号", "on": "2019-05-06"}]
    assert (
        w.refused("transfer", "officer", lead_unit=county.units["labour"].pk, final_decisions=outside)
        == "not-finally-decided"
    )
    w.step("refuse", "officer", refusal_ground="finally-decided", final_decisions=outside, remedy_text="可申请社会救助")


def test_what_lies_in_the_vault_is_never_found(county):
    last = rereviewed(reviewed(answered(county)))
    Case.objects.filter(pk=last.case.pk).update(stratum=2)
    w = petition(county, unit=None, once_key="again", at=last.at + DAY)
    w.at = last.at + DAY
    w.step("transfer", "officer", lead_unit=county.units["labour"].pk)


def test_a_review_may_send_the_matter_back_as_a_new_petition(county):
    r = reviewed(answered(county))
    child, row = open_next(r.case, "petition-claim", by=county.actor("officer"), at=r.later(), reason="责令重新办理")
    assert child.arose_from_id == r.case.pk and row.codes["opens"] == "petition-claim"
    w = Walk(county, Case.objects.select_related("key").get(pk=child.pk), r.at)
    w.step("transfer", "officer", lead_unit=county.units["labour"].pk, after=HOUR)
    w.accepted()
    assert Step.objects.filter(case=w.case, name="accept").exists() and SIX
    whole(w.at)
