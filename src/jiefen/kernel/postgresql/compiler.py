"""A third of what a page of ours costs is Django spelling out the columns of a model, one by one, for each question anew.
Here a model's columns, their quoted names and what converts their values are worked out once."""

from typing import Any

from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import (
    SQLAggregateCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)
from django.db.models.expressions import Col

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
