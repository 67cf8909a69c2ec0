"""Words that ring only together, what a law says, what is long over, and the holiday that is near."""

from datetime import date

import pytest

from jiefen.procedures.days import Calendar
from jiefen.triage.rules import Tables, suggest
from jiefen.triage.rules.festivals import Festivals
from jiefen.triage.rules.tables import TableError

pytestmark = pytest.mark.rules

TABLES = Tables.load()
TODAY = date(2026, 11, 23)
LAW = """第一条 为了预防和制止家庭暴力，保护家庭成员的合法权益，制定本法。
第二条 本法所称家庭暴力，是指殴打、捆绑、残害以及经常性谩骂、恐吓等侵害行为。
第三条 国家禁止任何形式的家庭暴力；虐待儿童、遗弃婴儿的，依法追究责任。
第四条 国家工作人员贪污、受贿，打击报复举报人的，由监察机关依法给予处分；构成犯罪的，依法追究刑事责任。
第五条 用人单位不得拖欠农民工工资，春节前应当结清。"""


def rings(text, **more):
    return {f.name for f in suggest(text, tables=TABLES, **{"today": TODAY, **more}).urgent}


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("包工头欠我们八个人的工钱，三个月了一分没给", "wages-before-holiday"),
        ("工资拖了半年，孩子上学、老人看病都等着用", "wages-before-holiday"),
        ("物业叫来一群社会闲散人员，动手把业主打得住进医院", "imminent-harm"),
        ("他扬言要弄死我全家", "imminent-harm"),
        ("老师把我儿子打得流血", "minor-harmed"),
        ("我家老房墙体裂缝很大，随时会倒塌", "public-danger"),
        ("外墙瓷砖脱落，差点砸到过路的老人", "public-danger"),
        ("电梯从八楼急速下坠，人都吓瘫了", "public-danger"),
        ("装修队把承重墙敲掉了一大块", "public-danger"),
        ("后山放炮，飞石落在村民屋顶上", "public-danger"),
        ("老师罚跪学生，还扇耳光", "minor-harmed"),
        ("三个混混闯进我家，打砸了一通", "imminent-harm"),
        ("我们几个泥工的劳务费，公司找各种理由拒不支付", "wages-before-holiday"),
        ("干活挣的血汗钱，包工头一分没给", "wages-before-holiday"),
        ("我老婆重度抑郁，真怕她想不开", "self-harm"),
    ],
)
def test_it_rings_for_words_that_stand_together(text, flag):
    found = next(f for f in suggest(text, tables=TABLES, today=TODAY).urgent if f.name == flag)
    for hit in found.hits:
        assert text[hit.start : hit.end] == hit.word  # each is marked where it stands


@pytest.mark.parametrize(
    "text",
    [
        "单位拖欠工资。工人下班了。",  # two sentences
        "国家规定不得拖欠农民工工资，我想咨询流程",
        "学生作业多，孩子怕打针",
        "外墙漆颜色难看，路边的树叶掉落",
        "农村危房改造补贴什么时候发",
        "前年他打伤过我，赔了钱，早就了结了",
        "2024年3月小区有人被打伤住院，案子判了",
        "机械厂在招聘动手能力强的工人，地点在医院旁",
        "如果外墙掉下来砸到人，谁来负责",
        "这面墙不是承重墙，可以拆除吗",
        "交房时发现内墙起泡，瓷砖空鼓脱落",
        "买房花光血汗钱，开发商不退首付",
        "我打电话给了老师，孩子打了预防针",
    ],
)
def test_it_stays_quiet_where_they_do_not_belong_together_or_it_is_long_over(text):
    assert rings(text) == set()


def test_it_rings_again_when_what_began_long_ago_goes_on():
    assert rings("2024年3月起他多次打伤我，至今还在上门") == {"imminent-harm"}


def test_it_takes_no_law_for_an_alarm_or_an_accusation():
    found = suggest(LAW, tables=TABLES, today=TODAY)
    assert found.flags == () and not found.route.sealed
    own = suggest(LAW + "\n我老公昨晚又打我，不敢回家。", tables=TABLES, today=TODAY)
    assert "domestic-violence" in {f.name for f in own.urgent}
    assert all(h.start > len(LAW) for f in own.flags for h in f.hits)
    told = suggest("第一条 局长收了钱，贪污。\n第二条 他打击报复我，有人报复我。", tables=TABLES, today=TODAY)
    assert "official-accused" in {f.name for f in told.flags}  # numbered, but somebody's own words


def test_one_mans_wage_is_urgent_before_a_holiday_only():
    text = "老板欠我两个月工资不给"
    assert rings(text) == set()
    assert rings(text, holiday=True) == {"wages-before-holiday"}


def test_it_knows_the_holiday_by_the_countys_calendar_and_without_it_by_the_table():
    table = TABLES.festivals
    assert table.near(date(2027, 1, 10)) == "春节" and table.near(date(2027, 3, 10)) == ""
    moved = Calendar(off=[date(2027, 3, 15)], published_years=[2027], names={date(2027, 3, 15): "春节"})
    assert table.near(date(2027, 3, 1), moved) == "春节"
    assert table.near(date(2027, 1, 10), moved) == ""  # what the county published goes before the table
    assert Festivals().near(TODAY) == ""


def test_a_passing_word_in_a_long_story_is_shown_and_calls_nobody():
    filler = "我们反映的是物业收费不透明，账目从来没有公开过，业主要求查账。" * 30
    (flag,) = [f for f in suggest(filler + "上次有人被围殴。", tables=TABLES).flags if f.name == "imminent-harm"]
    assert not flag.urgent and flag.hits
    assert rings("有人被围殴。" + filler) == {"imminent-harm"}


FILLER = "我们反映的是物业收费不透明，账目从来没有公开过，业主要求查账。" * 8


def test_a_sign_calls_where_the_text_opens_with_it_returns_to_it_or_says_it_of_today():
    sign = "保安把一位业主打伤住院。"
    assert rings(FILLER + sign) == set()
    assert rings(sign + FILLER) == {"imminent-harm"}
    assert rings(FILLER + sign + FILLER + "派出所没有处理打人的保安。") == {"imminent-harm"}
    assert rings(FILLER + "昨晚" + sign) == {"imminent-harm"}
    assert rings(FILLER, subject="保安打人") == {"imminent-harm"}
    assert rings(FILLER + "他说要打死我。") == {"imminent-harm"}  # a threat to kill is never in passing
    assert rings(FILLER.replace("。", "，") + sign) == {"imminent-harm"}  # one long sentence has no other matter


def test_a_text_of_several_pages_calls_only_by_its_subject_and_its_opening():
    sign = "保安把一位业主打伤住院。"
    assert rings(FILLER * 7 + sign + FILLER + "派出所没有处理打人的保安。") == set()
    assert rings(sign + FILLER * 7) == {"imminent-harm"}
    assert rings(FILLER * 7 + "他说要打死我。") == {"imminent-harm"}


def test_a_word_in_a_harmless_phrase_does_not_stand_in_the_way_of_the_word_meant():
    assert rings("孩子在幼儿园摔断了手") == {"minor-harmed"}
    assert rings("幼儿园的滑梯断裂，没有人用") == set()


def test_what_is_told_behind_a_supposition_is_told_of_now():
    assert rings("万一漏电怎么办，楼梯已经坍塌，随时砸到人。") == {"public-danger"}
    assert rings("万一楼梯坍塌，砸到人谁负责。") == set()


def test_a_story_is_as_old_as_the_latest_day_it_names():
    assert rings("2025年5月保安和我们起了争执。他们把我父亲打伤住院。") == set()
    assert rings("2026年11月保安和我们起了争执。他们把我父亲打伤住院。") == {"imminent-harm"}
    assert rings("2025年5月有人起争执。他们至今还上门打人。") == {"imminent-harm"}


def test_wages_in_a_courts_hands_or_owed_for_years_wait_unless_somebody_is_in_need():
    story = "公司拖欠我们二十个工人工资。" + FILLER
    assert rings(story) == {"wages-before-holiday"}
    assert rings(story + "已经起诉，法院判决了。") == set()
    assert rings(story + "已经起诉，法院判决了。", holiday=True) == {"wages-before-holiday"}
    assert rings("公司2023年欠工人工资，活早做完了") == set()
    assert rings("公司2023年欠工人工资，老人看病等着救命") == {"wages-before-holiday"}


def test_it_refuses_a_table_that_does_not_hold_together():
    empty = {"kinds": [], "routes": [], "grades": [], "words": []}
    rows = [
        {"flag": "imminent-harm", "weight": "4", "groups": "beat;nobody", "reach": "x", "unless": "", "when": "noon"}
    ]
    with pytest.raises(TableError) as bad:
        Tables.from_rows(**empty, together=rows, festivals=[{"holiday": "", "ahead": "", "day": "soon", "mark": "?"}])
    said = str(bad.value)
    assert "harm-together.csv 第2行" in said and "nobody" in said and "noon" in said and "festivals.csv 第2行" in said
