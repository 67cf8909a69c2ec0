"""The rows of a page of finds: each with its title, what it says around the word, and where it stands. Four questions at most."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jiefen.desk.chips import chip_of
from jiefen.desk.templatetags.jiefen import local_day, say_in
from jiefen.kernel import ask
from jiefen.kernel.seal import Key, Sealed, open_wrapped
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.clocks import Chip
from jiefen.triage.finding.asking import Hit
from jiefen.triage.finding.words import Piece, excerpt, marked

LETTERS = 3
"""Of a matter that many brought, in so many letters the word is looked for to be shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A find as the list shows it, its title and what it says with the words marked, and where and when it is, drawn.
    `shut`: the content is not the reader's without a reason, so it is not shown."""

    url: str
    title: SafeString
    said: SafeString
    shut: bool
    about: SafeString
    state: str
    chip: Chip | None


@dataclass(frozen=True, slots=True)
class _Letter:
    subject: str
    text: str
    names: tuple[str, ...]


def _drawn(pieces: Iterable[Piece]) -> SafeString:
    """A text with what was looked for marked. Drawn here: twenty finds are some hundred pieces, each of which costs a template
    more than all of this."""
    return SafeString("".join([f"<mark>{escape(p.text)}</mark>" if p.hit else escape(p.text) for p in pieces]))


def _about(number: str, place: str, kind: str, office: str, at: datetime) -> SafeString:
    """The line beneath a find: its number, place, kind, office and day."""
    parts = (place, str(say_in(kind)) if kind else "", office, local_day(at))
    said = "".join([f"<span>{escape(part)}</span>" for part in parts if part])
    return SafeString(f'<span class="no">{escape(number)}</span>{said}')


_CASES = """
SELECT c.id, c.number, c.slug, c.title, c.kind, c.procedure, c.version, c.state, c.is_open, c.next_due_at, c.next_clock,
       k.wrapped, k.master, a.name, coalesce(nullif(u.short, ''), u.name)
  FROM cases_case c JOIN kernel_sealkey k ON k.id = c.key_id JOIN places_area a ON a.id = c.area_id
  JOIN people_unit u ON u.id = coalesce(c.lead_unit_id, c.centre_id) WHERE c.id = ANY (%s::bigint[])
"""
_INTAKES = """
SELECT i.id, i.number, i.subject, coalesce(i.suggestion ->> 'kind', ''), i.state, a.name, u.name, d.action
  FROM intake_intake i JOIN places_area a ON a.id = i.area_id JOIN people_unit u ON u.id = i.centre_id
  LEFT JOIN triage_triagedecision d ON d.intake_id = i.id WHERE i.id = ANY (%s::bigint[])
"""
_LETTERS = """
SELECT l.of, i.id, i.words, i.teller, k.wrapped, k.master
  FROM (SELECT -unnest(%(intakes)s::bigint[]) AS of, unnest(%(intakes)s::bigint[]) AS intake
        UNION ALL SELECT d.case_id, d.intake_id FROM triage_triagedecision d WHERE d.case_id = ANY (%(cases)s::bigint[])) l
  JOIN intake_intake i ON i.id = l.intake JOIN kernel_sealkey k ON k.id = i.key_id WHERE i.stratum < 2 ORDER BY i.id LIMIT 400
"""
_DEMANDS = "SELECT case_id, text FROM cases_demand WHERE case_id = ANY (%s::bigint[]) ORDER BY case_id, seq"


def rows_of(hits: Sequence[Hit], terms: Sequence[str], *, labels: Any, at: datetime) -> list[Shown]:
    """The rows of a page, in its order. `labels` gives a kind's name. Call in the reader's scope."""
    cases = {row[0]: row for row in ask.rows(_CASES, [[h.case for h in hits if h.case]])} if hits else {}
    alone = [h.intake for h in hits if h.intake]
    intakes = {row[0]: row for row in ask.rows(_INTAKES, [alone])} if alone else {}
    letters, keys = _letters([h.case for h in hits if h.case and h.is_open and terms], alone)
    found = {}
    for hit in hits:
        made = (
            _case(hit, cases, letters, terms, labels, at)
            if hit.case
            else _intake(hit, intakes, keys, letters, terms, labels)
        )
        if made is not None:
            found[hit] = made
    _with_demands(found, cases, terms)
    return [found[hit] for hit in hits if hit in found]


def _letters(
    cases: Iterable[int | None], alone: Sequence[int | None]
) -> tuple[dict[int, list[_Letter]], dict[int, Key]]:
    """What the letters say, by case, or by intake (as a number below nought); and the keys of those that stand alone."""
    found: dict[int, list[_Letter]] = defaultdict(list)
    keys: dict[int, Key] = {}
    given = {"cases": list(cases), "intakes": list(alone)}
    for of, pk, sealed, teller, wrapped, master in ask.rows(_LETTERS, given) if any(given.values()) else ():
        if wrapped is None or len(found[of]) >= LETTERS:
            continue
        try:
            key = open_wrapped(0, bytes(wrapped), master)
            said = key.open(sealed, field="intake.words") or {}
            who = key.open(teller, field="intake.teller") or {} if teller else {}
        except Sealed:
            continue
        keys[pk] = key
        found[of].append(_Letter(said.get("subject") or "", said.get("text") or "", (who.get("name", ""),)))
    return found, keys


def _said(letters: Sequence[_Letter], terms: Sequence[str]) -> SafeString:
    """Around the first find in what the letters say."""
    for letter in letters if terms else ():
        for text in (letter.text, letter.subject):
            if pieces := excerpt(text, terms, letter.names):
                return _drawn(pieces)
    return SafeString("")


def _title(key: Key | None, sealed: Any, field: str, terms: Sequence[str]) -> SafeString:
    try:
        return _drawn(marked((key.open(sealed, field=field) or "") if key else _("内容已按期限销毁"), terms))
    except Sealed:
        return _drawn(marked(_("内容打不开：主密钥不对"), ()))


def _case(hit: Hit, cases: Any, letters: Any, terms: Sequence[str], labels: Any, at: datetime) -> Shown | None:
    if hit.case not in cases:
        return None
    (pk, number, slug, title, kind, name, version, state, going, due, clock, wrapped, master, place, office) = cases[
        hit.case
    ]
    key = open_wrapped(0, bytes(wrapped), master) if wrapped else None
    way = procedure(name, version)
    return Shown(
        f"/cases/{slug}/", _title(key, title, "case.title", terms), _said(letters[pk] if hit.is_open else (), terms),
        not hit.is_open, _about(number, place, labels(kind), office, hit.at), way.states[state].label,
        chip_of(way.clocks.get(clock), due, at) if going else None,
    )  # fmt: skip


def _intake(hit: Hit, rows: Any, keys: dict[int, Key], letters: Any, terms: Sequence[str], labels: Any) -> Shown | None:
    if hit.intake not in rows or hit.intake not in keys:
        return None
    pk, number, subject, kind, state, place, office, action = rows[hit.intake]
    return Shown(
        f"/intakes/{number}/", _title(keys[pk], subject, "intake.subject", terms), _said(letters[-pk], terms), False,
        _about(number, place, labels(kind) if kind else "", office, hit.at), state_label(f"intake-{action or state}"), None,
    )  # fmt: skip


def _with_demands(found: dict[Hit, Shown], cases: Any, terms: Sequence[str]) -> None:
    """Where neither title nor letters say it, it stands in what is asked."""
    lack = [h for h, s in found.items() if h.case and h.is_open and "<mark>" not in s.title + s.said]
    if not lack or not terms:
        return
    asked: dict[int, list[Any]] = defaultdict(list)
    for case, text in ask.rows(_DEMANDS, [[h.case for h in lack]]):
        asked[case].append(text)
    for hit in lack:
        wrapped, master = cases[hit.case][11:13]
        for text in asked[hit.case or 0] if wrapped else ():
            try:
                said = open_wrapped(0, bytes(wrapped), master).open(text, field="demand.text") or ""
            except Sealed:
                continue
            if pieces := excerpt(said, terms):
                found[hit] = replace(found[hit], said=_drawn(pieces))
                break


def state_label(code: str) -> str:
    """What an intake that is part of no case is called."""
    return {
        "intake-waiting": _("待分诊"), "intake-refer": _("已转其他渠道"), "intake-refuse": _("不予受理"),
        "intake-recalled": _("本人撤回"),
    }.get(code, _("已分诊"))  # fmt: skip
