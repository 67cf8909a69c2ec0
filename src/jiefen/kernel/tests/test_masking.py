"""Names in a line of words: people are covered, and what names nobody is left to be read."""

import pytest

from jiefen.kernel.masking import mask_names

pytestmark = pytest.mark.rules

PEOPLE = [
    "兰秀英", "石建国", "周敏", "葛长青", "明志远", "何静", "苏珩", "林若水", "王志强", "李建国", "张伟", "王芳", "李娜", "刘洋", "陈静", "杨勇", "赵磊", "黄丽华", "吴秀兰", "孙桂芳", "朱红梅", "胡建军", "郭海燕", "罗永强", "郑凯", "梁玉珍", "谢国庆", "韩冬梅", "冯德全", "白素贞", "金大勇", "覃桂莲", "贾宝玉",
]  # fmt: skip
SAID = (
    "{}反映工头拖欠工资",
    "请找{}主任要说法",
    "包工头{}欠我工钱",
    "我叫{}，住在下坝村",
    "快递员{}态度差",
    "{}公司拖欠工资",
)
MISSED = 22
"""Of the 198 sentences so many pass uncovered: the segmenter does not see the name. Fewer is better; more is a step back."""


def test_it_covers_people():
    passed = [line.format(who) for who in PEOPLE for line in SAID if who in mask_names(line.format(who))]
    assert len(passed) <= MISSED, passed


@pytest.mark.parametrize(
    "line",
    [
        "菜叶子上有虫", "叶子落满下水道", "金地物业公司不给开门", "张家界建筑工程有限公司欠薪", "金沙装饰公司拖欠农民工工资", "李宁专卖店不退货",
        "王老吉凉茶过期", "康师傅方便面里有虫", "白云路灯不亮", "常德路施工扰民", "高新区违建", "方正县", "白沙镇", "贾家湾水库",
        "金桂园小区停水", "兰亭湾畔小区违法开餐饮", "明德启南中学餐费上涨", "问题何时能解决", "卫生室执业许可证", "置业顾问欺诈消费者",
        "陈家村低保", "万科物业乱收费", "向阳小区停电",
    ],
)  # fmt: skip
def test_it_leaves_what_names_nobody(line):
    assert mask_names(line) == line


@pytest.mark.parametrize(
    ("line", "covered"),
    [
        ("何静、周敏上门", "何＊、周＊上门"),
        ("顺丰快递员张伟态度差", "顺丰快递员张＊态度差"),
        ("石建国欠我工钱", "石＊＊欠我工钱"),
    ],
)
def test_it_covers_the_person_beside_the_firm(line, covered):
    assert mask_names(line) == covered
