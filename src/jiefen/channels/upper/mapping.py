"""The systems above us as data: which matters go there, under what number, and which of our fields is which of theirs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "systems"
KEYS = frozenset({"system", "label", "procedures", "number", "columns", "mark", "basis"})
COLUMN_KEYS = frozenset({"name", "label", "from", "required", "words"})


class BadSystem(ValueError):
    """The file of a system has a fault; the message names every one."""


@dataclass(frozen=True, slots=True)
class Column:
    """One field of theirs: its label, our field it is filled from, and their words for ours."""

    name: str
    label: str
    source: str
    required: bool = False
    words: Mapping[str, str] | None = None

    def value(self, ours: Mapping[str, Any]) -> str:
        """Our value in their words; several are numbered lines; empty where nobody wrote anything."""
        value = ours.get(self.source, "")
        if isinstance(value, list | tuple):
            return "\n".join(f"{n}. {one}" for n, one in enumerate(value, 1)) if len(value) > 1 else str(*value)
        return (self.words or {}).get(str(value), str(value))


@dataclass(frozen=True, slots=True)
class System:
    """A system above. `pattern` is what one of its numbers looks like."""

    name: str
    label: str
    procedures: frozenset[str]
    number_label: str
    pattern: re.Pattern[str]
    says: str
    columns: tuple[Column, ...]
    mark: str

    def accepts(self, number: str) -> bool:
        return bool(self.pattern.fullmatch(number))


def read_system(body: Mapping[str, Any]) -> System:
    """A system from its data. Raises BadSystem naming every fault."""
    faults = [f"不认得“{key}”" for key in sorted(set(body) - KEYS)] + [
        f"没有写{key}" for key in sorted(KEYS - set(body))
    ]
    columns = body.get("columns") or []
    for row in columns:
        faults += [f"栏目里不认得“{key}”" for key in sorted(set(row) - COLUMN_KEYS)]
        faults += [f"栏目没有写{key}" for key in ("name", "label", "from") if not row.get(key)]
    labels = [row.get("label") for row in columns]
    faults += [f"栏目“{label}”写了两次" for label in sorted({x for x in labels if x and labels.count(x) > 1})]
    if faults:
        raise BadSystem("；".join(faults))
    number = body["number"]
    return System(
        name=body["system"], label=body["label"], procedures=frozenset(body["procedures"]),
        number_label=number["label"], pattern=re.compile(number["pattern"]), says=number["says"], mark=body["mark"],
        columns=tuple(
            Column(r["name"], r["label"], r["from"], bool(r.get("required")), r.get("words")) for r in columns
        ),
    )  # fmt: skip


@lru_cache(maxsize=1)
def systems() -> dict[str, System]:
    """The systems that come with Jiefen, by name."""
    found = (read_system(yaml.safe_load(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.yaml")))
    return {system.name: system for system in found}


def systems_for(procedure: str) -> list[System]:
    """Those that want matters of a procedure."""
    return [system for system in systems().values() if procedure in system.procedures]
