"""Suggestions worked out beside us: helper processes that know the rules and no database.

    python -m jiefen.channels.ledger.sorter     reads pickles on its standard input, answers on its standard output

They import the rules alone, so they start in a third of a second, and end by themselves when the pipe to their parent
closes, also after a kill -9 of the parent.
"""

import contextlib
import gc
import json
import os
import pickle
import queue
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

from jiefen.intake.drafts import title_of
from jiefen.triage.rules import Gazetteer, Tables, suggest

Ask = tuple[str, str, str, int | None, Mapping[str, Any], str]
"""text, subject, code of the area it was taken in at, number of people, what the rules need to know of its day, the
teller's name."""
Answer = tuple[str, str, tuple[str, ...], bool, str]
"""The suggestion's codes as JSON, the place's code, the firm marks, whether it is sealed, what a list may show of it."""
PIECE = 64
_json = json.JSONEncoder(separators=(",", ":")).encode


def answers(asks: Sequence[Ask], tables: Tables, gazetteer: Gazetteer) -> list[Answer]:
    """Suggestions in the shape that travels. First all of them, then all titles: the same steps over and over stay in the
    processor's caches, and names are found twice as fast."""
    made = [
        suggest(text, subject=subject, tables=tables, gazetteer=gazetteer, home=home, people=people, **day)
        for text, subject, home, people, day, _name in asks
    ]
    titles = [title_of(subject, text, [name]) for text, subject, _home, _people, _day, name in asks]
    return [
        (
            _json(one.to_codes()), one.place.code if one.place else "", tuple([f.name for f in one.flags if f.firm]),
            one.route.sealed, title,
        )
        for one, title in zip(made, titles, strict=True)
    ]  # fmt: skip


class _Helper:
    """One helper process: what we write to it and what it writes to us."""

    def __init__(self, pid: int, to: BinaryIO, back: BinaryIO, process: "subprocess.Popen[bytes] | None" = None):
        self.pid, self.to, self.back, self.process = pid, to, back, process

    def end(self) -> None:
        for pipe in (self.to, self.back):
            with contextlib.suppress(OSError):
                pipe.close()
        if self.process:
            self.process.wait()
        else:
            os.waitpid(self.pid, 0)


def _started(tables: Tables, gazetteer: Gazetteer) -> _Helper:
    """A new interpreter: anywhere, from any thread; a third of a second until it is ready."""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    process = subprocess.Popen(
        [sys.executable, "-m", "jiefen.channels.ledger.sorter"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
    )
    assert process.stdin and process.stdout
    return _Helper(process.pid, process.stdin, process.stdout, process)  # type: ignore[arg-type]


def _forked(tables: Tables, gazetteer: Gazetteer) -> _Helper:
    """A copy of this process, with everything loaded: ready at once. Only where nothing else runs in it (a command), for
    a copy has none of the other threads and must not wait for what they hold."""
    ask_read, ask_write = os.pipe()
    back_read, back_write = os.pipe()
    pid = os.fork()
    if pid:
        os.close(ask_read)
        os.close(back_write)
        return _Helper(pid, open(ask_write, "wb"), open(back_read, "rb"))
    try:
        # Nothing of ours but the two pipes: neither the database's connection, nor the other helpers' pipes, which
        # would keep those from seeing that we are gone.
        for number in [int(n) for n in os.listdir("/proc/self/fd")]:
            if number > 2 and number not in (ask_read, back_write):
                with contextlib.suppress(OSError):
                    os.close(number)
        _serve(open(ask_read, "rb"), open(back_write, "wb"), tables, gazetteer)  # noqa: SIM115
    finally:
        os._exit(0)


class Sorters:
    """Helper processes, as many as asked for; with none, the work is done here when the answer is asked for."""

    def __init__(self, tables: Tables, gazetteer: Gazetteer, *, helpers: int, fork: bool = False):
        self._here = (tables, gazetteer)
        self._free: queue.SimpleQueue[_Helper] = queue.SimpleQueue()
        self._all: list[_Helper] = []
        self._threads: ThreadPoolExecutor | None = None
        if not helpers:
            return
        if fork:
            title_of("兰秀英来了", "")  # its dictionary is loaded once, before there are copies
            gc.freeze()  # the copies then share what is loaded, instead of copying it as soon as they count references
            self._all = [_forked(tables, gazetteer) for _ in range(helpers)]
            gc.unfreeze()
            for helper in self._all:
                self._free.put(helper)
        else:
            self._all = [_started(tables, gazetteer) for _ in range(helpers)]
        self._threads = ThreadPoolExecutor(helpers)
        if not fork:
            blob = pickle.dumps((tables, gazetteer), protocol=5)
            for helper in self._all:
                self._threads.submit(self._begin, helper, blob)

    def _begin(self, helper: _Helper, blob: bytes) -> None:
        helper.to.write(blob)
        helper.to.flush()
        self._free.put(helper)

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
            out += piece.result() if isinstance(piece, Future) else answers(piece, *self._here)
        return out

    def _send(self, piece: list[Ask]) -> list[Answer]:
        helper = self._free.get(timeout=60)
        try:
            pickle.dump(piece, helper.to, protocol=5)
            helper.to.flush()
            found: list[Answer] = pickle.load(helper.back)
        except (OSError, EOFError, pickle.UnpicklingError) as died:
            raise RuntimeError("a helper process died; run the import again, it goes on where it stopped") from died
        self._free.put(helper)
        return found

    def __enter__(self) -> "Sorters":
        return self

    def __exit__(self, *_: Any) -> None:
        if self._threads:
            self._threads.shutdown(cancel_futures=True)
        for helper in self._all:
            helper.end()


def _serve(source: BinaryIO, out: BinaryIO, tables: Tables, gazetteer: Gazetteer) -> None:
    """Answer pieces until the pipe closes."""
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            pickle.dump(answers(pickle.load(source), tables, gazetteer), out, protocol=5)
            out.flush()


def main() -> None:
    """In an interpreter of its own: the first message is the tables and the gazetteer."""
    try:
        tables, gazetteer = pickle.load(sys.stdin.buffer)
    except EOFError:
        return
    _serve(sys.stdin.buffer, sys.stdout.buffer, tables, gazetteer)
    os._exit(0)


if __name__ == "__main__":
    main()
