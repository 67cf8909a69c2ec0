"""Figures and the rows behind them, as the pages show them."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from jiefen.analytics import days
from jiefen.analytics.asker import Asker, Cut
from jiefen.analytics.asking import Figure, Thing, figures, things
from jiefen.analytics.definitions import Indicator, catalogue
from jiefen.analytics.indicators import source_said
from jiefen.analytics.printing import NONE, percent, ratio
from jiefen.cases.access import visible_cases
from jiefen.desk import lists
from jiefen.people.actor import Actor
from jiefen.places.models import Area
from jiefen.procedures.catalogue import vocabulary
from jiefen.triage import setup

_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure: `big`／`small` large, `of` beneath, a link to the list, and how it is counted."""

    indicator: Indicator
    big: str
    small: str
    of: str
    waiting: str
    url: str
    excluded: tuple[str, ...]
    source: str


def all_figures(asker: Asker, cut: Cut, keep: dict[str, str]) -> list[Shown]:
    """Every connected indicator, one query each."""
    connected = [i for i in catalogue().indicators.values() if i.connected]
    return [shown(found, keep) for found in figures(connected, asker, cut)]


def shown(found: Figure, keep: dict[str, str]) -> Shown:
    """A figure as the page prints it."""
    indicator = found.indicator
    big, small, of = _said(found)
    waiting = _("另%(n)s件未满期") % {"n": found.waiting} if found.waiting else ""
    return Shown(
        indicator,
        big,
        small,
        of,
        waiting,
        list_url(indicator, keep),
        catalogue().excluded(indicator),
        source_said(indicator),
    )


def _said(found: Figure) -> tuple[str, str, str]:
    n, d = found.numerator, found.denominator
    if found.indicator.shape == "count":
        return f"{n:,}", _("件"), _("看名单")
    if found.indicator.shape == "rate":
        part = percent(n, d or 0)
        return f"{n:,}", f"／{d or 0:,}", part if part == NONE else f"{part}％"
    if not n:
        return NONE, "", _("没有可算的事项")
    spread = _("中位%(median)s日，九成位%(p90)s日，最久%(most)s日") % {
        "median": found.median,
        "p90": found.p90,
        "most": found.most,
    }
    if d is None:
        return f"{found.most:,}", _("日"), _("在办%(n)s件；%(spread)s") % {"n": n, "spread": spread}
    mean = _("%(total)s日／%(n)s件") % {"total": f"{found.total:,}", "n": f"{d:,}"}
    return ratio(found.total or 0, d), _("日"), f"{mean}；{spread}"


def list_url(indicator: Indicator, keep: dict[str, str]) -> str:
    """The page of the list behind a figure, with the same day, period and area."""
    part = "denominator" if indicator.denominator else "numerator"
    return f"/indicators/{indicator.key}/?{urlencode({**keep, 'part': part})}"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list: what it is, whether it counts, and its days where days are asked."""

    url: str
    number: str
    title: str
    state: str
    at: datetime
    counts: str
    value: int | None


def page_behind(
    indicator: Indicator, actor: Actor, asker: Asker, cut: Cut, *, part: str, after: str, at: datetime
) -> tuple[list[Line], str]:
    """A page of the rows that were counted, and where the next one begins. The rows are read through the door again."""
    found = things(indicator, asker, cut, part=part, after=_begins(after), size=lists.PAGE + 1)
    page, more = found[: lists.PAGE], len(found) > lists.PAGE
    known = _known(indicator, actor, {thing.of for thing in page}, at)
    lines = [_line(thing, known.get(thing.of)) for thing in page]
    return lines, f"{days.number_at(page[-1].at)}~{page[-1].id}" if more else ""


def _begins(after: str) -> tuple[int, int] | None:
    """Where a page begins: what the page before gave; None for the first, and for what is no such thing."""
    day, _tilde, last = after.partition("~")
    known = _NUMBER.fullmatch(day) and _NUMBER.fullmatch(last)
    return (int(day), int(last)) if known else None


def _line(thing: Thing, known: tuple[str, str, str, str] | None) -> Line:
    url, number, title, state = known or ("", "—", "", "")
    counts = _("未满期") if thing.waiting else _("计入分子") if thing.hit else _("未计入分子")
    return Line(url, number, title, state, thing.at, counts, thing.value)


def _known(indicator: Indicator, actor: Actor, ids: set[int], at: datetime) -> dict[int, tuple[str, str, str, str]]:
    """(url, number, title, state) by id, of what the actor may see."""
    if indicator.lists == "area":
        return {a.pk: ("", a.code, a.full_name, a.get_level_display()) for a in Area.objects.filter(pk__in=ids)}
    rows: Any
    if indicator.lists == "intake":
        rows = lists.visible_intakes(actor).filter(pk__in=ids)
        shown_intakes = lists.intake_page(
            rows, labels=setup.tables(at).label, flags=vocabulary().flags, size=lists.PAGE
        ).rows
        by_number = {r.number: (r.url, r.number, r.subject, r.kind) for r in shown_intakes}
    else:
        rows = visible_cases(actor).filter(pk__in=ids)
        by_number = {
            r.number: (r.url, r.number, r.title, r.state) for r in lists.page_of(rows, actor=actor, at=at).rows
        }
    return {pk: by_number[number] for pk, number in rows.values_list("pk", "number") if number in by_number}
