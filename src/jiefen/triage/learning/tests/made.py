"""Made messages of three kinds, for training in a second. Nobody's words."""

from __future__ import annotations

import random

KINDS = {
    "0701": "工资 工钱 工地 包工头 班组 结算 拖欠 讨薪 血汗钱 干活 工友 欠薪",
    "1503": "噪声 音响 吵闹 睡不着 分贝 夜里 扰民 喇叭 机器声 广场舞 烧烤店 太吵",
    "1602": "停水 自来水 水压 水管 水厂 水质 发黄 吃水 水塔 断水 水表 爆管",
}
FILLER = [
    "上次",
    "大家",
    "已经",
    "多次",
    "反映",
    "没有",
    "答复",
    "希望",
    "尽快",
    "处理",
    "孩子",
    "老人",
    "生活",
    "影响",
    "附近",
    "村里",
    "小区",
    "门口",
    "街上",
    "早上",
    "晚上",
    "上周",
    "今天",
    "一直",
    "领导",
    "部门",
    "电话",
    "管理",
    "安排",
    "时候",
    "事情",
    "问题",
    "情况",
    "意见",
    "办法",
    "说法",
    "回复",
    "重视",
    "关心",
    "感谢",
    "辛苦",
    "打扰",
    "冬天",
    "夏天",
    "下雨",
    "晴天",
    "邻居",
    "亲戚",
    "朋友",
    "同事",
    "商量",
    "协商",
    "商店",
    "市场",
]


def messages(each: int = 60) -> list[tuple[str, str]]:
    """(text, kind), each unlike the others, kinds taking turns. The same every time."""
    dice = random.Random(5)
    out = []
    for _ in range(each):
        for code, words in KINDS.items():
            said = dice.sample(words.split(), 4) + dice.sample(FILLER, 14)
            dice.shuffle(said)
            out.append(("，".join("".join(said[n : n + 3]) for n in range(0, len(said), 3)) + "。", code))
    return out
