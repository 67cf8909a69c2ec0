"""Lists of matters: few queries a page, by an index made for it, keyset paging so that page 1,000 costs what page 1 does."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiefen.cases.models import Case
from jiefen.desk.asked import MOST_COUNTED, PAGE, Asked, Page, counted, counted_all, mark_of
from jiefen.desk.chips import chip_of
from jiefen.desk.intake_lists import IntakeRow, at_centres, intake_page, since, visible_intakes, waiting
from jiefen.kernel import ask
from jiefen.kernel.clock import local_day
from jiefen.kernel.seal import Sealed, open_wrapped
from jiefen.papers.fill import CHANNELS
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.clocks import Chip

INSTANT = timedelta(microseconds=1)
GOING_ON = ("late", "soon", "open", "")


@dataclass(frozen=True, slots=True)
class Row:
    """A matter as a list shows it."""

    url: str
    number: str
    title: str
    channel: str
    state: str
    holder: str
    todo: str
    chip: Chip | None
    opened_at: datetime


SCOPES = {
    "mine": gettext_lazy("我负责的"),
    "unit": gettext_lazy("本单位主办的"),
    "assist": gettext_lazy("本单位协办的"),
    "centre": gettext_lazy("本中心的"),
    "first": gettext_lazy("我首问的"),
    "county": gettext_lazy("我看得到的"),
}
WHEN = {
    "late": gettext_lazy("超期"),
    "soon": gettext_lazy("三天内到期"),
    "open": gettext_lazy("在办"),
    "ended": gettext_lazy("已办结"),
}
_SEEN = ("c.doors && %(keys)s::bigint[]",)
_SEEN_OPEN = (
    "jiefen_count_open(%(keys)s::bigint[], %(late)s::timestamptz, %(of_state)s::text, %(of_kind)s::text, %(most)s::int)"
)
"""Counts what somebody's keys open by the index of their doors, which the policy keeps from being used."""


def scoped(actor: Actor, scope: str, *, when: str = "all") -> Asked:
    """The matters of one of the lists, through the door (`access.visible_cases` in SQL). `asked` is no list of its own:
    what the office helps with and has not answered yet. `when` is what it will be narrowed to, where that is known."""
    rows = Asked(_SEEN, {"keys": sorted(actor.keys)})
    units = sorted(actor.units)
    if scope == "mine":
        return rows.and_("c.is_open AND c.responsible_id = %(me)s", me=actor.person_id)
    if scope == "unit":
        if len(units) == 1:
            return rows.and_("c.lead_unit_id = %(unit)s", unit=units[0])
        return rows.and_("c.lead_unit_id = ANY (%(units)s::bigint[])", units=units)
    if scope == "assist" and when in GOING_ON:
        # As below; and of the duties only those in matters that go on, which stay few however many years go by.
        return rows.and_(
            "c.id = ANY (ARRAY(SELECT a.case_id FROM cases_assignment a WHERE a.unit_id = ANY (%(units)s::bigint[])"
            " AND a.part = 'assist' AND a.state <> 'released' AND a.case_open))",
            units=units,
        )
    if scope == "assist":
        return rows.and_(
            "c.id IN (SELECT a.case_id FROM cases_assignment a"
            " WHERE a.unit_id = ANY (%(units)s::bigint[]) AND a.part = 'assist' AND a.state <> 'released')",
            units=units,
        )
    if scope == "asked":
        # As an array, which is worked out first and from the index of duties: joined, every open matter would be walked.
        return rows.and_(
            "c.id = ANY (ARRAY(SELECT a.case_id FROM cases_assignment a WHERE a.unit_id = ANY (%(units)s::bigint[])"
            " AND a.state IN ('open', 'signed', 'objected') AND a.part = 'assist'))",
            units=units,
        )
    if scope == "centre":
        centres = sorted({p.unit_id for p in actor.areas()})
        if len(centres) == 1:
            return rows.and_("c.centre_id = %(centre)s", centre=centres[0])
        return rows.and_("c.centre_id = ANY (%(centres)s::bigint[])", centres=centres)
    if scope == "first":
        return rows.and_("c.first_asked_id = %(me)s", me=actor.person_id)
    return rows


def narrowed(rows: Asked, *, when: str, at: datetime, state: str = "", kind: str = "") -> Asked:
    """The same, for a state, a kind, or by how its clock stands."""
    whole = rows.fits == _SEEN
    if when in GOING_ON:
        rows = rows.and_("c.is_open")
    if when == "late":
        rows = rows.and_("c.next_due_at <= %(at)s", at=at)
    if when == "soon":
        rows = rows.and_("c.next_due_at > %(at)s AND c.next_due_at <= %(soon)s", at=at, soon=at + timedelta(hours=72))
    if when == "ended":
        rows = rows.and_("NOT c.is_open")
    if state:
        rows = rows.and_("c.state = %(state)s", state=state)
    if kind:
        rows = (
            rows.and_("c.kind = %(kind)s", kind=kind)
            if len(kind) == 4
            else rows.and_("starts_with(c.kind, %(kind)s::text)", kind=kind[:2])
        )
    if whole and when in GOING_ON and when != "soon":  # of what is due soon there are few, in an index of their own
        counted_by = {
            "late": at if when == "late" else None,
            "of_state": state,
            "of_kind": kind if len(kind) == 4 else kind[:2],
        }
        return replace(rows, given=rows.given | counted_by, number=_SEEN_OPEN)
    return rows


_NEEDED = (
    "id", "number", "slug", "procedure", "version", "state", "is_open", "title", "channel", "next_due_at", "next_clock",
    "opened_at", "key_id", "lead_unit_id", "responsible_id", "centre_id",
)  # fmt: skip


def has_index(actor: Actor, scope: str) -> bool:
    """Whether an index holds just this list in its order: of one person, one office or one centre."""
    several = {"unit": actor.units, "centre": {p.unit_id for p in actor.areas()}}
    return scope in ("mine", "first") or (scope in several and len(several[scope]) == 1)


def page_of(
    rows: Asked | QuerySet[Case], *, actor: Actor, at: datetime, after: str = "", newest: bool = False, size: int = PAGE,
    by_index: bool = False,
) -> Page:  # fmt: skip
    """A page of matters, soonest due first (or newest first). `after` is what the page before gave. `by_index`: read it
    in the order of the list's own index. Names and keys are read for the rows shown only, not joined to all that fit."""
    mark = mark_of(after)
    if isinstance(rows, Asked):
        with _in_order() if by_index else nullcontext():
            found = _found(rows, mark, newest, size + 1)
    else:
        found = _mapped(rows, mark, newest, size + 1)
    more = found[size:]
    shown = found[:size]
    last_row = shown[-1] if shown else None
    begins = ""
    if more and last_row:
        stamp = last_row["opened_at"] if newest else last_row["next_due_at"]
        begins = f"{stamp.isoformat() if stamp else '-'}~{last_row['id']}"
    about = _About(shown, actor, at)
    return Page([_row(r, actor, about) for r in shown], begins)


_READ = "SELECT " + ", ".join(f"c.{name}" for name in _NEEDED) + " FROM cases_case c WHERE "
_SOONEST = " ORDER BY c.next_due_at, c.id LIMIT %(size)s"
_NEWEST = " ORDER BY c.opened_at DESC, c.id LIMIT %(size)s"


def _found(rows: Asked, mark: tuple[datetime | None, int] | None, newest: bool, size: int) -> list[dict[str, Any]]:
    if mark and newest:
        rows = rows.and_(
            "(c.opened_at < %(when)s OR c.opened_at = %(when)s AND c.id > %(last)s)", when=mark[0], last=mark[1]
        )
    elif mark and mark[0] is None:
        rows = rows.and_("c.next_due_at IS NULL AND c.id > %(last)s", last=mark[1])
    elif mark:
        rows = rows.and_(
            "(c.next_due_at > %(when)s OR c.next_due_at = %(when)s AND c.id > %(last)s OR c.next_due_at IS NULL)",
            when=mark[0], last=mark[1],
        )  # fmt: skip
    answer = ask.rows(_READ + rows.where + (_NEWEST if newest else _SOONEST), {**rows.given, "size": size})
    return [dict(zip(_NEEDED, values, strict=True)) for values in answer]


def _mapped(
    rows: QuerySet[Case], mark: tuple[datetime | None, int] | None, newest: bool, size: int
) -> list[dict[str, Any]]:
    """The same for a question that another page has put together with the mapper."""
    order = ("-opened_at", "id") if newest else (F("next_due_at").asc(nulls_last=True), "id")
    if mark:
        when, last = mark
        if newest:
            rows = rows.filter(Q(opened_at__lt=when) | Q(opened_at=when, id__gt=last))
        elif when is None:
            rows = rows.filter(next_due_at__isnull=True, id__gt=last)
        else:
            rows = rows.filter(Q(next_due_at__gt=when) | Q(next_due_at=when, id__gt=last) | Q(next_due_at__isnull=True))
    return list(rows.order_by(*order).values(*_NEEDED)[:size])


@contextmanager
def _in_order() -> Iterator[None]:
    """That doors and offices go together the planner cannot know: it expects few rows, reads all that fit and sorts
    them. Told not to sort, it reads the first fifty from the index, however many there are."""
    ask.row(_SORTING, ["off"])
    yield
    ask.row(_SORTING, ["on"])


_SORTING = "SELECT set_config('enable_sort', %s, true)"


_ABOUT = """
SELECT 'key', id, wrapped, master, '' FROM kernel_sealkey WHERE id = ANY(%(keys)s::bigint[])
UNION ALL SELECT 'unit', id, NULL, 0, name FROM people_unit WHERE id = ANY(%(units)s::bigint[])
UNION ALL SELECT 'person', id, NULL, 0, name FROM people_person WHERE id = ANY(%(people)s::bigint[])
"""


class _About:
    """Keys, offices and people of the rows of a page, in one question; and what their procedures and clocks say, asked
    for once a procedure and once a day."""

    def __init__(self, rows: list[dict[str, Any]], actor: Actor, at: datetime):
        self.at = at
        self.procedures = {of: procedure(*of) for of in {(r["procedure"], r["version"]) for r in rows}}
        self._chips: dict[Any, Chip | None] = {}
        self.keys: dict[int, tuple[bytes | None, int]] = {}
        self.units: dict[int, str] = {}
        self.people: dict[int, str] = {}
        if not rows:
            return
        wanted = {
            "keys": [r["key_id"] for r in rows],
            "units": list({r["lead_unit_id"] or r["centre_id"] for r in rows}),
            "people": list({r["responsible_id"] for r in rows} - {None, actor.person_id}),
        }
        for sort, pk, wrapped, master, name in ask.rows(_ABOUT, wanted):
            if sort == "key":
                self.keys[pk] = (wrapped, master)
            else:
                (self.units if sort == "unit" else self.people)[pk] = name

    def chip(self, clock: Any, due_at: datetime | None) -> Chip | None:
        """The chip of a clock; rows due on the same day share one, where the clock counts days."""
        if due_at is None:
            return None
        by_the_hour = clock and clock.amount.kind == "clock"
        of = (clock and clock.name, due_at if by_the_hour else local_day(due_at - INSTANT), due_at <= self.at)
        if of not in self._chips:
            self._chips[of] = chip_of(clock, due_at, self.at)
        return self._chips[of]


def _row(r: dict[str, Any], actor: Actor, about: _About) -> Row:
    wrapped, master = about.keys[r["key_id"]]
    try:
        title = (
            open_wrapped(0, bytes(wrapped), master).open(r["title"], field="case.title")
            if wrapped
            else _("内容已按期限销毁")
        )
    except Sealed:
        title = _("内容打不开：主密钥不对")
    definition = about.procedures[r["procedure"], r["version"]]
    clock = definition.clocks.get(r["next_clock"])
    mine = r["responsible_id"] == actor.person_id
    holder = (
        _("我")
        if mine
        else "，".join(
            filter(None, [about.units.get(r["lead_unit_id"] or r["centre_id"]), about.people.get(r["responsible_id"])])
        )
    )
    return Row(
        url=f"/cases/{r['slug']}/", number=r["number"], title=title, channel=CHANNELS.get(r["channel"], r["channel"]),
        state=definition.states[r["state"]].label, holder=holder, todo=clock.label if clock and r["is_open"] else "",
        chip=about.chip(clock, r["next_due_at"]) if r["is_open"] else None, opened_at=r["opened_at"],
    )  # fmt: skip


__all__ = [
    "MOST_COUNTED", "PAGE", "Asked", "IntakeRow", "Page", "Row", "at_centres", "counted", "counted_all", "has_index", "intake_page",
    "narrowed", "page_of", "scoped", "since", "visible_intakes", "waiting",
]  # fmt: skip
