"""Taking an intake out of a case again that somebody had put it into: it becomes a case of its own, or waits on the bench.

The undoing of `actions.decide` with «join». The receipt, the words and the day it came in are the intake's and stay; its clock
runs from that day whatever becomes of it, and who brought it is asked about their own answer. What came meanwhile (files,
answers to questions) goes along or stays, as the person says who takes it out.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases import ground, reading
from jiefen.cases.actions import StepRefused
from jiefen.cases.actions.record import history
from jiefen.cases.actions.take_out import TAKEN_OUT, brought_by, take_out
from jiefen.cases.models import Case, Party, Question
from jiefen.cases.standing import standing_of
from jiefen.files.actions import move, name_of, store
from jiefen.files.queries import held_by
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local
from jiefen.kernel.models import SealKey
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.mediation.models import Consent
from jiefen.people.actor import RECEIPT, Actor, door
from jiefen.triage.actions import BadDecision, Decision, decide
from jiefen.triage.doors import follow
from jiefen.triage.finding import index
from jiefen.triage.models import TriageDecision


@dataclass(frozen=True, slots=True)
class Came:
    """Something that came into the case since: `file-7` or `answer-2`, in words, when, and whether the person of the intake
    said it themselves (then it is theirs and goes along unless somebody says otherwise)."""

    key: str
    says: str
    at: datetime
    own: bool


def _here(intake: Intake) -> tuple[TriageDecision, Case, Party] | None:
    decision = TriageDecision.objects.select_related("case").filter(intake=intake, action="join").first()
    case = decision.case if decision else None
    party = Party.objects.filter(case=case, receipt=intake.pk).first() if case else None
    return (decision, case, party) if decision and case and party else None


def case_holding(intake: Intake) -> Case | None:
    """The case an intake was put into, where it lies in it still. Call in a scope that sees it."""
    found = _here(intake)
    return found[1] if found else None


def meanwhile(intake: Intake) -> list[Came]:
    """What came into the case since the intake was put into it, oldest first. Call in a scope that sees the case."""
    found = _here(intake)
    if found is None:
        return []
    decision, case, party = found
    rows = [
        Came(f"file-{f.pk}", name_of(f), f.received_at, False)
        for f in held_by(f"case:{case.pk}").filter(received_at__gte=decision.recorded_at, purpose="evidence")
    ]
    key = open_row(reading.locked(case.pk).key)
    for asked in Question.objects.filter(case=case, of=party.key).exclude(answered_at=None).order_by("seq"):
        said = (key.open(asked.answer, field="question.answer") or {}).get("words", "")
        mine = {f"file-{pk}" for pk in asked.files}
        rows = [Came(one.key, one.says, one.at, True) if one.key in mine else one for one in rows]
        if said:
            rows.append(Came(f"answer-{asked.seq}", said, asked.answered_at or decision.at, True))
    return sorted(rows, key=lambda one: one.at)


def take_intake_out(
    intake: Intake, *, by: Actor, at: datetime, reason: str, alone: Decision | None = None, goes: Collection[str] = (),
    recorded_at: datetime | None = None,
) -> Intake:  # fmt: skip
    """Take an intake out of the case it was put into. `alone`: the decision that makes it a case of its own; None puts it back
    on the bench, to be decided anew. `goes`: keys of `meanwhile` that belong to it. Raises BadDecision; nothing is half-done.
    """
    recorded_at = recorded_at or at
    with transaction.atomic(), scope("worker"):
        row = Intake.objects.select_for_update(of=("self",)).select_related("key", "area").get(pk=intake.pk)
        found = _here(row)
        if found is None or not by.keys & set(row.doors):
            raise BadDecision(_("这件来件没有并在别的事项里，不用取出。"))
        decision, case, party = found
        if case.stratum == Case.Stratum.VAULT or row.stratum == Case.Stratum.VAULT:
            raise BadDecision(_("检举控告由专管员保管，不从这里取出。"))
        if Consent.objects.filter(case=case, party=party.key, withdrawn_at=None, refused=False).exists():
            raise BadDecision(_("他已在本件里表示同意，请先由本人撤回同意，再取出来件。"))
        handed = _handed_over(case, alone) if alone else None
        since = max(decision.at, handed) if handed else at
        sent = {one.key for one in meanwhile(row)}
        if not set(goes) <= sent:
            raise BadDecision(_("所选的附件或回答不在这段时间里，请重新选择。"))
        said = {"intake": row.pk, "alone": alone is not None, "decided": decision.pk, "decided-by": decision.by_id}
        try:
            take_out(case, party.key, by=by, at=at, reason=reason, codes=said, recorded_at=recorded_at)
        except StepRefused as no:
            raise BadDecision(str(no)) from no
        _hand_over(row, case, goes)
        TriageDecision.objects.filter(pk=decision.pk).update(
            case=None
        )  # so that its figures are counted anew, and then
        decision.delete()  # it is no decision any more: the row of the chain says who had made it
        SealKey.objects.filter(pk=row.key_id).update(parent=None)
        row.state, row.apart_at = Intake.State.WAITING, at
        row.doors = sorted({door(RECEIPT, row.pk)} | {ground.door_of("unit", u.pk) for u in ground.centres_over(row.area_id, at)} | _taker(row))  # fmt: skip
        row.save(update_fields=["state", "doors", "apart_at"])
        follow([case.pk])
        index.write_cases([case.pk])  # its words find it at once, and the case no more
        if alone is None:
            index.write_intakes([row.pk])
        else:
            decide(row, alone, by=by, at=since, recorded_at=recorded_at)
        row.refresh_from_db()
        return row


def _handed_over(case: Case, alone: Decision) -> datetime | None:
    """Since when the office that is to have it alone had it with the case: its clock runs from there and not anew."""
    duty = standing_of(case).lead
    return duty.dispatched_at if duty is not None and duty.unit == alone.unit else None


def _taker(row: Intake) -> set[int]:
    return {ground.door_of("person", row.taken_by_id)} if row.taken_by_id else set()


def _hand_over(row: Intake, case: Case, goes: Collection[str]) -> None:
    """What belongs to the intake is sealed anew with its own key; an answer in words becomes a text of its own."""
    key = open_row(reading.locked(case.pk).key)
    for file in held_by(f"case:{case.pk}").filter(pk__in=[int(k[5:]) for k in goes if k.startswith("file-")]):
        move(file, holder=f"intake:{row.pk}", key_id=row.key_id)
    for asked in Question.objects.filter(case=case, seq__in=[int(k[7:]) for k in goes if k.startswith("answer-")]):
        text: dict[str, Any] = key.open(asked.words, field="question.words") or {}
        told: dict[str, Any] = key.open(asked.answer, field="question.answer") or {}
        given = asked.answered_at or asked.asked_at
        words = _("问：%(asked)s\n答：%(told)s\n") % {"asked": text.get("text", ""), "told": told.get("words", "")}
        store(
            words.encode(), f"{local(given):%Y%m%d}补充说明.txt", holder=f"intake:{row.pk}", key_id=row.key_id,
            given_by="resident" if asked.way == Question.Way.CODE else f"staff:{asked.written_by_id}", at=given,
        )  # fmt: skip


def may_take_out(case: Case, party: str) -> bool:
    """Whether the rows let somebody be taken out still; who may is asked when it is done."""
    return case.is_open and brought_by(history(case), party) is not None


__all__ = ["TAKEN_OUT", "Came", "case_holding", "may_take_out", "meanwhile", "take_intake_out"]
