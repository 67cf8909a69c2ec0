"""Where kept models stand: numbered files with their cards in `JIEFEN_HOME/models`, and which of them is in use.

Nothing is overwritten; putting in use and taking back only change one small file, written whole or not at all.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .card import markdown
from .model import BadModel, Model, load, save

IN_USE = "in-use.json"
_SECONDS = 5.0


@dataclass
class Shelf:
    """A folder of models."""

    folder: Path

    def versions(self) -> list[int]:
        """The numbers kept, oldest first."""
        return sorted(int(p.stem.split("-")[1]) for p in self.folder.glob("kind-*.model") if p.stem[5:].isdigit())

    def path(self, version: int, ending: str = "model") -> Path:
        return self.folder / f"kind-{version:04d}.{ending}"

    def keep(self, model: Model, card: dict[str, Any], label: Any = str) -> int:
        """Put a model on the shelf under the next number, with its cards. Not yet in use."""
        self.folder.mkdir(parents=True, exist_ok=True)
        version = max(self.versions(), default=0) + 1
        size = save(replace(model, about={**model.about, "version": version}), self.path(version))
        card = {**card, "version": version, "bytes": size}
        self.path(version, "json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", "utf-8")
        self.path(version, "md").write_text(markdown(card, label), "utf-8")
        return version

    def card(self, version: int) -> dict[str, Any]:
        """The card of a version; empty where there is none."""
        try:
            found = json.loads(self.path(version, "json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def history(self) -> list[int]:
        """Versions put in use, the present one last; 0 means the word list alone."""
        try:
            said = json.loads((self.folder / IN_USE).read_text("utf-8"))
            return [int(v) for v in said["history"]]
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def in_use(self) -> int:
        """The version in use; 0 where none is."""
        return (self.history() or [0])[-1]

    def use(self, version: int) -> None:
        """Put a kept version in use (0: the word list alone). Raises BadModel when it cannot be opened."""
        if version:
            load(self.path(version))
        self._write([*self.history(), version])

    def undo(self) -> int:
        """Back to what was in use before; returns its number (0: the word list alone). Nothing to undo: stays at 0."""
        before = self.history()[:-1]
        self._write(before)
        return (before or [0])[-1]

    def _write(self, history: list[int]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f"{IN_USE}.{os.getpid()}"
        draft.write_text(json.dumps({"history": history}) + "\n", "utf-8")
        draft.replace(self.folder / IN_USE)

    def stamp(self) -> Any:
        """Changes when another version is put in use."""
        try:
            found = (self.folder / IN_USE).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def open(self) -> Model | None:
        """The model in use; None where there is none or its file is gone: then the word list answers."""
        version = self.in_use()
        if not version:
            return None
        try:
            return load(self.path(version))
        except BadModel:
            return None


_open: dict[Path, tuple[float, Any, Model | None]] = {}


def current(folder: Path) -> Model | None:
    """The model in use in a folder, opened once and looked after every few seconds."""
    hit = _open.get(folder)
    if hit and hit[0] > time.monotonic():
        return hit[2]
    shelf = Shelf(folder)
    stamp = shelf.stamp()
    model = hit[2] if hit and hit[1] == stamp else shelf.open() if stamp else None
    _open[folder] = (time.monotonic() + _SECONDS, stamp, model)
    return model


def forget() -> None:
    """Look again at once: after a change in this process, and between tests."""
    _open.clear()
