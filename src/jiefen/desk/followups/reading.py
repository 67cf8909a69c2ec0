"""What the pages of following up show, read in a fixed number of questions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiefen.cases.access import case_for, roles_on
from jiefen.cases.actions.steps import moment_for, numbers_in_force, papers_on_file, weigh_step
from jiefen.cases.models import Case, Demand, Party
from jiefen.desk.chips import chip_of
from jiefen.kernel.clock import day_end, local_day
from jiefen.kernel.masking import mask_name, mask_phone
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, Sealed, open_row, open_wrapped
from jiefen.oversight.answers import ASKED_BY, PARTS, asks
from jiefen.oversight.independence import hands_in
from jiefen.oversight.models import FollowUp, Visit
from jiefen.oversight.queries import BEGIN, EVER, ToAsk, again, by_part, to_ask, tries_of
from jiefen.oversight.reading import TRIES, Matter
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.clocks import Chip
from jiefen.procedures.engine import Refusal

PAGE = 50
SHOWN_PARTS = {"morning": gettext_lazy("上午"), "afternoon": gettext_lazy("下午"), "evening": gettext_lazy("晚上")}
LISTS = {"due": gettext_lazy("等回访的"), "today": gettext_lazy("今天以前到期"), "rest": gettext_lazy("没有回访期限的")}


@dataclass(frozen=True, slots=True)
class Tries:
    """Tries that nobody answered, by part of the day, and how many the setting asks for."""

    by_part: tuple[tuple[Any, int], ...]
    made: int
    wanted: int

    @property
    def full(self) -> bool:
        return self.made >= self.wanted


@dataclass(frozen=True, slots=True)
class Row:
    """A matter of the list."""

    url: str
    number: str
    title: str
    place: str
    state: str
    chip: Chip | None
    since: datetime | None
    tries: Tries
    heard: FollowUp | None


def tries_in(rows: Iterable[FollowUp], opened_at: datetime) -> Tries:
    """The tries among some attempts, for a matter opened then."""
    counted = by_part(rows)
    parts = tuple((SHOWN_PARTS[part], counted.get(part, 0)) for part in PARTS)
    return Tries(parts, sum(counted.values()), numbers_in_force(opened_at)[TRIES])


def page(actor: Actor, at: datetime, which: str, after: str) -> tuple[list[Row], str]:
    """A page of one of the lists, and where the next one begins. Two queries."""
    found = to_ask(
        actor, after=_mark(after), before=day_end(local_day(at)) + timedelta(microseconds=1) if which == "today" else EVER,
        size=PAGE + 1, by_clock=which != "rest",
    )  # fmt: skip
    shown = found[:PAGE]
    made = tries_of(row.case for row in shown)
    begins = f"{shown[-1].at.isoformat()}~{shown[-1].mark}" if len(found) > PAGE else ""
    return [_row(row, made.get(row.case, []), at) for row in shown], begins


def _mark(after: str) -> tuple[datetime, int]:
    stamp, _sep, last = after.partition("~")
    try:
        when = datetime.fromisoformat(stamp)
        return (when, int(last)) if when.tzinfo else BEGIN
    except ValueError:
        return BEGIN  # a torn address begins again at the top


def _row(r: ToAsk, attempts: list[FollowUp], at: datetime) -> Row:
    definition = procedure(r.procedure, r.version)
    try:
        key = open_wrapped(r.key, bytes(r.wrapped), r.master) if r.wrapped else None
        title = key.open(r.title, field="case.title") if key else _("保管期满，内容已销毁")
    except Sealed:
        title = _("内容打不开：主密钥不对")
    heard = [f for f in attempts if f.outcome == FollowUp.Outcome.REACHED]
    return Row(
        url=f"/follow-ups/{r.slug}/", number=r.number, title=title, place=r.place, state=definition.states[r.state].label,
        chip=chip_of(definition.clocks.get(r.clock), r.at, at) if r.clock else None, since=None if r.clock else r.at,
        tries=tries_in(_since(attempts), r.opened_at), heard=heard[-1] if heard else None,
    )  # fmt: skip


def _since(attempts: list[FollowUp]) -> list[FollowUp]:
    """Those after the answer that stands: what speaks of an earlier one is older than the newest spoken of."""
    newest = max((f.after_seq for f in attempts), default=0)
    return [f for f in attempts if f.after_seq == newest]


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to ask, covered. `phone` empty: they left none."""

    key: str
    name: str
    phone: str
    asked: bool
    visit: Visit | None
    anonymous: bool
    tries: Tries


@dataclass(frozen=True, slots=True)
class Next:
    """A step that rests on what was heard, or the rule in its way."""

    label: str
    url: str
    refusal: Refusal | None
    proposed: bool  # what was heard proposes it


@dataclass(slots=True)
class Record:
    """The page on which one matter's follow-up is written down."""

    case: Case
    title: str
    state: str
    answered: bool
    demands: list[dict[str, str]]
    people: list[Person]
    attempts: list[dict[str, Any]]
    tries: Tries
    next: list[Next]
    unit: str


def matter_for(actor: Actor, slug: str) -> tuple[Case, Matter, Key]:
    """The case for whoever may ask its people, or 404: the same as for one that is not there."""
    case = case_for(actor, slug)
    m = Matter.of(case)
    if ASKED_BY not in roles_on(actor, case) or hands_in(m.procedure, m.standing).include(actor):
        raise Http404
    return case, m, open_row(case.key)


def record_of(actor: Actor, case: Case, m: Matter, key: Key, at: datetime) -> Record:
    """Everything the record page shows."""
    attempts = tries_of([case.pk]).get(case.pk, [])
    waiting = {
        v.party: v for v in Visit.objects.filter(case=case, done=None, called_off_at=None).select_related("unit")
    }
    answer = m.answer()
    now = [f for f in attempts if f.after_seq >= answer]
    reached = {f.party for f in now if f.outcome == FollowUp.Outcome.REACHED}
    people = m.complainants()
    return Record(
        case=case, title=key.open(case.title, field="case.title"), state=m.procedure.states[case.state].label,
        answered=bool(answer),
        demands=[_demand(d, key) for d in Demand.objects.filter(case=case).order_by("seq")],
        people=[
            _person(p, key, p.key in reached, waiting.get(p.key), tries_in(_about(p, now, people), case.opened_at))
            for p in people
        ],
        attempts=[
            {"row": f, "words": key.open(f.words, field="followup.words") if f.words else "",
             "place": key.open(f.place, field="followup.place") if f.place else ""}
            for f in reversed(attempts)
        ],
        tries=tries_in(now, case.opened_at), next=_next(actor, case, m, at),
        unit=case.lead_unit.name if case.lead_unit else case.centre.name,
    )  # fmt: skip


def _demand(d: Demand, key: Key) -> dict[str, str]:
    said = {n: key.open(getattr(d, n), field=f"demand.{n}") or "" for n in ("result", "remedy")}
    return {
        "text": key.open(d.text, field="demand.text"),
        "outcome": d.get_outcome_display() if d.outcome else "",
        **said,
    }


def _about(p: Party, attempts: list[FollowUp], people: list[Party]) -> list[FollowUp]:
    """The attempts to reach one person; what names nobody speaks of the only one there is."""
    return attempts if len(people) == 1 else [f for f in attempts if f.party == p.key]


def _person(p: Party, key: Key, asked: bool, visit: Visit | None, tries: Tries) -> Person:
    who = key.open(p.sealed, field="party") or {}
    anonymous = p.identity == Party.Identity.ANONYMOUS
    name = _("匿名") if anonymous else mask_name(who.get("name", "")) or _("未留姓名")
    phone = mask_phone(who["phone"]) if who.get("phone") and not anonymous else ""
    return Person(p.key, name, phone, asked, visit, anonymous, tries)


def _next(actor: Actor, case: Case, m: Matter, at: datetime) -> list[Next]:
    """The steps of a caller here, weighed by the function that will take or refuse them."""
    held, found = roles_on(actor, case), []
    cache: dict[str, Any] = {}
    proposed = {f.proposes for f in again(actor).filter(case=case)}
    for step in m.procedure.steps.values():
        if case.state not in step.from_states or ASKED_BY not in step.roles or step.on != "case":
            continue
        if not (asks(step) or "redo-justified" in step.guards):
            continue
        moment = moment_for(case, m.standing, step, by=actor, role=ASKED_BY, unit=held[ASKED_BY][0], at=at, cache=cache)
        with scope("worker"):
            papers = papers_on_file(moment) if step.needs else frozenset()
            refusal = weigh_step(moment, roles=frozenset(held), papers=papers)
        found.append(Next(step.label, f"/cases/{case.slug}/steps/{step.name}/", refusal, step.name in proposed))
    return sorted(found, key=lambda n: (n.refusal is not None, not n.proposed))


__all__ = ["LISTS", "Record", "matter_for", "page", "record_of"]
