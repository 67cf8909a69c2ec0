"""The whole suggestion: what it says, what it keeps, and what it survives."""

import json
import time

import pytest

from jiefen.triage.rules import Gazetteer, Suggestion, Tables, suggest

pytestmark = pytest.mark.rules

TABLES = Tables.load()
PLACES = Gazetteer(
    [
        ("1", "清和县", "county", "", ()),
        ("1.1", "柳河镇", "township", "1", ()),
        ("1.1.1", "下坝村", "village", "1.1", ()),
        ("1.1.1.3", "下坝村三组", "micro-grid", "1.1.1", ()),
    ],
    common=TABLES.common,
)


def made(text, **more):
    return suggest(text, tables=TABLES, gazetteer=PLACES, **more)


def test_it_puts_kind_place_grade_and_office_together():
    s = made("我是柳河镇下坝村三组的，包工头欠我们12户工资3.2万元没给。", subject="工地欠薪")
    assert (s.kind, s.kind_label) == ("0701", "劳动人事·拖欠农民工工资")
    assert (s.place.code, s.people, s.amount_fen) == ("1.1.1.3", 12, 3_200_000)
    assert (s.grade.value, s.grade.fired, s.grade.handled_at) == ("complex", "G07", "township")
    assert (s.route.unit_type, s.route.fired) == ("human-resources", "R010")  # twelve families' wages are urgent
    assert s.route.note and s.route.lost


def test_it_sends_a_small_neighbour_matter_to_the_village():
    s = made("下坝村，楼上漏水泡了我家墙。")
    assert (s.kind, s.grade.value, s.route.unit_type) == ("0205", "ordinary", "village-committee")


def test_it_lets_harm_decide_the_office():
    s = made("下坝村，楼上漏水吵架，他拿刀要砍人，快来人")
    assert s.route.fired == "R001"
    assert [f.name for f in s.urgent] == ["imminent-harm"]


def test_it_seals_an_accusation():
    s = made("实名举报干部贪污公款、受贿。", subject="举报")
    assert s.route.unit_type == "vault"
    assert s.route.sealed


def test_it_lets_a_person_give_the_figures():
    s = made("楼上漏水", people=200, amount_fen=1)
    assert (s.people, s.amount_fen, s.grade.value) == (200, 1, "major")


def test_it_uses_home_where_the_text_names_no_place():
    assert made("楼上漏水", home="1.1.1").grade.handled_at == "village"
    assert made("楼上漏水", home="1").grade.handled_at == "county"


def test_it_passes_over_who_is_complained_of():
    s = made("下坝村，楼上漏水", complained_of={"village-committee"})
    assert (s.route.unit_type, s.route.excluded) == ("township-centre", ("village-committee",))


def test_it_keeps_codes_scores_rules_and_offsets_only():
    subject, text = "老公打我", "我叫何某，电话13800000000，住下坝村三组，老公又打我，家暴多年，欠我5000元。"
    s = made(text, subject=subject)
    kept = json.dumps(s.to_codes(), ensure_ascii=False)
    assert not any("\u4e00" <= c <= "\u9fff" for c in kept)
    assert "13800000000" not in kept
    back = Suggestion.from_codes(json.loads(kept), TABLES)
    assert back.to_codes() == s.to_codes()
    assert back.kind_label == s.kind_label
    assert back.route.note == s.route.note
    assert [x.why for x in back.route.lost] == [x.why for x in s.route.lost]
    assert all(h.word == "" for h in back.hits)


def test_it_shows_the_words_again_only_beside_the_text():
    subject, text = "工地欠薪", "柳河镇下坝村，包工头跑了。"
    s = made(text, subject=subject)
    back = Suggestion.from_codes(s.to_codes(), TABLES, subject=subject, text=text)
    assert back.hits == s.hits
    assert back.place.name == "下坝村"


def test_it_abstains_and_routes_to_the_centre_for_sorting():
    s = made("")
    assert (s.kind, s.kind_label, s.hits, s.flags, s.place) == ("", "", (), (), None)
    assert (s.route.fired, s.route.unit_type) == ("R027", "county-centre")
    assert s.abstained
    Suggestion.from_codes(s.to_codes(), TABLES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\x00",
        "👩‍👩‍👧 停水 😭😭",
        "<script>alert(1)</script><b>停水</b>",
        "&lt;停水&gt;",
        "樓上漏水，鄰居不管，請調解",
        "\ud800停水",
        "𠮷野家停水",
        "a" * 5000,
        "零" * 300,
        "9" * 300 + "元",
        "一" * 300 + "万元",
        "欠" + "1,000" * 50 + "元",
    ],
)
def test_it_never_falls_over(text):
    s = made(text, subject=text[:50])
    json.dumps(s.to_codes())
    for hit in (*s.hits, *(h for f in s.flags for h in f.hits)):
        source = text[:50] if hit.where == "subject" else text
        assert 0 <= hit.start < hit.end <= len(source)


def test_it_finds_words_at_their_true_place_behind_other_planes():
    text = "𠮷😭停水"
    (hit,) = made(text).hits
    assert text[hit.start : hit.end] == "停水"


@pytest.mark.parametrize(
    "piece", ["家暴停水欠薪，", "我们12户欠3.2万元", "救命钱着火", "柳河镇下坝村三组", "偷", "一", "9"]
)
def test_it_reads_a_megabyte_without_standing_still(piece):
    text = piece * (1_000_000 // len(piece.encode()))
    start = time.process_time()
    s = made(text)
    assert time.process_time() - start < 20  # what grows with the square would take hours
    assert len(json.dumps(s.to_codes())) < 50_000
