"""Made texts for measuring how facts are found: real sentences, read at run time, with made-up people and figures put in.

The sentences for tuning come from one collection, those for judging from another; a sentence that stands in both is left
out of judging. Three of the slots and the second lists of given names are used in judging only.
"""

from __future__ import annotations

import csv
import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("JIEFEN_DATA", REPO.parent / "shared" / "data")) / "complaints"
SOURCES = {"tune": ("messages.csv", "detail"), "judge": ("replied.csv", "detail")}

# Surnames with people in ten thousand, roughly as the census years have it.
SURNAMES = dict(
    王=720, 李=719, 张=683, 刘=543, 陈=456, 杨=312, 黄=227, 赵=215, 吴=207, 周=202, 徐=147, 孙=146, 马=129, 朱=127, 胡=115, 郭=114, 何=112, 林=110,
    高=102, 罗=98, 郑=91, 梁=86, 谢=78, 宋=74, 唐=71, 许=69, 韩=68, 邓=65, 冯=64, 曹=60, 彭=59, 曾=58, 肖=57, 田=56, 董=55, 潘=53, 袁=52, 蔡=50,
    蒋=49, 余=48, 于=47, 杜=46, 叶=45, 程=44, 魏=43, 苏=42, 吕=41, 丁=40, 任=39, 卢=38, 姚=37, 沈=36, 钟=36, 姜=35, 崔=34, 谭=33, 陆=33, 范=32,
    汪=31, 廖=31, 石=30, 金=30, 韦=29, 贾=29, 夏=28, 付=28, 方=27, 邹=26, 熊=25, 白=25, 孟=24, 秦=24, 邱=23, 侯=23, 江=22, 尹=21, 薛=21, 闫=20,
    段=20, 雷=20, 龙=19, 黎=19, 史=18, 陶=18, 贺=17, 毛=17, 郝=17, 顾=16, 龚=16, 邵=16, 万=15, 覃=15, 武=14, 钱=14, 戴=14, 严=13, 莫=13, 孔=12,
    向=12, 常=11, 汤=11, 欧阳=10, 温=10, 康=9, 施=9, 文=9, 牛=8, 樊=8, 葛=8, 邢=8, 安=7, 齐=7, 易=7, 乔=7, 伍=7, 庞=6, 颜=6, 倪=6, 庄=6, 聂=6,
    章=5, 鲁=5, 岳=5, 翟=5, 殷=5, 詹=5, 申=5, 耿=4, 关=4, 焦=4, 左=3, 柳=3, 甘=3, 祝=3, 包=3, 宁=3, 尚=2, 符=2, 舒=2, 阮=2, 柯=2, 纪=2, 梅=2,
    童=2, 凌=2, 毕=2, 单=2, 裴=1, 霍=1, 涂=1, 成=1, 苗=1, 谷=1, 盛=1, 曲=1, 冉=1, 上官=1, 司马=1, 诸葛=1, 皮=1, 时=1,
)  # fmt: skip
MEN = "伟强磊军洋勇杰涛超明刚平辉鹏飞华亮建国志斌波宁宇浩凯健俊帆帅旭龙林峰海东文武兵德贵福生根发财才富金水木土有庆祥喜春荣正新光荣学义忠诚信良善仁礼永长久大小云山川江河"
WOMEN = "芳娜敏静丽艳娟霞秀英华慧巧美玲燕红丹萍莉兰凤洁梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼桂叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷"
YOUNG = "子轩梓涵雨泽浩宇欣怡诗琪思远博文一诺俊熙佳怡若曦可馨语桐奕辰沐宸睿晨悦彤紫萱钰沛然铭宏煜昕玥逸航天佑乐"
RARE = "楠锐彪魁炳耀坤钧鑫淼焱垚喆罡骏骁岚岩岭磐砚碧琛璋瑜珺珂琰璇菁菲葵蔚薇蕾蓉芸苓茂竹筠箐策简纲纶纬绪维绍经络羽翔翎舟帆舫衡衍裕褚誉谦谨赞跃轶辕达迅迎运进远逊逢遥遵邦郁酉铃铎铮锋锟镇镕闯阔隽霆霖霄靖韬韵顺颂顿频飏驰骥鸣鸿鹤麒黔默"
TITLES = [
    "师傅",
    "老师",
    "医生",
    "主任",
    "经理",
    "老板",
    "总",
    "书记",
    "局长",
    "队长",
    "女士",
    "先生",
    "阿姨",
    "大爷",
    "律师",
    "工",
    "校长",
    "村长",
    "所长",
]
MINORITY_FIRST = [
    "阿不都热依木",
    "买买提",
    "古丽娜尔",
    "艾合买提",
    "阿依古丽",
    "吐尔逊",
    "麦麦提",
    "努尔兰",
    "热娜",
    "卓玛",
    "扎西",
    "迪丽努尔",
    "帕提古丽",
    "哈力克",
    "木合塔尔",
]
MINORITY_LAST = [
    "买买提",
    "艾山",
    "吐尼亚孜",
    "库尔班",
    "赛买提",
    "依明",
    "阿卜力孜",
    "哈斯木",
    "加帕尔",
    "肉孜",
    "多吉",
    "才让",
    "沙比尔",
    "尼牙孜",
]


@dataclass(slots=True)
class Made:
    """A text with what was put into it: (kind, start, end, value)."""

    text: str
    put: list[tuple[str, int, int, object]] = field(default_factory=list)
    form: str = ""


def there() -> bool:
    """Whether the real sentences lie beside the checkout."""
    return all((DATA / name).exists() for name, _ in SOURCES.values())


def sentences(part: str) -> list[str]:
    """Real passages of 60 to 400 characters, each once; those of tuning are left out of judging."""
    found = _read(*SOURCES[part])
    if part == "judge":
        known = set(_read(*SOURCES["tune"]))
        found = [x for x in found if x not in known]
    return found


def _read(name: str, column: str) -> list[str]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as rows:
        texts = [re.sub(r"\s+", " ", row[column]).strip() for row in csv.DictReader(rows)]
    return list(dict.fromkeys(t[:400] for t in texts if len(t) >= 60))


def person(dice: random.Random, *, new: bool) -> tuple[str, str]:
    """A made-up name and its form. `new`: also given names no tuning text has."""
    surname = dice.choices(list(SURNAMES), list(SURNAMES.values()))[0]
    form = dice.choices(["three", "two", "dot", "old", "title", "so-and-so"], [62, 20, 4, 4, 6, 4])[0]
    pools = [MEN, WOMEN, YOUNG] + ([RARE] if new else [])
    pool = dice.choice(pools)
    if form == "three":
        return surname + dice.choice(pool) + dice.choice(pool), form
    if form == "two":
        return surname + dice.choice(pool), form
    if form == "dot":
        return f"{dice.choice(MINORITY_FIRST)}·{dice.choice(MINORITY_LAST)}", form
    if form == "old":
        return dice.choice("老小") + surname[0], form
    if form == "title":
        return surname + dice.choice(TITLES), form
    return surname + dice.choice(["某某", "某", "某某", "×"])[: dice.choice([1, 2])].replace("×", "某"), form


ROLES = "邻居|老板|房东|包工头|负责人|经理|主任|医生|老师|司机|队长|书记|村长|业主|村民|丈夫|妻子|母亲|父亲|儿子|女儿|同事|校长|保安|会计|住户|员工|工人|股东|职工|法人代表|老婆|老公|弟弟|哥哥"
_GO_ON = r"(?=[，。、的说把将在不没和也都到又对跟向让要给是])"
WEIGHT = {"stand-in": 900, "role": 300, "subject": 200, "object": 200, "end": 60, "contact": 60, "says": 60}
"""How often a slot is taken; nearly all people stand within a sentence, few in a closing line."""
Slot = tuple[str, str, str, bool]
NAME_SLOTS: tuple[Slot, ...] = (
    # name of the slot, what it replaces, by what (N: a name), judged only
    ("i-am", r"我是(?=[^，。]{2,14}(?:居民|业主|村民|职工|员工|学生|家长))", "我叫N，是", False),
    ("myself", r"本人(?=[^N])", "本人N", False),
    ("role", rf"(?P<r>{ROLES}){_GO_ON}", r"\g<r>N", False),
    ("subject", r"(?<=[，。！？；])(?:他|她|对方)(?=[说把不就在还又也要叫让给对用拿骂打是])", "N", False),
    ("object", r"(?P<r>被|给|找|跟|和|向|对|让|叫|问|请|由)(?:他|她|对方|别人)(?=[^们的])", r"\g<r>N", False),
    ("end", r"[。！]$", "。反映人：N", False),
    ("contact", r"[。！]$", "。联系人N，电话P。", False),
    (
        "stand-in",
        r"业主|村民|居民|老百姓|开发商|物业公司|物业|施工方|老师|家长|我们|他们|大家|(?<![本自])我(?![们国省市区县])|他(?![们人])|她(?!们)|中介|老板|学生|司机|对方",
        "N",
        False,
    ),
    ("list", r"我们(?=[，、几都全只就也])", "我和N、N、N等人", False),
    ("of", r"(?<=[，。！？；])(?:他|她)的(?!们)", "N的", True),
    ("says", r"^(?!N)", "据N反映，", True),
    ("we-two", r"我们(?=[，、几都全只就也])", "N与N", True),
)


def phone(dice: random.Random) -> tuple[str, str]:
    """A made-up number as somebody writes it, and its digits."""
    if dice.random() < 0.2:
        area, rest = f"0{dice.randint(310, 999)}", str(dice.randint(2_000_000, 8_999_999))
        return dice.choice([f"{area}-{rest}", area + rest, f"（{area}）{rest}"]), area + rest
    digits = f"1{dice.choice('3456789')}{dice.randint(0, 999_999_999):09d}"
    form = dice.random()
    if form < 0.6:
        return digits, digits
    if form < 0.7:
        return f"{digits[:3]}-{digits[3:7]}-{digits[7:]}", digits
    if form < 0.8:
        return " ".join(digits) if dice.random() < 0.5 else f"{digits[:3]} {digits[3:7]} {digits[7:]}", digits
    if form < 0.9:
        return digits.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}), digits
    return digits.translate(
        str.maketrans("0123456789", dice.choice(["零幺二三四五六七八九", "〇一二三四五六七八九"]))
    ), digits


def identity(dice: random.Random) -> tuple[str, str]:
    """A made-up ID number whose last character fits (15 digits: the old form has none)."""
    seventeen = (
        f"{dice.choice([43, 51, 11, 32, 61])}{dice.randint(100, 999):04d}19{dice.randint(40, 99)}{dice.randint(1, 12):02d}"
        f"{dice.randint(1, 28):02d}{dice.randint(1, 999):03d}"
    )
    if dice.random() < 0.12:
        old = seventeen[:6] + seventeen[8:]
        return old, old
    last = "10X98765432"[sum(int(c) * (2 ** (17 - n) % 11) for n, c in enumerate(seventeen)) % 11]
    whole = seventeen + last
    form = dice.random()
    if form < 0.75:
        return whole, whole
    if form < 0.85:
        return whole.lower(), whole
    if form < 0.93:
        return f"{whole[:6]} {whole[6:14]} {whole[14:]}", whole
    return whole.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}), whole


_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_SMALL = "零一二三四五六七八九"


def amount(dice: random.Random) -> tuple[str, int]:
    """A made-up sum as somebody writes or says it, and its fen."""
    n = dice.randint(2, 98)
    a, b = n // 10 or 1, n % 10 or 5
    return dice.choice(
        [
            (f"{n * 100}元", n * 10_000), (f"{n}00余元", n * 10_000), (f"{n}万元", n * 1_000_000),
            (f"{a}.{b}万元", a * 1_000_000 + b * 100_000), (f"{_SMALL[a]}万{_SMALL[b]}", a * 1_000_000 + b * 100_000),
            (f"{_SMALL[a]}千块", a * 100_000), (f"{_SMALL[a]}千{_SMALL[b]}百元", a * 100_000 + b * 10_000),
            (f"人民币{_CAPITALS[a]}万{_CAPITALS[b]}仟元整", a * 1_000_000 + b * 100_000),
            (f"{a}000多元", a * 100_000), (f"{a},{b}00元", a * 100_000 + b * 10_000), (f"{_SMALL[a]}百来块钱", a * 10_000),
            (f"{n}.50元", n * 100 + 50), (f"￥{n}00", n * 10_000),
        ]
    )  # fmt: skip


def plate(dice: random.Random) -> tuple[str, str]:
    """A made-up number plate, one in three of a new-energy car."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    head = dice.choice("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼") + dice.choice(letters[:10])
    body = (
        dice.choice("DF") + f"{dice.randint(0, 99_999):05d}"
        if dice.random() < 0.33
        else "".join(dice.choice(letters + "0123456789") for _ in range(4)) + str(dice.randint(0, 9))
    )
    return dice.choice([head + body, f"{head}·{body}", f"{head} {body}"]), head + body


def count(dice: random.Random) -> tuple[str, int]:
    """How many, as somebody says it after «我们»."""
    n = dice.randint(3, 96)
    a, b = max(n // 10, 1), n % 10
    said = ("" if a == 1 else _SMALL[a]) + "十" + (_SMALL[b] if b else "")
    return dice.choice(
        [
            (f"{n}户", n),
            (f"{said}户", a * 10 + b),
            (f"{_SMALL[max(a, 2)]}十多人", max(a, 2) * 10),
            (f"{n}名业主", n),
            (f"{n}个工人", n),
        ]
    )


FIGURES: dict[str, tuple[tuple[str, ...], Callable[[random.Random], tuple[str, object]]]] = {
    "phone": (("。我的电话是X。", "。请回电X，谢谢。", "。联系方式：X。"), phone),
    "identity": (("。身份证号X。", "。本人身份证X，请核实。"), identity),
    "amount": (("。至今还欠我X没给。", "。前后交了X，不肯退。", "。要求赔偿X。"), amount),
    "plate": (("。车牌号X的车天天堵在门口。", "。被X撞了。"), plate),
    "count": (("。我们X都没拿到。", "。我们X一起反映。"), count),
}  # fmt: skip


def named(part: str, many: int, seed: int) -> Iterator[Made]:
    """Texts with made-up people, and a phone where the slot has one."""
    dice = random.Random(seed)
    pool = sentences(part)
    new = part == "judge"
    slots = [s for s in NAME_SLOTS if new or not s[3]]
    fits = {s[0]: [t for t in pool if re.search(s[1], t)] for s in slots}
    for _ in range(many):
        name, pattern, by, _only = dice.choices(slots, [min(len(fits[s[0]]), WEIGHT.get(s[0], 100)) for s in slots])[0]
        text = dice.choice(fits[name])
        spot = dice.choice(list(re.finditer(pattern, text)))
        made = _put(dice, text, spot.start(), spot.end(), spot.expand(by), name, new)
        yield _short(made) if dice.random() < 0.25 else made


def _put(dice: random.Random, text: str, start: int, end: int, by: str, slot: str, new: bool) -> Made:
    out = Made("", form=slot)
    whole = text[:start]
    for piece in re.split(r"([NP])", by):
        if piece == "N":
            name, form = person(dice, new=new)
            out.put.append(("person", len(whole), len(whole) + len(name), form))
            whole += name
        elif piece == "P":
            said, digits = phone(dice)
            out.put.append(("phone", len(whole), len(whole) + len(said), digits))
            whole += said
        else:
            whole += piece
    out.text = whole + text[end:]
    return out


def _short(made: Made) -> Made:
    """Only the sentence that the first name stands in: as short as a title."""
    first, last = made.put[0][1], made.put[-1][2]
    begin = max(made.text.rfind(mark, 0, first) for mark in "，。！？；") + 1
    ends = [at for mark in "，。！？；" if (at := made.text.find(mark, last)) >= 0]
    end = min(ends, default=len(made.text))
    return Made(made.text[begin:end], [(k, s - begin, e - begin, v) for k, s, e, v in made.put], made.form)


def figured(part: str, many: int, seed: int) -> Iterator[Made]:
    """Texts with one made-up figure of each kind in turn."""
    dice = random.Random(seed)
    pool = [t.rstrip("。！？ ") for t in sentences(part)]
    kinds = list(FIGURES)
    for n in range(many):
        kind = kinds[n % len(kinds)]
        frames, make = FIGURES[kind]
        text, frame = dice.choice(pool), dice.choice(frames)
        said, value = make(dice)
        at = len(text) + frame.index("X")
        yield Made(text + frame.replace("X", said), [(kind, at, at + len(said), value)], kind)
