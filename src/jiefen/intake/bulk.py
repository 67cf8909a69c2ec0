"""Writing many rows in one statement. Row-level security forbids COPY into a guarded table, so the columns travel as
arrays and are unnested on the server: the same checks, defaults and constraints as any insert, a tenth of the time."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from jiefen.kernel import ask


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Fresh primary keys, so that rows that name each other can be written without asking for them again."""
    table = model._meta.db_table
    ask_for = "SELECT nextval(pg_get_serial_sequence(%s::text, 'id')) FROM generate_series(1, %s::int)"
    return [row[0] for row in ask.rows(ask_for, [table, count])]


@lru_cache(maxsize=16)
def _statement(model: type[models.Model], names: tuple[str, ...]) -> str:
    """INSERT … SELECT … FROM unnest(…) for some columns of a model, each array with the column's own type."""
    columns, arrays, reads = [], [], []
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


def insert(model: type[models.Model], columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows given as columns of equal length, by field name. JSON columns take JSON text, array columns the literal
    of an array. Raises IntegrityError and its like as Django does."""
    if len({len(values) for values in columns.values()}) != 1:
        raise ValueError("columns of different length")
    # The server binds the values itself: nothing is quoted here, and bytes travel as bytes.
    ask.do(_statement(model, tuple(columns)), [list(values) for values in columns.values()])


def array(values: Sequence[int] | Sequence[str]) -> str:
    """The literal of an array of numbers, or of plain code words."""
    return "{" + ",".join(map(str, values)) + "}"


def matching(model: type[models.Model], condition: str, *arrays: Sequence[Any]) -> list[int]:
    """Ids of the rows for which an SQL condition holds, with `%b` for each array: `once_key = ANY(%b::bytea[])`. One
    bound array, where an IN list would be spelled out and parsed value by value."""
    sql = f'SELECT id FROM "{model._meta.db_table}" WHERE {condition}'
    return [row[0] for row in ask.rows(sql, [list(a) for a in arrays])]
