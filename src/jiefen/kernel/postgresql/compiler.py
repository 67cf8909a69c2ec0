"""A third of what a page of ours costs is Django spelling out the columns of a model, one by one, for each question anew.
Here a model's columns, their quoted names and what converts their values are worked out once.

And the server plans each question anew under row-level security, which takes longer than finding one row. A question that
names its row, or the few rows of one matter, has one good plan whatever the values: it is prepared (`kernel.ask`).
"""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import (
    SQLAggregateCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)
from django.db.models.expressions import Col
from django.db.models.lookups import Exact, IsNull
from django.db.models.sql.constants import GET_ITERATOR_CHUNK_SIZE, MULTI, SINGLE
from django.db.models.sql.where import AND
from django.db.utils import DEFAULT_DB_ALIAS

from jiefen.kernel import ask

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]

_columns: dict[tuple[Any, str], tuple[Any, ...]] = {}
"""By a model's options and the alias."""
_quoted: dict[str, str] = {}
_converters: dict[int, tuple[Any, list[Any]]] = {}
"""By a field's identity: the field, so that it stays that one, and what converts its values."""


class SQLCompiler(compiler.SQLCompiler):
    """Django's, remembering what is the same in every statement."""

    def get_default_columns(
        self, select_mask: Any, start_alias: Any = None, opts: Any = None, from_parent: Any = None
    ) -> Any:
        """All columns of a model at one alias; the long way where only some are asked for, or a model has parents."""
        if select_mask or from_parent:
            return super().get_default_columns(select_mask, start_alias, opts, from_parent)
        opts = opts or self.query.get_meta()
        alias = start_alias or self.query.get_initial_alias()
        kept = _columns.get((opts, alias))
        if kept is None:
            found: list[Any] = super().get_default_columns(select_mask, alias, opts, from_parent)  # type: ignore[assignment]
            if any(col.alias != alias for col in found):
                return found
            kept = _columns[opts, alias] = tuple(found)
        return list(kept)

    def compile(self, node: Any) -> Any:
        """A column, without asking it how it is spelt; anything else as ever."""
        if node.__class__ is Col and node.alias:
            name: Any = node.target.column
            column = _quoted.get(name) or _quoted.setdefault(name, self.connection.ops.quote_name(name))
            return f"{self.quote_name_unless_alias(node.alias)}.{column}", []
        return super().compile(node)

    def _order_by_pairs(self) -> Any:
        """Where the order names plain fields and no column selected has a name of its own, none of them can be what the
        order means: Django need not look at each."""
        query, selected = self.query, self.select
        ordering = query.order_by or (getattr(query.get_meta(), "ordering", ()) if query.default_ordering else ())
        named = query.combinator or query.extra_order_by or any(alias for _col, _sql, alias in selected or ())
        if named or not all(isinstance(field, str) for field in ordering):
            return super()._order_by_pairs()
        self.select = None
        try:
            return list(super()._order_by_pairs() or ())
        finally:
            self.select = selected

    def get_converters(self, expressions: Any) -> Any:
        """What converts the values of each column; a plain column asks its field once."""
        found: dict[int, Any] = {}
        at = 0
        for one in expressions:
            if one.__class__ is Col and one.target is one.output_field:
                field = one.target
                kept = _converters.get(id(field))
                if kept is None:
                    kept = _converters[id(field)] = (
                        field,
                        self.connection.ops.get_db_converters(one) + one.get_db_converters(self.connection),
                    )
                if kept[1]:
                    found[at] = (kept[1], one)
                at += 1
                continue
            for n, converters in super().get_converters([one]).items():
                found[at + n] = converters
            at += len(one) if hasattr(one, "__len__") else 1
        return found

    def execute_sql(
        self, result_type: Any = MULTI, chunked_fetch: bool = False, chunk_size: int = GET_ITERATOR_CHUNK_SIZE
    ) -> Any:
        """Asked as a prepared question where it names its rows; as ever where not."""
        if chunked_fetch or result_type not in (MULTI, SINGLE) or not self._names_its_rows():
            return super().execute_sql(result_type, chunked_fetch, chunk_size)
        try:
            sql, values = self.as_sql()
        except EmptyResultSet:
            return iter([]) if result_type == MULTI else None
        if result_type == SINGLE:
            one = ask.row(sql, values)
            return one[: self.col_count] if one else None
        rows = ask.rows(sql, values)
        if self.has_extra_select:
            rows = [row[: self.col_count] for row in rows]
        return [rows] if rows else []

    def _names_its_rows(self) -> bool:
        """All conditions are plain equalities (so the statement is a constant), and one of them names a single row, or the
        matter that the rows are parts of (a model that says `PARTS_ARE_FEW`)."""
        query = self.query
        where: Any = query.where
        if (
            query.annotations or query.extra or query.combinator or query.explain_info
            or where.connector != AND or where.negated or self.using != DEFAULT_DB_ALIAS
        ):  # fmt: skip
            return False
        named = False
        for one in where.children:
            if not isinstance(one, Exact | IsNull) or one.lhs.__class__ is not Col:
                return False
            if isinstance(one, IsNull):
                continue
            if hasattr(one.rhs, "as_sql") or isinstance(one.rhs, list | tuple | dict):
                return False
            field = one.lhs.target
            if field.unique or (field.remote_field and getattr(field.remote_field.model, "PARTS_ARE_FEW", False)):
                named = named or one.lhs.alias == query.base_table
        return named
