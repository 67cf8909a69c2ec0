"""Rows that carry a published reply become answered orders, by the same verbs that people use, at their true times.

`at` is when it happened, `recorded_at` now. Nobody of this county acted: the steps bear the role of the office and no
person. What the source does not give (the basis, the remedy, when it was signed for) is said to be missing, not made up.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases.actions import StepRefused, answer_demand, take_step
from jiefen.cases.models import Case
from jiefen.channels.ledger.fitted import Mapped
from jiefen.channels.ledger.profile import Answered
from jiefen.channels.models import ImportBatch
from jiefen.files.actions import BadFile, store
from jiefen.intake.actions import OtherContent, Receipt, Sorted, receive_many
from jiefen.intake.drafts import BadDraft
from jiefen.intake.models import Intake
from jiefen.triage import setup
from jiefen.triage.actions import BadDecision, Decision, decide
from jiefen.triage.rules import Tables


def answer_rows(
    rows: Sequence[tuple[Mapped, Sorted]], words: Answered, batch: ImportBatch, at: datetime
) -> list[Receipt | OtherContent | BadDraft]:
    """Take rows in and bring each to its answer. One answer for each row, as `receive_many` gives them; a row whose order
    cannot be made is not taken in at all. Must run in the transaction of the batch's mark."""
    mark = transaction.savepoint()
    got = receive_many([s for _, s in rows], by=None, at=at, batch=batch.pk)
    fresh = {r.intake_id: m for (m, _), r in zip(rows, got, strict=True) if isinstance(r, Receipt) and r.created}
    intakes = Intake.objects.select_related("key").in_bulk(list(fresh))
    try:
        for pk, mapped in fresh.items():
            answered(intakes[pk], mapped, words, at=at)
    except (BadDecision, StepRefused, BadFile) as bad:
        if len(rows) == 1:
            transaction.savepoint_rollback(mark)
            return [BadDraft({"reply": _("办不成已答复的工单：%(why)s") % {"why": bad}})]
        transaction.savepoint_rollback(mark)  # then one by one, so that the others go in
        return [one for row in rows for one in answer_rows([row], words, batch, at)]
    transaction.savepoint_commit(mark)
    return got


def answered(intake: Intake, mapped: Mapped, words: Answered, *, at: datetime) -> Case:
    """One order from the door to its reply. Raises BadDecision, StepRefused, BadFile; nothing is half-done."""
    assert mapped.replied_at is not None
    came, went = intake.received_at, mapped.replied_at
    tables = setup.tables(at)
    decision = Decision(
        action="open", kind=_kind(intake, tables, words), unit=_unit(intake, at), procedure="hotline-order",
        ask_type=words.ask_type, grade=intake.suggestion.get("grade", {}).get("value") or "ordinary",
    )  # fmt: skip
    made = decide(intake, decision, by=None, role="dispatcher", at=came, recorded_at=at)
    assert made.case_id is not None
    case = Case.objects.select_related("key").get(pk=made.case_id)
    step = partial(take_step, case, by=None, recorded_at=at, inside="handler")
    step("sign", at=came, reason=words.signed, facts={"recusal-declared": True})
    answer_demand(case, 1, outcome=words.outcome, result=mapped.reply, basis=words.basis, remedy=words.remedy)
    store(
        _as_file(mapped), words.file, holder=f"case:{case.pk}", key_id=case.key_id, given_by="upper", at=went,
        purpose="evidence", by_handler=False,
    )  # fmt: skip
    step("reply", at=went)
    return case


def _kind(intake: Intake, tables: Tables, words: Answered) -> str:
    found = intake.suggestion.get("kind", "")
    accuses = found.startswith("24")  # answered in public it is no secret, and no procedure of the vault's
    return found if found in tables.kinds and not accuses else words.kind


def _unit(intake: Intake, at: datetime) -> int:
    """The office the suggestion routes to, in this county; where there is none, the centre that took it in."""
    wanted = intake.suggestion.get("route", {}).get("unit_type", "")
    unit = setup.unit_for(wanted, intake.area_id, at) if wanted else None
    return unit.pk if unit else intake.centre_id


def _as_file(mapped: Mapped) -> bytes:
    """The reply as it was published, under a line that says what it is: evidence that does not come from the handler."""
    assert mapped.replied_at is not None
    return f"{_('上级平台公开的答复')}　{mapped.replied_at.isoformat()}\n\n{mapped.reply}\n".encode()
