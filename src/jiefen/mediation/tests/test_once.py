"""Consent, drafts, signatures and promises: pressed twice they are written once, and nobody writes over somebody else."""

import pytest

from jiefen.cases.tests.petitions import HOUR
from jiefen.kernel.scope import scope
from jiefen.mediation.actions import (
    change_obligation,
    check_bars,
    draft_agreement,
    fulfil,
    give_consent,
    sign_agreement,
    withdraw_consent,
)  # fmt: skip
from jiefen.mediation.actions.agreements import AgreementRefused
from jiefen.mediation.actions.consents import ConsentRefused, words_so_far
from jiefen.mediation.actions.obligations import ObligationRefused
from jiefen.mediation.models import Agreement, Consent, Groundwork, Obligation, Signature
from jiefen.mediation.tests.test_labour import labour
from jiefen.mediation.tests.walk import CLAUSES
from jiefen.people.actions import post
from tests.committed import at_once, committed  # noqa: F401
from tests.world import MONDAY, START

OTHER = [CLAUSES[0] | {"fen": 500000}]


@pytest.fixture
def eyes(db):
    with scope("worker"):
        yield


def second_mediator(county):
    """Zhu mediates too."""
    post(county.people["housing_handler"], county.units["justice"], "mediator", at=START)
    return county.actor("housing_handler")


def test_a_yes_sent_again_after_it_was_taken_back_is_not_a_new_yes(eyes, county):
    w = labour(county)
    zhou = county.actor("zhou")
    send = {"how": "window", "by": zhou, "expected": words_so_far(w.case)}
    given = give_consent(w.case, "p1", at=MONDAY, **send)
    assert give_consent(w.case, "p1", at=MONDAY + HOUR, **send).pk == given.pk
    withdraw_consent(w.case, "p1", how="window", by=zhou, at=MONDAY + HOUR)
    with pytest.raises(ConsentRefused, match="又记下了一次同意或撤回"):
        give_consent(w.case, "p1", at=MONDAY + 2 * HOUR, **send)
    assert Consent.objects.count() == 1
    give_consent(w.case, "p1", at=MONDAY + 2 * HOUR, **(send | {"expected": words_so_far(w.case)}))
    assert Consent.objects.count() == 2


def test_a_draft_does_not_write_over_one_that_came_meanwhile(eyes, county):
    w = labour(county)
    ming, zhu = county.actor("ming"), second_mediator(county)
    first = draft_agreement(w.case, CLAUSES, by=ming, at=MONDAY, expected=0)
    assert draft_agreement(w.case, CLAUSES, by=ming, at=MONDAY + HOUR, expected=0).pk == first.pk
    with pytest.raises(AgreementRefused, match="明志远已存了第1稿"):
        draft_agreement(w.case, OTHER, by=zhu, at=MONDAY + HOUR, expected=0)
    assert draft_agreement(w.case, OTHER, by=zhu, at=MONDAY + HOUR, expected=1).seq == 2


def test_what_somebody_found_is_not_written_over_from_an_old_page(eyes, county):
    w = labour(county)
    ming, zhu = county.actor("ming"), second_mediator(county)
    found = check_bars(w.case, by=zhu, at=MONDAY, bars=["法院已受理"], expected=0)
    assert check_bars(w.case, by=zhu, at=MONDAY + HOUR, bars=["法院已受理"], expected=0).pk == found.pk
    with pytest.raises(ConsentRefused, match="已有人核对过"):
        check_bars(w.case, by=ming, at=MONDAY + HOUR, expected=0)
    assert Groundwork.objects.filter(kind="bars").count() == 1


def test_a_promise_is_settled_once_and_the_second_is_told_by_whom(eyes, county):
    w = labour(county)
    w.in_session()
    w.agreed()
    one = Obligation.objects.get()
    ming, zhu = county.actor("ming", w.at), second_mediator(county)
    done = fulfil(one, by=ming, at=w.later(), words="收到了")
    assert fulfil(one, by=ming, at=w.later(), words="收到了").changed_at == done.changed_at
    with pytest.raises(ObligationRefused, match="明志远已记为“已履行”"):
        fulfil(one, by=zhu, at=w.later(), words="只收到一半")


def test_a_promise_is_changed_once(eyes, county):
    from datetime import date

    w = labour(county)
    w.in_session()
    w.agreed()
    one, proof = Obligation.objects.get(), w.file("变更.pdf")
    send = {"by": county.actor("ming", w.at), "at": w.later(), "proof": proof, "due_on": date(2027, 1, 20)}
    new = change_obligation(one, **send)
    assert change_obligation(one, **send).pk == new.pk and Obligation.objects.count() == 2
    with pytest.raises(ObligationRefused, match="已经变更过"):
        change_obligation(one, **(send | {"due_on": date(2027, 2, 20)}))


def test_consents_and_signatures_at_once_are_one_each(committed):  # noqa: F811
    county = committed
    with scope("worker"):
        w = labour(county)
        w.in_session()
        ming, zhou = county.actor("ming", w.at), county.actor("zhou", w.at)
        proof = w.file()
    said = {"how": "window", "at": w.at, "to": "help"}
    given = at_once(*(lambda by=by: give_consent(w.case, "p1", by=by, **said) for by in (ming, zhou, ming)))
    assert len({getattr(c, "pk", c) for c in given}) == 1, given
    drafts = at_once(
        *(lambda c=c: draft_agreement(w.case, c, by=ming, at=w.at, expected=0) for c in (CLAUSES, OTHER, CLAUSES))
    )
    made = {d.pk for d in drafts if isinstance(d, Agreement)}
    assert len(made) == 1 and all("已存了第1稿" in str(d) for d in drafts if isinstance(d, Exception)), drafts
    signs = [
        lambda who=who, how=how, file=file: sign_agreement(w.case, who, seq=1, how=how, by=ming, at=w.at, proof=file)
        for who, how, file in (
            ("p1", "paper", proof),
            ("p2", "paper", proof),
            ("mediator", "window", None),
            ("seal", "window", None),
        )
        for _twice in "xx"
    ]
    answers = [*at_once(*signs[:4]), *at_once(*signs[4:])]
    assert all(isinstance(a, Agreement) for a in answers), answers
    with scope("worker"):
        assert Consent.objects.filter(to="help").count() == 1
        assert Signature.objects.count() == 4
        assert Agreement.objects.get().state == "effective" and Obligation.objects.count() == 1
