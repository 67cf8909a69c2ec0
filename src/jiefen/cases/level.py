"""Raising a matter to the level above, and handing it down: grid, village, township, county.

The area stays. The level changes, and with it the centre on whose bench the matter lies and, where one is named, the office
with the duty. No clock stops or begins, so nobody gains a day by it. Whether a row of the grade table asks for it is weighed
one floor up (`triage.levels`); here stands what holds whatever the table says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases import ground, reading, turns
from jiefen.cases.access import roles_on
from jiefen.cases.actions import once
from jiefen.cases.actions.record import append, history
from jiefen.cases.actions.steps import StepRefused, remaining, take_step
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.rules import Row, Standing
from jiefen.cases.standing import excluded_units, standing_of
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.people.queries import existing_units
from jiefen.places.models import Area
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.engine import Refusal

MAY_RAISE = (
    "grid-worker", "clerk", "handler", "unit-head", "mediator", "petition-officer", "hotline-agent", "dispatcher", "supervisor",
)  # fmt: skip
MAY_HAND_DOWN = ("dispatcher", "supervisor", "petition-officer")
ASKED = "asked"
"""The rule that stands in the row where a party asked for it (当事人申请即提)."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One raising or handing down, from the chain."""

    seq: int
    up: bool
    level: str
    was: str
    rules: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Where:
    """Where a matter lies: its level, every turn so far, and how many whole days it has lain at each level."""

    level: str
    turns: tuple[Turn, ...]
    days: Mapping[str, int]

    @property
    def lifted_back(self) -> bool:
        """Handed down once, and raised again since: it goes down once more only with a new fact."""
        downs = [t.seq for t in self.turns if not t.up]
        return bool(downs) and any(t.up and t.seq > downs[-1] for t in self.turns)


def where(
    case: Case, rows: Sequence[Row], standing: Standing, *, at: datetime, known: tuple[str, str] | None = None
) -> Where:
    """Where a matter lies at a moment. Two small questions, none where (level of the area, kind of the office that leads) are
    `known`."""
    area_level, lead_type = known or _of_place(standing)
    found = turns_of(rows)
    start = found[0].was if found else ""
    level = standing.about.get("level") or turns.start_level(
        area_level=area_level, channel=case.channel, lead_type=lead_type
    )
    return Where(level, found, _days(case.opened_at, found, start or level, at))


def _of_place(standing: Standing) -> tuple[str, str]:
    area_level = Area.objects.filter(pk=standing.about["area"]).values_list("level", flat=True).get()
    lead = standing.lead
    types = Unit.objects.filter(pk=lead.unit).values_list("unit_type", flat=True) if lead else []
    return area_level, next(iter(types), "")


def turns_of(rows: Sequence[Row]) -> tuple[Turn, ...]:
    """Every raising and handing down of a chain, those taken back left out."""
    void = {r.codes["corrected"]["step"] for r in rows if r.codes.get("corrected", {}).get("void")}
    found = []
    for row in rows:
        level, was = row.codes.get("level"), row.codes.get("level-from", "")
        if level in turns.ORDER and was in turns.ORDER and row.seq not in void:
            up = turns.ORDER.index(level) > turns.ORDER.index(was)
            found.append(Turn(row.seq, up, level, was, tuple(str(row.codes.get("level-rules", "")).split()), row.at))
    return tuple(found)


def _days(began: datetime, found: Sequence[Turn], start: str, at: datetime) -> dict[str, int]:
    """Days at each level, all stays added: going up and down begins nobody's count anew."""
    days: dict[str, int] = {}
    level, since = start, began
    for moment, after in [*((t.at, t.level) for t in found), (at, "")]:
        days[level] = days.get(level, 0) + (local_day(moment) - local_day(since)).days
        level, since = after, moment
    return days


def move(
    case: Case, to: str, *, by: Actor, at: datetime, reason: str, rules: Sequence[str] = (), lead: int | None = None,
    grade: str = "", new_facts: str = "", agreed: Sequence[str] = (), looks_on: bool = True, expected: int | None = None,
) -> Step:  # fmt: skip
    """Raise a matter to a higher level, or hand it down to a lower one.

    `rules`: ids of the rows it rests on, or `asked` where a party asked for it, which alone needs no reason. `lead`: the office
    that has the duty from now on; None leaves it. `grade`: where it is graded anew. `agreed`: keys of the parties who agree to
    its being handed down; all who ask and all who answer must. `new_facts`: needed to hand down what was raised again.
    `looks_on`: whether the office it is taken from keeps sight of it. Raises StepRefused; nothing is written then.
    """
    with scope("worker"):
        case = reading.locked(case.pk)
        definition = procedure(case.procedure, case.version)
        rows = history(case)
        standing = standing_of(case, rows)
        here = where(case, rows, standing, at=at)
        if expected is not None and expected != case.steps:
            again = Step.objects.filter(case=case, seq=expected + 1, by_id=by.person_id, codes__level=to).first()
            if again is not None:
                return again
            raise _no("newer", once.newer(case, definition, expected, turns.RAISED))
        if to not in turns.ORDER or to == here.level:
            raise _no("level", _("本件现在就在这一级，没有提级或下交。"))
        up = turns.ORDER.index(to) > turns.ORDER.index(here.level)
        role, unit = _who(case, by, up, here.level)
        _weigh(case, standing, here, up=up, to=to, rules=rules, reason=reason, at=at, last=rows[-1].at)
        parties = reading.parties(case)
        if not up:
            _weigh_down(case, standing, here, parties, to, agreed, new_facts)
        if lead is not None:
            _weigh_lead(parties, lead, at)
            if standing.lead is None:
                raise _no("fact", _("这件还没有交给单位，这里不能换承办单位。请先提级、下交，再由那一级的中心交办。"))
        facts: dict[str, Any] = {"agreed": list(agreed), "new-facts": new_facts.strip()}
        name = turns.RAISED if up else turns.HANDED_DOWN
        said = reason.strip() or _("当事人申请提级。")
        codes = {"level": to, "level-from": here.level, "level-rules": " ".join(rules)[:60]}
        own = definition.steps.get(turns.STEPS[name])
        if own is not None and standing.state in own.from_states and set(own.roles) & set(roles_on(by, case)):
            given = {**codes, **{k: v for k, v in facts.items() if v}, **({"grade": grade} if grade else {})}
            return take_step(case, own.name, by=by, at=at, facts=given, reason=said)
        row, _standing = append(
            case, open_row(case.key), rows=rows, name=name, from_state=case.state, to_state=case.state, by=by, by_role=role,
            unit=unit, at=at, recorded_at=at, reason=said, parties=parties, facts={k: v for k, v in facts.items() if v} or None,
            codes={k: v for k, v in codes.items() if v} | _passes(standing, lead, looks_on) | ({"regrade": grade} if grade else {}),
        )  # fmt: skip
        return row


def _no(rule: str, says: str) -> StepRefused:
    return StepRefused(Refusal("level", rule, says, ()))


def _who(case: Case, by: Actor, up: bool, level: str) -> tuple[str, int]:
    """In which role and at which office. To hand down takes somebody of the level where it lies, or of one above."""
    held = roles_on(by, case)
    if up:
        role = next((r for r in MAY_RAISE if r in held), "")
        if not role:
            raise _no("role", _("提级由经办这件事的人，或者中心的分派员、督办员来办。"))
        return role, held[role][0]
    for posting in by.held:
        if posting.role in MAY_HAND_DOWN and posting.role in held:
            above = posting.area_level if posting.area_level in turns.ORDER else "grid"
            if posting.area_id in ground.lineage(case.area_id) and turns.ORDER.index(above) >= turns.ORDER.index(level):
                return posting.role, posting.unit_id
    raise _no("role", _("下交由本件现在所在这一级中心的分派员或督办员来办。"))


def _weigh(
    case: Case, standing: Standing, here: Where, *, up: bool, to: str, rules: Sequence[str], reason: str, at: datetime,
    last: datetime,
) -> None:  # fmt: skip
    if case.stratum == Case.Stratum.VAULT:
        raise _no("sealed", _("检举控告不提级、不下交，由专管员办理。"))
    if not standing.is_open:
        raise _no("state", _("本件已经办结。有新情况请先重启。"))
    if standing.lead is not None and standing.lead.state == "answered":
        raise _no("state", _("承办单位已经答复，请先回访或发回重办，再提级、下交。"))
    if at < last:
        raise _no("state", _("时间早于上一步，请核对日期。"))
    if not reason.strip() and not (up and ASKED in rules):
        raise _no("reason", _("请写明为什么提级或下交，两级都会看到。"))
    if len(reason) > 4000:
        raise _no("reason", _("理由最多4000字，请写要点。"))


def _weigh_down(
    case: Case,
    standing: Standing,
    here: Where,
    parties: Sequence[Party],
    to: str,
    agreed: Sequence[str],
    new_facts: str,
) -> None:
    level = Area.objects.filter(pk=standing.about["area"]).values_list("level", flat=True).get()
    if turns.ORDER.index(to) < turns.ORDER.index(turns.floor_of(level)):
        raise _no("level", _("这件事的地点不在任何一个村里，不能交到那一级。请先更正地点。"))
    asking = remaining(list(parties), standing)
    other = [p.key for p in parties if p.role == Party.Role.RESPONDENT and p.unit_id is None]
    if set(asking + other) - set(agreed):
        raise _no("both-agree", _("当事人都同意才能下交。请先问过每一位，再记下。"))
    if here.lifted_back and not new_facts.strip():
        raise _no("new-facts", _("本件下交过，又提级上来；没有新的事实，不再下交。有新事实请写明。"))


def _weigh_lead(parties: Sequence[Party], lead: int, at: datetime) -> None:
    if not existing_units(local_day(at)).filter(pk=lead).exists():
        raise _no("fact", _("所选单位不存在，请重新选择。"))
    if ground.keepers_seat([lead]):
        raise _no("keeper", _("检举控告专管席不办理一般事项，请选择别的单位。"))
    if lead in excluded_units(list(parties)):
        raise _no("respondent-excluded", _("所选单位是被投诉单位或其下属，不能经手，请交其上一级或其他单位。"))


def _passes(standing: Standing, lead: int | None, looks_on: bool) -> dict[str, Any]:
    """The duty that goes to another office, and who keeps sight of the matter."""
    now = standing.lead
    if now is None or lead is None or lead == now.unit:
        return {}
    if any(duty.unit == lead for duty in standing.live()):
        raise _no("fact", _("所选单位已经在协办这件事，请先解除它的协办任务。"))
    return {"moved": {now.key: lead}} | ({"eyes": [now.unit]} if looks_on else {})
