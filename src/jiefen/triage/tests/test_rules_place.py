"""The deepest place named in a text."""

import pytest

from jiefen.triage.rules import AreaRow, Gazetteer, Tables
from jiefen.triage.rules.text import fold

pytestmark = pytest.mark.rules

ROWS = [
    ("1", "清和县", "county", "", ()),
    ("1.1", "柳河镇", "township", "1", ("柳镇",)),
    ("1.2", "石桥乡", "township", "1", ()),
    ("1.3", "城关街道", "township", "1", ()),
    ("1.1.1", "下坝村", "village", "1.1", ("大坝头",)),
    ("1.1.2", "建设村", "village", "1.1", ()),
    ("1.1.3", "上河湾村", "village", "1.1", ()),
    ("1.2.1", "下坝村", "village", "1.2", ()),
    ("1.2.2", "白果坪村", "village", "1.2", "老鹰岩;白果树"),
    ("1.3.1", "东门社区", "village", "1.3", ()),
    *((f"1.1.1.{n}", f"下坝村{c}组", "micro-grid", "1.1.1", ()) for n, c in enumerate("一二三四", 1)),
    *((f"1.2.1.{n}", f"{c}组", "micro-grid", "1.2.1", ()) for n, c in enumerate("一二三四", 1)),
    ("1.3.9", "清和一中专属网格", "dedicated", "1.3", ("清和一中",)),
]
HERE = Gazetteer(ROWS, common=Tables.load().common)


def find(text, home="", gazetteer=HERE):
    return gazetteer.find(fold(text), 0, home=home)


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ("我住柳河镇下坝村三组", "1.1.1.3", "下坝村三组"),
        ("柳河镇下坝村第3村民小组的路", "1.1.1.3", "下坝村第3村民小组"),
        ("柳河镇下坝村3组", "1.1.1.3", "下坝村3组"),
        ("石桥乡下坝村二组停水", "1.2.1.2", "下坝村二组"),
        ("石桥乡下坝村", "1.2.1", "下坝村"),
        ("石桥乡的下坝那边", "1.2.1", "下坝"),
        ("柳河的上河湾村", "1.1.3", "上河湾村"),
        ("上河湾修路", "1.1.3", "上河湾"),
        ("老鹰岩下面的水渠", "1.2.2", "老鹰岩"),
        ("白果坪村委会", "1.2.2", "白果坪村"),
        ("城关街道", "1.3", "城关街道"),
        ("东门社区的楼道", "1.3.1", "东门社区"),
        ("清和一中门口", "1.3.9", "清和一中"),
        ("在柳鎮趕集", "1.1", "柳镇"),
        ("清和县里", "1", "清和县"),
        ("柳河镇上", "1.1", "柳河镇"),
    ],
)
def test_it_finds_the_deepest_place(text, code, shown):
    place = find(text)
    assert place is not None
    assert place.code == code
    assert fold(text)[place.start : place.end] == shown
    assert place.why


@pytest.mark.parametrize(
    "text", ["要加强建设", "东门口有人", "柳河路上的车", "柳河小学门前", "三组的事", "", "没有写地方"]
)
def test_it_finds_no_place_where_none_is_named(text):
    assert find(text) is None


def test_it_asks_which_village_when_two_townships_have_one():
    place = find("下坝村停水了")
    assert place.code == ""
    assert place.candidates == ("1.1.1", "1.2.1")
    assert "2处同名" in place.why


def test_it_lets_home_decide_but_never_against_a_named_township():
    assert find("下坝村停水了", home="1.2").code == "1.2.1"
    assert find("下坝村停水了", home="1.1.3").code == "1.1.1"
    assert find("下坝村停水了", home="1").code == ""
    assert find("石桥乡下坝村停水了", home="1.1").code == "1.2.1"
    assert find("下坝村四组停水", home="1.2").code == "1.2.1.4"


def test_it_names_the_other_villages_of_a_text():
    place = find("白果坪村和上河湾村争水")
    assert place.code == "1.2.2"
    assert place.candidates == ("1.1.3",)
    assert "上河湾村" in place.why


def test_it_takes_rows_or_objects_and_unknown_parents():
    gazetteer = Gazetteer([AreaRow("9", "小河口村", "village", "nowhere")])
    assert find("小河口村", gazetteer=gazetteer).code == "9"
    assert Gazetteer([]).find("小河口村", 0) is None


def test_it_survives_a_circle_of_parents():
    gazetteer = Gazetteer([("a", "甲家沟村", "village", "b"), ("b", "乙家沟镇", "township", "a")])
    assert gazetteer.find("甲家沟村", 0).code == "a"
