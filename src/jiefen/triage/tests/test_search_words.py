"""Words as the index knows them: pairs with places, part-words, letters and digits; nothing of the text in clear."""

import re

import pytest

from jiefen.triage.finding import words

pytestmark = pytest.mark.rules


def has(text: str, typed: str) -> bool:
    """Whether a text would be found, by the database's own rule for phrases, in miniature."""
    places: dict[str, set[int]] = {}
    for one, where in re.findall(r"'([^']+)':([\dA,]+)", words.document([], [text], [])):
        places[one] = {int(p.rstrip("A")) for p in where.split(",")}
    found = words.wanted(typed)
    for part in re.findall(r"\(([^)]+)\)", found.query):
        chain = [one.strip(" '") for one in part.split("<->")]
        if not any(all(p + n in places.get(one, ()) for n, one in enumerate(chain)) for p in places.get(chain[0], ())):
            return False
    return bool(found.query)


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("工头拖欠工资9560元", "欠工", True),
        ("工头拖欠工资9560元", "拖欠工资", True),
        ("工头拖欠工资9560元", "欠工资9560元", True),
        ("工头拖欠工资9560元", "9560", True),
        ("工头拖欠工资9560元", "560", False),
        ("拖欠，工资没有发", "拖欠工资", False),
        ("拖欠，工资没有发", "拖欠 工资", True),
        ("三楼ＫＴＶ夜里吵", "ktv", True),
        ("樓上漏水", "楼上漏水", True),
        ("楼上漏水", "樓上", True),
        ("水", "水", False),
        ("工资拖欠", "拖欠工资", False),
        ("桂A12345的车", "A12345的车", True),
    ],
)
def test_what_finds_what(text, typed, found):
    assert has(text, typed) is found


def test_the_row_tells_nobody_a_word_and_no_name_or_number_is_looked_into():
    said = words.document(["拖欠工资"], [words.masked("我是兰秀英，电话13800002061，找工头", ("兰秀英",))], [".d4"])
    assert not re.search("[\u3400-\u9fff]", said) and "1380000" not in said and ".d4" in said
    assert not has(words.masked("我是兰秀英", ("兰秀英",)), "秀英")
    assert not has(words.masked("电话13800002061"), "13800002061")


def test_an_excerpt_is_masked_and_marks_every_find():
    text = "开头很长的一段话，" * 8 + "兰秀英说物业停水三天，电话13800002061，物业停水没人管"
    pieces = words.excerpt(text, ("停水",), ("兰秀英",))
    shown = "".join(p.text for p in pieces)
    assert [p.text for p in pieces if p.hit] == ["停水", "停水"]
    assert "秀英" not in shown and "0002061" not in shown and shown.startswith("…")
    assert words.excerpt(text, ("没有的词",)) == ()


@pytest.mark.parametrize(
    "typed", ["", "  ", "'", "a' | 'b:*", "\\", "&|!<->()", "😀", "水", "ھەقىقەت", "\ud800", "词" * 300, "%s"]
)
def test_bad_input_is_no_error(typed):
    found = words.wanted(typed)
    assert not re.sub(r"'[\w-]{5}'|[() &]|<->", "", found.query)
    words.excerpt("路灯坏了", found.terms)
