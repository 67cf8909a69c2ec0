"""Pressed twice it is one paper and one number; of two at once one wins and the other is told who was first."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import StepRefused, deliver, take_step
from jiefen.cases.integrity import verify
from jiefen.cases.models import Deadline, Step
from jiefen.cases.proofs import Proof
from jiefen.cases.tests.petitions import petition
from jiefen.files.models import StoredFile
from jiefen.kernel.scope import scope
from jiefen.papers.actions import PaperRefused, add_seal, complete, draft_by_hand, serve, set_seal, void
from jiefen.papers.actions.filing import Newer
from jiefen.papers.actions.once import seen
from jiefen.papers.models import Paper
from jiefen.papers.tests.papers_walk import OPINION, to_opinion
from jiefen.papers.tests.test_verbs import seal_png, serials
from tests.committed import at_once, committed  # noqa: F401
from tests.world import MONDAY

HOUR = timedelta(hours=1)
LATER = MONDAY + timedelta(days=30)
SCAN = (b"%PDF-1.4 signed slip\n%%EOF", "送达回证.pdf")
TOLD = {"facts": "工资表已核对", "evidence": "工资表", "opinion": "应付9560元", "basis": "条例第三十条", **OPINION}


@pytest.fixture
def eyes(db):
    with scope("worker"):
        yield


def to_draft(county):
    w = petition(county)
    w.accepted().investigated()
    w.answer()
    return w


def drafting(county, w, who="he_head", **other):
    said = {"by": county.actor(who, w.at), "unit": county.units["labour"], "at": w.at, "expected": 0} | other
    return lambda fields=TOLD: draft_by_hand(w.case, "handling-opinion", fields, **said)


def test_a_draft_sent_again_is_one_paper_even_when_the_matter_has_moved_on(eyes, county):
    w = to_draft(county)
    send = drafting(county, w)
    first = send()
    assert send().pk == first.pk and serials("handling-opinion") == [1]
    w.step("issue-opinion", "he_head")
    assert send().pk == first.pk, "the answer of the first was lost, and meanwhile the opinion was issued"
    with pytest.raises(PaperRefused, match="不需要"):
        drafting(county, w, expected=1)()


def test_a_draft_from_an_old_page_says_who_made_one_meanwhile(eyes, county):
    w = to_draft(county)
    first = drafting(county, w, "he")()
    with pytest.raises(Newer, match=r"何静已出具《.*处理意见书》清人.*先看过那一份"):
        drafting(county, w)()
    with pytest.raises(Newer):
        drafting(county, w, "he")(TOLD | {"opinion": "应付5000元"})
    assert seen(w.case, "handling-opinion") == 1
    second = drafting(county, w, expected=1)()  # pressed once more it is meant
    assert second.number != first.number and serials("handling-opinion") == [1, 2]


def test_a_paper_is_voided_and_filled_in_once(eyes, county):
    w = to_opinion(county)
    paper, head = Paper.objects.get(case=w.case, kind="handling-opinion"), county.actor("he_head")
    gone = void(paper, by=head, at=w.at, reason="名字写错")
    assert void(paper, by=head, at=LATER, reason="名字写错").void_at == gone.void_at
    with pytest.raises(PaperRefused, match="已经作废"):
        void(paper, by=county.actor("he"), at=LATER, reason="名字写错")
    w.step("call-hearing", "he_head")
    notice = Paper.objects.get(case=w.case, kind="hearing-notice")
    typed = {"time": "2026年12月1日 9:00", "place": "三楼会议室"}
    first = complete(notice, typed, by=head, at=w.at)
    assert complete(notice, typed, by=head, at=LATER).completed_at == first.completed_at
    with pytest.raises(PaperRefused, match="没有空着"):
        complete(notice, typed | {"place": "二楼"}, by=head, at=LATER)


def test_a_delivery_is_written_down_once(eyes, county):
    w = to_opinion(county)
    w.step("issue-opinion", "he_head")
    he, proof = county.actor("he", w.at), Proof(number="XA1")
    send = {"paper": "handling-opinion", "person": "p1", "way": "post", "by": he, "role": "handler", "proof": proof}
    seen_rows = w.fresh().steps
    first = deliver(w.case, at=w.later(), expected=seen_rows, **send)
    assert deliver(w.case, at=w.later(), expected=seen_rows, **send).pk == first.pk
    assert deliver(w.case, at=first.at, **send).pk == first.pk, "the very same moment is the very same delivery"
    with pytest.raises(StepRefused) as refused:
        deliver(w.case, at=w.later(), expected=seen_rows, **(send | {"proof": Proof(number="XA2")}))
    assert refused.value.refusal.rule == "newer" and "何静" in str(refused.value)
    assert Step.objects.filter(case=w.case, name="delivered").count() == 1
    assert Deadline.objects.filter(case=w.case, clock="review-window").count() == 1


def test_a_delivery_that_names_its_paper_reaches_one_person_once(eyes, county):
    w = to_opinion(county)
    w.step("issue-opinion", "he_head")
    paper = Paper.objects.get(case=w.case, kind="handling-opinion")
    send = {
        "paper": "handling-opinion",
        "person": "p1",
        "way": "post",
        "by": county.actor("he", w.at),
        "role": "handler",
    }
    first = deliver(w.case, at=w.later(), proof=Proof(number="XA1", document=paper.pk), **send)
    assert deliver(w.case, at=w.later(), proof=Proof(number="XA1", document=paper.pk), **send).pk == first.pk
    with pytest.raises(StepRefused, match="已经送达此人，不用再记：何静"):
        deliver(w.case, at=w.later(), proof=Proof(number="XA2", document=paper.pk), **send)


def test_a_delivery_sent_again_keeps_its_proof_once(eyes, county):
    w = to_opinion(county)
    w.step("issue-opinion", "he_head")
    paper = Paper.objects.get(case=w.case, kind="handling-opinion")
    send = {"person": "p1", "way": "direct", "by": county.actor("he", w.at), "role": "handler", "upload": SCAN}
    first = serve(paper, at=w.later(), **send)
    files, slips = StoredFile.objects.count(), Paper.objects.filter(kind="service-record").count()
    assert serve(paper, at=w.later(), **send).pk == first.pk
    assert (StoredFile.objects.count(), Paper.objects.filter(kind="service-record").count()) == (files, slips)


def test_two_write_down_a_delivery_at_once(committed):  # noqa: F811
    county = committed
    w = issued(county)
    he, head = county.actor("he", w.at), county.actor("he_head", w.at)

    def send(by):
        return lambda: serve(w.paper_, person="p1", way="post", by=by, at=LATER, proof=Proof(number="XA1"))

    answers = at_once(send(he), send(head))
    one_wins(answers, PaperRefused, "已经送达此人，不用再记：何")
    again = send(he if isinstance(answers[0], Step) else head)
    assert {getattr(row, "pk", row) for row in at_once(again, again)} == {a.pk for a in answers if isinstance(a, Step)}
    with scope("worker"):
        assert Step.objects.filter(case=w.case, name="delivered").count() == 1
        assert Paper.objects.filter(case=w.case, kind="service-record").count() == 1
    assert not list(verify(files=False))


def issued(county):
    with scope("worker"):
        w = to_opinion(county)
        w.step("issue-opinion", "he_head")
        w.paper_ = Paper.objects.get(case=w.case, kind="handling-opinion")
    return w


def one_wins(answers, refusal, says):
    late = [a for a in answers if isinstance(a, refusal)]
    assert len(late) == len(answers) - 1 and not [a for a in answers if isinstance(a, Exception) and a not in late], (
        answers
    )
    assert all(says in str(a) for a in late), late


def test_two_draft_the_same_paper_at_once(committed):  # noqa: F811
    county = committed
    with scope("worker"):
        w = to_draft(county)
    he, head = drafting(county, w, "he"), drafting(county, w)
    answers = at_once(he, head)
    one_wins(answers, Newer, "先看过那一份")
    winner = he if isinstance(answers[0], Paper) else head
    twice = at_once(winner, winner)
    assert len({getattr(paper, "pk", paper) for paper in twice}) == 1, twice
    with scope("worker"):
        assert serials("handling-opinion") == [1], "one number, and none is missing"


def test_two_presses_of_the_seal_at_once_are_one_seal(committed):  # noqa: F811
    county = committed
    w = issued(county)
    with scope("worker"):
        add_seal(county.units["labour"], seal_png(), by=county.actor("an"), at=MONDAY)
    head = county.actor("he_head", w.at)
    answers = at_once(
        *(lambda at=w.at + n * HOUR: set_seal(w.paper_, by=head, at=at) for n in (1, 2)),
        lambda: void(w.paper_, by=head, at=w.at + 3 * HOUR, reason="重做"),
    )
    sealed = [a for a in answers if isinstance(a, Paper) and not a.void_at]
    refused = [str(a) for a in answers if isinstance(a, Exception)]
    assert len({a.seal_at for a in sealed}) <= 1 and all("已经作废的文书不能盖章" in says for says in refused), answers
    with scope("worker"):
        row = Paper.objects.get(pk=w.paper_.pk)
    assert row.void_at is not None and (row.seal_at is None) == (not sealed)


def test_a_step_of_a_party_written_down_by_two_at_once_is_one_row(committed):  # noqa: F811
    county = committed
    with scope("worker"):
        w = petition(county)
        w.paper("withdrawal-statement", "officer")
        w.called()
        rows = w.fresh().steps
    he, officer = county.actor("he", w.at), county.actor("officer", w.at)
    send = {"at": w.later(), "for_party": "p1", "expected": rows, "facts": {"withdrawal-check": "本人自愿"}}
    answers = at_once(*(lambda by=by: take_step(w.case, "withdraw", by=by, **send) for by in (he, he, officer)))
    done = [a for a in answers if isinstance(a, Step)]
    assert len({row.pk for row in done}) == 1, answers
    late = [a for a in answers if isinstance(a, StepRefused)]
    assert len(late) + len(done) == 3 and all(a.refusal.rule in ("newer", "state") for a in late), answers
    with scope("worker"):
        assert Step.objects.filter(case=w.case, name="withdraw").count() == 1
