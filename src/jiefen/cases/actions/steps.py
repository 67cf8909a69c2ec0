"""Taking a step: lock the case, read the facts, ask the engine, write the row and its caches in one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jiefen.cases import facts as fact_readers
from jiefen.cases import reading, turns
from jiefen.cases.access import roles_on
from jiefen.cases.actions import once
from jiefen.cases.actions.given import badly_given
from jiefen.cases.actions.named import named_wrongly, naming
from jiefen.cases.actions.opening import CLOCKED, assigned
from jiefen.cases.actions.record import append, history
from jiefen.cases.models import Assignment, Case, Party, Step
from jiefen.cases.rules import UNIT_ROLES, Standing
from jiefen.cases.standing import standing_of
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.procedures import definition as defs
from jiefen.procedures.catalogue import procedure, settings_in_force, vocabulary
from jiefen.procedures.engine import Refusal, weigh

PLAIN = frozenset({"ask-type", "urgent", "grade", "adoption", "call-result", "outcome", "refusal-ground", *CLOCKED})
"""Facts that name nobody and that clocks or statistics read: they stand in `codes`, everything else is sealed."""


PARTY_ROLES = {"complainant": "applicant", "respondent": "respondent"}


class StepRefused(Exception):
    """The step may not be taken. `refusal` says which rule; nothing was written."""

    def __init__(self, refusal: Refusal):
        super().__init__(refusal.says)
        self.refusal = refusal


def moment_for(
    case: Case, standing: Standing, step: defs.Step, *, by: Actor | None, role: str, unit: int | None, at: datetime,
    given: Mapping[str, Any] | None = None, cache: dict[str, Any] | None = None, assignment: str = "",
) -> fact_readers.Moment:  # fmt: skip
    """The moment that fact readers see. Give one `cache` to weigh many steps of one case with few queries."""
    return fact_readers.Moment(
        case=case, standing=standing, step=step, by=by, unit=unit, role=role, at=at, given=given or {},
        cache={} if cache is None else cache, assignment=assignment,
    )  # fmt: skip


def weigh_step(moment: fact_readers.Moment, *, roles: frozenset[str], papers: frozenset[str]) -> Refusal | None:
    """Ask the engine about one step with the facts its guards read."""
    words = vocabulary()
    wanted = {fact for guard in moment.step.guards for fact in words.guards[guard]["facts"]}
    if "·settings" not in moment.cache:
        moment.cache["·settings"] = numbers_in_force(moment.case.opened_at)
    return weigh(
        moment.step,
        state=moment.standing.state,
        roles=roles,
        facts=fact_readers.read(sorted(wanted), moment),
        papers=papers,
        settings=moment.cache["·settings"],
    )


def numbers_in_force(at: datetime) -> dict[str, int]:
    """The settings that guards take, as plain numbers."""
    return {key: s.value if hasattr(s, "value") else s for key, s in settings_in_force(at).items()}


def papers_on_file(moment: fact_readers.Moment) -> frozenset[str]:
    """Names of the papers on file; `papers` registers the reader."""
    return frozenset(fact_readers.read(["papers-kinds"], moment).get("papers-kinds", ()))


def take_step(
    case: Case,
    name: str,
    *,
    by: Actor | None,
    at: datetime,
    recorded_at: datetime | None = None,
    facts: Mapping[str, Any] | None = None,
    reason: str = "",
    assignment: str = "",
    inside: str = "",
    for_party: str = "",
    expected: int | None = None,
    tell: bool = True,
    along: int = 0,
) -> Step:
    """Take a step in a case.

    `facts` are what the step records (lead-unit, helper-units, objection-reasons, extensions …) in the shapes of the
    procedures' README; what guards judge by is read from the records, never handed in. `assignment` is the key of the
    unit's own assignment for the steps that are taken on one. `inside` names the role of one of our own processes (an
    import of what happened elsewhere); otherwise the role comes from the actor's postings. `for_party` is the key of the
    person whose own step it is (a withdrawal, an answer): taken by their code where `by` is None, else written down for
    them by whoever heard it. `expected` is the number of rows the caller had seen: with more by now the step is refused,
    unless this very request wrote the next one; then that row is the answer and nothing new is written. `along` is the
    number of the row of the matter that leads this one, where the step is taken in both. Raises
    StepRefused (nothing written) and Case.DoesNotExist.
    """
    recorded_at = recorded_at or at
    given = {} if facts is None else facts
    if wrong := badly_given(given, plain=PLAIN, reason=reason, assignment=assignment, at=at, recorded_at=recorded_at):
        raise StepRefused(Refusal(str(name)[:40], "fact", wrong, ()))
    with scope("worker"):
        case = reading.locked(case.pk)
        definition = procedure(case.procedure, case.version)
        step = definition.steps.get(str(name))
        if step is None:
            raise StepRefused(Refusal(name, "state", f"“{definition.label}”里没有这一步。", ()))
        rows = history(case)
        standing = standing_of(case, rows)
        role, unit, roles = _who(case, step, by, assignment, inside, for_party)
        moment = moment_for(
            case, standing, step, by=by, role=role, unit=unit, at=at, given=given, assignment=assignment
        )
        if expected is not None and expected != case.steps:
            codes = _codes(standing_of(case, rows[:expected]), step, given) | ({"for": for_party} if for_party else {})
            again = once.same_row(
                case, open_row(case.key), expected, name=step.name, by=by.person_id if by else None, assignment=assignment,
                reason=reason.strip(), codes=codes, facts=_sealed(step, given, moment),
            )  # fmt: skip
            if again is not None:
                return again
            if roles & set(step.roles):
                raise StepRefused(Refusal(name, "newer", once.newer(case, definition, expected, step.name), ()))
        if rows and at < rows[-1].at and not inside:
            raise StepRefused(Refusal(name, "state", "时间早于上一步，请核对日期。", ()))
        if step.reason_required and not reason.strip():
            raise StepRefused(Refusal(name, "reason", f"“{step.label}”须写明理由。", step.basis))
        refusal = weigh_step(moment, roles=roles, papers=papers_on_file(moment) if step.needs else frozenset())
        if refusal is None:
            refusal = _check_given(case, standing, step, given, assignment, unit, at)
        if refusal is not None:
            raise StepRefused(refusal)
        key = open_row(case.key)
        row, _ = append(
            case, key, rows=rows, name=name, from_state=standing.state, to_state=step.to or standing.state, by=by,
            by_role=role, unit=unit, at=at, recorded_at=recorded_at, reason=reason.strip(), assignment=assignment,
            codes=_codes(standing, step, given) | ({"for": for_party} if for_party else {}) | ({"along": along} if along else {}), facts=_sealed(step, given, moment), tell=tell,
        )  # fmt: skip
        return row


WRITE_DOWN = frozenset({"clerk", "petition-officer", "hotline-agent", "mediator", "review-officer", "handler"})
"""Who may write down what a party decided in their presence or on the phone."""


def _who(
    case: Case, step: defs.Step, by: Actor | None, assignment: str, inside: str, for_party: str
) -> tuple[str, int | None, frozenset[str]]:
    """The role the step is taken in, the unit it is taken at, and all roles the actor has in this case."""
    if for_party:
        party = Party.objects.filter(case=case, key=for_party).first()
        held = roles_on(by, case) if by else {}
        heard = next((r for r in held if r in WRITE_DOWN), "")
        gone = party is not None and Step.objects.filter(case=case, name="left", codes__person=party.key).exists()
        if party is None or gone or party.role not in PARTY_ROLES or (by is not None and not heard):
            return "", None, frozenset()
        role = PARTY_ROLES[party.role]
        return role, held[heard][0] if heard else None, frozenset({role})
    if inside:
        unit = case.lead_unit_id if inside in UNIT_ROLES else case.centre_id
        return inside, unit, frozenset({inside})
    if by is None:
        return "applicant", None, frozenset({"applicant"})
    row = Assignment.objects.filter(case=case, key=assignment).first() if assignment else None
    held = roles_on(by, case, row)
    role = next((r for r in step.roles if r in held), "")
    return role, held[role][0] if role else None, frozenset(held)


def remaining(parties: list[Party], standing: Standing) -> list[str]:
    """Keys of those who complain and have not taken it back."""
    return [p.key for p in parties if p.role == Party.Role.COMPLAINANT and p.key not in standing.left]


def _check_given(
    case: Case,
    standing: Standing,
    step: defs.Step,
    given: Mapping[str, Any],
    assignment: str,
    unit: int | None,
    at: datetime,
) -> Refusal | None:
    """What a step records must be there and must exist: an office to hand it to, an assignment of this case."""

    def no(rule: str, says: str) -> Refusal:
        return Refusal(step.name, rule, says, step.basis)

    if "lead-unit" in step.facts and step.on == "case":
        lead = given.get("lead-unit")
        if not lead:
            return no("fact", "请写明主办单位。")
        units = [lead, *given.get("helper-units", ())]
        if Unit.objects.filter(pk__in=units).count() != len(set(units)):
            return no("fact", "所选单位不存在，请重新选择。")
        from jiefen.cases.standing import excluded_units

        if excluded_units(list(case.parties.all())) & set(units):
            return no("respondent-excluded", "所选单位是被投诉单位或其下属，不能经手，请交其上一级或其他单位。")
    if "free-withdrawal" in step.guards and len(remaining(list(case.parties.all()), standing)) > 1:
        return no("others-remain", "还有其他反映人没有撤回，这件事要为他们继续办。请只登记这一位撤回自己的诉求。")
    if step.on == "assignment":
        duty = standing.duties.get(assignment)
        if duty is None or not duty.is_live:
            return no("state", "这项任务不在本件里，或已解除。")
    if says := named_wrongly(case, standing, step, given, unit, at):
        return no("fact", says)
    if "extensions" in step.facts and not given.get("extensions"):
        return no("fact", "请写明延长哪个时限、几日。")
    return None


def _codes(standing: Standing, step: defs.Step, given: Mapping[str, Any]) -> dict[str, Any]:
    codes: dict[str, Any] = {name: given[name] for name in PLAIN if name in given and given[name] not in (None, "")}
    if "lead-unit" in step.facts and step.on == "case" and given.get("lead-unit"):
        codes["assign"] = assigned(len(standing.duties), given["lead-unit"], given.get("helper-units", ()))
    if step.name in turns.STEPS.values() and given.get("level") in turns.ORDER:
        codes |= {name: str(given[name])[:60] for name in ("level", "level-from", "level-rules") if given.get(name)}
    if given.get("extensions"):
        codes["extensions"] = [
            {"clock": e["clock"], "days": e["days"], "approver": e.get("approver", "")} for e in given["extensions"]
        ]
    return naming(codes, standing, step, given)


def _sealed(step: defs.Step, given: Mapping[str, Any], moment: fact_readers.Moment) -> dict[str, Any]:
    """What is sealed with the row: whatever was given that is not plain, and the answers as they stood."""
    facts = {k: v for k, v in given.items() if k not in PLAIN and k not in ("lead-unit", "helper-units")}
    if "demand-answers" in step.facts:
        facts["demand-answers"] = fact_readers.read(["demand-answers"], moment).get("demand-answers", [])
    return facts
