"""The facts that a case itself can tell. Registered at start-up; shapes as in the procedures' README."""

from typing import Any

from jiefen.cases import review
from jiefen.cases.access import roles_on
from jiefen.cases.facts import Moment, register
from jiefen.cases.models import Case, Demand, Party
from jiefen.cases.recorded import reader as recorded
from jiefen.cases.recorded import said
from jiefen.cases.rules import Standing, answered_before, answers
from jiefen.cases.same import final_decisions, same_matter_open
from jiefen.cases.standing import deadlines_of, excluded_units
from jiefen.files.queries import evidence_of
from jiefen.kernel.masking import mask_name
from jiefen.kernel.seal import Key, open_row
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import procedure, vocabulary
from jiefen.procedures.grounds import ground_of

FINDS = "grid-worker"


def _parties(m: Moment) -> list[Party]:
    if "·parties" not in m.cache:
        m.cache["·parties"] = list(Party.objects.filter(case=m.case).order_by("pk"))
    return m.cache["·parties"]


def _under_review(m: Moment) -> list[tuple[Case, Standing]]:
    """The cases that this one reviews, each with its standing; none where it reviews nothing."""
    if "·reviewed" not in m.cache:
        m.cache["·reviewed"] = review.who_handled(review.chain(m.case))
    return m.cache["·reviewed"]


def complained_of_units(m: Moment) -> list[int]:
    """The offices complained of; in a review also those whose handling is reviewed."""
    return sorted(excluded_units(_parties(m)) | review.handling_units(_under_review(m)))


def acting_unit(m: Moment) -> list[int]:
    return [m.unit] if m.unit else []


def acting_person(m: Moment) -> dict[str, Any]:
    return {"person": m.by.person_id if m.by else None, "unit": m.unit}


def earlier_actors(m: Moment) -> list[dict[str, Any]]:
    """Everybody who took a step; `handled` says whether as the office with the duty (taking in and following up is not).

    In a review, who handled is whoever handled what is reviewed, with their offices, and here the officer who looked into
    it: the opinion is another person's, of the same office.
    """
    under = _under_review(m)
    found: list[dict[str, Any]] = []
    units = {duty.unit for duty in m.standing.duties.values()}
    if under:
        looked = {act.person for act in m.standing.acts if act.role == review.REVIEWS}
        found += [
            {"person": person, "unit": None, "handled": person in looked, "seq": 0} for person in m.standing.actors
        ]
    for standing, own in [(m.standing, units)] if not under else [(s, _duty_units(s)) for _case, s in under]:
        for person, at_units in standing.actors.items():
            found += [{"person": person, "unit": unit, "handled": unit in own, "seq": 0} for unit in at_units]
    for act in m.standing.acts:
        if act.role == FINDS:  # who found it on the round, and perhaps settled it there, had a hand in it
            found.append({"person": act.person, "unit": None, "handled": True, "seq": act.seq})
        if act.part:
            found.append({"person": act.person, "unit": act.unit, "handled": False, "seq": act.seq, "part": act.part})
    return found


def _duty_units(standing: Standing) -> set[int]:
    return {duty.unit for duty in standing.duties.values()}


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
    """The clocks of the case and its people, and of one assignment: the one in question, else the lead's."""
    mine = m.assignment or (m.standing.lead.key if m.standing.lead else "")
    return [
        {
            "clock": d.clock, "key": d.key, "due_at": d.due_at, "at": m.at,
            "open": d.stopped_at is None and not d.lapsed,
        }
        for d in deadlines_of(m.case, m.standing)
        if not d.key or d.scope != "assignment" or not mine or d.key == mine
    ]  # fmt: skip


def assignments(m: Moment) -> list[dict[str, Any]]:
    rows = [{"key": d.key, "unit": d.unit, "part": d.part, "state": d.state} for d in m.standing.duties.values()]
    owing = [row for row in rows if row["part"] == "assist" and row["state"] not in ("answered", "released")]
    names = dict(Unit.objects.filter(pk__in={row["unit"] for row in owing}).values_list("pk", "name")) if owing else {}
    return [row | ({"name": names[row["unit"]]} if row in owing and row["unit"] in names else {}) for row in rows]


def _complainants(m: Moment) -> list[Party]:
    """Those who complain and have not taken it back."""
    return [p for p in _parties(m) if p.role == Party.Role.COMPLAINANT and p.key not in m.standing.left]


def complainants(m: Moment) -> list[dict[str, Any]]:
    """Those who complain, in their order, with the covered name by which a refusal says which of them is meant."""
    asked = _complainants(m)
    if len(asked) < 2:
        return [{"key": p.key, "says": ""} for p in asked]
    key = open_row(m.case.key)
    return [{"key": p.key, "says": _covered(p, key)} for p in asked]


def _covered(party: Party, key: Key) -> str:
    if party.identity == Party.Identity.ANONYMOUS:
        return ""
    return mask_name((key.open(party.sealed, field="party") or {}).get("name", ""))


def representatives(m: Moment) -> list[str]:
    """Keys of those who speak for all, by the newest row that names them, without whoever took back what they asked."""
    named = next((h.facts["representatives"] for h in reversed(m.standing.history) if h.name == "represented"), ())
    return [key for key in named if key not in m.standing.left]


def _must_reach(m: Moment) -> frozenset[str]:
    """The papers whose delivery to each person a step looks at: those it needs, or whose delivery stops the same clock."""
    clocks = procedure(m.case.procedure, m.case.version).clocks.values()
    papers = {*m.step.needs, *(p for c in clocks if m.step.name in c.stops.step for p in c.stops.notice)}
    return frozenset(papers & set(vocabulary().papers_to_each_complainant))


def delivery(m: Moment) -> list[dict[str, Any]]:
    """Deliveries proved by a row, since the answer they are of; of what the step brings only what was tried in vain.

    Of somebody who came in after that answer nothing counts: it answered nothing of theirs."""
    wanted = _must_reach(m)
    definition = procedure(m.case.procedure, m.case.version)
    steps = definition.steps
    late = {p.key for p in _complainants(m) if answered_before(definition, m.standing.history, p.key)}
    since = max(
        (h.seq for h in m.standing.history if (s := steps.get(h.name)) and (answers(s) or s.reopens)), default=0
    )
    rows = [
        {"paper": h.paper, "to": person, "on": h.at}
        for h in m.standing.history
        if h.name == "delivered" and h.seq > since and (not wanted or h.paper in wanted)
        for person in h.complainants
        if person not in late
    ]
    tried = ({k: row.get(k) for k in ("to", "tried", "why")} for row in m.given.get("delivery") or ())
    return rows + [row for row in tried if row["to"] and row["to"] not in late]


def served_on(m: Moment) -> Any:
    """The day of service; for a step that looks at a window, {on, window_open} of those who ask, best of them first."""
    if "review-window-open" not in m.step.guards and m.given.get("refusal-ground") is None:
        return m.given.get("served-on")
    found = review.windows(m.case, _complainants(m))
    if not found and (day := said(m, "reply-received-on")):
        found = [w for w in [review.window_said(m.case, day)] if w]
    best = max(found, key=lambda w: (w.open, w.on), default=None)
    return best.as_fact() if best else None


def refusal_ground(m: Moment) -> dict[str, Any]:
    """The ground chosen, with its article; `holds` False where the fact that it speaks of was not found."""
    code = m.given.get("refusal-ground")
    ground = ground_of(m.case.procedure, code) if isinstance(code, str) else None
    if ground is None:
        return {}
    holds = {
        "": lambda: True,
        "final-decisions": lambda: any(row["same_facts"] for row in final_decisions(m)),
        "same-matter-open": lambda: same_matter_open(m),
        "served-on": lambda: (served_on(m) or {}).get("window_open") is False and not said(m, "late-reason"),
    }[ground.holds]()
    return {"code": ground.code, "article": ground.article, "holds": holds}


def remit_unit(m: Moment) -> bool:
    """Whether the acting unit is the one that has the duty; what it says of its own remit stands in the step."""
    return bool(m.given.get("remit-unit", m.unit is not None and m.unit == m.case.lead_unit_id))


AGREED = frozenset({"both-parties", "three-agree", "court-president"})
"""Who approves outside our offices: a paper that the step needs proves it, not a posting."""


def _approves(m: Moment, approver: str) -> bool:
    """Whether the person acting holds the approver's role, at the unit where it counts."""
    held = {m.role} | (set(roles_on(m.by, m.case)) if m.by else set())
    return approver in AGREED or approver in held


def extensions(m: Moment) -> list[dict[str, Any]]:
    """Extensions so far and the one asked for, with each clock's cap and whether who acts may approve it."""
    definition = procedure(m.case.procedure, m.case.version)
    earlier = [dict(e) for h in m.standing.history for e in h.facts.get("extensions", ())]
    # For this kind of matter the law may allow another extension than usual, or none: the running clock knows.
    running = {d.clock: d.extension for d in deadlines_of(m.case, m.standing) if d.is_open}
    found = []
    for row in [*({**e, "reason": "—"} for e in earlier), *m.given.get("extensions", ())]:
        clock = definition.clocks.get(row["clock"])
        ext = running.get(row["clock"], clock.extension if clock else None)
        found.append(
            {
                **row,
                "approver": ext.approver if ext else "",
                "approver_allowed": ext is not None and _approves(m, ext.approver),
                "told": row.get("told", True),
                "most": ext.most if ext else 0,
            }
        )
    return found


def evidence(m: Moment) -> list[dict[str, Any]]:
    """What is filed here; of a joined matter also what was filed in the one that leads it: the same event is proved by it, and
    no copy of another person's papers is put into this matter."""
    found = list(evidence_of(f"case:{m.case.pk}"))
    if m.standing.joined_to is not None:
        found += evidence_of(f"case:{m.standing.joined_to}")
    return [{"id": f.pk, "by_handler": f.by_handler} for f in found]


def register_all() -> None:
    """Called when the app is ready."""
    from jiefen.cases.telling import both_present, telling_allowed

    for name, reader in {
        "complained-of-units": complained_of_units,
        "acting-unit": acting_unit,
        "acting-person": acting_person,
        "earlier-actors": earlier_actors,
        "demand-answers": demand_answers,
        "clock-state": clock_state,
        "return-count": lambda m: m.standing.returns,
        "ruling-stands": lambda m: m.standing.ruled,
        "remit-disputed": lambda m: bool(m.given.get("remit-disputed")),
        "assignments": assignments,
        "complainants": complainants,
        "delivery": delivery,
        "served-on": served_on,
        "late-reason": recorded("late-reason", nothing=""),
        "route-answers": recorded("route-answers", nothing=[]),
        "refusal-ground": refusal_ground,
        "final-decisions": final_decisions,
        "same-matter-open": same_matter_open,
        "remit-unit": remit_unit,
        "recusal-declared": lambda m: bool(m.given.get("recusal-declared")),
        "objection-reasons": lambda m: m.given.get("objection-reasons", ""),
        "proper-unit": lambda m: m.given.get("proper-unit", ""),
        "routes-text": recorded("routes-text", nothing=""),
        "extensions": extensions,
        "evidence": evidence,
        "grade": lambda m: m.case.grade,
        "flags": lambda m: [{"flag": flag, "reported": flag in m.standing.reported} for flag in m.case.flags],
        "representatives": representatives,
        "telling-allowed": telling_allowed,
        "both-present": both_present,
    }.items():
        register(name, reader)
