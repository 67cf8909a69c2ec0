"""Days a text tells, also as people say them: 上个月底, 前天, 去年腊月, 5月初. Each as a day or a stretch of days."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from jiefen.triage.rules.numbers import chinese_number

from .kinds import Fact
from .lunar import festival, lunar_month, lunar_year

_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = r"(?:(?P<year>(?:19|20)\d\d|[一二][九〇零][〇零一二三四五六七八九]{2})年|(?P<said>大前年|前年|去年|上一年|今年|本年|当年|明年)的?)"
_MONTH = rf"(?:农历|阴历)?(?P<month>{_N})月份?(?!以?[前内后])"
_DAY = rf"(?P<day>{_N})[日号]"
_PART = r"(?P<part>初|上旬|中旬|下旬|底|末|中(?=[，。旬、；\s]))"
_FULL = re.compile(rf"{_YEAR}?{_MONTH}(?:{_DAY}|{_PART})?")
_DOTTED = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)[-./－](?P<m>1[0-2]|0?[1-9])[-./－](?P<d>3[01]|[12]\d|0?[1-9])(?![\d])"
)
_OWN_YEAR = re.compile(rf"{_YEAR}(?P<when>腊月|正月|春节|过年|年底|年初|年末|上半年|下半年|春天|夏天|秋天|冬天)?")
_LAST_MONTH = re.compile(
    rf"(?P<which>上上个?月|上个?月|这个月|本月|下个?月)(?:{_DAY}|(?P<part>初|上旬|中旬|下旬|底|末))?"
)
_NEAR = re.compile(r"大前天|前天|昨天|昨日|昨晚|今天|今日|今早|今晚|明天|明日|大后天|后天|前几天|前两天|前些天")
_WEEK = re.compile(r"(?P<which>上上|上|这|本|下)(?:个?星期|个?礼拜|周)(?P<day>[一二三四五六日天末])?")
_AGO = re.compile(
    r"(?P<n>\d{1,3}|[一两二三四五六七八九十几半]{1,3})(?P<unit>天|个星期|周|个月|年)(?P<half>半)?(?:以?前|之前)(?!后)"
)
_FEAST = re.compile(
    r"(?:(?P<said>前年|去年|今年)的?)?(?P<when>腊月|正月|春节|过年|除夕|大年三十)(?P<day>[初二三廿][一二三四五六七八九十]|十[一二三四五六七八九]?)?"
)
REACH = 16
"""No day is told with more characters before the word that says it is one."""
_HINT = re.compile(r"[./\-－月年天日晚早周期拜前腊正春过除]")
_MONTH_SAID = re.compile(r"[\d一二三四五六七八九十]月")
_YEAR_SAID = re.compile(r"[\d〇零一二三四五六七八九前去今本当明]年")
_AGO_SAID = re.compile(r"(?:天|星期|周|月|年)半?(?:以?前|之前)")
_FEAST_SAID = re.compile(r"腊月|正月|春节|过年|除夕|大年三十")
_NEAR_DAYS = {
    "大前天": 3, "前天": 2, "昨天": 1, "昨日": 1, "昨晚": 1, "今天": 0, "今日": 0, "今早": 0, "今晚": 0, "明天": -1, "明日": -1,
    "后天": -2, "大后天": -3,
}  # fmt: skip
_YEARS_BACK = {"大前年": 3, "前年": 2, "去年": 1, "上一年": 1, "今年": 0, "本年": 0, "当年": 0, "明年": -1}
_MONTHS_BACK = {"上上个月": 2, "上上月": 2, "上个月": 1, "上月": 1, "这个月": 0, "本月": 0, "下个月": -1, "下月": -1}
_THIRDS = {
    "初": (1, 10),
    "上旬": (1, 10),
    "中": (11, 20),
    "中旬": (11, 20),
    "下旬": (21, 31),
    "底": (21, 31),
    "末": (21, 31),
}
_QUARTERS = {
    "年初": (1, 3), "年底": (11, 12), "年末": (11, 12), "上半年": (1, 6), "下半年": (7, 12), "春天": (3, 5), "夏天": (6, 8), "秋天": (9, 11),
}  # fmt: skip
Span = tuple[date, date]


def dates(text: str, said: str, on: date) -> Iterator[Fact]:
    """The days a text tells, none overlapping; `said` is the same text folded, `on` the day it was told. A stretch, or a
    day whose year is only guessed, is not a sure one."""
    covered = 0
    found = [(m.start(), m.end(), span, sure) for m, span, sure in _all(said, on)]
    for start, end, (first, last), sure in sorted(found, key=lambda f: (f[0], -f[1])):
        if start < covered:
            continue
        covered = end
        value = first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
        yield Fact("date", start, end, text[start:end], value, sure=sure)


def _all(said: str, on: date) -> Iterator[tuple[re.Match[str], Span, bool]]:
    told = {m[0] for m in _HINT.finditer(said)}
    if not told:
        return
    if not told.isdisjoint("./-－"):
        for m in _DOTTED.finditer(said):
            yield from _one(m, _day(int(m["y"]), int(m["m"]), int(m["d"])), True)
    if "月" in told:
        for m in _around(_FULL, _MONTH_SAID, said):
            yield from _one(m, _by_month(m, on), bool(m["year"] and m["day"]))
        for m in _LAST_MONTH.finditer(said):
            yield from _one(m, _months_back(m, on), bool(m["day"]))
    if "年" in told:
        for m in _around(_OWN_YEAR, _YEAR_SAID, said):
            yield from _one(m, _in_year(m, on), False)
    if not told.isdisjoint("天日晚早"):
        for m in _NEAR.finditer(said):
            back = _NEAR_DAYS.get(m[0])
            span = (_ago(on, 7), _ago(on, 2)) if back is None else (_ago(on, back), _ago(on, back))
            yield m, span, back is not None
    if not told.isdisjoint("周期拜"):
        for m in _WEEK.finditer(said):
            yield m, _in_week(m, on), bool(m["day"] and m["day"] != "末")
    if "前" in told:
        for m in _around(_AGO, _AGO_SAID, said):
            yield from _one(m, _before(m, on), False)
    if not told.isdisjoint("腊正春过除"):
        for m in _around(_FEAST, _FEAST_SAID, said):
            yield from _one(m, _feast(m["when"], m["day"], _YEARS_BACK.get(m["said"] or ""), on), False)


def _around(pattern: re.Pattern[str], core: re.Pattern[str], said: str) -> Iterator[re.Match[str]]:
    """What `pattern.finditer` finds, when every match of it holds a match of `core`, at most `REACH` characters from where it
    begins: the pattern, which tries every character, is tried there only."""
    at = 0
    for hint in core.finditer(said):
        if hint.end() <= at:
            continue
        m = pattern.search(said, max(at, hint.start() - REACH))
        if m is None:
            return
        yield m
        at = m.end()


def _one(m: re.Match[str], span: Span | None, sure: bool) -> Iterator[tuple[re.Match[str], Span, bool]]:
    if span:
        yield m, span, sure


def _by_month(m: re.Match[str], on: date) -> Span | None:
    month = chinese_number(m["month"])
    if not month or month > 12:
        return None
    year = _year(m, on)
    guessed = year is None
    if year is None:
        year = on.year
    if m["day"]:
        span = _day(year, month, chinese_number(m["day"]) or 0)
    else:
        first, last = _THIRDS.get(m["part"] or "", (1, 31))
        span = _part(year, month, first, last)
    # Without a year it is the last time that month came round; people tell what has happened.
    if span and guessed and span[0] > on:
        return _shifted(span, -1)
    return span


def _shifted(span: Span, years: int) -> Span | None:
    try:
        return span[0].replace(year=span[0].year + years), span[1].replace(year=span[1].year + years)
    except ValueError:
        return None


def _year(m: re.Match[str], on: date) -> int | None:
    if m["year"]:
        return (
            int(m["year"])
            if m["year"].isdigit()
            else int("".join(str("〇一二三四五六七八九".find(c.replace("零", "〇"))) for c in m["year"]))
        )
    return on.year - _YEARS_BACK[m["said"]] if m["said"] else None


def _months_back(m: re.Match[str], on: date) -> Span | None:
    n = on.year * 12 + on.month - 1 - _MONTHS_BACK[m["which"]]
    year, month = divmod(n, 12)
    if m["day"]:
        return _day(year, month + 1, chinese_number(m["day"]) or 0)
    return _part(year, month + 1, *_THIRDS.get(m["part"] or "", (1, 31)))


def _in_year(m: re.Match[str], on: date) -> Span | None:
    year = _year(m, on)
    if year is None or not 1900 <= year <= 2100:
        return None
    when = m["when"] or ""
    if when in ("腊月", "正月", "春节", "过年"):
        return _feast(when, None, on.year - year, on)
    if when == "冬天":
        return date(year, 12, 1), _part(year + 1, 2, 1, 31)[1]
    first, last = _QUARTERS.get(when, (1, 12))
    return date(year, first, 1), _part(year, last, 1, 31)[1]


def _in_week(m: re.Match[str], on: date) -> Span:
    weeks = {"上上": 2, "上": 1, "这": 0, "本": 0, "下": -1}[m["which"]]
    monday = _ago(on, on.weekday() + 7 * weeks)
    if not m["day"]:
        return monday, _ago(monday, -6)
    if m["day"] == "末":
        return _ago(monday, -5), _ago(monday, -6)
    day = _ago(monday, -("一二三四五六日".find(m["day"].replace("天", "日"))))
    return day, day


def _before(m: re.Match[str], on: date) -> Span | None:
    if m["n"] == "几":
        return None
    half = 0.5 if m["half"] else 0.0
    n = 0.5 if m["n"] == "半" else (chinese_number(m["n"]) or 0) + half
    if not n:
        return None
    if m["unit"] == "天":
        return _ago(on, int(n)), _ago(on, int(n))
    # «三个月前» is no day: a third of the time around it.
    around = {"个星期": 7, "周": 7, "个月": 30, "年": 365}[m["unit"]] * n
    return (_ago(on, int(around * 7 / 6)), _ago(on, int(around * 5 / 6))) if around < 36_500 else None


def _feast(when: str, day: str | None, back: int | None, on: date) -> Span | None:
    """By the old calendar, where the table knows the year; a day of it (腊月二十, 正月初五) where it is told."""
    year = lunar_year(on)
    if year is None:
        return None
    month = 12 if when in ("腊月", "除夕", "大年三十") else 1
    if back is None:  # the last that came round
        back = 0 if month == 1 else 1
    if when in ("春节", "过年"):
        return festival(on.year - back)
    span = lunar_month(year - back, month)
    if span is None or (when not in ("腊月", "正月")):
        return (span[1], span[1]) if span else None
    if day:
        n = {"初": 0, "廿": 20}.get(day[0])
        number = n + (chinese_number(day[1]) or 0) if n is not None else chinese_number(day)
        one = _ago(span[0], 1 - number) if number else None
        return (one, one) if one and one <= span[1] else None
    return span


def _day(year: int, month: int, day: int) -> Span | None:
    try:
        one = date(year, month, day)
    except ValueError:
        return None
    return one, one


def _part(year: int, month: int, first: int, last: int) -> Span:
    return date(year, month, first), date(year, month, min(last, monthrange(year, month)[1]))


def _ago(day: date, days: int) -> date:
    return day - timedelta(days=days)
