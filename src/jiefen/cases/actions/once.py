"""One press of a button, one row: what a page had seen is compared with what is there, under the case's lock.

A page that offers a step carries the number of rows it was painted from. When the case has more rows by now, either this
very request wrote the next one (its answer was lost on the way, and it is sent again), or somebody else was quicker.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases.models import Case, Step
from jiefen.cases.rules import BUILT_IN
from jiefen.kernel.clock import local
from jiefen.kernel.seal import Key
from jiefen.procedures.definition import Procedure

READ_FROM_RECORDS = "demand-answers"
"""Sealed with an answering step, but read from the records and not sent by whoever takes it."""


def same_row(
    case: Case, key: Key, expected: int, *, name: str, by: int | None, assignment: str, reason: str,
    codes: Mapping[str, Any], facts: Mapping[str, Any],
) -> Step | None:  # fmt: skip
    """The row after the `expected` ones, if the same person wrote the very same thing with it; None otherwise. One query."""
    row = Step.objects.filter(case=case, seq=expected + 1, name=name, by_id=by, assignment=assignment).first()
    if row is None or dict(row.codes) != _as_kept(codes):
        return None
    said = key.open(row.reason, field="step.reason") if row.reason else ""
    kept = key.open(row.facts, field="step.facts") if row.facts else {}
    return row if said == reason and _sent(kept or {}) == _sent(_as_kept(facts)) else None


def _as_kept(value: Mapping[str, Any]) -> dict[str, Any]:
    """As it comes back from being stored: tuples are lists by then."""
    return {k: list(v) if isinstance(v, tuple) else v for k, v in value.items()}


def _sent(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in facts.items() if k != READ_FROM_RECORDS}


def newer(case: Case, definition: Procedure, expected: int, name: str) -> str:
    """What somebody did since the page was painted, as the sentence of the refusal. One query."""
    rows = list(Step.objects.filter(case=case, seq__gt=expected).select_related("by", "unit").order_by("seq"))
    own = next((row for row in reversed(rows) if row.name == name), None)
    row = own or (rows[-1] if rows else None)
    if row is None:
        return _("这一页已经过时，请回到本件看过再办。")
    known = definition.steps.get(row.name)
    opened = _("转开别的程序") if row.codes.get("opens") else _("并入来件")
    special = {"opened": opened, "telling": _("能不能告诉对方")}
    words = {
        "step": _(known.label) if known else special.get(row.name) or _(BUILT_IN.get(row.name, row.name)),
        "who": "，".join(filter(None, [row.by.name if row.by else "", (row.unit.short or row.unit.name) if row.unit else ""]))
        or _("当事人"),
        "when": f"{local(row.at):%Y-%m-%d %H:%M}",
    }  # fmt: skip
    if own:
        return _("这一步在您打开页面之后已有人办过：%(who)s，%(when)s，请看过再办。") % words
    return _("您打开页面之后，本件又有人办了“%(step)s”：%(who)s，%(when)s，请看过再办。") % words
