"""How alike two tellings are: rare words count, stock phrases do not, and a file's groups hold the same matter only."""

import csv

from click.testing import CliRunner

from jiefen.cli.alike import command
from jiefen.triage.likeness import grouping, reasons
from jiefen.triage.likeness.packed import among
from jiefen.triage.likeness.pairs import Telling, parts, plain_number, read
from jiefen.triage.likeness.small import digest, from_both, small
from jiefen.triage.likeness.weights import Weights, both_ways, closeness, ready

PLEA = "请县里加快推进建设步伐，在大力倡导高质量发展的大背景下，不知有何具体安排和行动，盼复。"
SORTS = [
    "路灯坏了没人修", "河里漂着死猪", "公交车不进村", "医保卡报不了账", "学校缺数学老师", "井盖丢失两天", "菜场顶棚漏雨", "电梯停运一周",
    "水费算错了数", "垃圾池满了不清", "桥栏杆断了一截", "农药店卖假种子", "宅基地争一堵墙", "幼儿园学费涨价", "工地拖欠工钱",
]  # fmt: skip
MIXER = [
    ("下坝村搅拌站夜里开工", "水泥搅拌站半夜还在响，粉尘落满院子，老人睡不着。"),
    ("投诉下坝村水泥搅拌站扰民", "机器昼夜不停，灰尘大，孩子咳嗽，请管一管下坝村的搅拌站。"),
    ("下坝村的搅拌站噪音", "我住在旁边，水泥搅拌站凌晨还在装车。"),
]


def rows():
    stock = [
        (f"请加快解决{sort}", f"{sort}，第{n}处{chr(0x4E00 + 37 * n)}{chr(0x5E00 + 53 * n)}。{PLEA}")
        for n, sort in enumerate(SORTS)
    ]
    return [*MIXER, *stock]


def test_a_group_holds_those_who_tell_the_same_and_a_stock_phrase_makes_none():
    learnt = grouping.learn(rows())
    assert any("背景" in run for run in learnt.stock)
    assert not any("搅拌" in run for run in learnt.stock)
    assert grouping.group(learnt.tellings, learnt.weights) == [[0, 1, 2]]


def test_the_words_in_common_are_said_longest_first_and_none_twice():
    known = {}
    one, other = (read(*parts(*row), plain_number, known) for row in MIXER[:2])
    both = set(one.all()) & set(other.all())
    said = reasons.words("\n".join(parts(*MIXER[0])), both, Weights(10, {}).of, plain_number)
    assert "水泥搅拌站" in said and "搅拌站" not in said


def test_many_at_once_is_the_same_arithmetic_as_one():
    weights = Weights(50, {2: 9, 3: 4})
    mine = ready(Telling((1, 2), (3, 4)), weights)
    theirs = Telling((2, 7), (1, 4, 9))
    packed = b"".join(n.to_bytes(4, "big", signed=True) for n in (1, 0, 23, 5, 1))
    packed += b"".join(b"\0\0\0\4" + n.to_bytes(4, "big", signed=True) for n in theirs.all())
    nothing = b"".join(n.to_bytes(4, "big") for n in (0, 0, 23))
    ((score, row, both),) = among(mine, [(nothing, 0), (packed, 2)], ["none", "one"])
    assert row == "one" and both == [2, 1, 4]
    assert abs(score - closeness(mine, theirs.all(), 2)) < 1e-9


def test_any_text_is_read(tmp_path):
    for text in (
        "",
        " \n",
        "😀" * 50,
        "<script>alert(1)</script>",
        "ئۇيغۇرچە",
        "ａｂｃ１２３",
        "字" * 1_000_000,
        "\ud800",
    ):
        assert grouping.told("", text).size <= 800


def test_a_file_is_answered_with_groups_and_reasons_and_what_was_skipped(tmp_path):
    file, out = tmp_path / "a.csv", tmp_path / "o.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["id", "subject", "detail"])
        writer.writerows([[f"r{n}", *row] for n, row in enumerate(rows())] + [["leer", "", " "]])
    done = CliRunner().invoke(
        command, ["--csv", str(file), "--text", "subject,detail", "--out", str(out), "--no-progress"]
    )
    assert done.exit_code == 0 and "跳过空行1行" in done.stderr
    found = list(csv.DictReader(out.open(encoding="utf-8")))
    assert [(row["id"], row["group"]) for row in found] == [("r0", "1"), ("r1", "1"), ("r2", "1")]
    assert all("搅拌站" in row["reason"] for row in found)
    wrong = CliRunner().invoke(command, ["--csv", str(file), "--text", "nichts"])
    assert wrong.exit_code != 0


def test_small_tellings_say_and_compare_the_same_to_the_last_bit():
    rows = [
        ("搅拌站夜里施工", "柳河镇搅拌站夜里施工吵得睡不着"),
        ("夜里施工", "搅拌站夜里施工，睡不着"),
        ("", "路灯坏了三个月没有人修"),
    ]
    plain = [read(*parts(*row)) for row in rows]
    weights = Weights(400, {pair: 3 for pair in plain[0].all()[::2]})
    for one in plain:
        asked, place = ready(one, weights), {pair: n for n, pair in enumerate(one.all())}
        for two in plain:
            short, other = small(two), ready(two, weights)
            assert (short.head, short.rest, short.all(), short.size) == (two.head, two.rest, two.all(), two.size)
            assert (digest(short) == digest(one)) is (one == two)
            assert from_both(asked, place, other.own, short) == both_ways(asked, other, one, two)
