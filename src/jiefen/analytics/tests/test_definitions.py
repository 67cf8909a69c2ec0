"""The declarations hold together, print as they were worked by hand, and refuse what does not hold."""

from functools import cache

import pytest

from jiefen.analytics.definitions import FILE, QUESTIONS, IndicatorError, catalogue, load
from jiefen.analytics.printing import percent, ratio, share
from jiefen.procedures.loader import load_vocabulary, procedure_files, trusted

pytestmark = pytest.mark.rules

TEXT = FILE.read_text("utf-8")
GOOD = "  intakes: {name: 来件数, sentence: 本期收到多少来件, numerator: 本期登记的来件,"


@cache
def ground():
    words = load_vocabulary()
    return words, [trusted(path.read_text("utf-8"), words) for path in procedure_files()]


def problems(text: str) -> str:
    with pytest.raises(IndicatorError) as refused:
        load(text, *ground())
    return "\n".join(refused.value.problems)


@pytest.mark.parametrize(
    ("numerator", "denominator", "prints"),
    [
        (184, 187, "98.40"),
        (1, 8, "12.50"),
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (1, 16, "6.25"),
        (1, 32, "3.13"),
        (0, 7, "0.00"),
        (0, 0, "—"),
    ],
)
def test_it_prints_two_decimals_half_up_and_never_a_rate_of_nothing(numerator: int, denominator: int, prints: str):
    assert percent(numerator, denominator) == prints


def test_it_prints_both_counts_with_a_rate():
    assert share(184, 187) == "184 / 187 = 98.40 %"
    assert share(0, 0) == "0 / 0 = —"
    assert ratio(112, 106) == "1.06"


def test_it_has_every_worked_example_right():
    for example in catalogue().examples:
        if "numerator" in example and example["prints"].endswith("%"):
            assert share(example["numerator"], example["denominator"]) == example["prints"]
    assert len(catalogue().examples) == 8


def test_it_has_one_numbered_file_for_each_question_and_no_other():
    asked = {i.question for i in catalogue().indicators.values() if i.connected}
    assert asked | {"00-ground"} == {path.stem for path in QUESTIONS.glob("*.sql")}
    for name in asked:
        text = (QUESTIONS / f"{name}.sql").read_text("utf-8")
        assert text.startswith(f"-- 问题 {int(name[:2])}　") and "？" in text.splitlines()[0]


def test_it_says_honestly_what_is_not_connected():
    known = catalogue().indicators
    assert len(known) == 54
    assert sum(i.connected for i in known.values()) == 26
    assert not known["satisfied-with-office"].connected


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (GOOD, GOOD.replace("sentence: 本期收到多少来件, ", ""), "intakes：缺少 sentence"),
        (GOOD, GOOD + " colour: red,", "intakes：不认识 colour"),
        ('source: "L-XF:21", mark: A', 'source: "X-XX:21", mark: A', "来源 X-XX 没有登记"),
        ("mark: A, question: 01-intakes", "mark: Q, question: 01-intakes", "标记 Q"),
        ("question: 01-intakes", "question: 77-nothing", "没有 questions/77-nothing.sql"),
        (
            "question: 01-intakes, shape: count, by: at",
            "question: 01-intakes, shape: count, by: recorded",
            "by 只会按发生时间",
        ),
        ("clocks: [sign-by]", "clocks: [sign-bye]", "没有一个程序有时限 sign-bye"),
        ("exclusions: [withdrawn]", "exclusions: [withdrawnn]", "排除 withdrawnn 没有解释"),
        ('"184 / 187 = 98.40 %", source-says', '"184 / 187 = 98.60 %", source-says', "应写作 184 / 187 = 98.40 %"),
        ("total: 1985", "total: 1986", "合计要对"),
        ("  accepted:", "  intakes:", "写了2次"),
    ],
)
def test_it_refuses_what_does_not_hold(before: str, after: str, says: str):
    assert before in TEXT
    assert says in problems(TEXT.replace(before, after, 1))
