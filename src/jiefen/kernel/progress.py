"""How far long work has come. Verbs take a `progress(done, total)`; the terminal draws it, a test passes nothing."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Protocol, TextIO, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Told how many of how many are done; 0 for a total means nobody knows it."""

    def __call__(self, done: int, total: int = 0, /) -> None: ...


def silent(done: int, total: int = 0, /) -> None:
    """Says nothing."""


class Line:
    """One line on the terminal that is written over; one line every few seconds where there is no terminal."""

    def __init__(self, title: str, stream: TextIO | None = None, *, unit: str = "件"):
        self.title, self.unit = title, unit
        self.stream = stream or sys.stderr
        self.began = self.said = time.monotonic()
        self.drawn = False
        self._last = (0, 0)

    def __call__(self, done: int, total: int = 0, /) -> None:
        self._last = (done, total)
        now = time.monotonic()
        live = self.stream.isatty()
        if now - self.said >= (0.1 if live else 5):
            self.said = now
            self._write(now, end="" if live else "\n")

    def _write(self, now: float, end: str) -> None:
        done, total = self._last
        passed = now - self.began
        of = f"／{total}" if total else ""
        left = f"，约余{passed / done * (total - done):.0f}秒" if total and 0 < done < total else f"，{passed:.1f}秒"
        share = f" {done / total:4.0%}" if total else ""
        self.stream.write(f"\r\x1b[K{self.title}{share} {done}{of}{self.unit}{left}{end}" if self.stream.isatty()
                          else f"{self.title}{share} {done}{of}{self.unit}{left}{end}")  # fmt: skip
        self.stream.flush()
        self.drawn = True

    def close(self) -> None:
        """Draw the last state and go to the next line."""
        if self._last[0] or self.drawn:
            self._write(time.monotonic(), end="\n")

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def watched(things: Iterable[T], progress: Progress = silent, total: int = 0) -> Iterator[T]:
    """Go through things and tell how many are behind us."""
    done = 0
    for done, thing in enumerate(things, start=1):
        yield thing
        progress(done, total)
