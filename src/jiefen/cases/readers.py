"""The facts that a case itself can tell. Registered at start-up; shapes as in the procedures' README."""

from typing import Any

from jiefen.cases.facts import Moment, register
from jiefen.cases.models import Demand, Party
from jiefen.cases.rules import answers
from jiefen.cases.standing import deadlines_of
from jiefen.files.queries import evidence_of
from jiefen.kernel.seal import open_row
from jiefen.procedures.catalogue import procedure


def _parties(m: Moment) -> list[Party]:
    if "·parties" not in m.cache:
        m.cache["·parties"] = list(Party.objects.filter(case=m.case).order_by("pk"))
    return m.cache["·parties"]


def complained_of_units(m: Moment) -> list[int]:
    from jiefen.cases.standing import excluded_units

    return sorted(excluded_units(_parties(m)))


def acting_unit(m: Moment) -> list[int]:
    return [m.unit] if m.unit else []


def acting_person(m: Moment) -> dict[str, Any]:
    return {"person": m.by.person_id if m.by else None, "unit": m.unit}


def earlier_actors(m: Moment) -> list[dict[str, Any]]:
    """Everybody who took a step; `handled` says whether as the office with the duty (taking in and following up is not)."""
    definition = procedure(m.case.procedure, m.case.version)
    found: list[dict[str, Any]] = []
    units = {duty.unit for duty in m.standing.duties.values()}
    for person, at_units in m.standing.actors.items():
        for unit in at_units:
            found.append({"person": person, "unit": unit, "handled": unit in units, "seq": 0})
    for happened in m.standing.history:
        step = definition.steps.get(happened.name)
        if step is not None and answers(step):
            found.append({"person": None, "unit": None, "handled": False, "seq": happened.seq, "part": "answer"})
    return found


def demand_answers(m: Moment) -> list[dict[str, Any]]:
    key = open_row(m.case.key)
    return [
        {
            "demand": d.seq, "outcome": d.outcome,
            **{name: key.open(getattr(d, name), field=f"demand.{name}") or "" for name in ("result", "basis", "remedy")},
        }
        for d in Demand.objects.filter(case=m.case)
    ]  # fmt: skip


def clock_state(m: Moment) -> list[dict[str, Any]]:
    return [
        {
            "clock": d.clock, "key": d.key, "due_at": d.due_at, "at": m.at,
            "open": d.stopped_at is None and not d.lapsed,
        }
        for d in deadlines_of(m.case, m.standing)
        if not d.key or d.scope != "assignment" or (lead := m.standing.lead) is None or d.key == lead.key
    ]  # fmt: skip


def assignments(m: Moment) -> list[dict[str, Any]]:
    return [{"key": d.key, "unit": d.unit, "part": d.part, "state": d.state} for d in m.standing.duties.values()]


def complainants(m: Moment) -> list[dict[str, Any]]:
    return [{"key": p.key} for p in _parties(m) if p.role == Party.Role.COMPLAINANT]


def delivery(m: Moment) -> list[dict[str, Any]]:
    rows = [
        {"paper": h.paper, "to": person, "on": h.at}
        for h in m.standing.history
        if h.name == "delivered"
        for person in h.complainants
    ]
    return rows + list(m.given.get("delivery", ()))


def remit_unit(m: Moment) -> bool:
    """Whether the acting unit is the one that has the duty; what it says of its own remit stands in the step."""
    return bool(m.given.get("remit-unit", m.unit is not None and m.unit == m.case.lead_unit_id))


def extensions(m: Moment) -> list[dict[str, Any]]:
    """Extensions so far and the one asked for, with each clock's cap."""
    definition = procedure(m.case.procedure, m.case.version)
    earlier = [dict(e) for h in m.standing.history for e in h.facts.get("extensions", ())]
    found = []
    for row in [*({**e, "reason": "—"} for e in earlier), *m.given.get("extensions", ())]:
        clock = definition.clocks.get(row["clock"])
        ext = clock.extension if clock else None
        found.append(
            {
                **row,
                "approver": row.get("approver") or (ext.approver if ext else ""),
                "approver_allowed": ext is not None,
                "told": row.get("told", True),
                "most": ext.most if ext else 0,
            }
        )
    return found


def evidence(m: Moment) -> list[dict[str, Any]]:
    return [{"id": f.pk, "by_handler": f.by_handler} for f in evidence_of(f"case:{m.case.pk}")]


def register_all() -> None:
    """Called when the app is ready."""
    for name, reader in {
        "complained-of-units": complained_of_units,
        "acting-unit": acting_unit,
        "acting-person": acting_person,
        "earlier-actors": earlier_actors,
        "demand-answers": demand_answers,
        "clock-state": clock_state,
        "return-count": lambda m: m.standing.returns,
        "remit-disputed": lambda m: bool(m.given.get("remit-disputed")),
        "assignments": assignments,
        "complainants": complainants,
        "delivery": delivery,
        "served-on": lambda m: m.given.get("served-on"),
        "remit-unit": remit_unit,
        "recusal-declared": lambda m: bool(m.given.get("recusal-declared")),
        "objection-reasons": lambda m: m.given.get("objection-reasons", ""),
        "proper-unit": lambda m: m.given.get("proper-unit", ""),
        "routes-text": lambda m: m.given.get("routes-text", ""),
        "extensions": extensions,
        "evidence": evidence,
        "grade": lambda m: m.case.grade,
        "flags": lambda m: list(m.case.flags),
    }.items():
        register(name, reader)
