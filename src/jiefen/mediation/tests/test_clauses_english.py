"""What is wrong with a clause is said in the language of the page; the pure rule keeps its Chinese."""

import re
from datetime import date

import pytest
from django.utils import translation

from jiefen.desk.language import say
from jiefen.mediation.clauses import AT_ONCE, LONGEST, MOST_CLAUSES, Clause, lint

DAY = date(2026, 11, 16)
GOOD = {"who": "p2", "whom": "p1", "what": "支付工资9560元", "due_on": "2026-12-20", "where": "汇款", "fen": 956_000}
WRONG = [
    {"who": ""}, {"whom": "x"}, {"who": "p1"}, {"what": "修"}, {"what": "修水管" * LONGEST}, {"fen": 0}, {"fen": None, "what": "支付工资"},
    {"due_on": ""}, {"due_on": "明天"}, {"due_on": "2026-01-01"}, {"where": " "}, {"what": "双方离婚，各自生活"}, {"what": "不再上访，事情了结"},
    {"what": "打工抵债两个月"},
    *({"what": f"{word}修好水管"} for word in ("尽快", "适当", "合理", "酌情", "左右", "若干", "相关费用", "视情况", "有钱", "争取")),
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=lambda w: next(iter(w.items()))[0])
def test_every_sentence_is_said_in_english(wrong):
    defects = lint([Clause(**(GOOD | wrong))], parties=["p1", "p2"], signed_on=DAY)
    assert defects
    with translation.override("en"):
        for one in defects:
            assert not re.search("[\u4e00-\u9fff]", say(one.says)), say(one.says)
            assert "clause 1 " in say(one.says).lower() + " "
    assert all(one.says.startswith("第1条") for one in defects)


def test_so_are_those_about_the_whole():
    many = [Clause(**(GOOD | {"due_on": AT_ONCE}))] * (MOST_CLAUSES + 1)
    for clauses in ([], many):
        for one in lint(clauses, parties=["p1", "p2"], signed_on=DAY):
            with translation.override("en"):
                assert not re.search("[\u4e00-\u9fff]", say(one.says)), say(one.says)
