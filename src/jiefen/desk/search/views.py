"""The page of finds. All it was asked stands in its address, so that a list can be sent to somebody; each sees their own."""

from datetime import date, datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.desk.asked import mark_of
from jiefen.desk.door import staff
from jiefen.desk.search import jump, narrow, shown
from jiefen.people.actor import Actor
from jiefen.triage import setup
from jiefen.triage.finding import asking

NAMES = ("q", "kind", "state", "place", "since", "until")
LONGEST = 100


@staff
def search(request: HttpRequest) -> HttpResponse:
    """One number or code: the matter itself. Words, a place, days: what fits, as far as the reader may see it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at: datetime = request.at  # type: ignore[attr-defined]
    said = {name: request.GET.get(name, "").strip()[:LONGEST] for name in NAMES}
    alone = not any(said[name] for name in NAMES if name != "q") and not request.GET.get("after")
    if alone and said["q"] and (where := jump.to(actor, said["q"])):
        return redirect(where)
    if not any(said.values()):
        return render(request, "desk/search/page.html", {"said": said, "q": "", "nothing_asked": True})
    problems: list[str] = []
    since, until = (_day(said[name], problems) for name in ("since", "until"))
    if since and until and since > until:
        problems.append(_("起始日期晚于截止日期，请对调。"))
    code, area = _area(said["place"], at, problems)
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
    lists = (
        (_("按状态"), narrow.states(said, found)), (_("按类型"), narrow.kinds(said, found, labels)),
        (_("按地点"), narrow.places(said, code, actor, at) if found.hits else ()),
    )  # fmt: skip
    context = {
        "said": said, "q": said["q"], "problems": problems, "found": found,
        "rows": shown.rows_of(found.hits, found.wanted.terms, labels=labels, at=at),
        "total": narrow.many(found.total, found.more), "narrows": narrow.drawn(lists), "chosen": narrow.chosen(lists),
        "more": f"?{narrow.query(said)}&{urlencode({'after': found.after})}" if found.after else "", "later": bool(asked.after),
        "first": f"?{narrow.query(said)}", "most": asking.MOST, "narrowed": any(said[n] for n in NAMES if n != "q"),
        "without": f"?{urlencode({'q': said['q']})}",
    }  # fmt: skip
    return render(request, "desk/search/page.html", context)


def _day(said: str, problems: list[str]) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        problems.append(_("“%(said)s”不是日期，请写成2026-11-20这样。") % {"said": said})
        return None


def _area(said: str, at: datetime, problems: list[str]) -> tuple[str, int | None]:
    """The place by its code or its name: code and number. Nothing is looked for where nobody knows the place."""
    if not said:
        return "", None
    ids, options = setup.area_ids(at.date()), setup.area_options(at)
    code = said if said in ids else next((c for c, name in options if name == said or name.endswith(said)), "")
    if not code:
        problems.append(_("本县没有叫“%(place)s”的地方，请写乡镇或村的名字。") % {"place": said})
    return code, ids.get(code)
