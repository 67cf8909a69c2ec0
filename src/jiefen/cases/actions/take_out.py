"""Taking somebody out of a case again who was put into it at triage, because what they brought is another matter.

A row `taken-out`, and nothing of the chain is changed: the row by which they came in, what was served on them here and what
they were asked is read as if it had not been, so that the standing is what it would be without them. They leave the case's
people; their receipt, their words and their clock are the intake's, which triage decides anew.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases import reading
from jiefen.cases.access import roles_on
from jiefen.cases.actions.record import append, history
from jiefen.cases.actions.steps import StepRefused
from jiefen.cases.models import Case, Party, Question, Step
from jiefen.cases.questions import TAKEN_BACK
from jiefen.cases.rules import BUILT_IN, Row, answers
from jiefen.cases.standing import standing_of
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.definition import Procedure
from jiefen.procedures.engine import Refusal

TAKEN_OUT = "taken-out"
TAKERS = ("dispatcher", "petition-officer", "supervisor", "clerk")
"""Who decides what comes in at a centre over the matter's area."""
FORGOTTEN = frozenset({"delivered", "asked", "question-answered", "question-withdrawn"})
"""Rows that speak of one person alone and are read as if they had not been, once that person is out."""


def brought_by(rows: Sequence[Row], party: str) -> Row | None:
    """The row by which somebody came into a case that was there already; None for who opened it, and for who is out."""
    gone = {row.codes["parts"] for row in rows if row.name == TAKEN_OUT}
    found = (r for r in rows[1:] if r.name == "opened" and party in r.codes.get("joined", ()) and r.seq not in gone)
    return next(found, None)


def stays(definition: Procedure, rows: Sequence[Row], party: str) -> str:
    """Why somebody cannot be taken out any more, as a sentence; empty where they can."""
    came = brought_by(rows, party)
    if came is None:
        return _("这件来件不是后来并进本件的，取不出来。")
    for row in rows:
        if row.seq <= came.seq:
            continue
        step, own = definition.steps.get(row.name), named(row.codes) == {party}
        if step is not None and answers(step):
            return _("并进来以后已经答复了他本人，不能当没有答复过。他不满意的，请走重办或重启。")
        if own and row.name == "left":
            return _("他已经撤回自己的诉求，不用再取出来。")
        if own and row.codes.get("opens"):
            return _("他已经由本件另外提出了复查复核等，那一件还要用本件，不能再取出来。")
        if own and row.name not in BUILT_IN:
            return _("本件已经为他办过“%(step)s”，不能当没有办过。") % {"step": step.label if step else row.name}
    return ""


def named(codes: Mapping[str, Any]) -> set[str]:
    """Whom a row speaks of, by their keys in the case."""
    one = [codes[word] for word in ("person", "of") if word in codes]
    return {*one, *codes.get("persons", ()), *codes.get("joined", ())}


def take_out(
    case: Case, party: str, *, by: Actor, at: datetime, reason: str, codes: Mapping[str, Any] | None = None,
    recorded_at: datetime | None = None,
) -> Step:  # fmt: skip
    """Take a person out of a case they were put into at triage: the built-in row `taken-out`. What they were still asked is
    taken back. `codes`: what the caller wants kept with the row. Raises StepRefused; nothing is half-done."""
    recorded_at = recorded_at or at

    def no(rule: str, says: str) -> StepRefused:
        return StepRefused(Refusal(TAKEN_OUT, rule, says, ()))

    with scope("worker"):
        case = reading.locked(case.pk)
        definition, rows = procedure(case.procedure, case.version), history(case)
        held = roles_on(by, case)
        role = next((r for r in TAKERS if r in held), "")
        if not role:
            raise no("role", _("取出来件由管得到本件的中心收件、分派、督办人员或信访部门办。"))
        if not case.is_open:
            raise no("ended", _("本件已经办结，不能再取出来件；他不满意的，请走重办或重启。"))
        if says := stays(definition, rows, party):
            raise no("state", says)
        if not reason.strip():
            raise no("reason", _("请写明为什么取出：哪里看出不是同一件事。"))
        if at < rows[-1].at:
            raise no("state", _("时间早于上一步，请核对日期。"))
        came = brought_by(rows, party)
        assert came is not None
        key = open_row(case.key)
        said: dict[str, Any] = {
            "from_state": case.state, "to_state": case.state, "by": by, "by_role": role, "unit": held[role][0], "at": at,
            "recorded_at": recorded_at, "reason": reason.strip(),
        }  # fmt: skip
        waiting = Question.objects.select_for_update(of=("self",)).filter(case=case, of=party, answered_at=None)
        for question in waiting.filter(withdrawn_at=None).order_by("seq"):
            append(case, key, rows=rows, name=TAKEN_BACK, codes={"question": question.seq, "of": party}, **said)
            question.withdrawn_at = at
            question.save(update_fields=["withdrawn_at"])
        void = [r.seq for r in rows if r.seq > came.seq and r.name in FORGOTTEN and named(r.codes) == {party}]
        left = [p for p in reading.parties(case) if p.key != party]
        row, _standing = append(
            case, key, rows=rows, name=TAKEN_OUT, parties=left,
            codes={"parts": came.seq, "void": void, "out": party, **(codes or {})}, **said,
        )  # fmt: skip
        Party.objects.filter(case=case, key=party).delete()
        return row


def has_joined_at_triage(case: Case) -> list[str]:
    """Keys of the people who came into the case after it was opened and are in it still. Call in a scope that sees it."""
    rows, left = history(case), standing_of(case).left
    return [p.key for p in reading.parties(case) if p.receipt and p.key not in left and brought_by(rows, p.key)]


__all__ = ["TAKEN_OUT", "TAKERS", "brought_by", "has_joined_at_triage", "stays", "take_out"]
