"""A due date in words: start, pauses, extensions, each day, its basis and mark. For the terminal; the page draws the same."""

from collections.abc import Iterator
from datetime import datetime

from jiefen.cases.models import Case
from jiefen.cases.standing import deadlines_of, standing_of
from jiefen.kernel.clock import local
from jiefen.procedures.catalogue import current_calendar, procedure, vocabulary
from jiefen.procedures.clocks import Deadline, chip, reckon
from jiefen.procedures.definition import Procedure

BINDS = {
    "unit": "单位的义务",
    "mediator": "调解组织的义务",
    "complainant": "当事人的权利",
    "parties": "双方的权利",
    "court": "法院的期限，只列不考核",
}


def find_case(number: str) -> Case:
    """A case by its number or its address. Raises LookupError with a sentence that says what to do."""
    said = number.strip()
    case = Case.objects.filter(number=said).first() or Case.objects.filter(slug=said.lower()).first()
    if case is None:
        raise LookupError(f"没有编号为“{said}”的事项。编号如 清柳〔2026〕0001号，或 lh-2026-0001。")
    return case


def explain_clocks(number: str, *, at: datetime) -> Iterator[str]:
    """Every clock of a case as text, those that run first. Raises LookupError for an unknown number."""
    case = find_case(number)
    definition, words, calendar = procedure(case.procedure, case.version), vocabulary(), current_calendar()
    yield f"{case.number}　{definition.label}（第{case.version}版）　现在：{definition.states[case.state].label}"
    rows = deadlines_of(case, standing_of(case))
    for d in sorted(rows, key=lambda d: (d.stopped_at is not None, d.started_at)):
        who = f"（{d.key}）" if d.key else ""
        sign = chip(d, at=at, calendar=calendar)
        yield ""
        yield f"■ {d.label}{who}　{sign.text}{'，暂计' if sign.provisional else ''}　{BINDS.get(d.binds, d.binds)}"
        yield f"  依据：{'；'.join(words.source_title(b) for b in d.basis)}　{d.mark}：{words.marks[d.mark]}"
        if d.stopped_at is not None:
            yield f"  {local(d.started_at):%Y-%m-%d %H:%M} 起，{local(d.stopped_at):%Y-%m-%d %H:%M} 停（{_how(d, definition)}）"
        else:
            yield from (f"  {line}" for line in reckon(d, at=at, calendar=calendar).as_text().splitlines())


def _how(deadline: Deadline, definition: Procedure) -> str:
    known = definition.steps.get(deadline.stopped_by)
    return (
        known.label
        if known
        else {"end": "事项到了终点", "released": "任务已解除", "left": "本人撤回"}.get(
            deadline.stopped_how, deadline.stopped_by
        )
    )
