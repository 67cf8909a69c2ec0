"""Answering what was asked, one demand at a time."""

import hashlib

from django.utils.translation import gettext as _

from jiefen.cases.actions.record import history
from jiefen.cases.models import Case, Demand
from jiefen.cases.rules import answer_given
from jiefen.cases.standing import standing_of
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.procedures.catalogue import procedure

PARTS = ("result", "basis", "remedy")


class NotAnAnswer(ValueError):
    """The answer lacks something; the message says what."""


def answer_demand(
    case: Case, seq: int, *, outcome: str, result: str, basis: str, remedy: str, expected: str | None = None
) -> Demand:
    """Write the answer to one demand: outcome, result, basis, remedy. A draft until a step answers the case.

    Written again word for word it changes nothing. `expected` is the `mark_of` what the caller had seen; when somebody
    changed it meanwhile, theirs is not written over. Raises NotAnAnswer for an unknown outcome, when the case has ended, when
    the answer was given already, or when somebody was quicker; Demand.DoesNotExist for an unknown demand.
    """
    if outcome not in Demand.Outcome.values:
        raise NotAnAnswer(_("请选择结论：支持、部分支持、解释说明、引导其他途径或不予支持。"))
    with scope("worker"):
        row = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        key = open_row(row.key)
        demand = Demand.objects.get(case=row, seq=seq)
        said = {"result": result.strip(), "basis": basis.strip(), "remedy": remedy.strip()}
        if demand.outcome == outcome and written(demand, key) == said:
            return demand
        if why := closed_to_answers(row):
            raise NotAnAnswer(why)
        if expected is not None and expected != mark_of(demand):
            raise NotAnAnswer(_("您打开页面之后，已有人改过这一项答复。下面是您写的，先看过现在的答复再定。"))
        demand.outcome = outcome
        for name, text in said.items():
            setattr(demand, name, key.seal(text, field=f"demand.{name}") if text else None)
        demand.save()
        return demand


def closed_to_answers(case: Case) -> str:
    """Why no answer of a case may be written or changed now, as a sentence; empty where it may. One query."""
    if not case.is_open:
        return _("本件已经办结，答复不能再改。有新情况请先重启。")
    if answer_given(procedure(case.procedure, case.version), standing_of(case, history(case)).history):
        return _(
            "答复已经给了当事人，不能直接改。事没办好，请发回重办；答复写错了，请用“更正”撤回答复这一步，改好再答复。"
        )
    return ""


def written(demand: Demand, key: Key) -> dict[str, str]:
    """What is written to a demand by now, opened."""
    return {name: key.open(getattr(demand, name), field=f"demand.{name}") or "" for name in PARTS}


def mark_of(demand: Demand) -> str:
    """A mark of what is written now. Every writing seals anew, so it differs whenever somebody wrote."""
    mark = hashlib.blake2b(demand.outcome.encode(), digest_size=12)
    for name in PARTS:
        mark.update(b"\0" + bytes(getattr(demand, name) or b""))
    return mark.hexdigest()
