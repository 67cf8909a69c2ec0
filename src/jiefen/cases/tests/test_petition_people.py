"""Several people in one petition: each with their own receipt, clocks, service and window."""

import pytest

from jiefen.cases.actions import StepRefused, correct, leave, open_next, take_step
from jiefen.cases.models import Case, Deadline, Party, Step
from jiefen.cases.proofs import Proof
from jiefen.cases.tests.petitions import DAY, HOUR, Walk, petition, reviewers, whole
from jiefen.kernel import outbox
from jiefen.kernel.scope import scope
from jiefen.papers.actions import PaperRefused, serve
from jiefen.papers.models import Paper
from tests.world import MONDAY

MORE = (
    {"name": "石建国", "phone": "13800000002", "text": "同一工地也欠我工资"},
    {"name": "兰小妹", "phone": "13800000003", "text": "也欠我的"},
)


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def three(county) -> Walk:
    reviewers(county)
    return petition(county, people=MORE)


def held(w: Walk, clock: str) -> dict[str, Deadline]:
    return {d.key: d for d in Deadline.objects.filter(case=w.case, clock=clock).order_by("run")}


def free(w: Walk, person: str) -> None:
    """A statement of somebody, and an independent call to them after it."""
    w.paper("withdrawal-statement", "officer")
    w.called(party=person)


def test_each_has_a_receipt_and_clocks_of_their_own(three):
    people = Party.objects.filter(case=three.case, role="complainant").order_by("pk")
    assert [p.key for p in people] == ["p1", "p2", "p3"] and len({p.receipt for p in people}) == 3
    assert set(held(three, "notify-by")) == set(held(three, "resident-waits")) == {"p1", "p2", "p3"}
    three.accepted()
    assert set(held(three, "finish-by")) == {"p1", "p2", "p3"}
    assert all(d.stopped_at == three.at for d in held(three, "notify-by").values())
    notices = Paper.objects.filter(case=three.case, kind="acceptance-notice")
    assert {p.to_party for p in notices} == {"p1", "p2", "p3"}


def test_a_paper_that_reaches_one_moves_only_theirs(three):
    w = three.accepted().investigated().decided()
    w.deliver("handling-opinion", "p2")
    assert {k: d.stopped_at is not None for k, d in held(w, "finish-by").items()} == {
        "p1": False,
        "p2": True,
        "p3": False,
    }
    assert set(held(w, "review-window")) == {"p2"}
    with pytest.raises(StepRefused, match="还有2位反映人（第1位兰＊＊、第3位兰＊＊）没有送达记录"):
        w.step("serve", "he")
    w.deliver("handling-opinion", "p1", after=DAY)
    w.step("serve", "he", delivery=[{"to": "p3", "tried": "上门两次", "why": "外出务工，电话停机"}])
    done = held(w, "finish-by")
    assert done["p2"].stopped_at < done["p1"].stopped_at < done["p3"].stopped_at == w.at
    assert set(held(w, "review-window")) == {"p1", "p2"}  # no proof, no window
    whole(w.at)


def test_a_review_that_one_asks_for_leaves_the_others_theirs(three):
    w = three.accepted().investigated().decided().served(("p1", "p2", "p3"))
    child, row = open_next(w.case, "petition-review", by=None, for_party="p2", at=w.later(DAY))
    assert [p.receipt for p in Party.objects.filter(case=child, role="complainant").order_by("pk")] == [
        Party.objects.get(case=w.case, key="p2").receipt
    ]
    assert row.codes["persons"] == ["p2"]
    stopped = {k: d.stopped_at is not None for k, d in held(w, "review-window").items()}
    assert stopped == {"p1": False, "p2": True, "p3": False}
    with pytest.raises(StepRefused, match=child.number):
        open_next(w.case, "petition-review", by=None, for_party="p2", at=w.later(DAY))
    other, _row = open_next(w.case, "petition-review", by=None, for_party="p3", at=w.later(DAY))
    assert other.pk != child.pk
    whole(w.at)


def test_the_window_of_a_review_is_that_of_who_asks(three):
    w = three.accepted().investigated().decided()
    w.deliver("handling-opinion", "p1")
    w.deliver("handling-opinion", "p2", after=20 * DAY)
    w.deliver("handling-opinion", "p3")
    w.step("serve", "he")
    for person, rule in (("p1", "review-window-open"), ("p2", None)):
        child, row = open_next(
            w.case, "petition-review", by=None, for_party=person, at=w.later(12 * DAY if person == "p1" else HOUR)
        )
        outbox.work(row.pk)
        r = Walk(w.county, Case.objects.select_related("key").get(pk=child.pk), w.at)
        r.paper("review-application", "fu")
        if rule:
            assert r.refused("accept", "fu") == rule
        else:
            r.step("accept", "fu")


def test_one_leaves_and_the_matter_goes_on_for_the_others(three):
    w = three.accepted()
    free(w, "p2")
    assert w.refused("withdraw", None) == "others-remain"
    row = leave(w.case, "p2", by=None, at=w.later())
    assert (row.name, row.codes["person"], row.by_role, w.state) == ("left", "p2", "applicant", "accepted")
    assert {k: d.stopped_at is not None for k, d in held(w, "finish-by").items()} == {
        "p1": False,
        "p2": True,
        "p3": False,
    }
    w.investigated().decided()
    w.deliver("handling-opinion", "p1")
    w.deliver("handling-opinion", "p3")
    w.step("serve", "he")  # nothing is owed to who left
    assert w.state == "served"
    whole(w.at)


def test_leaving_is_as_free_as_withdrawing_and_each_is_asked(three):
    w = three
    with pytest.raises(StepRefused) as refused:
        leave(w.case, "p2", by=None, at=w.later())
    assert refused.value.refusal.rule == "paper"
    w.paper("withdrawal-statement", "officer")
    with pytest.raises(StepRefused) as refused:
        leave(w.case, "p2", by=None, at=w.later())
    assert refused.value.refusal.rule == "free-withdrawal"
    w.called(party="p1")  # somebody else was asked, not who takes it back
    with pytest.raises(StepRefused) as refused:
        leave(w.case, "p2", by=None, at=w.later())
    assert refused.value.refusal.rule == "free-withdrawal"
    w.called(party="p2")
    leave(w.case, "p2", by=county_officer(w), at=w.later())  # written down by who heard it
    with pytest.raises(StepRefused) as refused:  # the call was about the first
        leave(w.case, "p3", by=None, at=w.later())
    assert refused.value.refusal.rule == "free-withdrawal"
    free(w, "p3")
    leave(w.case, "p3", by=None, at=w.later())
    with pytest.raises(StepRefused, match="没有其他反映人了"):
        leave(w.case, "p1", by=None, at=w.later())
    free(w, "p1")
    w.step("withdraw", None)
    assert w.state == "withdrawn"
    whole(w.at)


def county_officer(w: Walk):
    return w.county.actor("officer", w.at)


def test_nobody_else_takes_somebody_out(three):
    free(three, "p2")
    for by, person in ((three.county.actor("wen"), "p2"), (None, "p9")):
        with pytest.raises(StepRefused):
            leave(three.case, person, by=by, at=three.later())
    assert not Step.objects.filter(case=three.case, name="left").exists()


def test_who_left_takes_no_more_steps_and_opens_nothing_but_may_come_again(three):
    free(three, "p2")
    leave(three.case, "p2", by=None, at=three.later())
    with pytest.raises(StepRefused):
        leave(three.case, "p2", by=None, at=three.later())
    with pytest.raises(StepRefused):
        take_step(three.case, "withdraw", by=None, for_party="p2", at=three.later())
    with pytest.raises(StepRefused):
        open_next(three.case, "petition-suggestion", by=None, for_party="p2", at=three.later())
    again = petition(three.county, unit=None, once_key="again", name="石建国", phone="13800000002", at=MONDAY + DAY)
    assert again.state == "registered"


def test_who_joins_later_begins_on_their_own_day(county):
    from jiefen.intake.models import Intake
    from jiefen.triage.actions import Decision, decide

    w = petition(county).accepted()
    receipt = county.intake(at=MONDAY + 10 * DAY, **MORE[0])
    intake = Intake.objects.get(pk=receipt.intake_id)
    decide(intake, Decision("join", case=w.case.pk), by=county.actor("officer"), at=MONDAY + 10 * DAY)
    due = held(w, "finish-by")
    assert due["p2"].started_at == MONDAY + 10 * DAY and due["p1"].started_at < due["p2"].started_at
    assert w.fresh().next_due_at <= due["p1"].due_at


def joins(w: Walk, person: dict[str, str]) -> None:
    """Somebody comes in now, an hour on."""
    from jiefen.intake.models import Intake
    from jiefen.triage.actions import Decision, decide

    receipt = w.county.intake(at=w.later(), **person)
    intake = Intake.objects.get(pk=receipt.intake_id)
    decide(intake, Decision("join", case=w.case.pk), by=w.county.actor("officer", w.at), at=w.at)


def test_the_answer_of_others_is_none_to_who_came_after_it(county):
    reviewers(county)
    w = petition(county).accepted().investigated().decided()
    w.deliver("handling-opinion", "p1")
    joins(w, MORE[0])
    with pytest.raises(StepRefused, match="这位反映人还没有参加进来") as refused:
        w.deliver("handling-opinion", "p2")
    assert refused.value.refusal.rule == "joined-later"
    assert held(w, "finish-by")["p2"].stopped_at is None and "p2" not in held(w, "review-window")
    tried = [{"to": "p2", "tried": "上门两次", "why": "外出务工，电话停机"}]
    with pytest.raises(StepRefused, match="还有1位反映人（第2位石＊＊）没有送达记录"):
        w.step("serve", "he", delivery=tried)

    opinion = Step.objects.get(case=w.case, name="issue-opinion")
    correct(
        w.case,
        by=county.actor("he_head", w.later()),
        at=w.at,
        reason="还有一位反映人的诉求没有答复",
        step=opinion.seq,
        void=True,
    )
    assert w.state == "investigating"
    w.later(DAY)
    w.decided()
    w.deliver("handling-opinion", "p2")
    w.deliver("handling-opinion", "p1")
    w.step("serve", "he")
    assert w.state == "served" and set(held(w, "review-window")) == {"p1", "p2"}
    whole(w.at)


def test_a_reply_written_before_somebody_came_in_is_not_theirs(county):
    w = petition(county, decision={"procedure": "petition-suggestion", "kind": "2501"})
    w.step("take", "he")
    w.paper("suggestion-reply", "he")
    written = Paper.objects.get(case=w.case, kind="suggestion-reply")
    joins(w, MORE[0])
    by = county.actor("he", w.later())
    said = {
        "way": "post",
        "by": by,
        "role": "handler",
        "unit": by.held[0].unit_id,
        "at": w.at,
        "proof": Proof(number="EMS1"),
    }
    with pytest.raises(PaperRefused, match="里面没有答复他的诉求"):
        serve(written, person="p2", **said)
    serve(written, person="p1", **said)
    w.paper("suggestion-reply", "he")
    again = Paper.objects.filter(case=w.case, kind="suggestion-reply").latest("pk")
    serve(again, person="p2", **(said | {"at": w.later()}))
