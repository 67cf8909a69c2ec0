"""Kinds proposed from words, on sentences written for this test."""

import pytest

from jiefen.triage.rules import Tables, classify
from jiefen.triage.rules.text import fold

pytestmark = pytest.mark.rules

TABLES = Tables.load()


def guess(text, subject=""):
    whole = fold(f"{subject}\n{text}")
    return classify(whole, len(subject) + 1, TABLES.scanner.scan(whole))


SENTENCES = [
    ("在工地干了三个月，包工头跑了，农民工工资一分没给。", "0701"),
    ("厂里拖欠工资四个月，找老板讨薪一直推。", "0702"),
    ("公司没说理由就把我辞退，经济补偿也不给。", "0703"),
    ("干活时手被机器压了，公司不给做工伤认定。", "0704"),
    ("上班五年单位没交社保，要求补缴社保。", "0705"),
    ("天天加班到半夜，加班费从来没有。", "0706"),
    ("楼上漏水把我家天花板泡坏了。", "0205"),
    ("邻居家空调滴水，正对我家窗户。", "0201"),
    ("隔壁盖高了，挡光，我家采光全没了。", "0202"),
    ("邻居垒墙多占一尺，说不通。", "0204"),
    ("对门养狗，狗叫一整夜，遛狗还不拴绳。", "0206"),
    ("有人长期占用楼道堆纸箱，公共过道走不了人。", "0208"),
    ("物业费年年涨，物业乱收费没有公示。", "1101"),
    ("想成立业委会，要求开业主大会。", "1103"),
    ("开发商捆绑销售车位，不买不让进。", "1104"),
    ("小区电梯坏了半个月，上周还困电梯。", "1105"),
    ("宅基地归谁两家争了十年，都拿不出宅基证。", "0301"),
    ("兄弟俩为宅基地边界吵，他多占宅基地。", "0302"),
    ("我家农村建房，建房审批一直不批建房。", "0303"),
    ("顶楼搭建彩钢棚，属于违法搭建，没人拆。", "0304"),
    ("开发商延期交房，房屋质量也差。", "0308"),
    ("租房到期，房东押金不退。", "0306"),
    ("老母亲八十岁，三个儿子都不养老人，要求赡养。", "0104"),
    ("离婚后前夫不给抚养费。", "0103"),
    ("订婚又悔婚，女方不肯退彩礼。", "0102"),
    ("父亲走后遗产怎么分，遗嘱写得不清。", "0106"),
    ("丈夫家暴，打老婆不是一回两回。", "0107"),
    ("土地流转给合作社，流转费两年没给。", "0402"),
    ("村里要重新分地，收回承包地不给说法。", "0404"),
    ("林权证上写的是我家，邻组却来砍树，争山界。", "0501"),
    ("征地补偿标准低，征地款到现在没发。", "0601"),
    ("回迁房五年没建，过渡费也停了。", "0602"),
    ("手术失败，怀疑误诊，要求做医疗纠纷调解。", "1201"),
    ("黑诊所无证行医，把人治坏了。", "1205"),
    ("村道坑洼不平，道路破损严重，下雨走不了。", "1601"),
    ("从昨晚停水到现在，自来水一滴没有。", "1602"),
    ("三天两头停电，电压低得灯都不亮。", "1604"),
    ("路灯不亮半年了，井盖也丢了。", "1607"),
    ("工地夜间施工，打桩到凌晨。", "1606"),
    ("楼下KTV吵，噪音扰民到两点。", "1503"),
    ("饭店排烟，油烟直往家里灌。", "1506"),
    ("养猪场粪水流到河里，臭味熏人。", "1504"),
    ("化工厂夜里偷排废水，河水发臭。", "1501"),
    ("健身卡办了没用，店关门了，预付卡不退。", "1003"),
    ("网购的手机不发货，找客服不理。", "1004"),
    ("借钱不还，有借条为证。", "0901"),
    ("村财务三年不公开，账目不公开谁也看不到。", "1802"),
    ("孩子入学被划片到很远的学校。", "2001"),
    ("孩子在校园里遭校园欺凌，被同学打。", "2004"),
    ("奶奶的低保被取消，申请临时救助。", "1701"),
    ("医保报销比例不对，异地就医被拒。", "1705"),
    ("判了不执行，老赖有钱不还，执行局没动静。", "2303"),
    ("举报：有人贪污侵吞集体款项，还受贿。", "2402"),
    ("被骗去刷单，转账被骗了几万。", "2605"),
    ("被狗咬伤，狗主人不认账。", "1405"),
    ("骑车路上出车祸，肇事司机逃逸。", "1301"),
    ("公交线路取消了，公交车半天不来一趟。", "1609"),
    ("想表扬窗口同志，送来锦旗。", "2503"),
    ("请问怎么办理，需要什么材料？", "9904"),
]


@pytest.mark.parametrize(("text", "kind"), SENTENCES, ids=[k for _, k in SENTENCES])
def test_it_proposes_the_kind_of_a_county_matter(text, kind):
    made = guess(text)
    assert made.code == kind, [(h.word, h.code) for h in made.hits]
    assert made.score > made.second_score


@pytest.mark.parametrize(
    "text", ["", "   ", "你好", "今天天气不错，风也不大。", "嗯嗯好的收到", "👍👍👍", "<p></p>", "12345"]
)
def test_it_abstains_without_evidence(text):
    made = guess(text)
    assert made.code == ""
    assert made.abstained


def test_it_abstains_between_two_kinds_as_strong():
    made = guess("一是停水，二是工伤。")
    assert made.code == ""
    assert made.second
    assert "接近" in made.abstained


def test_it_believes_the_subject_more_than_the_body():
    assert guess("还说到停水。", subject="工伤认定").code == "0704"
    assert guess("还说到工伤认定。", subject="停水").code == "1602"


def test_it_takes_the_longest_word():
    made = guess("家里没有人住，楼上漏水。")
    assert [h.word for h in made.hits] == ["楼上漏水"]


def test_it_does_not_take_a_denied_matter_for_the_matter():
    assert guess("这不是工伤，是停水。").code == "1602"


def test_it_still_takes_a_missing_thing_for_the_matter():
    assert guess("我们村没有路灯，没有路灯走夜路危险。").code == "1607"


def test_it_answers_two_digits_when_only_the_first_level_is_clear():
    assert guess("学校和老师的事，家长都有意见。").code == "20"


def test_it_gives_exact_offsets_and_where():
    subject, text = "工地欠薪", "去年在柳河干活，包工头拖着，农民工工资没给。"
    for hit in guess(text, subject).hits:
        source = subject if hit.where == "subject" else text
        assert source[hit.start : hit.end] == hit.word


def test_it_reads_the_old_characters_and_full_width_letters():
    assert guess("樓上漏水，天花板發霉").code == "0205"
    assert guess("楼下ｋｔｖ吵").code == "1503"


def test_it_is_not_swayed_by_one_word_said_often():
    often = guess("停水。" * 30 + "另外加班费没有，调休没有，双休没有，年休假没有，高温补贴也没有。")
    assert often.code == "0706"


def test_it_does_not_let_many_small_things_outweigh_the_one():
    made = guess("要求发还拖欠工资。村路、井盖、公厕、树木，这些以后再说。")
    assert made.code == "0702"


def test_it_takes_two_words_together_for_what_neither_names_alone():
    assert guess("工地天天打夯扰民。").code == "1606"
    assert guess("小店的音响扰民。").code == "1503"
    near, far = guess("医院报销的事。"), guess("医院的护士和医生。" + "天气很好。" * 20 + "发票要报。")
    assert (near.code, far.code) == ("1705", "12")


def test_it_hears_nothing_in_a_phrase_that_only_holds_a_kind_word():
    assert guess("补发的钱还没收到。").code == ""
    assert guess("东西被没收了，要求退还没收的东西。").code == "1901"


def test_it_shows_for_two_words_together_where_the_first_stands():
    text = "附近工地噪音不断。"
    for hit in guess(text).hits:
        assert text[hit.start : hit.end] == hit.word
