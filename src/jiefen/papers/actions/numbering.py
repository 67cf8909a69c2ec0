"""The number of a paper, by its numbering rule. A series runs without gaps for an office, a kind and a year."""

import re
from datetime import datetime

from jiefen.cases.models import Case
from jiefen.kernel.clock import local
from jiefen.kernel.ids import next_number
from jiefen.papers.kinds import kind_of
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import vocabulary

OF_THE_CASE = "{事项编号}-{文种}-{序}"
_BLANK = re.compile(r"\{([^{}]+)\}")


def number_of(kind: str, *, case: Case | None, unit: Unit | None, at: datetime, county: str = "") -> str:
    """The next number of a kind. It is taken in the caller's transaction: what is rolled back leaves no gap, and of two
    at once the second waits for the first. A voided paper keeps its number."""
    rule, label = vocabulary().papers[kind].get("numbering", OF_THE_CASE), vocabulary().papers[kind]["label"]
    year = local(at).year
    if "{" not in rule:  # a number that others give (法院案号) stands in the fields
        rule = OF_THE_CASE
    if "{事项编号}" in rule and case is not None:
        return f"{case.number}-{label}-{next_number(f'paper {case.slug} {kind}')}"
    serial = next_number(f"paper {unit.pk if unit else 0} {kind} {year}")
    mark = (unit.mark if unit else "") or "解"
    area = case.area.code if case else county
    values = {
        "单位代字": mark, "委员会": mark, "仲裁委": mark, "文种": kind_of(kind).mark or label, "年": str(year),
        "顺序": str(serial), "顺序4": f"{serial:04d}", "区划": (county or area[:6] or "000000"),
        "区划6": (county or area[:6] or "000000"), "区划12": area[:12].ljust(12, "0"), "年月日": f"{local(at):%Y%m%d}",
        "流水": f"{serial:06d}", "流水5": f"{serial:05d}", "流水6": f"{serial:06d}",
    }  # fmt: skip
    if _BLANK.findall(rule) and all(name in values for name in _BLANK.findall(rule)):
        return _BLANK.sub(lambda m: values[m[1]], rule)
    return f"{mark}{label}〔{year}〕{serial}号"
