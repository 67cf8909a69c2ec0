"""The backend that `DATABASES` names."""

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations


class Operations(DatabaseOperations):
    """Django's, with our compiler."""

    compiler_module = "jiefen.kernel.postgresql.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with our operations."""

    ops_class = Operations
