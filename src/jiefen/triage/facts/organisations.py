# ruff: noqa: SIM905 — lists of words are read more easily as one line of words
"""Organisations a text names: a run of the segmenter's words that ends in what organisations end in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiefen.kernel.names.candidates import Cut

from .kinds import Fact

ENDS = (
    "有限责任公司", "股份有限公司", "有限公司", "分公司", "公司", "集团", "合作社", "项目部", "工程队", "施工队", "经营部", "事务所", "服务部", "服务站", "售楼部", "中介所",
    "砖厂", "工厂", "厂", "医院", "卫生院", "诊所", "药店", "药房", "幼儿园", "小学", "中学", "学校", "学院", "大学", "驾校", "培训机构", "银行", "信用社", "超市", "商场", "酒店", "宾馆",
    "饭店", "餐馆", "餐厅", "理发店", "美容院", "影楼", "网吧", "茶楼", "商店", "门店", "专卖店", "农庄", "养殖场", "猪场", "搅拌站", "加油站", "采石场", "沙场", "矿",
    "村委会", "居委会", "业委会", "村委", "居委", "委员会", "派出所", "街道办", "街道办事处", "人民政府", "镇政府", "乡政府", "县政府", "区政府", "市政府", "法院", "检察院", "工商局", "城管局",
    "公安局", "交警队", "局", "物业", "开发商",
)  # fmt: skip
_LAST = re.compile(f"[{''.join(sorted({end[-1] for end in ENDS}))}]")
_TAKES = ("n", "j", "z", "vn", "x", "eng", "g", "b", "a", "l", "q", "f", "k", "i")
_STOPS = frozenset(
    (
        "起在 我们 我 你们 他们 本 该 这家 那家 一家 某 某家 这个 那个 老板 业主 村民 居民 员工 工人 职工 负责人 经理 领导 房东 司机 老师 学生 家长 关于 "
        "位于 地处 座落 请 希望 要求 举报 投诉 反映 找 到 在 被 把 由 向 对 跟 和 与 及 给 让 叫 说 去 从 的 了 是 有 于 于是 但 但是 而 且 又 还 "
        "也 都 不 没 没有 问 告 起诉 起诉了 欠 打 作为 属于 通过 联系 相关 有关 各 各个 所有 其他 任何 每个 一个 几个 附近 前面 后面 旁边 对面 上面 当地 "
        "本地 现在 今年 去年 原来 以前 目前 责令 督促 监督 邻居 来到 进入 购买 入住 工作 上班 就职 就读 多次 已经 因为 由于 如果 代表 要 会 能 可以 应该 "
        "尊敬 老百姓 群众 小孩 孩子"
    ).split()
)
_NONE = frozenset("公司法 结局 布局 骗局 僵局 格局 全局 大局 时局 牌局 饭局 赌局 开局 破局 定局 采矿 探矿 开矿".split())
"""What ends like an office or a pit and is none."""
_LEAD = re.compile(r"(?:但|而|其|此|该|所谓|是不是|难道|最后|现(?!代)|原(?![野点本始种生子平]))+")
"""Words that stand before a name without a gap and are no part of it."""
LONGEST = 20
PROPER = 4
"""A name of fewer characters (物业, 公司) is a sort of organisation rather than one."""
_FIRM = ("公司", "集团", "合作社", "医院", "学校", "小学", "中学", "幼儿园", "委员会", "村委会", "居委会", "派出所")
_NO_WORD = frozenset({"x", "m", "w"})


def organisations(said: Cut, taken: list[tuple[int, int]]) -> Iterator[Fact]:
    """Each as long as the words before it belong to it; never through a person who was found (`taken`) whole, unless the
    person's name opens it. A sort without a name (物业公司) is not a sure one."""
    text, tokens, begins = said.text, said.tokens, said.begins
    held = 0
    if len(said.token_at) != len(text):  # the segmenter dropped something: offsets would lie
        return
    for m in _LAST.finditer(text):
        n = said.token_at[m.start()]
        word = tokens[n][0]
        if m.end() != begins[n] + len(word) or not word.endswith(ENDS) or word in _NONE:
            continue
        end = begins[n] + len(word)
        if n + 1 < len(tokens) and tokens[n + 1][0].endswith(ENDS) and len(tokens[n + 1][0]) <= 4:
            continue  # goes on: 有限·公司, 柳河镇·人民政府
        first = n
        while first > held and end - begins[first - 1] <= LONGEST and _belongs(*tokens[first - 1]):
            first -= 1
        start = begins[first]
        if lead := _LEAD.match(text[start : end - 1]):
            start = start + lead.end() if end - start - lead.end() >= 2 else start
        if end - start < 2 or (end - start < PROPER and word in ("厂", "局", "矿")):
            continue
        held = n + 1
        words = text[start:end]
        if any(s <= start and end <= e for s, e in taken):
            continue
        yield Fact("organisation", start, end, words, words, sure=end - start >= PROPER + 2 and words.endswith(_FIRM))


_READ = re.compile(r"[\u3400-\u9fff]|[^\W_]")
"""A character or a letter: not a mark alone."""


def _belongs(word: str, sort: str) -> bool:
    if word in _STOPS or not _READ.search(word):
        return False
    return (
        sort.startswith(_TAKES)
        or (len(word) == 1 and word not in _SMALL)
        or (sort == "v" and len(word) == 2 and word in _NAMES_OF_FIRMS)
    )


_SMALL = frozenset(
    "我你他她它们在被把由向对跟和与及给让叫说去从的了是有于但而且又还也都不没问告欠打找到请该本某这那各要会能因后前来里上下外中"
)
_NAMES_OF_FIRMS = frozenset(
    ("建设 建筑 劳务 服务 投资 开发 管理 装修 装饰 培训 教育 运输 养殖 种植 加工 物流 销售 租赁 咨询 保洁 置业").split()
)
