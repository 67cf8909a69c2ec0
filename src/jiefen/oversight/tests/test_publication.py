"""The opinion of a second review after a hearing may be made public, with nobody recognisable in it."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import StepRefused
from jiefen.cases.actions.record import history
from jiefen.cases.models import Case, Step
from jiefen.cases.tests.petitions import DAY, Walk, reviewers, whole
from jiefen.cases.tests.test_petition_review import answered, ask, rereviewed, reviewed
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.oversight.publication import PAPER, publish, published, suggested, take_down, uncovered, why_not
from jiefen.papers.models import Paper

WORDS = "经听证，申请人请求支付工资，原处理意见事实清楚，予以维持。"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def last(county) -> Walk:
    reviewers(county)
    return rereviewed(reviewed(answered(county)))


def post(w: Walk, words: str = WORDS, who: str = "tang", days: int = 7, **more) -> Step:
    at = w.later()
    said = {
        "where": "市政务服务中心公告栏",
        "since": local_day(at),
        "until": local_day(at) + timedelta(days=days),
    } | more
    return publish(w.case, words=words, by=w.county.actor(who, at), at=at, **said)


def test_it_is_a_row_and_a_paper_and_can_be_taken_down(last):
    before = {d.clock: d.due_at for d in last.fresh().deadlines.all()}
    row = post(last)
    assert last.state == "served" and {d.clock: d.due_at for d in last.fresh().deadlines.all()} == before
    paper = Paper.objects.get(case=last.case, kind=PAPER)
    fields = open_row(last.case.key).open(paper.fields, field="paper")
    assert (
        paper.number
        and paper.step_id == row.pk
        and fields["body"] == WORDS
        and fields["place"] == "市政务服务中心公告栏"
    )
    with pytest.raises(StepRefused, match="已经在公示"):
        post(last, WORDS + "补充。")
    down = take_down(last.case, reason="公示期满", by=last.county.actor("gao", last.later()), at=last.at)
    assert take_down(last.case, reason="公示期满", by=last.county.actor("gao", last.later()), at=last.at).pk == down.pk
    (one,) = published(last.case, open_row(last.case.key))
    assert one.down and one.why_down == "公示期满" and one.paper == paper.pk
    whole(last.at)


def test_nobody_is_recognisable_in_it(last):
    for words, sort in ((WORDS + "兰秀英", "姓名"), (WORDS + "兰 秀 英", "姓名"), (WORDS + "电话13800002061", "电话或证件号码"), (WORDS + "电话138****2061", "电话或证件号码"), (WORDS + "45039919900101123X", "电话或证件号码")):  # fmt: skip
        with pytest.raises(StepRefused, match=sort) as refused:
            post(last, words)
        assert refused.value.refusal.rule == "masked"
    key = open_row(last.fresh().key)
    assert uncovered(suggested(last.case, key), [{"name": "兰秀英", "phone": "13800002061"}]) == []
    opinion = Paper.objects.get(case=last.case, kind="rereview-opinion")
    told = (key.open(opinion.fields, field="paper") or {}) | {
        "inquiry": "兰秀英，电话13800002061，证件45039919900101123X。"
    }
    Paper.objects.filter(pk=opinion.pk).update(fields=key.seal(told, field="paper"))
    covered = suggested(last.case, key)
    assert "电话＊＊＊＊，证件＊＊＊＊。" in covered and "2061" not in covered and "兰秀英" not in covered
    assert not Step.objects.filter(case=last.case, name="published").exists()


def test_without_a_hearing_or_before_it_is_served_or_where_few_may_see_nothing_is(last, county):
    rows = history(last.case)
    assert why_not(last.fresh(), rows) == ""
    assert "没有举行过听证" in why_not(last.case, [r for r in rows if r.name != "end-hearing"])
    last.case.state = "decided"
    assert "还没有送达" in why_not(last.case, rows)
    last.case.state, last.case.flags = "served", ["minor-harmed"]
    assert "限制知悉" in why_not(last.case, rows)
    last.case.flags, last.case.stratum = [], Case.Stratum.RESTRICTED
    assert "限制知悉" in why_not(last.case, rows)
    claim = Case.objects.get(procedure="petition-claim")
    assert "只有复核意见" in why_not(claim, rows)
    asked = ask(reviewed(answered(county, once_key="b", phone="13900000001")), "petition-rereview")
    with pytest.raises(StepRefused, match="没有举行过听证"):
        post(asked, who="gao")


def test_nobody_but_the_reviewing_office_publishes(last):
    for who in ("he", "su", "officer", "wen", "fu"):
        with pytest.raises(StepRefused) as refused:
            post(last, who=who)
        assert refused.value.refusal.rule == "role"
    for wrong in ({"where": ""}, {"until": local_day(last.at) - DAY}, {"words": " "}):
        with pytest.raises(StepRefused):
            post(last, **wrong)
