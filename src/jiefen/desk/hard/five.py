"""The five ones of a hard matter as a page shows them: each with the day it was done, or the steps that are missing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jiefen.cases.models import Case, Step
from jiefen.cases.panels import Panel
from jiefen.cases.rules import Row, Standing
from jiefen.cases.standing import ROW, standing_of
from jiefen.kernel.clock import local_day
from jiefen.kernel.seal import Key
from jiefen.oversight.sponsor import FIVE, PROCEDURE, five_ones
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure


@dataclass(frozen=True, slots=True)
class Mark:
    """One of the five. `on`: the day its last step was taken; `left`: labels of the steps not taken yet."""

    name: str
    says: str
    on: date | None
    left: tuple[str, ...]


def marks(case: Case, standing: Standing) -> list[Mark]:
    """The five marks of a hard matter, from its rows alone."""
    definition = procedure(case.procedure, case.version)
    last = {happened.name: happened.at for happened in standing.history}
    steps = {name: taken for name, _says, taken in FIVE}
    return [
        Mark(
            one.name, one.says, local_day(max(last[step] for step in steps[one.name])) if one.done else None,
            tuple(definition.steps[step].label if step in definition.steps else step for step in one.left),
        )
        for one in five_ones(standing)
    ]  # fmt: skip


def marks_of(cases: Sequence[Case]) -> dict[int, list[Mark]]:
    """The same for a list, by number of the row. One query."""
    rows: dict[int, list[Row]] = defaultdict(list)
    told = Step.objects.filter(case_id__in=[case.pk for case in cases]).order_by("case_id", "seq")
    for case_id, *values in told.values_list("case_id", *ROW):
        rows[case_id].append(Row(*values))
    return {case.pk: marks(case, standing_of(case, rows[case.pk])) for case in cases}


def read(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """One query, and none for any other procedure."""
    return {"marks": marks(case, standing_of(case))} if case.procedure == PROCEDURE else None


FIVES = Panel("five", "五个一", 8, "desk/hard/panel.html", read)
