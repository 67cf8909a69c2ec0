"""Writing many rows in one statement. Row-level security forbids COPY into a guarded table, so the columns travel as
arrays and are unnested on the server: the same checks, defaults and constraints as any insert, a tenth of the time."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from jiefen.kernel import ask


def next_ids(first: type[models.Model], second: type[models.Model], count: int) -> tuple[list[int], list[int]]:
    """Fresh primary keys of two tables whose rows name each other, so that they can be written without asking again."""
    rows = ask.rows(_NEXT, [first._meta.db_table, second._meta.db_table, count])
    return [row[0] for row in rows], [row[1] for row in rows]


_SEQUENCE = "(SELECT pg_get_serial_sequence(%s::text, 'id')::regclass AS name OFFSET 0)"
"""Looked up once: OFFSET 0 keeps it out of the loop, where it would be nine tenths of the work."""
_NEXT = f"SELECT nextval(a.name), nextval(b.name) FROM {_SEQUENCE} a, {_SEQUENCE} b, generate_series(1, %s::int)"


@lru_cache(maxsize=64)
def _statement(model: type[models.Model], names: tuple[str, ...], same: tuple[str, ...]) -> str:
    """INSERT … SELECT … FROM unnest(…) for some columns of a model, each array with the column's own type; `same` are those
    with one value for all rows, sent once."""
    columns, arrays, reads = [], [], []
    for name in same:
        field = model._meta.get_field(name)
        assert isinstance(field, models.Field)
        columns.append(f'"{field.column}"')
        reads.append(f"%t::{(field.db_type(connection) or 'text').partition('(')[0]}")
    for n, name in enumerate(names):
        field = model._meta.get_field(name)
        assert isinstance(field, models.Field)  # a column of the table, not the other end of a key
        kind = field.db_type(connection) or "text"
        columns.append(f'"{field.column}"')
        if isinstance(field, ArrayField | models.JSONField):  # text in transit: arrays of arrays must be of one length
            arrays.append("%b::text[]")
            reads.append(f"c{n}::{kind}")
        else:
            arrays.append(f"%b::{kind.partition('(')[0]}[]")
            reads.append(f"c{n}")
    alias = ", ".join(f"c{n}" for n in range(len(names)))
    return (
        f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) '
        f"SELECT {', '.join(reads)} FROM unnest({', '.join(arrays)}) AS t({alias})"
    )


def insert(
    model: type[models.Model], columns: Mapping[str, Sequence[Any]], same: Mapping[str, Any] | None = None
) -> None:
    """Insert rows given as columns of equal length, by field name, with what is the `same` in all of them. JSON columns take
    JSON text, array columns the literal of an array. Raises IntegrityError and its like as Django does."""
    if len({len(values) for values in columns.values()}) != 1:
        raise ValueError("columns of different length")
    # The server binds the values itself: nothing is quoted here, and bytes travel as bytes.
    one = same or {}
    ask.do(
        _statement(model, tuple(columns), tuple(one)), [*one.values(), *(list(values) for values in columns.values())]
    )


def array(values: Sequence[int] | Sequence[str]) -> str:
    """The literal of an array of numbers, or of plain code words."""
    return "{" + ",".join(map(str, values)) + "}"


def matching(model: type[models.Model], condition: str, *arrays: Sequence[Any]) -> list[int]:
    """Ids of the rows for which an SQL condition holds, with `%b` for each array: `once_key = ANY(%b::bytea[])`. One
    bound array, where an IN list would be spelled out and parsed value by value."""
    sql = f'SELECT id FROM "{model._meta.db_table}" WHERE {condition}'
    return [row[0] for row in ask.rows(*ask.about(sql, *arrays))]
