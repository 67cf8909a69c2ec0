"""The migrated database holds what the models say: each column of its type, each index and constraint."""

import pytest
from django.apps import apps
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_as_the_models_say():
    missing = []
    with connection.cursor() as cursor:
        for model in (m for m in apps.get_models() if m._meta.managed and m.__module__.startswith("jiefen.")):
            table = model._meta.db_table
            cursor.execute(
                "SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute "
                "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
                [f'"{table}"'],
            )
            there = {name: (kind, strict) for name, kind, strict in cursor.fetchall()}
            wanted = {
                f.column: (kind_of(f.db_type(connection)), not f.null)
                for f in model._meta.local_concrete_fields
                if f.column
            }
            missing += [
                (table, name, there.get(name), said) for name, said in wanted.items() if there.get(name) != said
            ]
            held = connection.introspection.get_constraints(cursor, table)
            named = [one.name for one in (*model._meta.indexes, *model._meta.constraints)]
            missing += [(table, name) for name in named if name not in held]
            links = {tuple(c["columns"]) for c in held.values() if c["foreign_key"]}
            missing += [
                (table, f.column, "→") for f in model._meta.local_concrete_fields
                if f.remote_field and getattr(f, "db_constraint", False) and (f.column,) not in links
            ]  # fmt: skip
    assert missing == []


def kind_of(said: str | None) -> str:
    """As the server names a type."""
    said = (said or "").replace("varchar", "character varying")
    return "time without time zone" if said == "time" else said
