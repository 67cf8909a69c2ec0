"""Advice, talk, circular and listing: said by whom the law names, on paper, and advice is answered in writing."""

import pytest

from jiefen.cases.actions import StepRefused
from jiefen.cases.models import Deadline, Step
from jiefen.cases.tests.petitions import DAY, Walk, petition, whole
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.notices.models import Notice
from jiefen.oversight.measures import SORTS, Said, answer_advice, may_take, measures, take_measure
from jiefen.papers.models import Paper


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def w(county) -> Walk:
    return petition(county).accepted()


def say(w: Walk, sort: str, who: str, unit: str = "labour", **more) -> Step:
    at = w.later()
    words = {
        "problem": "受理后二十天没有开展调查", "request": "十日内完成调查取证", "about": "work", "when": at + DAY, "place": "县信访局二楼",
        "period": "2026年11月1日至16日", "counts": ("超期3件／交办20件，15.00％",), "deadline": local_day(at + 10 * DAY),
    } | more  # fmt: skip
    return take_measure(w.case, sort, w.county.units[unit].pk, Said(**words), by=w.county.actor(who, at), at=at)


def fields(w: Walk, kind: str) -> dict:
    return open_row(w.fresh().key).open(Paper.objects.get(case=w.case, kind=kind).fields, field="paper")


def test_each_is_a_row_and_a_numbered_paper_and_moves_no_clock(w):
    before = list(
        Deadline.objects.filter(case=w.case).values_list("clock", "key", "due_at", "stopped_at").order_by("pk")
    )
    for sort, who in (("advice", "officer"), ("talk", "su"), ("circular", "su"), ("listed", "su")):
        row = say(w, sort, who)
        paper = Paper.objects.get(case=w.case, kind=SORTS[sort].paper)
        assert row.name == SORTS[sort].row and paper.number and paper.step_id == row.pk
        assert Notice.objects.filter(person=w.county.people["he_head"], step=row.pk).exists()
    assert (
        list(Deadline.objects.filter(case=w.case).values_list("clock", "key", "due_at", "stopped_at").order_by("pk"))
        == before
    )
    assert fields(w, "talk-notice")["clause"] == "《信访工作条例》第三十九条"
    assert fields(w, "circular")["counts"] == ["超期3件／交办20件，15.00％"] and "兰" not in str(fields(w, "circular"))
    assert fields(w, "improvement-advice")["request-to-unit"].startswith("（改进工作）")
    assert w.state == "accepted"
    whole(w.at)


def test_advice_is_answered_in_writing_once_by_the_office_it_was_given_to(w):
    given = say(w, "advice", "officer")
    key = open_row(w.fresh().key)
    assert measures(w.case, key)[0].waits
    for who, adoption, reason, rule in (
        ("housing_head", "all", "照办", "role"), ("officer", "all", "照办", "role"), ("he_head", "maybe", "照办", "fact"), ("he_head", "none", " ", "reason"),
    ):  # fmt: skip
        with pytest.raises(StepRefused) as refused:
            answer_advice(
                w.case, given.seq, adoption=adoption, reason=reason, by=w.county.actor(who, w.later()), at=w.at
            )
        assert refused.value.refusal.rule == rule
    head = w.county.actor("he_head", w.later())
    row = answer_advice(w.case, given.seq, adoption="part", reason="已加派两人调查", by=head, at=w.at)
    assert (
        answer_advice(w.case, given.seq, adoption="part", reason="已加派两人调查", by=head, at=w.later()).pk == row.pk
    )
    with pytest.raises(StepRefused, match="已经答复过"):
        answer_advice(w.case, given.seq, adoption="none", reason="不必", by=head, at=w.at)
    assert fields(w, "advice-reply")["adoption"] == "部分采纳"
    (one,) = measures(w.case, key)
    assert not one.waits and one.answer["reason"] == "已加派两人调查" and one.paper and one.answer["paper"]
    assert Notice.objects.filter(person=w.county.people["officer"], step=row.pk).exists()


def test_who_the_law_does_not_name_takes_none_and_nothing_is_left_unsaid(w):
    assert set(may_take(w.case, w.county.actor("officer"))) == {"advice"}
    assert set(may_take(w.case, w.county.actor("su"))) == {"talk", "circular", "listed"}
    for who in ("he", "zhou", "lin", "wen", "an"):
        assert may_take(w.case, w.county.actor(who)) == []
        with pytest.raises(StepRefused):
            say(w, "listed", who)
    with pytest.raises(StepRefused) as refused:
        say(w, "advice", "officer", unit="housing")  # has no duty here
    assert refused.value.refusal.rule == "unit"
    for sort, who, wrong in (
        ("advice", "officer", {"about": ""}), ("advice", "officer", {"problem": ""}), ("talk", "su", {"when": w.at - DAY}),
        ("talk", "su", {"place": ""}), ("circular", "su", {"counts": ()}), ("listed", "su", {"deadline": None}),
    ):  # fmt: skip
        with pytest.raises(StepRefused) as refused:
            say(w, sort, who, **wrong)
        assert refused.value.refusal.rule == "fact"
    assert not Step.objects.filter(case=w.case, name__in=[s.row for s in SORTS.values()]).exists()
