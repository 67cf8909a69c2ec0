"""Facts drawn out of a text: offsets, values, sides, days; the covered text; any text at all."""

import json
import time
from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from jiefen.cli.facts import command
from jiefen.kernel.names import find
from jiefen.kernel.names.candidates import candidates, cut
from jiefen.kernel.names.weighing import CALLED, weighed, weights
from jiefen.triage.facts import draw, mask
from jiefen.triage.facts.identities import fits
from jiefen.triage.rules import Gazetteer

pytestmark = pytest.mark.rules

ON = date(2026, 11, 22)
AREAS = Gazetteer(
    [
        ("1", "清和县", "county", ""), ("11", "柳河镇", "township", "1"), ("111", "下坝村", "village", "11", ["下坝"]),
        ("1113", "下坝村三组", "grid", "111", ["老槐树小卖部"]),
    ]
)  # fmt: skip


def told(text: str) -> dict[str, object]:
    drawn = draw(text, AREAS, ON)
    assert all(text[f.start : f.end] == f.words for f in drawn.facts)
    assert len(drawn.masked) == len(text) == len(mask(text))
    return {f.words: f.value for f in drawn.facts}


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("电话１３８００００２０６１。", "１３８００００２０６１", "13800002061"),
        ("电话1 3 8 0 0 0 0 2 0 6 1。", "1 3 8 0 0 0 0 2 0 6 1", "13800002061"),
        ("我的号码是幺三八零零零零二零六一", "幺三八零零零零二零六一", "13800002061"),
        ("座机0731-88881234", "0731-88881234", "073188881234"),
        ("身份证11010519491231002x", "11010519491231002x", "11010519491231002X"),
        ("欠我三万五没给", "三万五", 3_500_000),
        ("欠我1.2万元", "1.2万元", 1_200_000),
        ("欠我两千块没给", "两千块", 200_000),
        ("欠款壹万贰仟元整", "壹万贰仟元整", 1_200_000),
        ("欠我5000多块", "5000多块", 500_000),
        ("上个月底说的", "上个月底", "2026-10-21/2026-10-31"),
        ("前天说的", "前天", "2026-11-20"),
        ("去年腊月说的", "去年腊月", "2026-01-19/2026-02-16"),
        ("5月初说的", "5月初", "2026-05-01/2026-05-10"),
        ("12月3号说的", "12月3号", "2025-12-03"),
        ("我们37户都没拿到", "37户", 37),
        ("工友二十多人没拿到工资", "二十多人", 20),
        ("车牌湘A·12345", "湘A·12345", "湘A12345"),
        ("车牌湘AD12345", "湘AD12345", "湘AD12345"),
        ("住下坝村三组", "下坝村三组", "1113"),
        ("在老槐树小卖部门口", "老槐树小卖部", "1113"),
    ],
)
def test_it_draws_the_value_with_its_words(text, words, value):
    assert told(text)[words] == value


@pytest.mark.parametrize(
    ("text", "who", "side"),
    [
        ("我叫兰秀英，来反映一件事", "兰秀英", "complainant"),
        ("昨天被邻居赵德柱打了", "赵德柱", "complained-of"),
        ("包工头刘美凤拖欠工资", "刘美凤", "complained-of"),
        ("我丈夫张建军在工地上班", "张建军", "other"),
        ("要求鑫达劳务有限公司付清工资", "鑫达劳务有限公司", "complained-of"),
        ("向柳河镇人民政府反映过", "柳河镇人民政府", "other"),
        ("在柳河镇中学门口被车撞了", "柳河镇中学", "other"),
        ("柳河镇中学对面的烧烤店油烟大", "柳河镇中学", "other"),
        ("孩子在柳河镇中学读书", "柳河镇中学", "other"),
        ("投诉柳河镇中学乱收费", "柳河镇中学", "complained-of"),
        ("我在鑫达劳务有限公司干活没拿到工资", "鑫达劳务有限公司", "complained-of"),
        ("但鑫达劳务有限公司拒不支付", "鑫达劳务有限公司", "complained-of"),
    ],
)
def test_it_knows_the_side(text, who, side):
    assert {f.words: f.side for f in draw(text, AREAS, ON).facts}[who] == side


@pytest.mark.parametrize(
    "text",
    [
        "我们一块去的", "他家一块地被占了", "墙上只有一块木牌", "损失近数万元", "交了几百万押金", "数千名学生", "来了几百人", "四人户每户两间",
        "租的是六人间", "这是一个骗局", "他非法采矿", "学校和法院都去过",
    ],
)  # fmt: skip
def test_what_names_no_sum_no_number_and_nobody_is_no_fact(text):
    assert not [f for f in draw(text, AREAS, ON).facts if f.kind in ("amount", "count", "organisation")]


def test_a_few_pieces_are_money_where_they_are_paid():
    found = told("坐一次车收两块，涨到三块钱，欠我两千块没给")
    assert found["两块"] == 200 and found["三块钱"] == 300 and found["两千块"] == 200_000


def test_forms_of_names():
    text = "老张、王师傅、李某某、张某都看见了，阿不都热依木·买买提和欧阳志远也在，谢谢"
    assert [text[n.start : n.end] for n in find(text)] == [
        "老张",
        "王师傅",
        "李某某",
        "张某",
        "阿不都热依木·买买提",
        "欧阳志远",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "我叫欧阳建国，邻居老张和王师傅打了王小芳。包工头李 强欠钱，张家村的张某、刘伟公司、孙丽丽都知道。",
        "马路上的小于常年高兴，书记：万家路李明；于是何时全村小学找房东陈三、黄兴镇周镇长",
        "王", "", "老刘", "（赵四）陈建，李建国家园，段时间时间段曾经曾国强主任说", "abc王1李2，陈\u3000建国 王！李的",
    ],
)  # fmt: skip
def test_what_is_weighed_is_the_sum_of_its_signs(text):
    known, said = weights(), cut(text)
    sums = {
        (one.start, one.end, one.form, known["*"] + CALLED * ("n:called" in one.signs) + sum(known.get(s, 0) for s in one.signs))
        for one in candidates(said)
    }  # fmt: skip
    for enough in (-250, -900):
        assert set(weighed(said, enough)) == {one for one in sums if one[3] >= enough}


def test_the_mask_covers_people_and_numbers_and_leaves_the_rest():
    text = "我叫兰秀英，电话138 0000 2061，王师傅作证，卡号6222021234567890123，欠3500元"
    assert mask(text) == "我叫兰＊＊，电话138 **** 2061，王师傅作证，卡号6**************0123，欠3500元"
    assert mask("秀英说的", ["秀英"]) == "秀＊说的"


def test_an_identity_number_is_checked():
    assert fits("11010519491231002X") is True and fits("110105194912310021") is False
    assert fits("110105491231002") is True and fits("110105491331002") is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_true_offsets(text):
    told(text)


@pytest.mark.parametrize("piece", ["张", "1 ", "阿·", "号路小区1号", "2000年", "一"])
def test_a_megabyte_takes_time_in_proportion(piece):
    def cpu(size: int) -> float:
        text = (piece * size)[:size]
        begun = time.process_time()
        draw(text, AREAS, ON)
        return time.process_time() - begun

    cpu(1_000)
    # Ten times the text, some ten times the time: never a hundred. A megabyte is about 350,000 characters.
    assert cpu(60_000) < 30 * max(cpu(6_000), 0.01)


def test_the_command_writes_a_line_for_each_fact_and_names_what_it_skips(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("id,text\n1,我叫兰秀英，欠我三万五\n2,\n", encoding="utf-8")
    done = CliRunner().invoke(command, ["--csv", str(path), "--text", "text", "--on", "2026-11-22"])
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert done.exit_code == 0 and [(r["row"], r["kind"], r["value"]) for r in rows] == [
        (2, "person", "兰秀英"),
        (2, "amount", 3_500_000),
    ]
    assert "没有文字的行：3" in done.stderr
    assert CliRunner().invoke(command, ["--csv", str(path), "--text", "no"]).exit_code == 2
