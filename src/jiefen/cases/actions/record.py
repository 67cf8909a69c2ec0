"""Writing one row of the chain. Everything that happens to a case comes through `append`."""

from datetime import datetime
from functools import cache
from typing import Any

from jiefen.cases import reading
from jiefen.cases.chain import link
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.rules import Row, Standing
from jiefen.cases.standing import rows_of, standing_of, work_out, write
from jiefen.kernel import outbox
from jiefen.kernel.seal import Key
from jiefen.people.actor import Actor
from jiefen.people.queries import who_answers


def append(
    case: Case,
    key: Key,
    *,
    rows: list[Row],
    name: str,
    to_state: str,
    by: Actor | None,
    by_role: str = "",
    unit: int | None = None,
    at: datetime,
    recorded_at: datetime,
    codes: dict[str, Any] | None = None,
    reason: str = "",
    facts: dict[str, Any] | None = None,
    assignment: str = "",
    from_state: str = "",
    parties: list[Party] | None = None,
    tell: bool = True,
) -> tuple[Step, Standing]:
    """Add a row to the chain of a locked case, bring its caches in line, and put the row into the outbox.

    `rows` are the rows so far; the new one is added to them. Must run inside a transaction that holds the case's lock.
    """
    seq = case.steps + 1
    sealed_reason = key.seal(reason, field="step.reason") if reason else None
    sealed_facts = key.seal(facts, field="step.facts") if facts else None
    body: dict[str, Any] = {
        "seq": seq, "name": name, "assignment": assignment, "from_state": from_state, "to_state": to_state,
        "by_role": by_role, "at": at, "recorded_at": recorded_at, "codes": codes or {},
    }  # fmt: skip
    person = by.person_id if by else None
    prev = bytes(case.head) if case.head else b""
    digest = link(prev=prev, case=case.number, by=person, unit=unit, reason=sealed_reason, facts=sealed_facts, **body)
    step = Step(
        case=case, by_id=person, unit_id=unit, reason=sealed_reason, facts=sealed_facts,
        prev_hash=prev, hash=digest, **body,
    )  # fmt: skip
    reading.add(step)
    rows.append(Row(seq, name, assignment, to_state, person, by_role, unit, at, codes or {}))
    case.steps, case.head, case.changed_at = seq, digest, recorded_at
    standing = standing_of(case, rows)
    if parties is None:
        parties = reading.parties(case)
    # Who answers at a unit is asked once a step, however many duties it has; the chain's end is saved with the caches.
    caches = work_out(case, standing, parties, max(at, recorded_at), cache(who_answers))
    write(case, caches, also=("steps", "head", "changed_at"))
    if tell:
        outbox.tell([step.pk])
    return step, standing


def history(case: Case) -> list[Row]:
    """The rows so far, for whoever is about to add one."""
    return rows_of(case)
