"""The page of finds. All it was asked stands in its address, so that a list can be sent to somebody; each sees their own."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.desk.asked import mark_of
from jiefen.desk.door import staff
from jiefen.desk.search import jump, shown
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure
from jiefen.triage import setup
from jiefen.triage.finding import asking

NAMES = ("q", "kind", "state", "place", "since", "until")
LONGEST = 100
SHOWN_KINDS = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow the list: a link, how many it leads to, whether it is chosen."""

    label: str
    url: str
    count: str
    chosen: bool


@staff
def search(request: HttpRequest) -> HttpResponse:
    """One number or code: the matter itself. Words, a place, days: what fits, as far as the reader may see it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at: datetime = request.at  # type: ignore[attr-defined]
    said = {name: request.GET.get(name, "").strip()[:LONGEST] for name in NAMES}
    if set(request.GET) <= {"q"} and (where := jump.to(actor, said["q"])):
        return redirect(where)
    if not any(said.values()):
        return render(request, "desk/search/page.html", {"said": said, "q": "", "nothing_asked": True})
    problems: list[str] = []
    since, until = (_day(said[name], problems) for name in ("since", "until"))
    if since and until and since > until:
        problems.append(_("起始日期晚于截止日期，请对调。"))
    area = _area(said["place"], at, problems)
    mark = mark_of(request.GET.get("after", "")[:60])
    asked = asking.Asked(
        said["q"], said["kind"], said["state"], area, since, until, (mark[0], mark[1]) if mark and mark[0] else None
    )
    found = asking.Found() if problems else asking.find(actor, asked, at)
    if found.wanted.short and not problems:
        problems.append(
            _("“%(words)s”只有一个字，没有用来找；请写两个字以上。") % {"words": "、".join(found.wanted.short)}
        )
    labels = setup.tables(at).label
    context = {
        "said": said, "q": said["q"], "problems": problems, "found": found,
        "rows": shown.rows_of(found.hits, found.wanted.terms, labels=labels, at=at),
        "total": _many(found.total, found.more), "kinds": _kinds(said, found, labels), "states": _states(said, found),
        "more": f"?{_query(said)}&{urlencode({'after': found.after})}" if found.after else "", "later": bool(asked.after),
        "first": f"?{_query(said)}", "most": asking.MOST, "narrowed": any(said[n] for n in NAMES if n != "q"),
        "without": f"?{urlencode({'q': said['q']})}",
    }  # fmt: skip
    return render(request, "desk/search/page.html", context)


def _many(n: int, more: bool) -> str:
    return f"{n}+" if more else str(n)


def _query(said: dict[str, str], **other: str) -> str:
    """The address of this list with something else chosen."""
    return urlencode({name: value for name, value in (said | other).items() if value})


def _day(said: str, problems: list[str]) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        problems.append(_("“%(said)s”不是日期，请写成2026-11-20这样。") % {"said": said})
        return None


def _area(said: str, at: datetime, problems: list[str]) -> int | None:
    """The place by its code or its name. Nothing is looked for where nobody knows the place."""
    if not said:
        return None
    ids, options = setup.area_ids(at.date()), setup.area_options(at)
    code = said if said in ids else next((c for c, name in options if name == said or name.endswith(said)), "")
    if not code:
        problems.append(_("本县没有叫“%(place)s”的地方，请写乡镇或村的名字。") % {"place": said})
    return ids.get(code)


def _kinds(said: dict[str, str], found: asking.Found, labels: Any) -> list[Choice]:
    rows = [
        Choice(
            labels(code) if code else _("还没有定"),
            f"?{_query(said, kind=code)}",
            _many(n, found.more),
            said["kind"] == code,
        )
        for code, n in found.kinds[:SHOWN_KINDS]
        if code
    ]
    return _with_all(said, "kind", rows)


def _states(said: dict[str, str], found: asking.Found) -> list[Choice]:
    rows = []
    for code, n, way in found.states:
        if way:
            name, _sep, version = way.rpartition(" ")
            state = procedure(name, int(version)).states.get(code)
            label = state.label if state else code
        else:
            label = shown.state_label(code)
        rows.append(Choice(label, f"?{_query(said, state=code)}", _many(n, found.more), said["state"] == code))
    return _with_all(said, "state", rows)


def _with_all(said: dict[str, str], name: str, rows: list[Choice]) -> list[Choice]:
    """A way back to all of them, where one is chosen."""
    return [Choice(_("全部"), f"?{_query(said, **{name: ''})}", "", False), *rows] if said[name] else rows
