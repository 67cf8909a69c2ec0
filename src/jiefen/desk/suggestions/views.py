"""How often the suggested kind was the decided one: by kind, month and channel, each number with its list; and the models kept. Nothing by person."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.analytics import facts, suggested
from jiefen.analytics.asker import Asker
from jiefen.analytics.printing import percent
from jiefen.desk.door import staff
from jiefen.desk.suggestions.behind import page_behind
from jiefen.kernel.clock import local_day
from jiefen.papers.fill import CHANNELS
from jiefen.people.actor import Actor
from jiefen.procedures.days import add_months
from jiefen.triage import setup

LOOKERS = frozenset({"supervisor"})
ROLES = LOOKERS | {"administrator"}
MONTHS = 12
_MONTH = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it is printed: right／said and its percent, right or second／said, how many had no suggestion; `link` begins
    the address of each number's list, empty for whoever opens none."""

    name: str
    said: int
    right: int
    rate: str
    two: int
    two_rate: str
    silent: int
    link: str


def since_of(today: date) -> date:
    """The first day of the months that are shown."""
    return add_months(today.replace(day=1), 1 - MONTHS)


@staff(roles=ROLES)
def page(request: HttpRequest) -> HttpResponse:
    """Twelve months, by kind, month and channel. POST (administrator): another kept model in use, or the word list."""
    admin = "administrator" in request.actor.roles  # type: ignore[attr-defined]
    if request.method == "POST":
        problem = _change(request) if admin else _("请由管理员更换模型。")
        if not problem:
            return redirect("/indicators/suggestions/")
        return render(
            request, "desk/suggestions/page.html", _context(request, admin) | {"problem": problem}, status=422
        )
    return render(request, "desk/suggestions/page.html", _context(request, admin))


def _context(request: HttpRequest, admin: bool) -> dict[str, Any]:
    at: datetime = request.at  # type: ignore[attr-defined]
    actor: Actor = request.actor  # type: ignore[attr-defined]
    today = local_day(at)
    since = since_of(today)
    # An administrator's posting opens no matter: they see the county's sums without a list, which say nothing of anybody.
    looks = bool(actor.roles & LOOKERS)
    cells = suggested.cells(Asker.of(actor) if looks else Asker.machine(), since, today)
    label = setup.tables(at).label
    tables = [
        (_("按类型"), False, _rows(cells, "kind", label, looks)),
        (_("按月"), True, _rows(cells, "month", str, looks)),
        (_("按渠道"), True, _rows(cells, "channel", lambda name: str(CHANNELS.get(name, name)), looks)),
    ]
    return {
        "tables": tables,
        "whole": _row(cells, "", "all", "", looks),
        "since": since,
        "admin": admin,
        "looks": looks,
        "models": _models(),
        "nothing": not cells,
        "behind": facts.behind(),
    }


def _rows(cells: list[suggested.Cell], by: str, label: Any, looks: bool) -> list[Row]:
    of: dict[str, list[suggested.Cell]] = {}
    for cell in cells:
        name = f"{cell.month:%Y-%m}" if by == "month" else getattr(cell, by)
        of.setdefault(name, []).append(cell)
    return [_row(of[name], label(name), by, name, looks) for name in sorted(of) if name]


def _row(cells: list[suggested.Cell], label: str, by: str, name: str, looks: bool) -> Row:
    said, right, two, silent = suggested.total(cells)
    link = f"/indicators/suggestions/list/?{urlencode(_asked(by, name, part=''))}" if looks else ""
    return Row(label, said, right, percent(right, said), two, percent(two, said), silent, link)


def _asked(by: str, name: str, **more: str) -> dict[str, str]:
    """What an address says: `kind=0701`, `month=2026-11` or `channel=window`, nothing of them for all; then the part."""
    return ({} if by == "all" else {by: name}) | more


@staff(roles=LOOKERS)
def behind(request: HttpRequest) -> HttpResponse:
    """The list behind one number: exactly the matters that were counted, read through the reader's doors."""
    at: datetime = request.at  # type: ignore[attr-defined]
    part = request.GET.get("part", "said")
    by, name = next(
        ((key, said) for key in ("kind", "month", "channel") if (said := request.GET.get(key))), ("all", "")
    )
    if part not in suggested.PARTS or not _known(by, name, at):
        raise Http404
    today, actor = local_day(at), request.actor  # type: ignore[attr-defined]
    since = since_of(today)
    asker = Asker.of(actor)
    wanted: Any = date.fromisoformat(f"{name}-01") if by == "month" else name
    cells = [c for c in suggested.cells(asker, since, today) if by == "all" or getattr(c, by) == wanted]
    lines, after = page_behind(
        actor, asker, since, today, part=part, by=by, name=wanted, after=request.GET.get("after", ""), at=at
    )
    counts = dict(zip(("said", "right", "two", "silent"), suggested.total(cells), strict=True))
    names = {"said": _("有建议的"), "right": _("第一个就对"), "two": _("前两个里有"), "silent": _("没有建议")}
    keep = urlencode(_asked(by, name, part=""))
    return render(request, "desk/suggestions/list.html", {
        "title": _title(by, name, at), "since": since, "part": part, "part_name": names[part], "n": counts[part],
        "parts": [(key, said, counts[key]) for key, said in names.items() if by != "kind" or key != "silent"],
        "lines": lines, "keep": keep, "next": urlencode(_asked(by, name, part=part, after=after)) if after else "",
        "behind": facts.behind(),
    })  # fmt: skip


def _known(by: str, name: str, at: datetime) -> bool:
    if by == "month":
        return bool(_MONTH.fullmatch(name))
    if by == "kind":
        return name in setup.tables(at).kinds
    return name in CHANNELS if by == "channel" else not name


def _title(by: str, name: str, at: datetime) -> str:
    if by == "kind":
        return _("建议为“%(kind)s”的") % {"kind": setup.tables(at).label(name)}
    if by == "month":
        return _("%(month)s分诊的") % {"month": name}
    if by == "channel":
        return _("从“%(channel)s”来的") % {"channel": CHANNELS[name]}
    return _("全部")


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
