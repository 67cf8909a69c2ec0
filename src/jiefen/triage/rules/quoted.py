"""What in a text is not this person's trouble of today: the words of a law, and what is long over by its own words."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date
from functools import cached_property

from .together import SENTENCE_ENDS

ARTICLE = re.compile(
    r"(?:^|(?<=[\n。；;]))[ \t　]*第[一二三四五六七八九十百零〇\d]{1,6}条(?:之[一二三四五六七八九十])?[ \t　:：]", re.M
)
DICTION = re.compile(
    r"应当|不得|本法|本条例|本办法|本规定|下列|依照|依法|构成犯罪|的，由|的，处|以上人民政府|国家[^里]|公民|禁止|可以向"
)
PENALTY = re.compile(
    r"日以[上下]拘留|年以[上下]有期徒刑|构成犯罪的|情节(?:较轻|严重|恶劣)的，处|本法所称|为了.{2,40}制定本"
)
OWN = re.compile(r"我(?!国)|俺|咱|本人|求求|救命|昨|今天|今早|今晚|刚才|刚刚")
"""Nobody's law says 我 or 昨天: a passage that does is somebody's own."""

DATED = re.compile(
    r"(?<!\d)(?:((?:19|20)?\d\d)年(?:初|底|末)?(?:(\d{1,2})月)?|((?:19|20)\d\d)[-./](\d{1,2})(?=[-./]\d))"
)
ONCE = re.compile(r"去年|前年|多年前|几年前|早年|早几年|前些年|[一二三四五六七八九十\d]年前|年代|曾经|以前")
STILL = re.compile(
    r"至今|现在|今年|仍|还在|一直|再次|又|多次|经常|随时|目前|逍遥|今天|昨|刚|迟迟|近日|最近|天天|正在|眼下|依然"
)
FULL_STOP = re.compile(r"[。！？!?\n]")
SUPPOSED = re.compile(r"如果|一旦|万一|假如|要是|倘若|试想|设想|难道|若是|若不|若再|很可能会|势必")
SUPPOSED_REACH = 40
SETTLED = re.compile(r"怎么办|已经|确实|继续|再次|[，,]现|[，,]目前|昨")
"""Behind such a word the sentence is back at what is: 万一漏电怎么办，楼梯已经塌了."""
NOW = re.compile(r"今天|今日|今早|今晨|今晚|昨|刚才|刚刚|正在|随时|近日|这几天|最近|还在|马上|立刻|每天")
OVER_MONTHS = 3
"""A quarter of a year after it happened, it is a matter to be handled, not to be run for."""


class Said:
    """Asks about single places of one folded text; nothing is worked out before somebody asks."""

    def __init__(self, text: str, today: date | None = None) -> None:
        self.text, self._today = text, today
        self._over: dict[int, bool] = {}

    @cached_property
    def _ends(self) -> list[int]:
        return [m.end() for m in SENTENCE_ENDS.finditer(self.text)]

    @cached_property
    def _law(self) -> list[tuple[int, int]]:
        """Passages that are a law's: numbered articles, several of them, in a law's diction and nobody's own words."""
        starts = [m.start() for m in ARTICLE.finditer(self.text)]
        if len(starts) < 2:
            return []
        found = []
        for start, end in zip(starts, [*starts[1:], len(self.text)], strict=True):
            passage = self.text[start:end]
            if end == len(self.text):  # the last one ends where the lines stop being a law's
                passage = _while_law(passage)
            if DICTION.search(passage) and not OWN.search(passage):
                found.append((start, start + len(passage)))
        return found

    @cached_property
    def _dates(self) -> list[tuple[int, int]]:
        """Where the text names a month or a year, and how many months ago that is; a year alone counts from its end."""
        if self._today is None:
            return []
        now = self._today.year * 12 + self._today.month
        found = []
        for m in DATED.finditer(self.text):
            year, month = int(m[1] or m[3]), int(m[2] or m[4] or 12)
            found.append((m.start(), now - ((year + 2000 if year < 100 else year) * 12 + min(month, 12))))
        return found

    @cached_property
    def _latest(self) -> int | None:
        return min((months for _, months in self._dates if months >= 0), default=None)

    def _sentence(self, at: int) -> tuple[int, int]:
        n = bisect_right(self._ends, at)
        return self._ends[n - 1] if n else 0, self._ends[n] if n < len(self._ends) else len(self.text)

    def sentence_at(self, at: int) -> int:
        """The number of the sentence the place stands in."""
        return bisect_right(self._ends, at)

    def one_sentence(self, body_at: int) -> bool:
        """Whether the body is a single sentence, however long: what it says it does not say in passing."""
        return not FULL_STOP.search(self.text, body_at, max(len(self.text) - 1, body_at))

    def supposed(self, start: int) -> bool:
        """Whether the sentence has said 如果, 一旦, 万一 shortly before the place: it speaks of what may come."""
        first, _ = self._sentence(start)
        ahead = self.text[max(first, start - SUPPOSED_REACH) : start]
        return any(not SETTLED.search(ahead, m.end()) for m in SUPPOSED.finditer(ahead))

    def of_now(self, start: int, end: int) -> bool:
        """Whether the sentence around it says that it is of today or of these days."""
        first, last = self._sentence(start)
        return bool(NOW.search(self.text[first : max(last, end)]))

    def in_law(self, at: int) -> bool:
        """Whether the place stands in a law's words: in its numbered articles, or in a sentence that only a law writes."""
        if any(a <= at < b for a, b in self._law):
            return True
        start, end = self._sentence(at)
        sentence = self.text[start:end]
        return bool(PENALTY.search(sentence)) and not OWN.search(sentence)

    def over(self, months: int) -> bool:
        """Whether the latest day that the whole text names is more than so many months ago; not where it names none."""
        return self._latest is not None and self._latest > months

    def long_over(self, start: int, end: int) -> bool:
        """Whether the sentence around it dates it long ago and says nothing of now. A sentence without a day of its own is
        as old as the latest day of the whole story."""
        first, last = self._sentence(start)
        last = max(last, end)
        if first not in self._over:
            sentence = self.text[first:last]
            self._over[first] = not STILL.search(sentence) and bool(ONCE.search(sentence) or self._dated(first, last))
        return self._over[first]

    def _dated(self, first: int, last: int) -> bool:
        ago = [months for at, months in self._dates if first <= at < last]
        return min(ago) > OVER_MONTHS if ago else self.over(OVER_MONTHS)


def _while_law(passage: str) -> str:
    kept = []
    for n, line in enumerate(passage.splitlines(keepends=True)):
        if n and line.strip() and not re.match(r"[ \t　]*(?:[（(]|第|[一二三四五六七八九十]、)", line):
            break
        kept.append(line)
    return "".join(kept)
