"""What a step is given: is it of the right kind and size? Asked before anybody reads a fact or writes a row."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

LONGEST_REASON, LONGEST_CODE, LONGEST_FACTS, MOST_UNITS = 20_000, 60, 400_000, 40
_UNSEEN = re.compile(r"[\0\ud800-\udfff]")


def badly_given(given: Any, *, plain: frozenset[str], reason: Any, assignment: Any, at: Any, recorded_at: Any) -> str:
    """What is wrong with what a step is given, as a sentence; empty where nothing is. Never raises."""
    if not isinstance(reason, str) or not isinstance(assignment, str) or not isinstance(given, Mapping):
        return _("表单内容不完整，请刷新后重填。")
    if len(reason) > LONGEST_REASON:
        return _("理由有%(n)d字，最多%(most)d字。请写要点，详情作为附件。") % {"n": len(reason), "most": LONGEST_REASON}
    if _UNSEEN.search(reason) or _UNSEEN.search(assignment):
        return _("内容里有不能保存的字符，请去掉后再交。")
    if not all(isinstance(moment, datetime) and moment.tzinfo for moment in (at, recorded_at)):
        return _("时间要有日期、时刻和时区，请核对。")
    if at > recorded_at:
        return _("时间晚于现在，请核对日期。")
    return _size(given) or _units(given) or _extensions(given) or _codes(given, plain)


def _size(given: Mapping[Any, Any]) -> str:
    try:
        text = json.dumps({**given}, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return _("表单内容不能保存，请刷新后重填。")
    if len(text) > LONGEST_FACTS:
        return _("填写的内容太长。请写要点，详情作为附件。")
    return _("内容里有不能保存的字符，请去掉后再交。") if "\\u0000" in text or _UNSEEN.search(text) else ""


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _units(given: Mapping[Any, Any]) -> str:
    lead, helpers, person = (given.get(name) for name in ("lead-unit", "helper-units", "responsible-person"))
    if lead is not None and not _number(lead):
        return _("请从列表里选择主办单位。")
    if helpers is not None:
        if not isinstance(helpers, list | tuple) or len(helpers) > MOST_UNITS or not all(map(_number, helpers)):
            return _("请从列表里选择协办单位。")
        if lead in helpers or len(set(helpers)) != len(helpers):
            return _("同一个单位不能既主办又协办，也不能选两次。")
    return "" if person in (None, "") or _number(person) else _("请从列表里选择责任人。")


def _extensions(given: Mapping[Any, Any]) -> str:
    rows = given.get("extensions")
    if rows in (None, [], ()):
        return ""
    if not isinstance(rows, list | tuple) or not all(
        isinstance(row, Mapping) and isinstance(row.get("clock"), str) and _number(row.get("days")) for row in rows
    ):
        return _("请写明延长哪个时限、几日；日数是正整数。")
    return ""


def _codes(given: Mapping[Any, Any], plain: frozenset[str]) -> str:
    for name in plain & set(given):
        value = given[name]
        if (
            value is not None
            and not isinstance(value, bool)
            and not (isinstance(value, str) and len(value) <= LONGEST_CODE)
        ):
            return _("请从列表里选择，不要自己填写。")
    return ""
