"""What earlier steps wrote down: the facts that an official states once and later steps go by.

A step seals what it was told with its row. A reader asks here for the newest such statement; what the step in hand
brings itself comes first, since it will stand in its row.
"""

from collections.abc import Mapping
from typing import Any

from jiefen.cases.facts import Moment, Reader
from jiefen.cases.models import Case, Demand, Step
from jiefen.cases.rules import answers
from jiefen.kernel.seal import open_row
from jiefen.procedures.catalogue import procedure

_EMPTY: tuple[Any, ...] = (None, "", [], (), {})


def earlier(m: Moment) -> dict[str, list[Any]]:
    """Every fact that rows of this case have recorded, oldest first, by name. Rows taken back are left out. One query."""
    if "·earlier" not in m.cache:
        key = open_row(m.case.key)
        rows = Step.objects.filter(case=m.case, facts__isnull=False).values_list("seq", "facts")
        sealed = {seq: key.open(facts, field="step.facts") or {} for seq, facts in rows}
        found: dict[str, list[Any]] = {}
        for happened in m.standing.history:
            for name, value in {**happened.facts, **sealed.get(happened.seq, {})}.items():
                if value not in _EMPTY:
                    found.setdefault(name, []).append(value)
        m.cache["·earlier"] = found
    return m.cache["·earlier"]


def said(m: Moment, name: str, *, nothing: Any = None) -> Any:
    """The newest statement of a fact: of the step in hand, else of the last row that recorded it, else `nothing`."""
    if m.given.get(name) not in _EMPTY:
        return m.given[name]
    rows = earlier(m).get(name)
    return rows[-1] if rows else nothing


def said_in(case: Case, name: str) -> Any:
    """The newest statement of a fact in another case, None where none was made. Opens what is sealed there."""
    key = open_row(case.key)
    for facts in Step.objects.filter(case=case, facts__isnull=False).order_by("-seq").values_list("facts", flat=True):
        value = (key.open(facts, field="step.facts") or {}).get(name)
        if value not in _EMPTY:
            return value
    return None


def all_said(m: Moment, name: str) -> list[Any]:
    """Every statement of a fact, oldest first, lists joined end to end; what the step in hand brings is the last."""
    rows = [*earlier(m).get(name, ()), *([m.given[name]] if m.given.get(name) not in _EMPTY else [])]
    return [one for row in rows for one in (row if isinstance(row, list | tuple) else [row])]


def reader(name: str, *, nothing: Any = None) -> Reader:
    """A reader that gives the newest statement."""
    return lambda m: said(m, name, nothing=nothing)


def carried_out(m: Moment) -> list[dict[str, Any]]:
    """What must be carried out of an opinion: a row {demand, state} for each demand it supports, `due` until a step since that
    opinion (the one in hand last) states otherwise of that very demand. Empty where the procedure carries no opinion out.

    Nothing is settled by being left out, and a statement that names no demand says nothing of any.
    """
    steps = procedure(m.case.procedure, m.case.version).steps
    if not any(
        "obligations" in s.facts and "follow-ups" not in s.facts and not s.guards and s.to for s in steps.values()
    ):
        return []
    supported = Demand.objects.filter(case=m.case, outcome__in=(Demand.Outcome.SUPPORTED, Demand.Outcome.PARTLY))
    found = dict.fromkeys(supported.order_by("seq").values_list("seq", flat=True), "due")
    for row in _stated_since_answer(m, "obligations") if found else ():
        if isinstance(row, Mapping) and row.get("demand") in found and row.get("state"):
            found[row["demand"]] = row["state"]
    return [{"demand": seq, "state": state} for seq, state in found.items()]


def _stated_since_answer(m: Moment, name: str) -> list[Any]:
    """Rows of a fact that steps since the latest answer have recorded, oldest first; what the step in hand brings comes last."""
    steps, key = procedure(m.case.procedure, m.case.version).steps, open_row(m.case.key)
    since = max(
        (h.seq for h in m.standing.history if (s := steps.get(h.name)) and (answers(s) or s.reopens)), default=0
    )
    live = {h.seq for h in m.standing.history}
    rows = (
        Step.objects.filter(case=m.case, facts__isnull=False, seq__gt=since).order_by("seq").values_list("seq", "facts")
    )
    said = [(key.open(facts, field="step.facts") or {}).get(name) for seq, facts in rows if seq in live]
    return [row for value in [*said, m.given.get(name)] if isinstance(value, list | tuple) for row in value]
