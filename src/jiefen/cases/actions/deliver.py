"""A paper reached somebody: the built-in row `delivered`, from which windows run. Once for each paper and person."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases.actions import once
from jiefen.cases.actions.record import append, history
from jiefen.cases.actions.steps import StepRefused
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.proofs import NO_PROOF, Proof, unproved, windowed
from jiefen.cases.rules import Standing, answered_before, answers
from jiefen.cases.standing import standing_of
from jiefen.files.queries import held_by
from jiefen.kernel.clock import local
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.people.actor import Actor
from jiefen.procedures import definition as defs
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.engine import Refusal

DELIVERED = "delivered"


def not_issued(definition: defs.Procedure, standing: Standing, paper: str) -> str:
    """Why a paper cannot have reached anybody yet: it says an answer that no step has given since the case was last opened."""
    by = [
        s
        for s in definition.steps.values()
        if paper in s.needs and answers(s) and s.to and not definition.states[s.to].end
    ]
    if not by:
        return ""
    taken: dict[str, bool] = {}
    for happened in standing.history:
        step = definition.steps.get(happened.name)
        if step in by:
            taken[happened.name] = True
        elif step and step.reopens:
            taken.clear()
    return "" if taken else f"还没有“{by[0].label}”，文书不能送达。"


def not_theirs(definition: defs.Procedure, standing: Standing, paper: str, person: str) -> str:
    """Why a paper that says an answer is none to this person: it was given before they came in."""
    by = next((s for s in definition.steps.values() if paper in s.needs and answers(s)), None)
    if by is None or not answered_before(definition, standing.history, person):
        return ""
    return _(
        "这份文书作出时，这位反映人还没有参加进来，它没有答复他的诉求，不能当作给他的答复送达。"
        "请先“更正”撤回“%(step)s”这一步，把他的诉求也答复进去，再重新出具送达。"
    ) % {"step": by.label}


def deliver(
    case: Case, *, paper: str, person: str, way: str, by: Actor | None, role: str = "", unit: int | None = None,
    at: datetime, recorded_at: datetime | None = None, note: str = "", proof: Proof | None = None, expected: int | None = None,
) -> Step:  # fmt: skip
    """A paper reached one person (key of the party): the built-in step `delivered`, from which windows run.

    A kind of paper whose delivery moves a clock needs its `proof`. The very same delivery again (same moment, or for a
    `proof` that names the document: same person) is the row there is. `expected`: the number of rows the caller had seen;
    with more by now it is refused, unless this very request wrote the next one. Raises StepRefused; nothing is written, and
    no window runs.
    """
    from jiefen.cases.telling import refuse_telling  # which takes the other verbs from here

    def no(rule: str, says: str) -> StepRefused:
        return StepRefused(Refusal(DELIVERED, rule, says, ()))

    with scope("worker"):
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        definition = procedure(case.procedure, case.version)
        key = open_row(case.key)
        reached = Party.objects.filter(case=case, key=person).first()
        if reached is None:
            raise no("fact", "本件没有这位当事人。")
        refuse_telling(case, reached)
        codes: dict[str, Any] = {"paper": paper, "person": person, "way": way}
        if proof and proof.document:
            codes |= {"document": proof.document}
        facts = {"proof": asdict(proof)} if proof else {}
        rows = history(case)
        standing = standing_of(case, rows)
        sent: dict[str, Any] = {
            "name": DELIVERED, "by": by.person_id if by else None, "assignment": "", "reason": note, "codes": codes,
            "facts": facts,
        }  # fmt: skip
        for seq in _before(case, standing, codes, at):
            again = once.same_row(case, key, seq - 1, **sent)
            if again is not None:
                return again
            if proof and proof.document:
                raise no("newer", delivered_already(Step.objects.select_related("by").get(case=case, seq=seq)))
        if expected is not None and expected != case.steps:
            again = once.same_row(case, key, expected, **sent)
            if again is not None:
                return again
            raise no("newer", once.newer(case, definition, expected, DELIVERED))
        if says := not_issued(definition, standing, paper):
            raise no("state", says)
        if says := not_theirs(definition, standing, paper, person):
            raise no("joined-later", says)
        proved = proof is not None or paper in windowed(definition)
        says = unproved(way, proof) if proved else ""
        if not says and proof and proof.file and not held_by(f"case:{case.pk}").filter(pk=proof.file).exists():
            says = f"{NO_PROOF}凭证不是本件的附件，请重新上传。"
        if says:
            raise no("proof", says)
        row, _standing = append(
            case, key, rows=rows, name=DELIVERED, from_state=case.state, to_state=case.state, by=by, by_role=role,
            unit=unit, at=at, recorded_at=recorded_at or at, reason=note, codes=codes, facts=facts or None,
        )  # fmt: skip
        return row


def _before(case: Case, standing: Standing, codes: dict[str, Any], at: datetime) -> list[int]:
    """Numbers of the rows that tell of this delivery already; one that was taken back does not count."""
    live = {h.seq for h in standing.history if h.name == DELIVERED}
    if not live:
        return []
    told = Step.objects.filter(case=case, name=DELIVERED, codes__person=codes["person"], codes__paper=codes["paper"])
    rows = told.filter(codes__document=codes["document"]) if "document" in codes else told.filter(at=at)
    return [seq for seq in rows.order_by("seq").values_list("seq", flat=True) if seq in live]


def delivered_already(row: Step) -> str:
    """Who wrote down that a paper reached this person, and for when, as the sentence of a refusal."""
    words = {"who": row.by.name if row.by else _("当事人"), "when": f"{local(row.at):%Y-%m-%d %H:%M}"}
    return _("这份文书已经送达此人，不用再记：%(who)s记的，%(when)s送到。") % words
