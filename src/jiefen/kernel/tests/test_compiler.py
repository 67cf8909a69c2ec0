"""Our compiler spells every statement as Django's does, to the letter."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.backends.postgresql.compiler import SQLCompiler as Plain
from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.db.models.sql.constants import MULTI
from django.db.models.sql.query import Query

from jiefen.cases.models import Case, Step
from jiefen.kernel.postgresql.compiler import SQLCompiler
from jiefen.kernel.scope import scope

MODELS = [model for model in apps.get_models() if model._meta.managed]


def asked(model: type[Model]) -> Iterator[QuerySet[Any]]:
    """Questions of each shape that the house asks."""
    rows = model._default_manager.all()
    keys = [f.name for f in model._meta.fields if f.many_to_one]
    names = [f.name for f in model._meta.concrete_fields if f.concrete and f.column]
    pk = names[0]
    yield rows
    yield rows.filter(**{pk: F(names[-1])})
    yield rows.order_by("pk").reverse()[:50]
    yield rows.order_by(*(f"-{name}" for name in names[:3]))
    yield rows.order_by(F(pk).desc(nulls_last=True), Lower(names[-1]))
    yield rows.only(pk)
    yield rows.defer(names[-1]).order_by(pk)
    yield rows.values(pk, names[-1]).order_by(names[-1])
    yield rows.values_list(pk, flat=True).distinct().order_by(pk)
    yield rows.annotate(n=Value(1), same=F(pk)).order_by("same", "-n")
    yield rows.values(names[-1]).annotate(n=Count("*")).order_by("-n")
    yield rows.filter(
        Exists(model._default_manager.filter(**{pk: OuterRef(pk)}).order_by("pk"))
        | Q(**{f"{pk}__in": rows.values(pk)[:2]})
    )
    yield rows.extra(select={"one": "1"}).order_by("one")
    yield rows.order_by().union(rows.order_by()).order_by(pk)
    yield rows.none()
    if keys:
        yield rows.select_related(*keys).order_by("pk")
        yield rows.select_related(*keys).filter(**{f"{keys[0]}__pk": F(pk)})
        yield rows.order_by(keys[0])
        yield rows.select_related(keys[0]).only(pk, f"{keys[0]}__pk")


def spelt(compiler: type[Any], query: Query) -> tuple[Any, ...]:
    """The statement, its values, and which columns are converted by what."""
    made = compiler(query, connection, "default")
    try:
        sql, values = made.as_sql()
    except Exception as no:  # what Django refuses, it refuses here in the same words
        return (type(no), str(no))
    converted = {
        at: [str(c) for c in ways] for at, (ways, _one) in made.get_converters([s[0] for s in made.select]).items()
    }
    return sql, tuple(values), converted, [alias for _one, _sql, alias in made.select], made.annotation_col_map


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_it_spells_what_django_spells(model):
    for rows in asked(model):
        once, twice = spelt(SQLCompiler, rows.query.clone()), spelt(SQLCompiler, rows.query.clone())
        assert once == twice == spelt(Plain, rows.query.clone())


@pytest.mark.rules
def test_the_house_asks_through_it():
    assert isinstance(MODELS[0]._default_manager.all().query.get_compiler("default"), SQLCompiler)


def answers(compiler: type[Any], rows: QuerySet[Any]) -> list[Any]:
    """What a compiler gets for a question, converted as the mapper converts it."""
    made = compiler(rows.query.clone(), connection, "default")
    return [tuple(row) for row in made.results_iter(made.execute_sql(MULTI))]


def prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_what_names_its_row_is_prepared_and_answers_the_same(county):
    case = county.case()
    with scope("worker"):
        row = Case.objects.select_related("key", "area", "lead_unit").filter(pk=case.pk)
        parts = Step.objects.filter(case=case.pk, at__isnull=False)
        for rows in (
            row,
            row.order_by("slug"),
            row.values("number", "flags", "opened_at"),
            parts.order_by("-seq"),
            parts,
        ):
            before = prepared()
            for size in (2**8, 2**20, 2**40):  # a number travels as small as it is
                answers(SQLCompiler, rows.filter(pk=size))
            assert answers(SQLCompiler, rows) == answers(Plain, rows) != []
            assert prepared() > before
        before = prepared()
        assert Case.objects.filter(is_open=True).first() == Case.objects.get(
            pk=case.pk, is_open=True
        )  # the second alone is
        assert prepared() == before + 1
        answers(SQLCompiler, Case.objects.filter(pk__in=[case.pk]))
        answers(SQLCompiler, Case.objects.exclude(pk=case.pk))
        answers(SQLCompiler, Case.objects.filter(pk=F("key__pk")))
        assert prepared() == before + 1
        with pytest.raises(Case.DoesNotExist):
            Case.objects.get(pk=2**40)
        assert answers(SQLCompiler, Case.objects.none().filter(pk=1)) == []
    with scope("staff"), pytest.raises(Case.DoesNotExist):
        Case.objects.get(pk=case.pk)  # the same statement, other eyes
