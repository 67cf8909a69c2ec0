"""Who calls whom in the project, by name as written: to prove that something is reached only through verbs that are raced."""

import ast
from collections import defaultdict
from collections.abc import Set
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

ENTRIES = ("desk", "cli", "config", "management", "jobs", "views", "urls")
"""Parts of a module's name that say: here somebody comes in from outside, by a page, a command, a job."""

Defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Callers:
    """Of every public or private function below `source`: the functions that name it."""

    def __init__(self, source: Path):
        self.of: dict[str, set[str]] = defaultdict(set)
        for path in sorted(source.rglob("*.py")):
            parts = path.relative_to(source).with_suffix("").parts
            if not {"tests", "migrations"} & set(parts):
                self._read(path, ".".join(parts).removesuffix(".__init__"))

    def _read(self, path: Path, module: str) -> None:
        tree = ast.parse(path.read_text("utf-8"))
        known: dict[str, Any] = _imported(tree)
        known |= {one.name: f"{module}.{one.name}" for one in tree.body if isinstance(one, Defined)}
        for top in tree.body:
            if isinstance(top, ast.ImportFrom | ast.Import):
                continue
            within = f"{module}.{getattr(top, 'name', '<module>')}"
            inside = known | _imported(top)
            for node in ast.walk(top):
                if isinstance(node, ast.Name) and node.id in inside:
                    self._note(inside[node.id], within)
                elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    there = inside.get(node.value.id)
                    if isinstance(there, ModuleType):  # a function of a module that was imported whole
                        self._note(_where(getattr(there, node.attr, None)), within)

    def _note(self, named: object, within: str) -> None:
        if isinstance(named, str) and named != within:
            self.of[named].add(within)

    def from_outside(self, verb: str, raced: Set[str]) -> list[str]:
        """Pages, commands and jobs from which one comes to `verb` without passing any of `raced`."""
        seen, todo = {verb}, [verb]
        while todo:
            for caller in self.of[todo.pop()] - raced - seen:
                seen.add(caller)
                todo.append(caller)
        return sorted(one for one in seen - {verb} if set(one.split(".")[:-1]) & set(ENTRIES))


def _where(one: Any) -> str:
    """Where something was written, not where it is handed on."""
    return f"{getattr(one, '__module__', '')}.{getattr(one, '__name__', '')}".removeprefix("jiefen.")


def _imported(tree: ast.AST) -> dict[str, Any]:
    """Names that are imported from the project: modules, and of all else where it was written."""
    found: dict[str, Any] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("jiefen"):
            continue
        there = import_module(str(node.module))
        for alias in node.names:
            one = getattr(there, alias.name, None)
            if one is None and find_spec(f"{node.module}.{alias.name}"):
                one = import_module(f"{node.module}.{alias.name}")
            found[alias.asname or alias.name] = one if isinstance(one, ModuleType) else _where(one)
    return found
