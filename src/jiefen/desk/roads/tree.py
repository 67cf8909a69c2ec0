"""The tree of questions as a page shows it, and the answers as a form sends them. Works without JavaScript."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jiefen.triage import road
from jiefen.triage.facts import mask
from jiefen.triage.rules.road import End, Given, Hint, Question, RoadRefused, Told, shipped

PREFIX = "road-"
CONFIRM = "confirm"
"""The button that takes, or overrules, what the words speak for: «question:answer». A road taken so is one still open."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer as a radio button; `spoken` where words in the text speak for it."""

    id: str
    label: str
    fits: str
    is_road: bool
    chosen: bool
    spoken: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on the page: done, next in turn, later, or off (answered by an earlier one)."""

    question: Question
    number: int
    state: str
    choices: list[Choice]
    given: Given
    said: str = ""
    hint: Hint | None = None
    spoken: str = ""
    offered: str = ""
    limits: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Shown:
    """An applying road as the end shows it."""

    told: Told
    where: str
    by_day: str
    standing: str


@dataclass(slots=True)
class Tree:
    """The tree at one moment: its questions, the end if it was reached, and the refusal if the answers do not hold."""

    asked: list[Asked]
    end: End | None = None
    shown: list[Shown] = field(default_factory=list)
    refused: str = ""
    rule: str = ""
    reason: str = ""
    standings: list[tuple[str, str]] = field(default_factory=list)
    begun: bool = False
    looked: bool = False

    @property
    def left(self) -> list[Asked]:
        """Questions that come after the next one."""
        return [a for a in self.asked if a.state == "later"]

    @property
    def hinted(self) -> list[Asked]:
        return [a for a in self.asked if a.hint]


def read(post: Mapping[str, Any]) -> dict[str, Given]:
    """The answers of a form, in the order of the table; a question left alone is not among them. Raises RoadRefused for
    a day that is none."""
    answers = {}
    for question in shipped().questions:
        name = PREFIX + question.id
        value = str(post.get(name, ""))[:40]
        if not value:
            continue
        standing = str(post.get(f"{name}-standing", ""))[:10]
        since = str(post.get(f"{name}-since", "")).strip()[:20]
        note = str(post.get(f"{name}-note", "")).strip()[:2000]
        option = question.option(value)
        if option is not None and not option.is_road:
            standing = since = ""  # left over from a road that was chosen before
        try:
            day = date.fromisoformat(since) if since else None
        except ValueError as bad:
            raise RoadRefused("limitation", _("起算的日期写得不对，请按年-月-日填。"), question.id) from bad
        answers[question.id] = Given(value, standing, day, note)
    named, _colon, value = str(post.get(CONFIRM, ""))[:80].partition(":")
    asked = shipped().question(named)
    if asked is not None and (option := asked.option(value)) is not None:
        kept = answers.get(named, Given(""))
        answers[named] = Given(
            value, "open" if option.is_road else "", kept.since if option.is_road else None, kept.note
        )
    return {q.id: answers[q.id] for q in shipped().questions if q.id in answers}


def marked(hint: Hint) -> SafeString:
    """The sentence that speaks for an answer, its words marked, everything escaped."""
    words = sorted((w for w in hint.words if w), key=len, reverse=True)
    if not words:
        return format_html("{}", hint.sentence)
    pieces = re.split("(" + "|".join(map(re.escape, words)) + ")", hint.sentence)
    return format_html_join("", "{}", ((format_html("<mark>{}</mark>", p) if p in words else p,) for p in pieces if p))


def tree_of(
    answers: Mapping[str, Given], *, at: datetime, area: int, hints: Mapping[str, Hint] | None = None,
    names: tuple[str, ...] = (), refused: RoadRefused | None = None,
) -> Tree:  # fmt: skip
    """What the page shows for these answers. `names` are covered in the sentences that speak for an answer."""
    reached: End | None = None
    waiting = ""
    if refused is None:
        try:
            found = road.walk(answers, at)
            if isinstance(found, End):
                reached = found
            else:
                waiting = found.id
        except RoadRefused as off:
            refused = off
    if refused is not None:
        waiting = refused.question
    table = shipped()
    asked, passed = [], False
    settled = {
        option.settles[0]: (question, option)
        for question in table.questions
        if (option := question.option(answers[question.id].value) if question.id in answers else None)
        and option.settles
    }
    for number, question in enumerate(table.questions, 1):
        given = answers.get(question.id, Given(""))
        if question.route in settled:
            state = "off"
        elif question.id == waiting:
            state, passed = "next", True
        elif given.value:
            state = "done"
        elif passed or reached:
            state = "later" if passed else "off"
        else:
            state, passed = "next", True
        asked.append(_asked(question, number, state, given, (hints or {}).get(question.id), names))
    return Tree(
        asked=asked, end=reached, begun=bool(answers), looked=hints is not None, standings=[(n, label) for n, (label, _o) in table.standings.items()],
        refused=str(refused) if refused else "", rule=refused.rule if refused else "",
        shown=[Shown(t, road.office(t, area, at), road.by_day(t), table.standings[t.standing][0]) for t in reached.told]
        if reached else [],
        reason=road.default_reason(reached) if reached else "",
    )  # fmt: skip


def _asked(
    question: Question, number: int, state: str, given: Given, hint: Hint | None, names: tuple[str, ...]
) -> Asked:
    table = shipped()
    if hint is not None:
        hint = Hint(hint.question, hint.option, hint.words, mask(hint.sentence, names))
    choices = [
        Choice(o.id, o.label, o.fits, o.is_road, o.id == given.value, bool(hint and hint.option == o.id))
        for o in question.options
    ]
    chosen = question.option(given.value)
    said = chosen.label if chosen else ""
    if given.standing in table.standings:
        said = f"{said}，{table.standings[given.standing][0]}"
    option = question.option(hint.option) if hint else None
    limits = [r for r in table.roads.values() if r.route == question.route and r.limitation] if question.route else []
    return Asked(
        question, number, state, choices, given, said, hint, marked(hint) if hint else "",
        option.label if option else "", limits,
    )  # fmt: skip
