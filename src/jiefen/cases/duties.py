"""The proof that no open case is an orphan, for the terminal and for every hour."""

from datetime import datetime

from jiefen.cases.rehome import orphans

SAYS = {"responsible": "没有在岗的责任人", "next date": "没有下一个日期"}


def problems(*, at: datetime) -> list[str]:
    """One line for each open case that nobody in office answers for, or that has no next date. Empty is right."""
    return [f"{o.number}：{SAYS.get(o.lacks, o.lacks)}" for o in orphans(at)]
