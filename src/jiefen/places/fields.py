"""The ltree type of PostgreSQL as a small field: one label a level, the label is the area's code."""

from typing import Any

from django.db import models


class LTreeField(models.Field):
    """A path such as `450399000000.450399101000.450399101200`; text in Python, `ltree` in the database."""

    description = "Path in a tree (ltree)"

    def db_type(self, connection: Any) -> str:
        return "ltree"

    def get_prep_value(self, value: Any) -> str | None:
        prepared = super().get_prep_value(value)
        return None if prepared is None else str(prepared)


class _PathLookup(models.Lookup):
    operator = ""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} {self.operator} ({right})::ltree", (*left_params, *right_params)


@LTreeField.register_lookup
class Within(_PathLookup):
    """`path__within=p`: p itself and everything below it."""

    lookup_name = "within"
    operator = "<@"


@LTreeField.register_lookup
class Above(_PathLookup):
    """`path__above=p`: p itself and everything it lies in."""

    lookup_name = "above"
    operator = "@>"
