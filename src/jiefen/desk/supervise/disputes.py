"""Returns that wait for a word: what each office says, how often the matter came back, an earlier ruling, what may be done.

Read for all of them together, so that five disputes cost as many queries as one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases import ground
from jiefen.cases.access import roles_on, visible_cases
from jiefen.cases.actions.steps import numbers_in_force
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.rules import objects, rules_on
from jiefen.desk.chips import chip_for
from jiefen.desk.supervise.queries import disputed_states
from jiefen.kernel.seal import Key, Sealed, open_row
from jiefen.oversight.models import Precedent
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.people.queries import existing_units
from jiefen.procedures.catalogue import procedure, procedures
from jiefen.procedures.clocks import Chip
from jiefen.procedures.definition import Step as Defined
from jiefen.procedures.engine import Refusal, weigh

SHOWN = 6
MOST_PRECEDENTS = 40
_HANDS_ON = frozenset({"dispatch", "redispatch", "reject-return", "transfer", "keep-assignment"})


@dataclass(frozen=True, slots=True)
class Voice:
    """What one office said, when, as which step."""

    unit: str
    words: str
    at: datetime
    step: str


@dataclass(frozen=True, slots=True)
class Move:
    """A step that the case page takes; `refusal` says which rule is in the way. `units`: whom it could be given to."""

    step: Defined
    url: str
    refusal: Refusal | None
    units: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """One matter that was given back."""

    case: Case
    title: str
    chip: Chip | None
    voices: tuple[Voice, ...]
    precedent: tuple[str, str, str] | None  # url, number, what was ruled
    moves: tuple[Move, ...]


def _opened(case: Case) -> Key | None:
    try:
        return open_row(case.key)
    except Sealed:
        return None


def disputes(actor: Actor, at: datetime, *, size: int = SHOWN) -> list[Dispute]:
    """The disputed returns, those due first at the top. Six queries, however many there are."""
    rows = visible_cases(actor).filter(is_open=True, state__in=disputed_states()).order_by("next_due_at", "pk")
    cases = list(rows.select_related("key", "area", "lead_unit", "centre")[:size])
    if not cases:
        return []
    ids = [case.pk for case in cases]
    returning = {s.name for p in procedures().values() for s in p.steps.values() if objects(s)}
    ruling = {s.name for p in procedures().values() for s in p.steps.values() if rules_on(s)}
    reopening = {s.name for p in procedures().values() for s in p.steps.values() if s.reopens}
    said: dict[int, list[Step]] = {}
    for row in (
        Step.objects.filter(case_id__in=ids, name__in=returning | _HANDS_ON | ruling | reopening)
        .select_related("unit")
        .order_by("case_id", "-seq")
    ):
        said.setdefault(row.case_id, []).append(row)
    accused: dict[int, set[int]] = {}
    for case_id, unit in Party.objects.filter(case_id__in=ids, role="respondent", unit__isnull=False).values_list(
        "case_id", "unit_id"
    ):
        accused.setdefault(case_id, set()).add(unit)
    earlier = _precedents(cases)
    names = {unit.name: unit for unit in existing_units(at.date())} if said else {}
    out = []
    for case in cases:
        key = _opened(case)
        steps = said.get(case.pk, [])
        back = next((row for row in steps if row.name in returning), None)
        given = next((row for row in steps if row.name in _HANDS_ON), None)
        proper = names.get(_fact(key, back, "proper-unit"))
        last = next((row.name for row in steps if row.name in ruling | reopening), "")
        out.append(
            Dispute(
                case=case, title=key.open(case.title, field="case.title") if key else _("内容打不开"), chip=chip_for(case, at),
                voices=tuple(_voice(key, row, case) for row in (back, given) if row is not None),
                precedent=earlier.get(case.kind), moves=_moves(actor, case, accused.get(case.pk, set()), proper, last in ruling),
            )
        )  # fmt: skip
    return out


def _fact(key: Key | None, row: Step | None, name: str) -> str:
    if key is None or row is None or row.facts is None:
        return ""
    facts = key.open(row.facts, field="step.facts") or {}
    return str(facts.get(name, ""))


def _voice(key: Key | None, row: Step, case: Case) -> Voice:
    reason = (key.open(row.reason, field="step.reason") or "") if key and row.reason else ""
    because, proper = _fact(key, row, "objection-reasons"), _fact(key, row, "proper-unit")
    parts = [part for part in (because, reason if reason != because else "") if part]
    if proper:
        parts.append(_("应由%(unit)s办") % {"unit": proper})
    label = procedure(case.procedure, case.version).steps[row.name].label
    words = "。".join(part.rstrip("。") for part in parts) + "。" if parts else _("没有写理由。")
    return Voice(row.unit.name if row.unit else "", words, row.at, label)


def _precedents(cases: Iterable[Case]) -> dict[str, tuple[str, str, str]]:
    """By kind, the newest precedent that still holds, with the page where all of the kind stand. One query."""
    rows = Precedent.objects.filter(kind__in={case.kind for case in cases}, retired_at=None).select_related("unit")
    found: dict[str, tuple[str, str, str]] = {}
    for row in rows.order_by("-ruled_at", "-pk")[:MOST_PRECEDENTS]:
        ruled = _("裁定%(unit)s主办。%(words)s") % {"unit": row.unit.name, "words": row.words}
        found.setdefault(row.kind, (f"/rulings/?kind={row.kind}#h-pre", row.number, ruled))
    return found


def _moves(actor: Actor, case: Case, accused: set[int], proper: Unit | None, ruled: bool) -> tuple[Move, ...]:
    """The steps on the case that this person's roles may take here, each with the engine's own word on it. `ruled`: who
    must act was ruled on since the matter was last opened."""
    definition = procedure(case.procedure, case.version)
    held = roles_on(actor, case)
    excluded = sorted(ground.with_below(accused)) if accused else []
    found = []
    for step in definition.steps.values():
        role = next((r for r in step.roles if r in held), "")
        if step.on != "case" or case.state not in step.from_states or not role or step.to in (None, *disputed_states()):
            continue
        facts: dict[str, Any] = {
            "complained-of-units": excluded, "acting-unit": [held[role][0]], "return-count": case.returns, "remit-disputed": False,
            "ruling-stands": ruled,
            "acting-person": {"person": actor.person_id, "unit": held[role][0]},
        }  # fmt: skip
        refusal = weigh(
            step,
            state=case.state,
            roles=frozenset(held),
            facts=facts,
            papers=frozenset(),
            settings=numbers_in_force(case.opened_at),
        )
        units = []
        if "lead-unit" in step.facts:
            units = [(u.pk, u.name) for u in (case.lead_unit, proper) if u is not None and u.pk not in excluded]
        found.append(Move(step, f"/cases/{case.slug}/steps/{step.name}/", refusal, tuple(dict.fromkeys(units))))
    return tuple(found)
