"""One answer for several who ask the same: what was written to a demand of the lead is written to chosen demands of the joined
matters too. A person chooses each; nobody is given an answer that was not looked at for what they asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases import reading
from jiefen.cases.actions.answer import NotAnAnswer, answer_demand, closed_to_answers, written
from jiefen.cases.models import Case, Demand
from jiefen.cases.standing import standing_of
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row


@dataclass(frozen=True, slots=True)
class Open:
    """A demand of a joined matter that has no answer yet, in words."""

    case: Case
    seq: int
    says: str


def unanswered(lead: Case) -> list[Open]:
    """The demands of the matters that this one leads that wait for an answer. Call in a scope that sees them."""
    joined = Case.objects.select_related("key").filter(pk__in=standing_of(lead).joins).order_by("pk")
    found = []
    for case in joined:
        if closed_to_answers(case):
            continue
        key = open_row(case.key)
        rows = Demand.objects.filter(case=case, outcome="").order_by("seq")
        found += [Open(case, row.seq, key.open(row.text, field="demand.text") or "") for row in rows]
    return found


def same_answer(lead: Case, seq: int, to: Sequence[tuple[int, int]]) -> int:
    """Write the lead's answer to its demand `seq` to each of `to` (case, demand) that has none yet; how many were written.

    Raises NotAnAnswer (the lead's is not written, or one of these is not a waiting demand of a matter it leads); nothing is
    half-done. What has the same answer already is passed over.
    """
    with transaction.atomic(), scope("worker"):
        own = Demand.objects.filter(case=lead, seq=seq).first()
        if own is None or not own.outcome:
            raise NotAnAnswer(_("主件这一项还没有答复，先写好再用。"))
        said = written(own, open_row(Case.objects.select_related("key").get(pk=lead.pk).key))
        led = Case.objects.select_related("key").in_bulk(standing_of(lead).joins)
        for pk in sorted({pk for pk, _number in to} & set(led)):  # somebody may be answering one of them at this moment
            reading.locked(pk)
        done = 0
        for pk, number in to:
            row = Demand.objects.filter(case_id=pk, seq=number).first() if pk in led else None
            if row is None:
                raise NotAnAnswer(_("所选的诉求不在并入的件里，请刷新后再选。"))
            if row.outcome and (row.outcome, written(row, open_row(led[pk].key))) != (own.outcome, said):
                raise NotAnAnswer(_("所选的诉求里有一项刚有人另外答了，请刷新后再看。"))
            if not row.outcome:
                answer_demand(led[pk], number, outcome=own.outcome, **said)
                done += 1
        return done


def copied(lead: Case, other: Case) -> list[Demand]:
    """The demands of `other` whose answer, not given yet, is word for word one of the lead's. Call in a scope that sees both."""
    if closed_to_answers(other):
        return []
    keys = {c.pk: open_row(c.key) for c in Case.objects.select_related("key").filter(pk__in=[lead.pk, other.pk])}
    given = Demand.objects.filter(case__in=keys).exclude(outcome="").order_by("seq")
    said = {(d.outcome, *written(d, keys[lead.pk]).values()) for d in given if d.case_id == lead.pk}
    return [d for d in given if d.case_id == other.pk and (d.outcome, *written(d, keys[other.pk]).values()) in said]


def take_off(other: Case, answers: Sequence[Demand]) -> None:
    """Answers that were written for another matter are none of this one's: what was asked waits for an answer again. Within
    the verb's transaction; an answer that was given stays as given."""
    if answers and not closed_to_answers(other):
        rows = Demand.objects.filter(pk__in=[d.pk for d in answers])
        rows.update(outcome="", result=None, basis=None, remedy=None)


__all__ = ["Open", "copied", "same_answer", "take_off", "unanswered"]
