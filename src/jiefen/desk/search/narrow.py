"""Links that narrow a list of finds: by state, by kind, by place. Each is an address, so a narrowed list can be sent to somebody.

States and kinds carry how many they lead to: they were counted with the list. Places are those beneath the one that was chosen,
or beneath the reader's own; to count them would be another question, so they carry no number. Drawn here and shown twice, beside
the list where there is room and in one line to open before it where there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jiefen.desk.search.shown import state_label
from jiefen.desk.templatetags.jiefen import say_in
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure
from jiefen.triage import setup
from jiefen.triage.finding import asking

SHOWN_KINDS = 12
SHOWN_PLACES = 60
WIDEST = ("county", "township", "village")
ENDS = {6: 9, 9: 12}
"""Of a code: so many signs name a county, and so many what lies in it; so many a township, and its villages."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow the list: a link, how many it leads to, whether it is chosen."""

    label: str
    url: str
    count: str = ""
    chosen: bool = False


def many(n: int, more: bool) -> str:
    """How many, where only the newest were counted with a sign."""
    return f"{n}+" if more else str(n)


def query(said: dict[str, str], **other: str) -> str:
    """The address of this list with something else chosen."""
    return urlencode({name: value for name, value in (said | other).items() if value})


def kinds(said: dict[str, str], found: asking.Found, labels: Any) -> list[Choice]:
    """By kind, the most frequent first."""
    rows = [
        Choice(labels(code), f"?{query(said, kind=code)}", many(n, found.more), said["kind"] == code)
        for code, n in found.kinds[:SHOWN_KINDS]
        if code
    ]
    return _with_all(said, "kind", rows)


def states(said: dict[str, str], found: asking.Found) -> list[Choice]:
    """By state, in the words of the procedure that has it."""
    rows = []
    for code, n, way in found.states:
        label = state_label(code)
        if way:
            name, _sep, version = way.rpartition(" ")
            state = procedure(name, int(version)).states.get(code)
            label = str(say_in(state.label)) if state else code
        rows.append(Choice(label, f"?{query(said, state=code)}", many(n, found.more), said["state"] == code))
    return _with_all(said, "state", rows)


def places(said: dict[str, str], code: str, actor: Actor, at: datetime) -> list[Choice]:
    """The places beneath the one that was chosen (`code`), else beneath the widest of the reader's own; none beneath a village."""
    names = setup.area_options(at)
    above = code or own(actor)
    here = dict(names).get(above, "")
    rows = [Choice(here, f"?{query(said, place=here)}", chosen=True)] if code and here else []
    end = next((n for n in ENDS if above[n:].strip("0") == ""), 0)
    deeper = ENDS.get(end, 0)
    for one, name in names if deeper else ():
        if one != above and one.startswith(above[:end]) and one[deeper:].strip("0") == "":
            rows.append(Choice(name.removeprefix(here), f"?{query(said, place=name)}"))
    return _with_all(said, "place", rows[:SHOWN_PLACES])


def own(actor: Actor) -> str:
    """The code of the widest area that one of the reader's postings is for; empty for whoever has none of these."""
    held = [p for p in actor.held if p.area_level in WIDEST]
    return min(held, key=lambda p: WIDEST.index(p.area_level)).area_code if held else ""


def _with_all(said: dict[str, str], name: str, rows: list[Choice]) -> list[Choice]:
    """A way back to all of them, where one is chosen."""
    return [Choice(_("全部"), f"?{query(said, **{name: ''})}"), *rows] if said[name] else rows


def drawn(lists: Sequence[tuple[str, Sequence[Choice]]]) -> SafeString:
    """The lists with their headings."""
    return SafeString("".join([_drawn(title, rows) for title, rows in lists if rows]))


def _drawn(title: str, rows: Sequence[Choice]) -> str:
    links = "".join([_link(c) for c in rows])
    head = escape(title)
    return f'<nav class="sheet" aria-label="{head}"><div class="sheet-head"><h2>{head}</h2></div><ul class="bare narrows">{links}</ul></nav>'


def _link(one: Choice) -> str:
    now = ' aria-current="true"' if one.chosen else ""
    count = f'<span class="num">{one.count}</span>' if one.count else ""
    return f'<li><a href="{escape(one.url)}"{now}>{escape(one.label)}{count}</a></li>'


def chosen(lists: Sequence[tuple[str, Sequence[Choice]]]) -> str:
    """What is chosen, for the line that opens to the lists."""
    return "、".join(c.label for _title, rows in lists for c in rows if c.chosen)
