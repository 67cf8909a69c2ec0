"""The backend that `DATABASES` names."""

from typing import Any

from django.db import models
from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.backends.postgresql.schema import DatabaseSchemaEditor


class Operations(DatabaseOperations):
    """Django's, with our compiler."""

    compiler_module = "jiefen.kernel.postgresql.compiler"


class SchemaEditor(DatabaseSchemaEditor):
    """Django's, without the second index it makes beside that of each unique or indexed text, for `LIKE 'beginning%'`. No list
    of ours asks so, and each costs every row that is written."""

    def _create_like_index_sql(self, model: type[models.Model], field: Any) -> None:
        return None


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with our operations and our schema editor."""

    ops_class = Operations
    SchemaEditorClass = SchemaEditor
