"""Read how many people and how much money a text speaks of, with offsets. Each reading can be dropped."""

from __future__ import annotations

import re
from dataclasses import dataclass

READINGS_KEPT = 60
"""A text with more figures than this is a table, not a story; the first ones are read."""

_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_DIGITS |= {c: n for n, c in enumerate("零壹贰叁肆伍陆柒捌玖")} | {"貳": 2, "參": 3, "陸": 6}
_UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_CN = "〇零一二两三四五六七八九十百千万亿壹贰貳叁參肆伍陆陸柒捌玖拾佰仟"


@dataclass(frozen=True, slots=True)
class Reading:
    """`value` counts `unit` "people", "households" or "fen". `used` says the text claims it of this matter itself;
    background figures (小区共3000户) are read but not used for the grade."""

    value: int
    start: int
    end: int
    unit: str
    used: bool


def chinese_number(text: str) -> int | None:
    """三千五百 → 3500, 一万五 → 15000, 三百二 → 320, 12 → 12; None when it is no number."""
    if text.isdigit():
        return int(text)
    total = section = digit = 0
    last_unit = 1
    zero = False
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
            zero = zero or c in "〇零"
        elif c in _UNITS:
            section += (digit or 1) * _UNITS[c]
            digit, last_unit, zero = 0, _UNITS[c], False
        elif c in "万亿":
            factor = 10_000 if c == "万" else 100_000_000
            total = (total + section + digit) * factor
            section = digit = 0
            last_unit, zero = factor, False
        else:
            return None
    if digit and last_unit >= 100 and not zero:
        digit *= last_unit // 10  # 一万五, 三百二
    return total + section + digit if text else None


_NUMBER = rf"(?:\d{{1,9}}(?:,\d{{3}})*(?:\.\d{{1,4}})?|[{_CN}]{{1,17}})"
_PEOPLE = re.compile(
    r"(?P<n>\d{1,6}|[一二两三四五六七八九十百千]{1,7})(?P<more>多|余|来|几)?(?:个|位|名)?"
    r"(?P<unit>户|家(?=业主|住户|商户|村民|农户|人家)|名(?=[^次单额字列])|个(?=工人|民工|农民工|业主|村民|居民|住户|学生|家长|老人)|人(?![次份间均工民行口]))"
)
_TOLD = re.compile(
    r"(我们|咱们|俺们|我等|等|联名|一行|工友|带着|代表|共同|一起|涉及|欠(?:了|着)?|拖欠|受害者?|受骗)[^\d，。；！？\n]{0,5}$"
)
_NOT_PEOPLE = re.compile(r"(第|每|人均|平均|一家|全家|家里|家中|家有|家)$")
_SIGNED = re.compile(r"[^，。；！？\n]{0,6}(联名|签名|签字|被欠|没拿到工资|被拖欠|受骗|一起反映|共同反映)")


def people(text: str) -> tuple[Reading, ...]:
    """我们12户, 等30余人, 工友二十多人; never 一家三口, 第三人, 每人."""
    out: list[Reading] = []
    for m in _PEOPLE.finditer(text):
        value = chinese_number(m["n"])
        ahead = text[max(0, m.start() - 14) : m.start()]
        if value is None or value < 2 or _NOT_PEOPLE.search(ahead):
            continue
        used = bool(_TOLD.search(ahead)) or bool(_SIGNED.match(text, m.end()))
        if len(out) >= READINGS_KEPT:
            break
        out.append(Reading(value, m.start(), m.end(), "households" if m["unit"] in "户家" else "people", used))
    return tuple(out)


_MONEY = re.compile(
    rf"(?P<sign>[￥¥] ?)?(?P<n>{_NUMBER})(?P<more>多|余|几|来)?(?P<big>[万千百亿]{{0,2}})(?P<more2>多|余|来)?(?P<unit>(?:元|圆)整?|块钱|块(?![地田板砖石牌布肉区])|圆)?"
)
_CLAIM = re.compile(
    r"(欠|借|赔|押金|定金|订金|退|工资|损失|骗|补偿|货款|工程款|本金|垫|讨|克扣|扣|没给|未付|没付|未给|不给|彩礼|医药费|抚养费|赡养费|索要|罚)"
    r"[^，。；！？\n]{0,10}$"
)
_CLAIMED = re.compile(
    r"(?:左右|多|余)?[^，。；！？\n]{0,6}(工资|欠款|没给|未付|没付|不给|不还|没还|未还|损失|工程款|货款|押金|定金|彩礼|医药费|赔偿)"
)
_BACKGROUND = re.compile(r"(投资|注册资本|造价|预算|产值|营业额|总价|均价|单价|房价|市值|拨款)[^，。；！？\n]{0,6}$")
_FACTOR = {"": 1, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000, "百万": 1_000_000, "千万": 10_000_000}


def amounts(text: str) -> tuple[Reading, ...]:
    """3.2万元, 38,600元, 五千块 in fen; a bare 3.2万 only where money is spoken of."""
    out: list[Reading] = []
    if not any(c in text for c in "元块万圆￥¥"):
        return ()
    for m in _MONEY.finditer(text):
        marked = m["unit"] or m["sign"]
        if not marked and "万" not in m["n"] + m["big"]:
            continue
        value = _fen(m["n"], m["big"])
        if value is None:
            continue
        ahead = text[max(0, m.start() - 16) : m.start()]
        claimed = bool(_CLAIM.search(ahead)) or bool(_CLAIMED.match(text, m.end()))
        if not marked and (not claimed or text[m.end() : m.end() + 1] in tuple("人户平亩吨公个名件次立方")):
            continue
        if len(out) >= READINGS_KEPT:
            break
        used = claimed and not _BACKGROUND.search(ahead)
        out.append(Reading(value, m.start(), m.end(), "fen", used))
    return tuple(out)


def _fen(number: str, big: str) -> int | None:
    if number[0].isdigit():
        whole, _, part = number.replace(",", "").partition(".")
        if big not in _FACTOR:
            return None
        return (int(whole) * 10_000 + int((part + "0000")[:4])) * _FACTOR[big] * 100 // 10_000
    value = chinese_number(number + big)
    return None if value is None else value * 100


def largest(readings: tuple[Reading, ...]) -> int | None:
    """The largest figure the text claims of this matter, or None."""
    return max((r.value for r in readings if r.used), default=None)
