"""Sentences weighed in points: what rings alone, what a subject or a longer text asks for, and what is held back."""

from dataclasses import replace

import pytest

from jiefen.triage.rules import URGENT, TableError, Tables, weigh
from jiefen.triage.rules.harm import find
from jiefen.triage.rules.text import fold

pytestmark = pytest.mark.rules

TABLES = Tables.load()
BY_RULES = replace(TABLES, weights=weigh.NONE)
LONE = "近百户楼板开裂，墙面开裂，开发商遮盖裂缝"


def flags(text, subject="", tables=TABLES):
    whole = fold(f"{subject}\n{text}")
    return find(whole, len(subject) + 1, tables.scanner.scan(whole), tables)


def rings(text, subject=""):
    return {f.name for f in flags(text, subject) if f.urgent}


@pytest.mark.parametrize("text", [LONE, "楼板开裂，外墙瓷砖脱落，房屋结构老化，业主住着不安全"])
def test_a_sentence_alone_rings_by_its_points(text):
    assert rings(text) == {"public-danger"}
    assert not [f for f in flags(text, tables=BY_RULES) if f.urgent]  # no rule alone would have rung


def test_it_names_the_words_that_had_points():
    (flag,) = [f for f in flags(LONE) if f.urgent]
    assert [h.word for h in flag.hits] == ["楼板", "开裂", "开裂", "裂缝"]
    assert all(LONE[h.start : h.end] == h.word for h in flag.hits)


def test_the_same_sentence_asks_for_more_under_a_subject_about_something_else_and_in_a_longer_text():
    assert rings(LONE, subject="房屋楼板开裂") == {"public-danger"}
    assert rings(LONE, subject="关于路灯的建议") == set()
    assert rings("我们是去年收的房。" + LONE + "。希望领导关心。") == set()


def test_one_word_alone_can_mean_anything():
    assert rings("办理死亡证明要几天") == set()
    assert rings("工资什么时候调整") == set()


def test_a_text_of_several_sentences_that_all_weigh_little_is_shown_and_calls_nobody():
    text = "小区门口没有天桥。希望领导尽快规划。前面的路口孩子被撞倒过，大家希望建一座天桥。" + "谢谢领导。" * 8
    (flag,) = [f for f in flags(text) if f.name == "minor-harmed"]
    assert not flag.urgent and flag.hits


def test_despair_and_home_are_never_held_back():
    for text in ("我不想活了。", "老公又打我。"):
        assert rings("我想反映一件事情。" + text + "谢谢领导。" * 12)


def test_it_refuses_points_that_do_not_hold_together():
    rows = [
        {"sort": "word", "what": "甲乙", "points": "many", "flag": ""},
        {"sort": "group", "what": "nobody", "points": "3", "flag": ""},
        {"sort": "word", "what": "丙丁", "points": "3", "flag": "nothing"},
    ]
    with pytest.raises(TableError) as bad:
        Tables.from_rows(kinds=[], routes=[], grades=[], words=[], weights=rows)
    said = str(bad.value)
    assert all(f"harm-weights.csv 第{n}行" in said for n in (2, 3, 4)) and weigh.LINES[0] in said


def test_each_mark_the_points_speak_for_is_one_that_calls_somebody():
    table = TABLES.weights
    spoken = {p.flag for rows in (table.words, table.groups, table.marks) for p in rows.values() if p.flag}
    assert spoken <= URGENT
