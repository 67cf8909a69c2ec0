"""What is wrong with a clause, each defect by name."""

from dataclasses import replace
from datetime import date

import pytest

from jiefen.mediation.clauses import AT_ONCE, Clause, clauses_from, lint

pytestmark = pytest.mark.rules
GOOD = Clause("p2", "p1", "支付瓷砖工资9560元", "2026-12-20", "汇入兰秀英的工资卡", 956000)
DAY = date(2026, 11, 16)


def says(*clauses: Clause) -> list[str]:
    return [d.says for d in lint(clauses, parties=("p1", "p2"), signed_on=DAY)]


def test_a_clear_agreement_has_no_defect():
    assert says(GOOD) == []
    assert says(replace(GOOD, due_on=AT_ONCE), replace(GOOD, what="清走门前的水泥和沙", fen=None)) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"who": ""}, "由哪一方"), ({"who": "p9"}, "案外人"), ({"whom": ""}, "向哪一方"), ({"whom": "p2"}, "同一个人"),
        ({"what": "付钱"}, "做什么"), ({"what": "支付全部工资", "fen": None}, "多少"), ({"fen": 0}, "大于零"), ({"fen": -5}, "大于零"),
        ({"fen": True}, "大于零"), ({"due_on": ""}, "哪一天"), ({"due_on": "下个月"}, "不是一个日期"), ({"due_on": "2026-11-15"}, "早于"),
        ({"where": " "}, "在哪里"), ({"what": "尽快支付工资9560元"}, "尽快"), ({"what": "酌情补偿500元"}, "酌情"),
        ({"what": "双方离婚，房屋归女方"}, "身份关系"), ({"what": "收款后不再上访，支付9560元"}, "不能写进协议"),
        ({"what": "还清以前以人抵债，支付9560元"}, "违法"), ({"what": "长" * 2001}, "超过2000字"),
    ],
)  # fmt: skip
def test_each_defect_is_named(change, word):
    found = says(replace(GOOD, **change))
    assert any(word in one for one in found), found
    assert all(one.startswith("第1条") for one in found)


def test_an_empty_agreement_and_too_long_a_one():
    assert says() == ["协议一条内容也没有"]
    assert any("41条" in one for one in says(*[GOOD] * 41))


@pytest.mark.parametrize("rows", [["一句话"], [None], [3]])
def test_what_is_no_clause_is_refused(rows):
    with pytest.raises(ValueError, match="格式"):
        clauses_from(rows)
