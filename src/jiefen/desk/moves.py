"""What this person may do now in a case: each step weighed by the same function that will refuse or take it."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from jiefen.cases.access import roles_on
from jiefen.cases.actions.steps import PARTY_ROLES, WRITE_DOWN, moment_for, papers_on_file, weigh_step
from jiefen.cases.models import Assignment, Case, Party
from jiefen.cases.rules import Standing
from jiefen.desk.step_fields import MAKERS
from jiefen.desk.step_forms import DECLARES, WORDS
from jiefen.kernel.scope import scope
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure, vocabulary
from jiefen.procedures.definition import Step

ASKED = frozenset(MAKERS) | frozenset(WORDS) | {"proper-unit", "recusal-declared", "extensions"}
"""Facts that a step's form asks for: whether they stand is known when it is sent."""
_OF_THE_STEP = ("acting-unit", "delivery", "remit-unit", "served-on")


@dataclass(frozen=True, slots=True)
class Move:
    """A step as the page offers it: open, or refused with the rule. `party` names whose own step would be written down."""

    step: Step
    url: str
    refusal: Any = None
    assignment: str = ""
    party: str = ""


@dataclass(frozen=True, slots=True)
class _Holder:
    """On what a step would be taken: the case, an assignment, or for a party; and the roles one has for it."""

    roles: dict[str, Any]
    query: str = ""
    assignment: str = ""
    party: str = ""


def moves_of(
    case: Case, standing: Standing, actor: Actor, at: datetime, assignments: list[Assignment], parties: list[Party],
    known: dict[str, Any],
) -> tuple[list[Move], list[Move], dict[str, Any]]:  # fmt: skip
    """Steps that are open to this person, those that are refused, and the roles they have in the case.

    `known`: facts that the page has read already, so that no reader reads them again.
    """
    # A reviewer's doors do not open the case under review, but the rules look there, as the verb will.
    with scope("worker") if case.arose_from_id or looks_beyond(case.procedure, case.version) else nullcontext():
        return _weighed(case, standing, actor, at, assignments, parties, known)


BEYOND = frozenset({"final-decisions", "same-matter-open"})
"""Facts that are read from other cases than the one at hand."""


@lru_cache(maxsize=100)
def looks_beyond(name: str, version: int) -> bool:
    """Whether any step of a procedure is judged by other cases."""
    guards = vocabulary().guards
    steps = procedure(name, version).steps.values()
    return any(BEYOND & set(guards[g]["facts"]) for step in steps for g in step.guards)


def _weighed(
    case: Case, standing: Standing, actor: Actor, at: datetime, assignments: list[Assignment], parties: list[Party],
    known: dict[str, Any],
) -> tuple[list[Move], list[Move], dict[str, Any]]:  # fmt: skip
    definition = procedure(case.procedure, case.version)
    on_case = roles_on(actor, case)
    papers: frozenset[str] | None = None
    may: list[Move] = []
    no: list[Move] = []
    for step in definition.steps.values():
        if standing.state not in step.from_states:
            continue
        asks = painted(step.name, case.procedure, case.version)
        for holder in _holders(case, standing, step, actor, on_case, assignments, parties):
            role = next((r for r in step.roles if r in holder.roles), None)
            if role is None:
                continue
            moment = moment_for(
                case, standing, asks, by=actor, role=role, unit=holder.roles[role][0], at=at, cache=_fresh(known),
                assignment=holder.assignment,
            )  # fmt: skip
            if step.needs and papers is None:
                papers = papers_on_file(moment)
            refusal = weigh_step(moment, roles=frozenset(holder.roles), papers=papers or frozenset())
            url = f"/cases/{case.slug}/steps/{step.name}/{holder.query}"
            (no if refusal else may).append(Move(step, url, refusal, holder.assignment, holder.party))
    may.sort(key=lambda m: (bool(m.party), m.step.to is None))
    return may, no, on_case


@lru_cache(maxsize=1000)
def painted(name: str, procedure_name: str, version: int) -> Step:
    """A step with the guards that can be judged before its form is filled: a button is not refused for an empty box.

    Guards that read only what the form asks for wait for the form; those that read anything else are asked now.
    """
    step = procedure(procedure_name, version).steps[name]
    guards = vocabulary().guards
    waits = {
        fact for fact in ASKED if fact in step.facts or fact in ("recusal-declared", "objection-reasons", "proper-unit")
    }
    if DECLARES & set(step.guards):
        waits.add("recusal-declared")
    kept = tuple(g for g in step.guards if not (guards[g]["facts"] and set(guards[g]["facts"]) <= waits))
    return step if kept == step.guards else replace(step, guards=kept)


def _holders(
    case: Case, standing: Standing, step: Step, actor: Actor, on_case: dict[str, Any], assignments: list[Assignment],
    parties: list[Party],
) -> Iterator[_Holder]:  # fmt: skip
    if step.on == "assignment":
        for a in assignments:
            if a.part == "assist" and a.state != "released" and _fits(step, a.state):
                yield _Holder(roles_on(actor, case, a), f"?a={a.key}", assignment=a.key)
        return
    yield _Holder(on_case)
    heard = next((r for r in on_case if r in WRITE_DOWN), None)
    if heard is None or not set(step.roles) & set(PARTY_ROLES.values()):
        return
    for party in parties:
        role = PARTY_ROLES.get(party.role)
        if role in step.roles and party.key not in standing.left:
            yield _Holder({role: on_case[heard]}, f"?p={party.key}", party=party.key)


def _fresh(known: dict[str, Any]) -> dict[str, Any]:
    """The same facts for every step, but for those that depend on who takes it or what it brings."""
    for name in _OF_THE_STEP:
        known.pop(name, None)
    return known


def _fits(step: Step, state: str) -> bool:
    return {
        "sign-assignment": state == "open",
        "answer-assignment": state in ("open", "signed"),
        "object-assignment": state in ("open", "signed"),
        "keep-assignment": state == "objected",
        "release-assignment": state != "answered",
    }.get(step.name, True)
