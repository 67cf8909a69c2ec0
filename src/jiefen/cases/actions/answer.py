"""Answering what was asked, one demand at a time."""

from django.utils.translation import gettext as _

from jiefen.cases.models import Case, Demand
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row


class NotAnAnswer(ValueError):
    """The answer lacks something; the message says what."""


def answer_demand(case: Case, seq: int, *, outcome: str, result: str, basis: str, remedy: str) -> Demand:
    """Write the answer to one demand: outcome, result, basis, remedy. A draft until a step answers the case.

    Raises NotAnAnswer for an unknown outcome or when the case has ended, Demand.DoesNotExist for an unknown demand.
    """
    if outcome not in Demand.Outcome.values:
        raise NotAnAnswer(_("请选择结论：支持、部分支持、解释说明、引导其他途径或不予支持。"))
    with scope("worker"):
        row = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        if not row.is_open:
            raise NotAnAnswer(_("本件已经办结，答复不能再改。有新情况请先重启。"))
        key = open_row(row.key)
        demand = Demand.objects.get(case=row, seq=seq)
        demand.outcome = outcome
        for name, text in (("result", result), ("basis", basis), ("remedy", remedy)):
            setattr(demand, name, key.seal(text.strip(), field=f"demand.{name}") if text.strip() else None)
        demand.save()
        return demand
