"""Suggestions worked out beside us: helper processes that know the rules and no database.

    python -m jiefen.channels.ledger.sorter     reads pickles on its standard input, answers on its standard output

They import the rules alone, so they start in a third of a second, and end by themselves when the pipe to their parent
closes, also after a kill -9 of the parent.
"""

import json
import os
import pickle
import queue
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from jiefen.triage.rules import Gazetteer, Tables, suggest

Ask = tuple[str, str, str, int | None]
"""text, subject, code of the area it was taken in at, number of people."""
Answer = tuple[str, str, tuple[str, ...], bool]
"""The suggestion's codes as JSON, the place's code, the firm marks, whether it is sealed."""
PIECE = 64


def answer(ask: Ask, tables: Tables, gazetteer: Gazetteer) -> Answer:
    """One suggestion in the shape that travels."""
    text, subject, home, people = ask
    made = suggest(text, subject=subject, tables=tables, gazetteer=gazetteer, home=home, people=people)
    codes = json.dumps(made.to_codes(), separators=(",", ":"))
    firm = tuple(f.name for f in made.flags if f.firm)
    return codes, made.place.code if made.place else "", firm, made.route.sealed


class Sorters:
    """As many helper processes as there are cores; with none, the work is done here when the answer is asked for."""

    def __init__(self, tables: Tables, gazetteer: Gazetteer, *, helpers: int):
        self._here = (tables, gazetteer)
        self._free: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
        self._threads = ThreadPoolExecutor(helpers) if helpers else None
        env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
        self._all = [
            subprocess.Popen(
                [sys.executable, "-m", "jiefen.channels.ledger.sorter"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env,
            )
            for _ in range(helpers)
        ]  # fmt: skip
        if helpers:
            blob = pickle.dumps((tables, gazetteer), protocol=5)
            for process in self._all:
                assert self._threads
                self._threads.submit(self._begin, process, blob)

    def _begin(self, process: "subprocess.Popen[bytes]", blob: bytes) -> None:
        assert process.stdin
        process.stdin.write(blob)
        process.stdin.flush()
        self._free.put(process)

    def ask(self, asks: Sequence[Ask]) -> list["Future[list[Answer]] | list[Ask]"]:
        """Begin on some texts. Give what comes back to `collect`."""
        pieces = [list(asks[n : n + PIECE]) for n in range(0, len(asks), PIECE)]
        if self._threads is None:
            return pieces  # type: ignore[return-value]
        return [self._threads.submit(self._send, piece) for piece in pieces]

    def collect(self, begun: Sequence["Future[list[Answer]] | list[Ask]"]) -> list[Answer]:
        """The answers, in the order asked. Raises RuntimeError when a helper died."""
        out: list[Answer] = []
        for piece in begun:
            out += piece.result() if isinstance(piece, Future) else [answer(a, *self._here) for a in piece]
        return out

    def _send(self, piece: list[Ask]) -> list[Answer]:
        process = self._free.get(timeout=60)
        assert process.stdin and process.stdout
        try:
            pickle.dump(piece, process.stdin, protocol=5)
            process.stdin.flush()
            found: list[Answer] = pickle.load(process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as died:
            raise RuntimeError("a helper process died; run the import again, it goes on where it stopped") from died
        self._free.put(process)
        return found

    def __enter__(self) -> "Sorters":
        return self

    def __exit__(self, *_: Any) -> None:
        if self._threads:
            self._threads.shutdown(cancel_futures=True)
        for process in self._all:
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
            process.wait()


def main() -> None:
    """Answer pieces until the pipe closes. The first message is the tables and the gazetteer."""
    source, out = sys.stdin.buffer, sys.stdout.buffer
    try:
        tables, gazetteer = pickle.load(source)
        while True:
            pickle.dump([answer(a, tables, gazetteer) for a in pickle.load(source)], out, protocol=5)
            out.flush()
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        os._exit(0)


if __name__ == "__main__":
    main()
