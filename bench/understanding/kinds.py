"""How well kinds are learnt and guessed: seven kinds by grouped folds, our own kinds by two blind readers. Counts, never texts."""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LABELS = Path(__file__).with_name("kinds_labels.csv")
BODY = {"messages": "detail", "replied": "detail", "labelled": "text"}
F1, ECE, TOP_TWO, TRAIN_S, A_SECOND, COLD = 0.91, 0.04, 0.97, 60.0, 2000.0, 0.75
"""What is asked of it; the published results on the same rows: macro-F1 0.895 (grouped, linear machine), 0.912 (prize winners)."""


TOGETHER = 64
"""So many are asked at once, as `jiefen suggest` does with a file."""


def folder() -> Path:
    """Where the real messages lie; JIEFEN_DATA names another place."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    return Path(os.environ.get("JIEFEN_DATA", beside)) / "complaints"


def rows(name: str) -> Iterator[dict[str, str]]:
    """Lines of one collection."""
    csv.field_size_limit(2**31 - 1)
    with open(folder() / f"{name}.csv", encoding="utf-8-sig", newline="") as source:
        yield from csv.DictReader(source)


@dataclass(frozen=True, slots=True)
class Cold:
    """Of `rows` judged texts the word list spoke on `said`. (right, of how many) each: where both readers name the same
    code; where either reader's first or second code counts; the same for first-level kinds."""

    rows: int
    said: int
    both_sub: tuple[int, int]
    both_first: tuple[int, int]
    either_sub: tuple[int, int]
    either_first: tuple[int, int]
    readers_sub: tuple[int, int]
    readers_first: tuple[int, int]
    said_either_first: tuple[int, int]


def cold() -> Cold:
    """Ask the word list about the texts two readers labelled blind. Raises FileNotFoundError without the real messages."""
    from jiefen.triage.rules import Tables, suggest

    with open(LABELS, encoding="utf-8", newline="") as source:
        judged = list(csv.DictReader(source))
    texts = {(name, r["id"]): (r["subject"] or "", r[BODY[name]] or "") for name in BODY for r in rows(name)}
    tables = Tables.load()
    said = 0
    n = {
        k: [0, 0]
        for k in (
            "both_sub",
            "both_first",
            "either_sub",
            "either_first",
            "readers_sub",
            "readers_first",
            "said_either_first",
        )
    }

    def tell(name: str, right: bool) -> None:
        n[name][0] += right
        n[name][1] += 1

    for row in judged:
        subject, text = texts[row["file"], row["id"]]
        kind = suggest(text, subject=subject, tables=tables).kind
        said += bool(kind)
        codes = [c if c != "0" else "" for c in (row["code1"], row["code2"], row["second1"], row["second2"])]
        first = [c[:2] for c in codes]
        tell("readers_sub", codes[0] == codes[1])
        tell("readers_first", first[0] == first[1])
        if codes[0] == codes[1]:
            tell("both_sub", kind == codes[0])
        if first[0] == first[1]:
            tell("both_first", kind[:2] == first[0])
        named = {c for c in codes if c} or {""}
        tell("either_sub", kind in named)
        tell("either_first", kind[:2] in {c[:2] for c in named})
        if kind:
            tell("said_either_first", kind[:2] in {c[:2] for c in named})
    return Cold(len(judged), said, *((v[0], v[1]) for v in n.values()))


def learnt() -> dict[str, float | list[float]]:
    """Five grouped folds of the seven kinds, each held out whole; processor time of training and of asking."""
    from jiefen.triage.learning.guess import covered
    from jiefen.triage.learning.model import scanned
    from jiefen.triage.learning.train import judge, prepare, train
    from jiefen.triage.rules import Tables

    labelled = list(rows("labelled"))
    texts, labels = [r["text"] for r in labelled], [r["label"] for r in labelled]
    tables = Tables.load()
    began = time.process_time()
    data = prepare(texts, tables)
    made = train(data, labels)
    trained = time.process_time() - began
    began = time.process_time()
    for text in texts:
        made.model.score(covered(text), scanned(text, tables))
    asked = len(texts) / (time.process_time() - began)
    masked = [covered(t) for t in texts]
    scans = [scanned(t, tables) for t in texts]
    began = time.process_time()
    for n in range(0, len(masked), TOGETHER):
        made.model.score_all(masked[n : n + TOGETHER], scans[n : n + TOGETHER])
    scored = len(texts) / (time.process_time() - began)
    folds = judge(data, labels)
    mean = [sum(getattr(f, n) for f in folds) / len(folds) for n in ("macro_f1", "ece", "top_two", "accuracy")]
    return {
        "macro_f1": mean[0], "ece": mean[1], "top_two": mean[2], "accuracy": mean[3], "train_s": trained,
        "a_second": asked, "scored_a_second": scored, "folds_f1": [f.macro_f1 for f in folds], "folds_ece": [f.ece for f in folds],
    }  # fmt: skip


def measure() -> list[tuple[str, str, str, bool | None]]:
    """Rows of the table: what, measured, asked, reached (None: told only)."""
    out: list[tuple[str, str, str, bool | None]] = []
    m = learnt()
    f1, ece, two = float(m["macro_f1"]), float(m["ece"]), float(m["top_two"])  # type: ignore[arg-type]
    spread = "、".join(f"{x:.4f}" for x in m["folds_f1"])  # type: ignore[union-attr]
    out += [
        (
            "类型：七类，五份轮流留出（近乎相同的同边），macro-F1 平均",
            f"{f1:.4f}（{spread}）",
            f"≥ {F1}；已发表 0.895、0.912",
            f1 >= F1,
        ),
        ("类型：把握的偏差 ECE，15段，平均", f"{ece:.4f}", f"≤ {ECE}", ece <= ECE),
        ("类型：前两个里有，平均", f"{two:.4f}", f"≥ {TOP_TWO}", two >= TOP_TWO),
        ("类型：学一遍，处理器秒", f"{m['train_s']:.1f}", f"≤ {TRAIN_S:.0f}", float(m["train_s"]) <= TRAIN_S),  # type: ignore[arg-type]
        (
            f"类型：一核每秒判多少件（一次{TOGETHER}件，遮好、找好词以后）",
            f"{m['scored_a_second']:.0f}",
            f"≥ {A_SECOND:.0f}",
            float(m["scored_a_second"]) >= A_SECOND,
        ),  # type: ignore[arg-type]
        ("类型：同上，一件一件判，连遮住姓名、查词表", f"{m['a_second']:.0f}", "", None),
    ]
    c = cold()
    best = c.either_first[0] / c.either_first[1]
    out += [
        ("冷启动：300件两人盲标，一级类型与任一人相符", said(c.either_first), f"≥ {COLD}", best >= COLD),
        ("冷启动：完整代码与任一人相符", said(c.either_sub), f"目标 {COLD}", None),
        ("冷启动：两人一级相同的，一级相符", said(c.both_first), "", None),
        ("冷启动：两人代码相同的，代码相符", said(c.both_sub), "", None),
        ("冷启动：作了建议的", f"{said((c.said, c.rows))}", "", None),
        ("冷启动：作了建议的里，一级相符", said(c.said_either_first), "", None),
        ("两位标注人一级相同、代码相同", f"{said(c.readers_first)}；{said(c.readers_sub)}", "", None),
    ]
    return out


def said(of: tuple[int, int]) -> str:
    """184 / 187 = 98.40 %."""
    return f"{of[0]} / {of[1]} = {100 * of[0] / of[1]:.2f} %" if of[1] else "0 / 0"
