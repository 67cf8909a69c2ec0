"""How a due date is shown: one line on a chip, and the arithmetic day by day. Pure; Chinese as an official says it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jiefen.kernel.clock import local, local_day

from .counting import Span, counted, elapsed, spans
from .days import DAY, Calendar
from .definition import unit_words
from .history import Deadline

HOUR = timedelta(hours=1)
WEEKDAYS = "一二三四五六日"
WIDE = 11  # columns of a day in the terminal
MOST_WEEKS = 60  # a longer period (时效) is told in a sentence, not day by day


@dataclass(frozen=True)
class Chip:
    """`kind`: ok, soon, late, hold or done. `text`: 余3个工作日. `provisional`: show 暂计 beside it."""

    kind: str
    text: str
    provisional: bool = False


@dataclass(frozen=True)
class Cell:
    """A day of the table. `css`: classes of `table.cal`. `mark_text`: its number, 起, 休 or a holiday's name.
    `day` None: outside.
    """

    day: date | None
    mark_text: str
    css: str


@dataclass(frozen=True)
class Reckoning:
    """The whole sum: `rule`, `weeks` of (month label, 7 cells from Monday), `total` line, `key` of (css, words)."""

    rule: str
    weeks: tuple[tuple[str, tuple[Cell, ...]], ...]
    total: str
    key: tuple[tuple[str, str], ...]

    def as_text(self) -> str:
        """The same for a terminal: a line a week, each day with its mark."""
        lines = [self.rule]
        if self.weeks:
            lines.append((" " * 6 + "".join(_pad(f" {day}", WIDE) for day in WEEKDAYS)).rstrip())
        for month, cells in self.weeks:
            days = (_pad(f"{cell.day.day:>2} {_sign(cell)}" if cell.day else "", WIDE) for cell in cells)
            lines.append(f"{_pad(month, 6)}{''.join(days)}".rstrip())
        words = "　".join(words for _, words in self.key)
        return "\n".join([*lines, words, self.total])


def _sign(cell: Cell) -> str:
    classes = cell.css.split()
    mark = f"[{cell.mark_text}]" if "due-day" in classes else cell.mark_text
    return f"{mark}{'*' if 'now' in classes else ''}{'?' if 'prov' in classes else ''}"


def _pad(text: str, width: int) -> str:
    return text + " " * max(0, width - sum(2 if ord(letter) > 0x2E7F else 1 for letter in text))


def _words(days: int, kind: str) -> str:
    return f"{days}{'个工作日' if kind == 'working' else '天'}"


def _hours(length: timedelta) -> str:
    return f"{length // HOUR}小时" if length >= HOUR else f"{length // timedelta(minutes=1)}分钟"


def chip(deadline: Deadline, *, at: datetime, calendar: Calendar) -> Chip:
    """One line on where a deadline stands at a moment."""
    if deadline.stopped_at is not None:
        return Chip("done", _done(deadline, calendar))
    today = local_day(at)
    if deadline.due_at is None or deadline.due_on is None:
        used = elapsed(local_day(deadline.started_at), today, deadline.kind, deadline.pauses, calendar)
        return Chip("hold", f"停计，已用{_words(used, deadline.kind)}")
    if at >= deadline.due_at:
        if deadline.lapses:
            return Chip("done", "期限已过")
        over = _over(deadline, at, calendar)
        return Chip("late", f"超{over}", deadline.provisional) if deadline.firm else Chip("soon", f"过一般期限{over}")
    if deadline.amount.unit == "hours":
        left = deadline.due_at - at
        return Chip("soon" if left <= (deadline.due_at - deadline.started_at) / 4 else "ok", f"余{_hours(left)}")
    days = counted(today, deadline.due_on, deadline.kind, calendar)
    soon = days <= max(deadline.warn_at, default=0)
    return Chip(
        "soon" if soon else "ok",
        "今天到期" if today == deadline.due_on else f"余{_words(days, deadline.kind)}",
        deadline.provisional,
    )


def _over(deadline: Deadline, at: datetime, calendar: Calendar) -> str:
    """By how much it is late. A weekend after a working-day limit has no working day yet, so it is told in days."""
    assert deadline.due_at is not None and deadline.due_on is not None
    if deadline.amount.unit == "hours":
        return _hours(at - deadline.due_at)
    days = counted(deadline.due_on, local_day(at), deadline.kind, calendar)
    return _words(days, deadline.kind) if days else f"{(local_day(at) - deadline.due_on).days}天"


def _done(deadline: Deadline, calendar: Calendar) -> str:
    assert deadline.stopped_at is not None
    if deadline.stopped_how in ("released", "end", "left"):
        return "已解除"
    if deadline.stopped_how == "restart":
        return "已重新起算"
    if deadline.is_late(deadline.stopped_at):
        return f"超{_over(deadline, deadline.stopped_at, calendar)}办结"
    if deadline.amount.unit == "hours":
        return f"{_hours(deadline.stopped_at - deadline.started_at)}办结"
    start = local_day(deadline.started_at)
    used = elapsed(start, local_day(deadline.stopped_at), deadline.kind, deadline.pauses, calendar)
    if used == 0:
        return "当日已办"
    return f"第{used}个工作日已办" if deadline.kind == "working" else f"第{used}日已办"


def reckon(deadline: Deadline, *, at: datetime, calendar: Calendar) -> Reckoning:
    """The arithmetic of a due date, day by day, as of a moment."""
    begin, today = local_day(deadline.started_at), local_day(at)
    out = spans(deadline.pauses)
    end = deadline.due_on or max(today, begin)
    by_day = deadline.amount.unit != "hours" and (end - begin).days < MOST_WEEKS * 7
    weeks = _weeks(deadline, begin, end, today, out, calendar) if by_day else ()
    return Reckoning(_rule(deadline), weeks, _total(deadline), _key(deadline, begin, end, today, out, calendar))


def _rule(deadline: Deadline) -> str:
    start = local(deadline.started_at)
    if deadline.amount.unit == "hours":
        begins = f"{start.month}月{start.day}日 {start:%H:%M}起"
    else:
        begins = f"{start.month}月{start.day}日起，当日不计"
    parts = [f"{begins}；{deadline.amount.words}（{deadline.said}）"]
    if deadline.setting_source:
        parts.append(f"按{deadline.setting_source}")
    if deadline.extended:
        parts.append(f"已延长{deadline.extended}{unit_words('days', deadline.kind)}")
    if deadline.pauses:
        parts.append(f"中间停计{len(deadline.pauses)}次")
    return "，".join(parts) + "。"


def _total(deadline: Deadline) -> str:
    if deadline.due_at is None or deadline.due_on is None:
        return "停计中，恢复后接着算。"
    day = deadline.due_on
    if deadline.amount.unit == "hours":
        end = local(deadline.due_at)
        return f"{end.year}年{end.month}月{end.day}日 {end:%H:%M}到期。"
    said = f"{day.year}年{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}到期"
    if deadline.provisional:
        return f"{said}，暂计。{day.year}年放假安排公布后自动重算，并写明前后两个日期。"
    return f"{said}。"


def _key(
    deadline: Deadline, begin: date, end: date, today: date, out: list[Span], calendar: Calendar
) -> tuple[tuple[str, str], ...]:
    used = elapsed(begin, min(today, end), deadline.kind, deadline.pauses, calendar)
    rows = [("", f"已过{used}")]
    if begin < today <= end:
        rows.append(("k-now", "今天"))
    if deadline.due_on and deadline.stopped_at is None:
        left = max(counted(today, deadline.due_on, deadline.kind, calendar), 0)
        rows.append(("k-left", f"还剩{left}"))
    if out:
        rows.append(("k-hold", "停计"))
    if deadline.provisional:
        rows.append(("k-prov", "放假安排未公布"))
    rows.append(("k-due", "到期"))
    return tuple(rows)


def _weeks(
    deadline: Deadline, begin: date, end: date, today: date, out: list[Span], calendar: Calendar
) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    monday = begin - timedelta(days=begin.weekday())
    weeks: list[tuple[str, tuple[Cell, ...]]] = []
    number, month = 0, 0
    while monday <= end:
        cells = []
        for day in (monday + timedelta(days=place) for place in range(7)):
            number += begin < day <= end and _counts(day, deadline, out, calendar)
            cells.append(_cell(day, number, deadline, begin, end, today, out, calendar))
        shown = next((cell.day for cell in cells if cell.day), None)
        if shown is not None:
            label = f"{shown.month}月" if shown.month != month else ""
            month = shown.month
            weeks.append((label, tuple(cells)))
        monday += 7 * DAY
    return tuple(weeks)


def _counts(day: date, deadline: Deadline, out: list[Span], calendar: Calendar) -> bool:
    if any(span.covers(day) for span in out):
        return False
    return deadline.kind != "working" or calendar.is_working(day)


def _cell(
    day: date, number: int, deadline: Deadline, begin: date, end: date, today: date, out: list[Span], calendar: Calendar
) -> Cell:
    if day < begin or day > end:
        return Cell(None, "", "out")
    if day == begin:
        return Cell(day, "起", "start now" if day == today else "start")
    if any(span.covers(day) for span in out):
        css, text = "off hold", "停"
    elif not _counts(day, deadline, out, calendar):
        css, text = "off", calendar.name(day)
    else:
        css, text = ("left" if day > today else "in"), str(number)
        if (
            number > (deadline.days or number) + deadline.extended
        ):  # the last day was one of rest: these are not counted
            css, text = "off", calendar.name(day) or "顺延"
    if day == deadline.due_on:
        css = f"{'left' if day > today else 'in'} due-day"
        text = text if text.isdigit() else "止"
    elif deadline.stopped_at is None and day == today:
        css += " now"
    if day > today and calendar.is_provisional(day) and deadline.provisional:
        css += " prov"
    return Cell(day, text, css)
