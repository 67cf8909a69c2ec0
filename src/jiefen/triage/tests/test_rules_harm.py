"""Marks on a matter: found by exact words, silenced by their context, urgent ones to the duty person."""

import pytest

from jiefen.triage.rules import URGENT, Tables
from jiefen.triage.rules.harm import find
from jiefen.triage.rules.text import fold

pytestmark = pytest.mark.rules

TABLES = Tables.load()


def flags(text, subject=""):
    whole = fold(f"{subject}\n{text}")
    return find(whole, len(subject) + 1, TABLES.scanner.scan(whole), TABLES)


def urgent(text):
    return {f.name for f in flags(text) if f.urgent}


ALARMS = [
    ("快来人，他拿刀堵在门口！", "imminent-harm"),
    ("两边打起来了，正在砸东西", "imminent-harm"),
    ("有人拿着刀要砍人", "imminent-harm"),
    ("我老公又打我，不敢回家", "domestic-violence"),
    ("长期家庭暴力，掐脖子", "domestic-violence"),
    ("他喝了酒就打我和孩子", "domestic-violence"),
    ("邻居家孩子身上有伤，像是被虐待孩子", "minor-harmed"),
    ("有人猥亵女童", "minor-harmed"),
    ("厂里用童工", "minor-harmed"),
    ("实在不想活了", "self-harm"),
    ("家里没有办法，活不下去了", "self-harm"),
    ("他说要跳楼", "self-harm"),
    ("她喝农药了", "self-harm"),
    ("拖欠工资，马上过年了，回家过年没钱", "wages-before-holiday"),
    ("农民工工资没发，春节前能不能给", "wages-before-holiday"),
    ("楼道里一股煤气味，怕是燃气泄漏", "public-danger"),
    ("电线掉在路上，还带电", "public-danger"),
    ("山体滑坡把路埋了", "public-danger"),
    ("老房子要塌，墙要倒", "public-danger"),
    ("工地上有人当场死亡", "death-or-serious-injury"),
    ("人被打成重伤，现在昏迷", "death-or-serious-injury"),
    ("万一漏电怎么办，楼梯已经坍塌，随时砸到人", "public-danger"),
    ("放炮时碎石乱飞，房屋震裂了", "public-danger"),
    ("外墙瓷砖脱漏，砸到行人", "public-danger"),
    ("表弟被限制人身自由，请派出警力解救", "imminent-harm"),
    ("他说如果不签字，就叫社会闲散人员打我", "imminent-harm"),
    ("女儿被同学扒衣服拍视频", "minor-harmed"),
    ("孩子在幼儿园摔断了手", "minor-harmed"),
    ("我每天都想一了百了", "self-harm"),
    ("做了四个月，一分钱没拿到", "wages-before-holiday"),
]


@pytest.mark.parametrize(("text", "flag"), ALARMS)
def test_it_alarms_the_duty_person(text, flag):
    assert flag in urgent(text)
    assert flag in URGENT


QUIET = [
    "社区组织消防演练，模拟着火",
    "依据反家庭暴力法，村里办了反家暴宣传",
    "学校开展防性侵、防霸凌教育",
    "这是大家的救命钱",
    "消防车道是救命通道，请保持畅通",
    "办理死亡证明要几天",
    "一味追求死读书，孩子没有时间睡觉",
    "学生推动手机支付，方便家长",
    "其他小区着火，我们也想装灭火器",
    "餐馆把楼道的砖砸掉楼梯也拆了",
    "水压低，实在支撑不下去了",
    "工资卡要到哪里办，工人们都没有给",
    "信息大爆炸的时代",
    "怕个人信息泄漏",
    "漏电保护器要换新的",
    "危房改造补助什么时候发",
    "死者为大，可是太吵",
    "跳楼价甩卖是虚假的",
    "鱼大量死亡，河水发黑",
    "给身体造成严重伤害",
    "三年前买的房子",
    "春节前后来的人多",
    "开发商强奸式变更规划",
    "希望预防着火",
    "小区里没有家暴，只是吵架",
    "公司近年业绩滑坡",
    "火车站前着火锅店太多",
    "",
]


@pytest.mark.parametrize("text", QUIET)
def test_it_stays_quiet_where_the_words_are_harmless(text):
    assert urgent(text) == set()


def test_it_shows_the_exact_words_and_offsets():
    subject, text = "求救", "他拿刀，我不敢回家，快来人"
    found = flags(text, subject)
    assert {f.name for f in found} == {"imminent-harm", "domestic-violence"}
    for flag in found:
        for hit in flag.hits:
            assert text[hit.start : hit.end] == hit.word


def test_it_still_alarms_when_one_of_two_words_is_harmless():
    assert urgent("上次消防演练有人喊着火。昨晚真的着火了。") == {"public-danger"}


def test_it_takes_no_holiday_for_an_alarm_without_unpaid_wages():
    assert urgent("年底了，物业还不修路灯，过年怎么办") == set()


def test_it_shows_a_weak_word_of_another_mark_without_moving_anything():
    (flag,) = [f for f in flags("这件事一直不作为") if f.name == "unit-complained-of"]
    assert not flag.firm and not flag.urgent
    (flag,) = [f for f in flags("窗口推诿，踢皮球") if f.name == "unit-complained-of"]
    assert flag.firm and not flag.urgent


def test_it_does_not_take_a_company_for_an_office():
    assert not [f for f in flags("物业推诿扯皮") if f.name == "unit-complained-of"]


def test_it_marks_accusations_retaliation_hardship_and_refusal():
    names = {
        f.name for f in flags("实名举报干部贪污；因为投诉被报复，有人报复我；家里断药；不同意调解；需要手语") if f.firm
    }
    assert {"official-accused", "retaliation", "hardship", "consent-refused", "interpreter"} <= names


def test_it_lists_marks_in_the_order_of_the_routing_rows():
    order = [f.name for f in flags("举报贪污受贿；他拿刀；我不想活了；老公打我")]
    assert order == ["imminent-harm", "domestic-violence", "self-harm", "official-accused"]


def test_it_gives_every_urgent_mark_words_of_its_own():
    spoken = {w.flag for w in TABLES.words}
    assert spoken >= URGENT


@pytest.mark.parametrize("word", sorted({w.word for w in TABLES.words if w.flag in URGENT and w.weight >= 4}))
def test_it_alarms_on_each_strong_word_said_plainly(word):
    assert urgent(f"我要反映，{word}，请来人。")
