"""Migrations from nothing in a third of the time, with the same schema to the last index and policy (compared once whole;
`tests/test_schema.py` compares it with the models at each run).

Before each operation Django draws anew every model that is linked to the one it changes, and to those, and so on: in a house
where nearly all models hang together, all of them, hundreds of times. A new model, an index, a constraint, a plain column or
a new link to one other row changes nothing in the tables of the others, so here only the model itself is drawn anew; whatever
changes a link or takes one away goes Django's own way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState
from django.db.models import ForeignKey


@contextmanager
def quick_migrate() -> Iterator[None]:
    """Within this, migrations draw no more models than they must. The schema they make is the same."""
    thorough = ProjectState._find_reload_model  # type: ignore[attr-defined]
    add_field = ProjectState.add_field
    linking = False

    def linked(state: Any, app_label: str, model_name: str, name: str, field: Any, preserve_default: bool) -> None:
        nonlocal linking
        linking = isinstance(field, ForeignKey)
        try:
            add_field(state, app_label, model_name, name, field, preserve_default)
        finally:
            linking = False

    def alone(state: Any, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
        fresh = model_name not in state.apps.all_models.get(app_label, {})
        if delay or fresh or linking:  # Django itself says `delay` where no link is touched
            return {(app_label, model_name)}
        found: set[tuple[str, str]] = thorough(state, app_label, model_name, delay)
        return found

    ProjectState._find_reload_model = alone  # type: ignore[attr-defined]
    ProjectState.add_field = linked  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        ProjectState._find_reload_model = thorough  # type: ignore[attr-defined]
        ProjectState.add_field = add_field  # type: ignore[method-assign]
