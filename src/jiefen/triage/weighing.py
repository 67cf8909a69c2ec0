"""Is a decision whole and possible? Asked before anything is written, so that nonsense is refused with a sentence."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from jiefen.people.models import Unit
from jiefen.procedures.catalogue import UnknownProcedure, procedure
from jiefen.triage.models import TriageDecision

GRADES = frozenset({"ordinary", "complex", "major"})
LONGEST = {
    "reason": 5000, "kind": 8, "area_code": 20, "grade": 10, "procedure": 40, "ask_type": 20, "title": 200,
    "article": 60, "to_road": 60,
}  # fmt: skip
MOST_UNITS, MOST_DEMANDS, LONGEST_DEMAND, LONGEST_NAME = 40, 60, 5000, 60
_UNSEEN = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_WORD = re.compile(r"[a-z][a-z0-9-]{0,31}")


def unreadable(text: str) -> bool:
    """Whether a text holds characters that cannot be kept: control characters, halves of a pair."""
    return bool(_UNSEEN.search(text))


def problem(decision: Any) -> str:
    """What is wrong with a decision, as a sentence; empty where nothing is. Never raises, whatever the fields hold."""
    if decision.action not in TriageDecision.Action.values:
        return _("请选择立为新事项、并入、转出或不予受理。")
    for name, most in LONGEST.items():
        if says := _text(getattr(decision, name), most):
            return says
    for name, most in (("demands", LONGEST_DEMAND), ("respondents", LONGEST_NAME), ("flags", 32)):
        values = getattr(decision, name)
        if name == "flags" and values is None:
            continue
        if not _listed(values) or len(values) > MOST_DEMANDS:
            return _("诉求、对方和标记请逐项填写，最多%(most)d项。") % {"most": MOST_DEMANDS}
        for value in values:
            if says := _text(value, most):
                return says
    if decision.flags is not None and not all(_WORD.fullmatch(flag) for flag in decision.flags):
        return _("标记不认识，请从列表里选择。")
    if not isinstance(decision.urgent, bool) or not all(isinstance(d, dict) for d in (decision.extra, decision.facts)):
        return _("表单内容不完整，请刷新后重填。")
    return _units(decision) or _choices(decision)


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str):
        return _("表单内容不完整，请刷新后重填。")
    if len(value) > most:
        return _("有一项写了%(n)d字，最多%(most)d字。请写要点，详情作为附件。") % {"n": len(value), "most": most}
    return _("内容里有不能保存的字符，请去掉后再交。") if unreadable(value) else ""


def _listed(values: Any) -> bool:
    return isinstance(values, Sequence) and not isinstance(values, str | bytes)


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _units(decision: Any) -> str:
    for values in (decision.helpers, decision.respondent_units):
        if not _listed(values) or len(values) > MOST_UNITS or not all(map(_number, values)):
            return _("请从列表里选择单位。")
    one = [n for n in (decision.unit, decision.to_unit, decision.case) if n is not None]
    if not all(map(_number, one)):
        return _("请从列表里选择单位或事项。")
    if decision.unit in decision.helpers or len(set(decision.helpers)) != len(decision.helpers):
        return _("同一个单位不能既主办又协办，也不能选两次。")
    named: Iterable[int | None] = (decision.unit, decision.to_unit, *decision.helpers, *decision.respondent_units)
    wanted = {unit for unit in named if unit is not None}
    if wanted and Unit.objects.filter(pk__in=wanted).count() != len(wanted):
        return _("所选单位不存在，请重新选择。")
    return ""


def _choices(decision: Any) -> str:
    if decision.grade not in GRADES:
        return _("请选择难度：一般、复杂或重大疑难。")
    if decision.procedure:
        try:
            if procedure(decision.procedure).about != "matter":
                return _("这种程序不能由来件直接启动，请另选。")
        except UnknownProcedure:
            return _("没有这种办理程序，请重新选择。")
    return ""
