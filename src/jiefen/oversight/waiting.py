"""What people said is not solved and waits for a named person's word: what callers heard and what was asked by code, as one
queue. Prepared questions, for it stands at the top of pages that are opened all day."""

from functools import cache
from typing import Any

from jiefen.cases.models import Case
from jiefen.kernel import ask
from jiefen.kernel.models import SealKey
from jiefen.oversight.models import FollowUp, ReopenAsk
from jiefen.oversight.rules import again_steps
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import procedures

Said = FollowUp | ReopenAsk

# What callers heard by the conditions of `queries.again`.
QUEUE = """
(SELECT 'heard', t.id, t.at FROM oversight_followup t JOIN cases_case c ON c.id = t.case_id
  WHERE t.proposes <> '' AND t.kept_at IS NULL AND t.replaced_by_id IS NULL AND c.doors && %(keys)s::bigint[]
    AND NOT EXISTS (SELECT 1 FROM cases_step s
                     WHERE s.case_id = t.case_id AND s.seq > t.seen AND s.name = ANY (%(steps)s::text[]))
  ORDER BY t.at, t.id LIMIT %(last)s)
UNION ALL
(SELECT 'asked', t.id, t.at FROM oversight_reopenask t JOIN cases_case c ON c.id = t.case_id
  WHERE t.done_at IS NULL AND c.doors && %(keys)s::bigint[] ORDER BY t.at, t.id LIMIT %(last)s)
ORDER BY 3, 2, 1 LIMIT %(size)s OFFSET %(after)s
"""


def first(actor: Actor, *, size: int, after: int = 0) -> list[Said]:
    """Rows of the queue, the oldest first, with their cases, keys and the names of their offices. One query where nothing
    waits, one more for each sort where something does."""
    given = {"keys": sorted(actor.keys), "steps": _steps(), "size": size, "after": after, "last": size + after}
    order = [(sort, pk) for sort, pk, _at in ask.rows(QUEUE, given)]
    found: dict[tuple[str, int], Said] = {}
    for sort, model in (("heard", FollowUp), ("asked", ReopenAsk)):
        if wanted := [pk for of, pk in order if of == sort]:
            found |= {(sort, row.pk): row for row in _rows(model, wanted)}
    return [found[of] for of in order if of in found]


def _steps() -> list[str]:
    return sorted(again_steps(procedures().values()))


@cache
def _question(model: Any) -> tuple[Any, Any, Any, str]:
    row, case, key = ask.Columns(model, "t"), ask.Columns(Case, "c"), ask.Columns(SealKey, "k")
    return (
        row,
        case,
        key,
        (
            f"SELECT {row.sql}, {case.sql}, {key.sql}, l.id, l.name, e.id, e.name FROM {model._meta.db_table} t"
            " JOIN cases_case c ON c.id = t.case_id JOIN kernel_sealkey k ON k.id = c.key_id"
            " JOIN people_unit e ON e.id = c.centre_id LEFT JOIN people_unit l ON l.id = c.lead_unit_id"
            " WHERE t.id = ANY (%s::bigint[])"
        ),
    )


def _rows(model: Any, wanted: list[int]) -> list[Any]:
    rows, cases, keys, sql = _question(model)
    found = []
    for values in ask.rows(sql, [wanted]):
        row, rest = rows.make(values[: len(rows)]), values[len(rows) :]
        row.case, rest = cases.make(rest[: len(cases)]), rest[len(cases) :]
        row.case.key, (lead, lead_name, centre, centre_name) = keys.make(rest[: len(keys)]), rest[len(keys) :]
        row.case.centre = Unit.from_db("default", ("id", "name"), (centre, centre_name))
        if lead is not None:
            row.case.lead_unit = Unit.from_db("default", ("id", "name"), (lead, lead_name))
        found.append(row)
    return found
