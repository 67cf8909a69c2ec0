"""Deciding: once, by somebody who may see it, whole or not at all."""

from dataclasses import fields, replace

import pytest

from jiefen.cases.models import Case, Step
from jiefen.intake.models import Intake
from jiefen.kernel.models import Counter
from jiefen.kernel.scope import scope
from jiefen.papers.models import Paper
from jiefen.triage.actions import AlreadyDecided, BadDecision, Decision, decide
from jiefen.triage.models import TriageDecision
from tests.world import MONDAY


@pytest.fixture
def waiting(county) -> Intake:
    receipt = county.intake()
    with scope("worker"):
        return Intake.objects.get(pk=receipt.intake_id)


def untouched(intake: Intake) -> None:
    """Nothing was written: no case, no step, no paper, no number, and the intake waits as before."""
    with scope("worker"):
        assert Intake.objects.get(pk=intake.pk).state == "waiting"
        for model in (Case, Step, Paper, TriageDecision):
            assert not model.objects.exists(), model
        assert not Counter.objects.filter(series__startswith="case").exists()


def good(county) -> Decision:
    return Decision(action="open", kind="0701", unit=county.units["labour"].pk, demands=["付9560元"])


NONSENSE = [
    "x" * 6000,
    "\0",
    "999999",
    "不存在",
    None,
    -1,
    0,
    10**30,
    999_999,
    True,
    [],
    ["\0"],
    [None],
    [999_999],
    {},
    object(),
]
PLAIN = {"urgent": {True}}


@pytest.mark.parametrize("name", [f.name for f in fields(Decision)])
def test_nonsense_in_any_field_is_refused_with_a_sentence(county, waiting, name):
    refused = 0
    for value in NONSENSE:
        if isinstance(value, bool) and name == "urgent":
            continue
        try:
            decide(waiting, replace(good(county), **{name: value}), by=county.actor("zhou"), at=MONDAY)
        except BadDecision as bad:
            refused += 1
            assert any("\u4e00" <= letter <= "\u9fff" for letter in str(bad)), (name, value, str(bad))
            untouched(waiting)
        else:  # a value that may stand there: an empty list, a free text
            with scope("worker"):
                Paper.objects.all().delete()
                TriageDecision.objects.all().delete()
            return
    assert refused


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"action": "delete"}, "请选择"),
        ({"kind": "9999"}, "类型"),
        ({"area_code": "123456789012"}, "区域"),
        ({"unit": 999_999}, "单位不存在"),
        ({"helpers": [999_999]}, "单位不存在"),
        ({"respondent_units": [999_999]}, "单位不存在"),
        ({"procedure": "no-such"}, "没有这种办理程序"),
        ({"procedure": "campaign"}, "不能由来件直接启动"),
        ({"grade": "huge"}, "难度"),
        ({"flags": ["<script>"]}, "标记"),
        ({"title": "题" * 201}, "最多200字"),
        ({"demands": ["付" * 5001]}, "最多5000字"),
        ({"demands": ["付\0"]}, "不能保存"),
        ({"demands": "付钱"}, "逐项"),
        ({"action": "refuse", "reason": "不属"}, "条款"),
        ({"action": "refuse", "article": "L-XF:19"}, "理由"),
        ({"action": "refer", "reason": "属法院"}, "转到哪里"),
        ({"action": "refer", "reason": "属法院", "to_unit": 999_999}, "单位不存在"),
        ({"action": "join", "case": 999_999}, "没有这件在办事项"),
        ({"action": "join"}, "没有这件在办事项"),
    ],
)
def test_it_says_what_is_wrong(county, waiting, changes, says):
    with pytest.raises(BadDecision, match=says):
        decide(waiting, replace(good(county), **changes), by=county.actor("zhou"), at=MONDAY)
    untouched(waiting)


def test_a_unit_that_is_complained_of_gets_nothing_and_nothing_is_half_done(county, waiting):
    labour = county.units["labour"].pk
    with pytest.raises(BadDecision, match="被投诉"):
        decide(waiting, replace(good(county), respondent_units=[labour]), by=county.actor("zhou"), at=MONDAY)
    untouched(waiting)


def test_wen_cannot_decide_what_is_not_his(county, waiting):
    for name in ("wen", "he", "an", "keeper"):
        with pytest.raises(BadDecision, match="没有这件来件"):
            decide(waiting, good(county), by=county.actor(name), at=MONDAY)
    untouched(waiting)


def test_the_second_is_told_who_was_first(county, waiting):
    decide(waiting, good(county), by=county.actor("zhou"), at=MONDAY)
    with pytest.raises(AlreadyDecided, match="周敏"):
        decide(waiting, good(county), by=county.actor("su"), at=MONDAY)
    with scope("worker"):
        assert Case.objects.count() == 1


def test_a_refusal_and_a_referral_each_leave_their_notice(county):
    for n, (what, kind) in enumerate(
        [
            (Decision(action="refuse", article="L-XF:19", reason="属诉讼途径"), "refusal-notice"),
            (Decision(action="refer", to_road="external-court", reason="属法院"), "route-notice"),
        ]
    ):
        receipt = county.intake(once_key=f"r-{n}", text=f"第{n}件")
        with scope("worker"):
            intake = Intake.objects.get(pk=receipt.intake_id)
        decide(intake, what, by=county.actor("zhou"), at=MONDAY)
        with scope("worker"):
            assert list(Paper.objects.filter(intake=intake.pk).values_list("kind", flat=True)) == [kind]
