"""Moments as ledgers write them, read as the office's wall clock. A day no calendar has is refused, with why."""

import re
from datetime import UTC, date, datetime, time, timedelta

from jiefen.kernel.clock import SHANGHAI

_WRITTEN = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]*(\d{1,2})\s*[::时点]\s*(\d{1,2})\s*分?(?:\s*[::]?\s*(\d{1,2})\s*秒?)?(?:\.\d+)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?"
)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?")
_NUMBER = re.compile(r"\d{5}(?:\.\d+)?")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - the day zero of Excel's wall-clock serials, leap-year fault included
_OLDEST, _NEWEST = 1949, 2199
_SHOWN = re.compile(r"[\d\s/:.\-年月日时分秒T+]{1,30}")


class BadDate(ValueError):
    """No moment can be read; the message says why and how to write one."""


def moment(cell: object) -> datetime:
    """A cell as a moment in UTC. Takes datetimes, dates, Excel serials (also as text) and the written forms in use:
    2018/6/14 17:32:20, 2019-02-28 11:25:05, 2019.2.28, 2019年2月28日 8时5分, 20190228. Raises BadDate."""
    if isinstance(cell, datetime):
        return _aware(cell)
    if isinstance(cell, date):
        return _aware(datetime.combine(cell, time.min))
    if isinstance(cell, bool):
        raise BadDate("这一格不是日期。请写成 2019-02-28 11:25。")
    if isinstance(cell, int | float):
        return _serial(float(cell), str(cell))
    text = str(cell).strip()
    if not text:
        raise BadDate("没有填时间。请写成 2019-02-28 11:25。")
    if len(text) == 19 and text[10] == " " and text[13] == text[16] == ":":  # 2019-02-28 11:25:05, as most write it
        try:
            stamp = datetime.fromisoformat(text)
        except ValueError:
            pass  # said below, with what is wrong
        else:
            if _OLDEST <= stamp.year <= _NEWEST:
                return _aware(stamp)
    if _NUMBER.fullmatch(text):
        return _serial(float(text), text)
    found = _WRITTEN.fullmatch(text) or _PACKED.fullmatch(text)
    if not found:
        raise BadDate(f"{_said(text)}不是认得的时间写法。请写成 2019-02-28 11:25。")
    groups = [*found.groups(), None][:7]
    year, month, day, hour, minute, second = (int(g or 0) for g in groups[:6])
    if not _OLDEST <= year <= _NEWEST:
        raise BadDate(f"{_said(text)}的年份不对，请核对。")
    if not 1 <= month <= 12:
        raise BadDate(f"{_said(text)}：没有{month}月。")
    try:
        stamp = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - made aware below
    except ValueError:
        if hour > 23 or minute > 59 or second > 59:
            raise BadDate(f"{_said(text)}：没有这样的钟点。") from None
        raise BadDate(f"{_said(text)}：{year}年{month}月没有{day}日。") from None
    zone = groups[6]
    if zone:
        return datetime.fromisoformat(stamp.isoformat() + zone.replace("Z", "+00:00")).astimezone(UTC)
    return _aware(stamp)


def _serial(number: float, text: str) -> datetime:
    if not 18_264 <= number < 109_939:  # 1950-01-01 … 2200-12-31
        raise BadDate(f"{_said(text)}不像Excel的日期序号。请写成 2019-02-28 11:25。")
    return _aware(_EPOCH + timedelta(seconds=round(number * 86_400)))


def _aware(stamp: datetime) -> datetime:
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=SHANGHAI)).astimezone(UTC)


def _said(text: str) -> str:
    """The cell's own characters only when they can be nothing but a date: a column mixed up may hold a name."""
    return f"“{text}”" if _SHOWN.fullmatch(text) else "这一格"
