"""Nothing here is arranged by who complained: no address, list, export, count or record groups, sorts or follows a person."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.house.tree import lines, texts

pytestmark = pytest.mark.rules

OURS = "src/jiefen/"
# What an address may ask for, and what it means. Whoever needs another word writes here what it is; a person is none.
ASKED = {
    "a": "one assignment of the case at hand",
    "after": "where the page before ended",
    "again": "the questions of the legal road anew",
    "all": "the whole history of the case at hand",
    "area": "a place",
    "ask": "one request about the case at hand",
    "before": "where the page after begins",
    "case": "the case to join to",
    "centre": "an office",
    "channel": "how it came",
    "clock": "one kind of time limit",
    "code": "a receipt's or a reading's own code",
    "day": "a day",
    "flag": "a mark of harm to be helped",
    "for": "to serve the paper at hand",
    "gone": "offices closed",
    "id": "a rule of routing",
    "intake": "one receipt's number",
    "kind": "what a matter is about",
    "lead-unit": "an office",
    "measure": "which measure towards an office",
    "month": "a month",
    "next": "the page to come back to",
    "number": "the case to join to",
    "old": "an office or a place that ends",
    "only": "what still has to be done",
    "outcome": "how the call at hand went",
    "p": "one of the people in the case at hand",
    "paper": "one paper of the case at hand",
    "parent": "an office or a place",
    "part": "a part of the page",
    "party": "one of the people in the case at hand",
    "q": "a number, a code, a name of an office or of staff",
    "role": "a role of staff",
    "scale": "how large the letters are",
    "scope": "one of the reader's own lists",
    "shut": "staff who left",
    "state": "how far a matter is",
    "ticket": "one queue ticket",
    "type": "a sort of office",
    "unit": "an office",
    "week": "a week",
    "what": "a sort of change",
    "when": "how a time limit stands",
    "which": "one of the page's lists",
    "year": "a year",
}
MARKS_OF_PERSONS = re.compile(r"phone_blind|id_blind|second_mark|short_code|\bteller\b|\breceipt\b|\bof_person\b")
STAFF = re.compile(r"\b(?:by_id|responsible_id|named_id|first_asked_id|sponsor_id|taken_by_id|person_id)\b")


@cache
def _modules() -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (name, ast.parse(text))
        for name, text in texts(".py").items()
        if name.startswith(OURS) and "/tests/" not in name and "/migrations/" not in name and "GET" in text
    )


def _is_get(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "GET"


def _asked_in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every word that a module looks up in what an address asks for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_get(node.func.value):
            if node.func.attr in ("get", "getlist") and isinstance(node.args[0], ast.Constant):
                yield node.lineno, str(node.args[0].value)
        elif isinstance(node, ast.Subscript) and _is_get(node.value) and isinstance(node.slice, ast.Constant):
            yield node.lineno, str(node.slice.value)
        elif isinstance(node, ast.GeneratorExp | ast.DictComp | ast.ListComp) and any(map(_is_get, ast.walk(node))):
            for part in ast.walk(node.generators[0].iter):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield node.lineno, part.value


def test_no_address_asks_for_a_person():
    found = [
        f"{name}:{line}: ?{word}=" for name, tree in _modules() for line, word in _asked_in(tree) if word not in ASKED
    ]
    assert not found, f"say in ASKED what it means, if it is no person: {found}"


def test_what_it_looks_for_is_found():
    asked = {word for _name, tree in _modules() for _line, word in _asked_in(tree)}
    assert {"scope", "when", "state", "kind", "area", "after"} <= asked


ARRANGED = re.compile(r"(?i)\b(group by|order by|partition by)\b([^;)\n]*)")
ARRANGED_BY_ORM = re.compile(r"\.(?:values|values_list|order_by|annotate)\(([^)]*)\)")


def test_no_question_to_the_database_is_arranged_by_a_person():
    found = []
    for name, n, line in lines(".py", ".sql"):
        if not name.startswith(OURS) or "/tests/" in name or "/migrations/" in name:
            continue
        for clause in ARRANGED.finditer(line):
            if MARKS_OF_PERSONS.search(clause.group(2)):
                found.append(f"{name}:{n}: {line.strip()[:100]}")
        if ".order_by(" in line and any(
            MARKS_OF_PERSONS.search(c.group(1)) for c in re.finditer(r"\.order_by\(([^)]*)\)", line)
        ):
            found.append(f"{name}:{n}: {line.strip()[:100]}")
    assert not found, found


def test_no_count_is_made_by_person_neither_of_residents_nor_of_staff():
    found = []
    for name, n, line in lines(".py", ".sql"):
        if not name.startswith(OURS + "analytics/") or "/tests/" in name or "/migrations/" in name:
            continue
        for clause in ARRANGED.finditer(line):
            if MARKS_OF_PERSONS.search(clause.group(2)) or STAFF.search(clause.group(2)):
                found.append(f"{name}:{n}: {line.strip()[:100]}")
        by = [m.group(1) for m in ARRANGED_BY_ORM.finditer(line)] if ".annotate(" in line else []
        if any(MARKS_OF_PERSONS.search(one) or STAFF.search(one) for one in by):
            found.append(f"{name}:{n}: {line.strip()[:100]}")
    assert not found, found


NAMED_FOR_A_REASON = {"analytics.LedgerExport.person": "who took the export out, on whose mark it is"}


def test_the_records_that_counts_are_kept_in_name_nobody():
    from django.apps import apps

    people = {"people.Person", "cases.Party"}
    for model in apps.get_app_config("analytics").get_models():
        for field in model._meta.get_fields():
            if f"{model._meta.label}.{field.name}" in NAMED_FOR_A_REASON:
                continue
            related = field.related_model
            assert related is None or related._meta.label not in people, f"{model._meta.label}.{field.name}"
            assert not MARKS_OF_PERSONS.search(field.name), f"{model._meta.label}.{field.name}"


def test_marks_of_persons_lie_only_with_the_intake_and_the_case():
    from django.apps import apps

    found = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.name.endswith("_blind")
    }
    assert found <= {"intake.Intake", "cases.Party"}, found


GRAINS = {
    "intake", "case", "complainant", "assignment", "obligation", "grid", "visit", "call", "meeting", "paper", "warning",
    "dossier", "unit", "any",
}  # fmt: skip


def test_no_indicator_counts_what_one_person_did():
    import yaml

    indicators = yaml.safe_load((texts("indicators.yaml")).popitem()[1])["indicators"]
    for name, one in indicators.items():
        assert one["grain"] in GRAINS, f"{name}: counted by {one['grain']}"
        said = " ".join(str(v) for v in one.values())
        assert not re.search(r"人均|每人|个人排名|重点人|上访次数|访次排名|越级", said), name


def test_nobody_can_subscribe_to_a_person():
    """No record of ours joins a reader to a person or a mark of one, to be told when they come again."""
    from django.apps import apps

    words = re.compile(r"(?i)subscri|watch|follower|alert_?on|track")
    found = [model._meta.label for model in apps.get_models() if words.search(model.__name__)]
    assert not found, found
