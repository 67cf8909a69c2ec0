"""Asking the index on somebody's behalf: what they may see, newest first, with counts by kind and state.

The index gives the newest matters that the reader's keys open (`jiefen_find`, at most `MOST`); each is then joined to its own
row, where the door and the policy look once more. What stands in a matter's content is found by whom the content is open to
without a reason (`cases.need`); by others at its office only what stands in its title. So every count is of what the list shows.
Call in the reader's own scope.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jiefen.cases.need import HEADS
from jiefen.cases.rules import UNIT_ROLES
from jiefen.kernel import ask
from jiefen.kernel.clock import day_end, day_start
from jiefen.people.actor import CENTRE_ROLES, CENTRE_UNIT_TYPES, PERSON, Actor, door
from jiefen.triage.finding import words

MOST = 200
"""So many of the newest that fit are looked at and counted; beyond it a list says «200+» and that it counted the newest alone.
To count is most of what a find costs: each is a row read at random, and ten pages are to be narrowed, not read."""
PAGE = 20
ROUNDS = 5
"""How often a page goes on among older ones, where few of those looked at are of the kind or state that was asked for."""
FURTHER = 4
"""So many times as many are looked at when it goes on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. `kind`: four digits or the two of a group. `state`: a state's code, or `intake-…` for what is part of
    no case. `area`: number of an area, with all below. `since`, `until`: local days the matter began on, both included.
    `after`: what the page before gave."""

    typed: str = ""
    kind: str = ""
    state: str = ""
    area: int | None = None
    since: date | None = None
    until: date | None = None
    after: tuple[datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A matter that fits: a case or an intake by number; whether its content is open to the reader."""

    row: int
    at: datetime
    case: int | None
    intake: int | None
    is_open: bool


@dataclass(slots=True)
class Found:
    """A page of hits, where the next begins (empty: these are the last), and the counts of all that was looked at.

    `states`: (code, how many, procedure and version). `more`: there are older ones beyond `MOST`."""

    hits: list[Hit] = field(default_factory=list)
    after: str = ""
    total: int = 0
    more: bool = False
    kinds: list[tuple[str, int]] = field(default_factory=list)
    states: list[tuple[str, int, str]] = field(default_factory=list)
    wanted: words.Wanted = field(default_factory=words.Wanted)


_OPEN = """
(%(all)s::boolean OR c.doors && %(wide)s::bigint[] OR c.responsible_id = ANY (%(who)s::bigint[])
 OR coalesce(c.named_id = ANY (%(who)s::bigint[]), false) OR coalesce(c.sponsor_id = ANY (%(who)s::bigint[]), false)
 OR coalesce(c.first_asked_id = ANY (%(who)s::bigint[]), false)
 OR EXISTS (SELECT 1 FROM cases_assignment a WHERE a.case_id = c.id AND a.unit_id = ANY (%(units)s::bigint[])
             AND (a.named_id = ANY (%(who)s::bigint[]) OR a.responsible_id = ANY (%(who)s::bigint[])
                  OR a.state = 'open' AND a.named_id IS NULL AND a.unit_id = ANY (%(work)s::bigint[]))))
"""
"""`cases.need.reads_content` in SQL, for many at once; a test holds the two together."""
_KIND = "(%(kind)s::text = '' OR starts_with(kind, %(kind)s::text))"
_STATE = "(%(state)s::text = '' OR state = %(state)s::text)"
FIND = f"""
WITH hit AS MATERIALIZED (
  SELECT * FROM jiefen_find(%(wanted)s::tsquery, %(titled)s::tsquery, %(newest)s::timestamptz, %(since)s::timestamptz,
                            %(upto)s::timestamptz, %(before)s::timestamptz, %(before_id)s::bigint, %(most)s::int)
), seen AS (
  SELECT h.id, h.at, h.case_id, NULL::bigint AS intake_id, c.kind, c.state, c.procedure || ' ' || c.version AS way, h.in_title,
         {_OPEN} AS is_open
    FROM hit h JOIN cases_case c ON c.id = h.case_id WHERE c.stratum < 2 AND c.doors && %(keys)s::bigint[]
  UNION ALL
  SELECT h.id, h.at, NULL, i.id, coalesce(i.suggestion ->> 'kind', ''),
         'intake-' || CASE WHEN i.state IN ('waiting', 'recalled') THEN i.state ELSE coalesce(d.action, 'waiting') END, '', true, true
    FROM hit h JOIN intake_intake i ON i.id = h.intake_id LEFT JOIN triage_triagedecision d ON d.intake_id = i.id
   WHERE i.stratum < 2 AND i.state <> 'void' AND i.doors && %(keys)s::bigint[] AND d.case_id IS NULL
), fit AS MATERIALIZED (SELECT * FROM seen WHERE is_open OR in_title)
SELECT 'raw', '', '', count(*), min(at), NULL::bigint, NULL::bigint, NULL::bigint, NULL::boolean FROM hit
UNION ALL SELECT 'last', '', '', 0, at, id, NULL, NULL, NULL FROM (SELECT at, id FROM hit ORDER BY at, id LIMIT 1) l
UNION ALL SELECT 'total', '', '', count(*), NULL, NULL, NULL, NULL, NULL FROM fit WHERE {_KIND} AND {_STATE}
UNION ALL SELECT 'kind', kind, '', count(*), NULL, NULL, NULL, NULL, NULL FROM fit WHERE {_STATE} GROUP BY kind
UNION ALL SELECT 'state', state, max(way), count(*), NULL, NULL, NULL, NULL, NULL FROM fit WHERE {_KIND} GROUP BY state
UNION ALL (
  SELECT 'row', '', '', 0, at, id, case_id, intake_id, is_open FROM fit
   WHERE {_KIND} AND {_STATE} AND (%(after)s::timestamptz IS NULL OR at < %(after)s OR at = %(after)s AND id < %(after_id)s::bigint)
   ORDER BY at DESC, id DESC LIMIT %(size)s::int)
"""

ONCE = "SELECT set_config('plan_cache_mode', 'force_generic_plan', true)"
"""For the rest of the transaction each question is planned once for a connection: the planner takes this one for cheaper when
made anew each time, and that costs more than its answer."""


def find(actor: Actor, asked: Asked, at: datetime, *, size: int = PAGE) -> Found:
    """A page of what fits, through the reader's doors. One question; a few more where the page lies among older matters or few
    of those looked at fit. Nothing at all where no word is long enough and nothing else was asked for."""
    found = Found(wanted=words.wanted(asked.typed))
    if asked.typed.strip() and not found.wanted.query:
        return found
    given = _reader(actor) | _question(asked, found.wanted, at) | {"size": size + 1}
    if given["all"]:  # whoever reads every content needs not be told where a title alone fits
        given["titled"] = None
    last: tuple[datetime, int] | None = None
    ask.row(ONCE)
    for turn in range(ROUNDS):
        if last is not None:
            given |= {"before": last[0], "before_id": last[1], "newest": last[0]}
        rows = ask.rows(FIND, given)
        raw = _read(rows, found, counts=turn == 0)
        full = raw >= given["most"]
        last = next(((row[4], row[5]) for row in rows if row[0] == "last"), None)
        if not full or len(found.hits) > size or last is None:
            break
        if asked.after and turn == 0:  # where the page lies beyond what was counted, go on from there
            last = min(last, asked.after)
        given |= {"size": size + 1 - len(found.hits), "most": MOST * FURTHER}
    else:
        if last is not None and len(found.hits) <= size:
            found.after = mark(*last)  # not full, and older ones were not looked at: the page says so
            return found
    if len(found.hits) > size:
        found.hits = found.hits[:size]
        found.after = mark(found.hits[-1].at, found.hits[-1].row)
    return found


def _read(rows: Iterable[Any], found: Found, *, counts: bool) -> int:
    """Take an answer in; how many the index gave."""
    raw = 0
    for sort, word, way, n, when, row, case, intake, is_open in rows:
        if sort == "raw":
            raw = n
            found.more = found.more or (counts and n >= MOST)
        elif sort == "row":
            found.hits.append(Hit(row, when, case, intake, is_open))
        elif counts and sort == "total":
            found.total = n
        elif counts and sort == "kind":
            found.kinds.append((word, n))
        elif counts and sort == "state":
            found.states.append((word, n, way))
    if counts:
        found.kinds.sort(key=lambda one: (-one[1], one[0]))
        found.states.sort(key=lambda one: (-one[1], one[0]))
    return raw


def mark(at: datetime, row: int) -> str:
    """Where a page begins, for an address."""
    return f"{at.isoformat()}~{row}"


def _reader(actor: Actor) -> dict[str, Any]:
    """Whose eyes: keys, and what decides whether a content is open to them (`cases.need.reads_content`)."""
    who = {actor.person_id} | {p.for_person for p in actor.held}
    own = {door(PERSON, one) for one in who}
    wide = own | {
        one
        for p in actor.held
        for one in p.doors
        if p.role in HEADS or (p.role in CENTRE_ROLES and p.unit_type in CENTRE_UNIT_TYPES)
    }
    return {
        "keys": sorted(actor.keys), "who": sorted(who), "wide": sorted(wide), "all": actor.keys <= wide,
        "units": sorted({p.unit_id for p in actor.held if p.role != "administrator"}),
        "work": sorted({p.unit_id for p in actor.held if p.role in UNIT_ROLES}),
    }  # fmt: skip


def _question(asked: Asked, wanted: words.Wanted, at: datetime) -> dict[str, Any]:
    parts = [wanted.query] if wanted.query else []
    if asked.area:
        parts.append(f"'{words.area_code(asked.area)}'")
    until = day_end(asked.until) if asked.until else None
    return {
        "wanted": " & ".join(parts) or None, "titled": wanted.titled or None,
        "newest": min(until, at) if until else at, "upto": until, "since": day_start(asked.since) if asked.since else None, "most": MOST, "kind": asked.kind, "state": asked.state,
        "after": asked.after[0] if asked.after else None, "after_id": asked.after[1] if asked.after else None,
        "before": None, "before_id": None,
    }  # fmt: skip
