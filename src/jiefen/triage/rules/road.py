"""The legal road (信访工作条例 22, 28-31): a person answers question by question; this says what comes next and where it
ends. Pure: no web, no database, no clock. It never answers a question itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiefen.procedures.days import Calendar

from .lexicon import Hit
from .road_table import ROUTES, EndRow, Option, Question, Road, RoadTable, shipped
from .suggest import Suggestion

LONGEST_NOTE = 500
MOST_QUOTED = 60


class RoadRefused(ValueError):
    """The answers do not hold together. `rule` names which rule, `question` where to look; the message is a sentence."""

    def __init__(self, rule: str, says: str, question: str = ""):
        super().__init__(says)
        self.rule, self.question = rule, question


@dataclass(frozen=True, slots=True)
class Given:
    """One answer: the option, and for a road how it stands with this person, since when, and a note of why."""

    value: str
    standing: str = ""
    since: date | None = None
    note: str = ""


Answers = Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class Told:
    """A road that applies, as the person is told it. `last_day` is known only where the day it begins is."""

    road: Road
    standing: str
    still_open: bool
    since: date | None = None
    last_day: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """Where the answers lead. `route_answers` are rows {route, applies, basis, still_open} as the guards read them;
    empty where it ended before the five were asked. `article` is what a notice names."""

    row: EndRow
    route_answers: tuple[dict[str, Any], ...] = ()
    told: tuple[Told, ...] = ()
    article: str = ""

    @property
    def name(self) -> str:
        return self.row.id

    @property
    def action(self) -> str:
        return self.row.action

    @property
    def notice(self) -> str:
        return self.row.notice

    @property
    def procedure(self) -> str:
        return self.row.procedure

    @property
    def unit_type(self) -> str:
        """The kind of office it goes to: the first road's own, else what the end names."""
        return next((t.road.unit for t in self.told if t.road.unit), "") or self.row.unit


@dataclass(frozen=True, slots=True)
class Hint:
    """What in the words speaks for an answer, and the sentence it stands in. A suggestion, never an answer."""

    question: str
    option: str
    words: tuple[str, ...]
    sentence: str


def questions(
    answers: Answers, *, table: RoadTable | None = None, today: date | None = None, calendar: Calendar | None = None
) -> Question | End:
    """The next question, or the end the answers have reached. Raises RoadRefused for what contradicts itself, skips a
    question, goes on after an end, or is no answer at all."""
    table = table or shipped()
    for name in answers:
        if table.question(name) is None:
            raise RoadRefused("answer", "没有这一问，请刷新后重答。", str(name)[:40])
    reached: EndRow | None = None
    waiting: Question | None = None
    rows: list[tuple[Question, Given]] = []
    settled: dict[str, tuple[Road, str, Question]] = {}
    for question in table.questions:
        given = answers.get(question.id)
        if given is not None and (reached or waiting):
            _out_of_turn(question, reached, waiting)
        if reached or waiting:
            continue
        if question.route in settled:
            road, standing, before = settled[question.route]
            if given is not None and (given.value != road.id or given.standing not in ("", standing)):
                raise RoadRefused("in-court", f"前面“{before.ask}”答了正在办，这一问就是它，不能另答。", question.id)
            since = given.since if given else None
            rows.append((question, Given(road.id, standing, since, given.note if given else "")))
            continue
        if given is None or not given.value:
            waiting = question
            continue
        option = _option(table, question, given, today, calendar)
        if question.route:
            rows.append((question, given))
        if option.settles:
            route, road_id, standing = option.settles
            settled[route] = (table.roads[road_id], standing, question)
        if option.end:
            reached = table.ends[option.end]
    if waiting is not None:
        return waiting
    return End(reached) if reached else _end(table, rows, bool(settled), calendar)


def end(
    answers: Answers, *, table: RoadTable | None = None, today: date | None = None, calendar: Calendar | None = None
) -> End:
    """The end. Raises RoadRefused (rule «unanswered») naming the question still open, and as `questions` does."""
    found = questions(answers, table=table, today=today, calendar=calendar)
    if isinstance(found, Question):
        raise RoadRefused("unanswered", f"还没有答完，下一问是“{found.ask}”（{_article(found.basis[0])}）。", found.id)
    return found


def _out_of_turn(question: Question, reached: EndRow | None, waiting: Question | None) -> None:
    if reached:
        where = _article(reached.basis[-1])
        raise RoadRefused("ended", f"前面已经定为“{reached.label}”（{where}），后面的不再问。", question.id)
    if waiting:
        where = _article(waiting.basis[0])
        raise RoadRefused("order", f"“{waiting.ask}”还没有答（{where}），不能跳过去答后面的。", waiting.id)


def _option(
    table: RoadTable, question: Question, given: Given, today: date | None, calendar: Calendar | None
) -> Option:
    option = question.option(given.value)
    if option is None:
        raise RoadRefused("answer", f"“{question.ask}”没有这个回答，请从列出的里面选。", question.id)
    if len(given.note) > LONGEST_NOTE:
        raise RoadRefused("note", f"说明有{len(given.note)}字，最多{LONGEST_NOTE}字，请写要点。", question.id)
    if not option.is_road:
        if given.standing or given.since:
            raise RoadRefused(
                "standing", f"“{question.ask}”答的是“{option.label}”，就不要再选走到哪一步。", question.id
            )
        return option
    road = table.roads[given.value]
    if given.standing not in table.standings:
        raise RoadRefused("standing", f"“{road.label}”还要选：现在还能走、已经在走，还是期限已过。", question.id)
    if given.since and today and given.since > today:
        raise RoadRefused("limitation", f"“{road.label}”起算的那天还没有到，请核对日期。", question.id)
    if given.since and today and road.limitation and not given.note.strip():
        last = road.limitation.last_day(given.since, calendar)
        says = f"按起算日{given.since:%Y-%m-%d}和{road.limitation.words}算，最晚是{last:%Y-%m-%d}"
        if given.standing == "open" and last < today:
            raise RoadRefused(
                "limitation", f"{says}，已经过了。仍能走的，请写明为什么（例如中断、中止）。", question.id
            )
        if given.standing == "over" and last >= today:
            raise RoadRefused("limitation", f"{says}，还没有过。已经走完的，请写明结果。", question.id)
    return option


def _end(table: RoadTable, rows: list[tuple[Question, Given]], in_court: bool, calendar: Calendar | None) -> End:
    answers: list[dict[str, Any]] = []
    told: list[Told] = []
    articles: list[str] = []
    for question, given in rows:
        route = table.routes[question.route]
        applies = given.value != "no"
        still_open = applies and table.standings[given.standing][1]
        basis = _article(route.article)
        if applies:
            road = table.roads[given.value]
            last = road.limitation.last_day(given.since, calendar) if road.limitation and given.since else None
            told.append(Told(road, given.standing, still_open, given.since, last, given.note.strip()))
            basis += f"：{road.label}，{table.standings[given.standing][0]}"
            articles.append(route.article)
        else:
            basis += f"：{route.unlike}"
        if given.note.strip():
            basis += f"；{given.note.strip()}"
        answers.append({"route": question.route, "applies": applies, "basis": basis, "still_open": still_open})
    assert [a["route"] for a in answers] == list(ROUTES)
    open_ones = tuple(t for t in told if t.still_open)
    if open_ones:
        name = "in-court" if in_court else "other-road"
        first = articles[told.index(open_ones[0])]
        return End(table.ends[name], tuple(answers), open_ones, first)
    if told:
        return End(table.ends["over"], tuple(answers), tuple(told), "L-XF:31")
    return End(table.ends["petition"], tuple(answers), (), "L-XF:31(6)")


def _article(basis: str) -> str:
    """`L-XF:31(2)` as a clerk says it: 条例31(2)."""
    source, _, where = basis.partition(":")
    return f"条例{where}" if source == "L-XF" else basis


def hints(found: Suggestion | None, *, subject: str, text: str, table: RoadTable | None = None) -> dict[str, Hint]:
    """For each question at most one answer that a few clear words speak for, with the sentence. Nothing is decided."""
    table = table or shipped()
    if found is None:
        return {}
    texts = {"subject": subject, "body": text}
    spoken: dict[str, Hint] = {}
    for question in table.questions:
        best: tuple[int, Option, list[Hit]] | None = None
        for option in question.options:
            if any(phrase in said for phrase in option.unless for said in texts.values()):
                continue
            hits = [*_hits(found, option), *_plain_hits(texts, option)]
            weight = sum({(h.code, h.word): h.weight for h in hits}.values())
            if hits and (best is None or weight > best[0]):
                best = (weight, option, hits)
        if best is None:
            continue
        top = max(best[2], key=lambda h: (h.weight, -h.start))
        sentence = _sentence(texts[top.where], top.start, top.end)
        words = tuple(dict.fromkeys(texts[h.where][h.start : h.end] for h in best[2]))[:3]
        spoken[question.id] = Hint(question.id, best[1].id, words, sentence)
    return spoken


def _hits(found: Suggestion, option: Option) -> list[Hit]:
    own = option.kinds and found.kind and found.kind.startswith(option.kinds)
    by_kind = [h for h in found.hits if own and h.code.startswith(option.kinds)]
    by_flag = [h for f in found.flags if f.firm and f.name in option.flags for h in f.hits]
    return [*by_kind, *by_flag]


NOT_SO = ("没有", "没", "未", "不是", "并非", "如果", "要不要", "能不能", "可以", "应不应")
NOT_SO_REACH = 6
PLAIN_WEIGHT = 5
"""Whole phrases of the table weigh as much as the strongest word of a kind."""


def _plain_hits(texts: Mapping[str, str], option: Option) -> list[Hit]:
    """The option's own phrases where they stand, unless what goes before takes them back."""
    found = []
    for where, text in texts.items():
        for phrase in option.words:
            at = text.find(phrase)
            while at >= 0:
                before = text[max(0, at - NOT_SO_REACH) : at]
                if not before.endswith(NOT_SO) and not (phrase == "检举" and text.startswith("检举权", at)):
                    found.append(Hit(where, at, at + len(phrase), option.id, PLAIN_WEIGHT, 1, phrase))
                    break
                at = text.find(phrase, at + 1)
    return found


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around a word, shortened about it."""
    breaks = [m.end() for m in re.finditer(r"[。！？；\n]", text)]
    first = max((b for b in breaks if b <= start), default=0)
    last = min((b for b in breaks if b >= end), default=len(text))
    if last - first <= MOST_QUOTED:
        return text[first:last].strip()
    first = max(first, start - MOST_QUOTED // 2)
    last = min(last, first + MOST_QUOTED)
    return "…" + text[first:last].strip() + "…"


__all__ = [
    "Answers", "End", "Given", "Hint", "Question", "RoadRefused", "RoadTable", "Told", "end", "hints", "questions", "shipped",
]  # fmt: skip
