"""How well the marks of urgent harm are found: two samples of sentences that two readers labelled blind, and alarms on all
messages. The rules were mended after looking at the first sample; the second they have never seen.

The labels name a sentence by file, id and number; its text stays where the real data lie (JIEFEN_DATA) and is never kept.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from jiefen.cli.suggest import day_of
from jiefen.triage.rules import Tables
from jiefen.triage.rules.harm import Flag, find
from jiefen.triage.rules.text import fold_points

SEEN, UNSEEN = (Path(__file__).with_name(name) for name in ("harm_labels.csv", "harm_labels_second.csv"))
BODY = {"messages": "detail", "replied": "detail", "labelled": "text"}
RECALL_ANCHOR, ALARM_ANCHOR = 0.95, 40.0
"""Ninety-five in a hundred sentences found; at most forty alarms in a thousand messages."""
FIRST = ("急难：查全率，两位读者都标（第一次测，2026-11-22）", "12 / 21 = 57.14 %；任一位 13 / 27 = 48.15 %")


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts, never texts. `missed` are (file, id, sentence) of sentences that both readers marked and the rules did not."""

    sentences: int
    both: int
    both_found: int
    either: int
    either_found: int
    neither: int
    neither_rung: int
    agreed: float
    kappa: float
    messages: int
    alarms: int
    marks: dict[str, int] = field(default_factory=dict)
    missed: tuple[tuple[str, str, str], ...] = ()
    missed_either: tuple[tuple[str, str, str], ...] = ()

    @property
    def recall(self) -> float:
        """Of what both readers marked."""
        return self.both_found / self.both if self.both else 0.0

    @property
    def recall_either(self) -> float:
        """Of what at least one reader marked."""
        return self.either_found / self.either if self.either else 0.0

    @property
    def per_thousand(self) -> float:
        """Alarms per thousand messages."""
        return 1000 * self.alarms / self.messages if self.messages else 0.0

    def rows(self, sample: str) -> list[tuple[str, str, str, bool | None]]:
        """(what, seen, anchor, reached) of one sample for the table of figures; `sample` says which."""
        seen = [
            (f"急难：查全率，两位读者都标（{sample}）", self.both_found, self.both, self.recall),
            (f"急难：查全率，任一位读者标（{sample}）", self.either_found, self.either, self.recall_either),
        ]
        return [(what, f"{a} / {b} = {100 * r:.2f} %", "≥ 95 %", r >= RECALL_ANCHOR) for what, a, b, r in seen]

    def alarm_row(self) -> tuple[str, str, str, bool | None]:
        """The same for the alarms on all messages."""
        said = f"{self.alarms} / {self.messages} = 每千件 {self.per_thousand:.2f}"
        return ("急难：全部来件的报警", said, "每千件 ≤ 40", self.per_thousand <= ALARM_ANCHOR)


def urgent(text: str, subject: str, tables: Tables, *, today: date | None = None) -> tuple[Flag, ...]:
    """Marks that would call the duty person, as the desk works them out on the day `today`."""
    whole, points = fold_points(f"{subject}\n{text}")
    near = bool(tables.festivals.near(today))
    found = find(whole, len(subject) + 1, tables.scanner.scan(whole, points), tables, holiday=near, today=today)
    return tuple(f for f in found if f.urgent)


def figures(folder: Path, labels: Path, tables: Tables | None = None) -> Figures:
    """Figures of one sample on the data of `folder` (labelled.csv, messages.csv, replied.csv). Raises FileNotFoundError where it is not
    there, KeyError where a labelled sentence is no longer found."""
    tables = tables or Tables.load()
    wanted = _labels(labels)
    texts = dict(_sentences(folder, {key[:2] for key in wanted}))
    rung = {key: bool(urgent(texts[key], "", tables)) for key in wanted}
    both = [k for k, (a, b) in wanted.items() if a and b]
    either = [k for k, (a, b) in wanted.items() if a or b]
    neither = [k for k, (a, b) in wanted.items() if not (a or b)]
    alarms, messages, marks = 0, 0, Counter[str]()
    for row in _rows(folder, "messages"):
        found = urgent(row["detail"] or "", row["subject"] or "", tables, today=day_of(row["time"]))
        messages += 1
        alarms += bool(found)
        marks.update(f.name for f in found)
    same = sum(a == b for a, b in wanted.values()) / len(wanted)
    return Figures(
        len(wanted), len(both), sum(rung[k] for k in both), len(either), sum(rung[k] for k in either),
        len(neither), sum(rung[k] for k in neither), same, _kappa(list(wanted.values()), same), messages, alarms,
        dict(marks.most_common()), tuple(k for k in both if not rung[k]), tuple(k for k in either if not rung[k]),
    )  # fmt: skip


def measure() -> list[tuple[str, str, str, bool | None]]:
    """The rows for the table. Raises FileNotFoundError where the real data are away."""
    named = os.environ.get("JIEFEN_DATA", Path(__file__).resolve().parents[2] / ".." / "shared" / "data")
    folder, tables = Path(named) / "complaints", Tables.load()
    first, second = figures(folder, SEEN, tables), figures(folder, UNSEEN, tables)
    return [
        *second.rows("第二份，规则没有见过"),
        (FIRST[0], FIRST[1], "≥ 95 %", False),
        *first.rows("第一份，看过漏判再修之后"),
        second.alarm_row(),
    ]


def _labels(path: Path) -> dict[tuple[str, str, str], tuple[bool, bool]]:
    with path.open(encoding="utf-8", newline="") as f:
        return {(r["file"], r["id"], r["sentence"]): (r["first"] == "1", r["second"] == "1") for r in csv.DictReader(f)}


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as f:
        yield from csv.DictReader(f)


def _sentences(folder: Path, messages: set[tuple[str, str]]) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Sentences of the messages that hold labelled ones, cut as they were cut for the readers."""
    for name, body in BODY.items():
        for n, row in enumerate(_rows(folder, name), 1):
            key = (name, row["id"] or f"row{n}")
            if key not in messages:
                continue
            whole = re.sub(r"\s+", " ", (row[body] or "").strip())
            for i, sentence in enumerate(re.split(r"(?<=[。！？!?])", whole)):
                yield (*key, str(i)), sentence.strip()


def _kappa(pairs: list[tuple[bool, bool]], same: float) -> float:
    """Agreement of the two readers beyond chance (Cohen)."""
    a, b = (sum(p[i] for p in pairs) / len(pairs) for i in (0, 1))
    chance = a * b + (1 - a) * (1 - b)
    return (same - chance) / (1 - chance) if chance < 1 else 1.0
