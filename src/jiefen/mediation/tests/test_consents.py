"""Consent, taking back, signing: each is the person's own act, proved, and nobody's of the other side."""

from datetime import date

import pytest

from jiefen.cases.tests.petitions import DAY
from jiefen.kernel.scope import scope
from jiefen.mediation.actions import (
    change_obligation,
    draft_agreement,
    fulfil,
    give_consent,
    sign_agreement,
    tell_unfulfilled,
    withdraw_consent,
)  # fmt: skip
from jiefen.mediation.actions.agreements import AgreementRefused
from jiefen.mediation.actions.consents import ConsentRefused
from jiefen.mediation.actions.obligations import ObligationRefused
from jiefen.mediation.models import Agreement, Consent, Obligation, Signature
from jiefen.mediation.proofs import NotProved
from jiefen.mediation.queries import agreement_for
from jiefen.mediation.tests.test_labour import labour
from jiefen.mediation.tests.walk import CLAUSES
from tests.world import MONDAY


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def test_lan_agrees_by_her_code_with_the_second_thing_and_not_by_the_session_alone(county):
    w = labour(county)
    for wrong in ("", "0000"):
        with pytest.raises(NotProved, match="手机尾号"):
            give_consent(w.case, "p1", how="code", by=None, at=MONDAY, fresh=wrong)
    given = give_consent(w.case, "p1", how="code", by=None, at=MONDAY, fresh="2061")
    assert (given.party, given.given_on, given.written_by) == ("p1", date(2026, 11, 16), None)
    assert give_consent(w.case, "p1", how="code", by=None, at=MONDAY, fresh="2061").pk == given.pk  # twice is once


def test_nobody_of_the_staff_agrees_by_code_for_somebody(county):
    w = labour(county)
    with pytest.raises(NotProved, match="不能代办"):
        give_consent(w.case, "p1", how="code", by=county.actor("ming"), at=MONDAY, fresh="2061")


def test_shi_has_no_code_and_agrees_at_the_window_or_on_paper(county):
    w = labour(county)
    with pytest.raises(NotProved):
        give_consent(w.case, "p2", how="code", by=None, at=MONDAY, fresh="2061")
    with pytest.raises(NotProved, match="先上传"):
        give_consent(w.case, "p2", how="paper", by=county.actor("ming"), at=MONDAY)
    with pytest.raises(NotProved, match="不是本件的附件"):
        give_consent(w.case, "p2", how="paper", by=county.actor("ming"), at=MONDAY, proof=999_999)
    assert give_consent(w.case, "p2", how="paper", by=county.actor("ming"), at=MONDAY, proof=w.file()).proof_id


@pytest.mark.parametrize("who", ["wen", "he", "lin", "an"])
def test_only_whoever_works_on_it_writes_it_down(county, who):
    w = labour(county)
    with pytest.raises(NotProved, match="经办本件"):
        give_consent(w.case, "p1", how="window", by=county.actor(who), at=MONDAY)


def test_the_other_side_never_writes_it_down(county):
    """Shi's side is an office here; its clerk sits at the window, but not for Lan."""
    from jiefen.people.actions import post
    from tests.world import START

    w = labour(county, decision={"respondents": [], "respondent_units": [county.units["labour"].pk]})
    post(county.people["he"], county.units["centre"], "clerk", at=START)
    with pytest.raises(NotProved):
        give_consent(w.case, "p1", how="window", by=county.actor("he"), at=MONDAY)
    assert (
        give_consent(w.case, "p1", how="window", by=county.actor("zhou"), at=MONDAY).written_by_id
        == county.people["zhou"].pk
    )


def test_taking_back_needs_no_reason_and_can_be_undone_by_agreeing_again(county):
    w = labour(county)
    with pytest.raises(ConsentRefused, match="没有表示过"):
        withdraw_consent(w.case, "p1", how="code", by=None, at=MONDAY, fresh="2061")
    w.consent()
    gone = withdraw_consent(w.case, "p1", how="code", by=None, at=MONDAY, fresh="2061")
    assert (
        withdraw_consent(w.case, "p1", how="code", by=None, at=MONDAY + DAY, fresh="2061").withdrawn_at
        == gone.withdrawn_at
    )
    w.consent("p1")
    assert Consent.objects.filter(case=w.case, party="p1").count() == 2


@pytest.mark.parametrize(("key", "to"), [("p9", "mediation"), ("", "mediation"), ("p1", "silence")])
def test_it_refuses_nobody_and_what_cannot_be_agreed_to(county, key, to):
    w = labour(county)
    with pytest.raises(ConsentRefused):
        give_consent(w.case, key, to=to, how="window", by=county.actor("ming"), at=MONDAY)
    with pytest.raises(ConsentRefused, match="晚于今天"):
        give_consent(w.case, "p1", how="window", by=county.actor("ming"), at=MONDAY, given_on=date(2027, 1, 1))


def test_nobody_sees_who_of_the_other_side_has_signed_before_all_have(county):
    w = labour(county).in_session()
    w.agreed(leave_out=("p1", "seal"))
    assert agreement_for(w.case, "p1").signed == [] and agreement_for(w.case, "p1").signed_by_me_at is None
    assert agreement_for(w.case, "p2").signed == [] and agreement_for(w.case, "p2").signed_by_me_at is not None
    with scope("resident", [k for k in w.fresh().doors if k % 4 == 3]):
        assert not Signature.objects.exists() and not Agreement.objects.exists()  # by row nobody of a side reads any
    with scope("staff", county.actor("ming").keys):
        assert not Signature.objects.exists() and Agreement.objects.count() == 1
    w.agreed()
    assert set(agreement_for(w.case, "p1").signed) == {"p1", "p2", "mediator", "seal"}
    assert agreement_for(w.case, "p1").in_force_since == date(2026, 11, 16)


def test_a_new_draft_lets_the_old_signatures_fall(county):
    w = labour(county).in_session()
    w.agreed(leave_out=("p1",))
    by = county.actor("ming", w.later())
    new = draft_agreement(w.case, [CLAUSES[0] | {"fen": 900000}], by=by, at=w.at)
    with pytest.raises(AgreementRefused, match="换了一稿"):
        sign_agreement(w.case, "p1", seq=new.seq - 1, how="code", by=None, at=w.at, fresh="2061")
    sign_agreement(w.case, "p1", seq=new.seq, how="code", by=None, at=w.at, fresh="2061")
    assert not Obligation.objects.exists()
    assert draft_agreement(w.case, [CLAUSES[0] | {"fen": 900000}], by=by, at=w.at).pk == new.pk


def test_only_the_mediator_drafts_and_only_who_agreed_signs(county):
    w = labour(county).in_session()
    for who in ("wen", "zhou", "he"):
        with pytest.raises(AgreementRefused, match="起草"):
            draft_agreement(w.case, CLAUSES, by=county.actor(who), at=w.at)
    made = draft_agreement(w.case, CLAUSES, by=county.actor("ming"), at=w.at)
    w.withdraw("p1")
    with pytest.raises(AgreementRefused, match="没有同意调解"):
        sign_agreement(w.case, "p1", seq=made.seq, how="code", by=None, at=w.at, fresh="2061")
    for who in ("mediator", "seal"):
        with pytest.raises(AgreementRefused, match="调解员由本人"):
            sign_agreement(w.case, who, seq=made.seq, how="window", by=county.actor("zhou"), at=w.at)
    for nobody in ("p9", "p3"):
        with pytest.raises(AgreementRefused, match="没有这位当事人"):
            sign_agreement(w.case, nobody, seq=made.seq, how="window", by=county.actor("ming"), at=w.at)


def test_a_promise_lives_until_it_is_kept_told_or_changed(county):
    w = labour(county).in_session()
    w.agreed()
    one = Obligation.objects.get(case=w.case)
    ming = county.actor("ming")
    with pytest.raises(ObligationRefused, match="履行凭证"):
        fulfil(one, by=ming, at=w.at)
    with pytest.raises(ObligationRefused, match="还没有到"):
        tell_unfulfilled(one, by=ming, at=w.at, words="可申请支付令")
    with pytest.raises(ObligationRefused, match="经办本件"):
        fulfil(one, by=county.actor("wen"), at=w.at, words="付了")
    new = change_obligation(one, by=ming, at=w.at, proof=w.file(), due_on=date(2027, 1, 31), fen=500000)
    assert (new.fen, new.due_on, new.state) == (500000, date(2027, 1, 31), "due")
    assert change_obligation(one, by=ming, at=w.at, proof=w.file(), due_on=date(2027, 1, 31), fen=500000).pk == new.pk
    late = w.at + 90 * DAY
    told = tell_unfulfilled(new, by=county.actor("ming", late), at=late, words="可向清和县法院申请支付令")
    assert told.state == "unfulfilled-told"
    assert fulfil(told, by=county.actor("ming", late), at=late, words="后来付了").state == "fulfilled"
    with pytest.raises(ObligationRefused, match="已经了结"):
        tell_unfulfilled(told, by=county.actor("ming", late), at=late, words="…")
