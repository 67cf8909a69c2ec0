"""How often the suggested kind was the decided one: by kind, month and channel, and the models kept. Nothing by person."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.analytics.printing import percent
from jiefen.desk.door import staff
from jiefen.kernel.clock import local_day
from jiefen.papers.fill import CHANNELS
from jiefen.procedures.days import DAY, add_months
from jiefen.triage import setup
from jiefen.triage.learning import tally

ROLES = frozenset({"supervisor", "administrator"})
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it is printed: right／said and its percent, right or second／said, and how many had no suggestion."""

    name: str
    said: int
    right: int
    rate: str
    two: int
    two_rate: str
    silent: int


@staff(roles=ROLES)
def page(request: HttpRequest) -> HttpResponse:
    """Twelve months, by kind, month and channel. POST (administrator): another kept model in use, or the word list."""
    at: datetime = request.at  # type: ignore[attr-defined]
    admin = "administrator" in request.actor.roles  # type: ignore[attr-defined]
    if request.method == "POST":
        problem = _change(request) if admin else _("请由管理员更换模型。")
        if not problem:
            return redirect("/indicators/suggestions/")
        return render(request, "desk/suggestions/page.html", _context(at, admin) | {"problem": problem}, status=422)
    return render(request, "desk/suggestions/page.html", _context(at, admin))


def _context(at: datetime, admin: bool) -> dict[str, Any]:
    today = local_day(at)
    since = add_months(today.replace(day=1), 1 - MONTHS)
    tally.count_days(today - DAY, today)  # what was decided since the job counted
    tables = setup.tables(at)
    tables_of = [
        (_("按类型"), [_row(x, tables.label(x.name)) for x in tally.lines("kind", since, today) if x.name]),
        (_("按月"), [_row(x, x.name) for x in tally.lines("month", since, today)]),
        (_("按渠道"), [_row(x, str(CHANNELS.get(x.name, x.name))) for x in tally.lines("channel", since, today)]),
    ]
    by_month = tally.lines("month", since, today)
    whole = tally.Line("", *(sum(getattr(x, n) for x in by_month) for n in ("said", "right", "second", "silent")))
    return {
        "tables": tables_of,
        "whole": _row(whole, ""),
        "since": since,
        "admin": admin,
        "models": _models(),
        "nothing": not by_month,
    }


def _row(x: tally.Line, name: str) -> Row:
    two = x.right + x.second
    return Row(name, x.said, x.right, percent(x.right, x.said), two, percent(two, x.said), x.silent)


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept model as the page lists it."""

    version: int
    made: date | None
    rows: int
    accuracy: str
    verdict: str
    in_use: bool


def _models() -> list[Kept]:
    from jiefen.triage.learning.shelf import Shelf

    place = Shelf(setup.models_folder())
    found = []
    for version in reversed(place.versions()):
        card = place.card(version)
        held = card.get("held_out", {})
        rows = int(held.get("rows", 0))
        right = round(float(held.get("accuracy", 0)) * rows)
        made = date.fromisoformat(card["date"]) if card.get("date") else None
        shown = f"{right:,}／{rows:,}，{percent(right, rows)}％" if rows else ""
        found.append(
            Kept(
                version, made, int(card.get("rows", 0)), shown, str(card.get("verdict", "")), version == place.in_use()
            )
        )
    return found


def _change(request: HttpRequest) -> str:
    """Put a kept model in use. Returns the sentence of a refusal, or nothing."""
    from jiefen.triage.learning.model import BadModel
    from jiefen.triage.learning.shelf import Shelf

    said = request.POST.get("version", "")
    place = Shelf(setup.models_folder())
    if not (said.isdecimal() and len(said) < 6 and (said == "0" or int(said) in place.versions())):
        return _("没有这一版模型，请从表里选一版。")
    try:
        place.use(int(said))
    except BadModel as bad:
        return str(bad)
    setup.forget()
    return ""
