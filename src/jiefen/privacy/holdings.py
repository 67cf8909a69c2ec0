"""What is kept about a matter, and what of it goes when the matter is destroyed.

Found from the models themselves, so that a table added tomorrow is not forgotten: every model that leads to a case or an
intake by its foreign keys, or names one by number (`intake`, `receipt`) or by word (`holder`, `subject`). Of its rows all
sealed or hashed columns and all free text are emptied; codes, numbers, days and people of the office stay, for the figures.

What stays although it looks like text is named in `STAYS` with the reason; a house test refuses a new column that is in
neither list. The chain of steps is never touched: it holds only what is sealed, and its key is destroyed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

LONG = 80
"""A column of characters this long may hold words; a shorter one holds codes, unless it is named in `GOES`."""

CHAINED = frozenset({"cases.Step", "mediation.LaneEntry"})
"""Rows that are only ever added, in the database itself; all that is personal in them is sealed."""

GOES = frozenset(
    {
        "cases.Case.outside_number", "intake.Intake.outside_number", "channels.OutsideNumber.number",
        "kernel.Reading.purpose", "triage.Alike.grams",
    }
)  # fmt: skip
"""Short columns that lead to words elsewhere, or that somebody writes in their own words."""

STAYS = {
    "intake.Intake.token_mark": "recognises the code, so that its holder gets an honest page; 65 random bits, nothing of anybody",
    "intake.Intake.flags": "codes from the vocabulary, counted by indicators",
    "intake.Intake.doors": "numbers of doors",
    "cases.Case.flags": "codes from the vocabulary, counted by indicators",
    "cases.Case.doors": "numbers of doors",
    "cases.Case.head": "the last hash of the chain",
    "mediation.Lane.head": "the last hash of the lane's chain",
    "mediation.Groundwork.bars": "labels from the vocabulary",
    "triage.TriageDecision.chosen": "codes: what was decided",
    "triage.TriageDecision.suggested": "codes: what the rules had said",
    "triage.TriageDecision.overruled": "names of what a person changed",
    "files.StoredFile.path": "a random name; the file itself is taken away",
    "files.StoredFile.kind": "what sort of file it was",
    "privacy.PersonalRequest.basis": "the source of a number of days",
    "privacy.DestructionItem.keys": "numbers of keys",
}
"""Columns that stay, each with its reason."""

ROOTS = ("cases.Case", "intake.Intake")
BY_NUMBER = ("intake", "receipt")
BY_WORD = ("holder", "subject")


@dataclass(frozen=True, slots=True)
class Held:
    """A model that holds something of a matter: the ways that lead from it to a case, to an intake, by number, by word."""

    model: type[models.Model]
    to_case: tuple[str, ...]
    to_intake: tuple[str, ...]
    by_number: tuple[str, ...]
    by_word: tuple[str, ...]

    @property
    def label(self) -> str:
        return self.model._meta.label

    def rows(self, cases: Sequence[int], intakes: Sequence[int]) -> "models.QuerySet[Any]":
        """Its rows of these matters. Where a row leads to a case, the case decides, and not whose receipt it names: the same
        person's receipt also stands in what was opened out of it."""
        mine, caseless = Q(pk__in=[]), Q()
        for way in self.to_case:
            mine |= Q(**{f"{way}__in": cases})
            caseless &= Q(**{f"{way}__isnull": True})
        named = Q(pk__in=[])
        for way in (*self.to_intake, *self.by_number):
            named |= Q(**{f"{way}__in": intakes})
        words = [f"case:{pk}" for pk in cases] + [f"intake:{pk}" for pk in intakes]
        for way in self.by_word:
            named |= Q(**{f"{way}__in": words})
        return self.model._default_manager.filter(mine | (caseless & named))


def _ours() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if m.__module__.startswith("jiefen.") and m._meta.managed]


@cache
def held() -> tuple[Held, ...]:
    """Every model that holds something of a matter, the cases and intakes themselves last."""
    ways: dict[type[models.Model], dict[str, list[str]]] = {}
    for label in ROOTS:
        root = apps.get_model(label)
        reached: dict[type[models.Model], list[str]] = {root: ["pk"]}
        grew = True
        while grew:
            grew = False
            for model in _ours():
                if model is root or model in reached:
                    continue
                steps = [
                    f.name if way == "pk" else f"{f.name}__{way}"
                    for f in model._meta.concrete_fields
                    if f.is_relation and f.related_model in reached and f.related_model is not model
                    and f.related_model._meta.label not in set(ROOTS) - {label}
                    for way in reached[f.related_model]  # type: ignore[index]
                ]  # fmt: skip
                if steps:
                    reached[model] = steps
                    grew = True
        for model, found in reached.items():
            ways.setdefault(model, {})[label] = found
    made = []
    loose = {m: _loose(m) for m in _ours() if any(_loose(m))}
    for model in _ours():
        numbers, words = loose.get(model, ((), ()))
        for f in model._meta.concrete_fields:
            if f.is_relation and f.related_model is not model and f.related_model in loose:
                numbers += tuple(f"{f.name}__{n}" for n in loose[f.related_model][0])
                words += tuple(f"{f.name}__{n}" for n in loose[f.related_model][1])
        to = ways.get(model, {})
        if to or numbers or words:
            made.append(
                Held(model, tuple(to.get("cases.Case", ())), tuple(to.get("intake.Intake", ())), numbers, words)
            )
    return tuple(sorted(made, key=lambda h: (h.label in ROOTS, h.label)))


def _loose(model: type[models.Model]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns by which a model names an intake by number, and a matter by word."""
    names = {f.name: f for f in model._meta.concrete_fields}
    numbers = tuple(n for n in BY_NUMBER if isinstance(names.get(n), models.BigIntegerField))
    return numbers, tuple(n for n in BY_WORD if isinstance(names.get(n), models.CharField))


def emptied(model: type[models.Model]) -> dict[str, Any]:
    """What the columns of a row become: name → value."""
    if model._meta.label in CHAINED:
        return {}
    return {f.name: _empty(f) for f in model._meta.concrete_fields if goes(model, f)}


def goes(model: type[models.Model], field: Any) -> bool:
    """Whether a column is emptied: everything sealed or hashed, free text, lists of words; unless `STAYS` says why not."""
    name = f"{model._meta.label}.{field.name}"
    if name in STAYS or field.primary_key or field.is_relation:
        return False
    return name in GOES or _may_hold_words(field)


def _may_hold_words(field: Any) -> bool:
    if isinstance(field, ArrayField):
        return not isinstance(field.base_field, models.IntegerField | models.DateField | models.BooleanField)
    if isinstance(field, models.BinaryField | models.TextField | models.JSONField | SearchVectorField):
        return True
    return isinstance(field, models.CharField) and not field.choices and (field.max_length or 999) > LONG


def _empty(field: Any) -> Any:
    if field.null:
        return None
    if isinstance(field, ArrayField):
        return []
    if isinstance(field, models.BinaryField):
        return b""
    if isinstance(field, models.JSONField):
        return field.get_default() if field.has_default() else {}
    return ""


def undeclared() -> Iterator[str]:
    """Names in the two lists that no column bears any more: a reason for something that is gone."""
    known = {f"{m._meta.label}.{f.name}" for m in _ours() for f in m._meta.concrete_fields}
    yield from sorted((GOES | STAYS.keys()) - known)
