"""Alike matters, measured on a file of real messages: `alike_judged.csv` holds only numbers of messages and what was read.

How the judging set was made. 102 messages were taken by the hash of their number, so many of each band of how close the
closest other one is (character and word TF-IDF); those of the stock phrase left out. For each the first five or six of four
methods (character TF-IDF, word TF-IDF, BM25, an earlier form of our own) were put together in an order of chance and read
by one reader who saw no score and no method: the same matter (same place, firm or office, and same cause, also told by
somebody else or again) or not. 65 have at least one; they are split by another hash into a part for tuning and one for
judging. What nobody read counts as not alike; messages that say exactly the same follow their twin.
"""

import csv
import hashlib
import re
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from bench.understanding.kinds import folder
from jiefen.triage.likeness import grouping
from jiefen.triage.likeness.pairs import Telling
from jiefen.triage.likeness.weights import HEAD_COUNTS, USUAL, Weights, ready

JUDGED = Path(__file__).with_name("alike_judged.csv")
STOCK = re.compile("请.*加快")
"""The subject of the messages with a stock phrase and nothing else in common."""


def part_of(message: str) -> str:
    """Which part a query belongs to."""
    return "judging" if hashlib.sha256(message.encode()).digest()[0] % 2 else "tuning"


def judged() -> dict[str, dict[str, bool]]:
    """Query → other message → the same matter or not."""
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    with JUDGED.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found[row["query"]][row["other"]] = row["same"] == "1"
    return found


def figures_of(file: Path) -> dict[str, Any]:
    """All figures, from `messages.csv` (id, subject, detail). Some minutes at most."""
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    ids = [row["id"] for row in rows]
    told = [(row["subject"].strip(), row["detail"]) for row in rows]
    twins: dict[str, list[int]] = defaultdict(list)
    for n, row in enumerate(rows):
        twins[re.sub(r"\s", "", row["detail"])].append(n)
    twin_of = {n: group for group in twins.values() for n in group}
    place = {one: n for n, one in enumerate(ids)}
    known = {
        place[q]: {place[o]: same for o, same in others.items() if o in place}
        for q, others in judged().items() if q in place
    }  # fmt: skip
    learnt = grouping.learn(told)
    groups = grouping.group(learnt.tellings, learnt.weights)
    of = {n: k for k, group in enumerate(groups) for n in group}
    plain = [grouping.told(*row) for row in told]
    figures: dict[str, Any] = {"messages": len(rows), "groups": len(groups)}
    figures |= _ranking(plain, grouping.count(plain), known, twin_of, ids)
    figures |= _grouping(of, known, ids)
    same = [group for group in twins.values() if len(group) > 1]
    figures["exact"] = sum(len({of.get(n, -1 - n) for n in group}) == 1 for group in same)
    figures["exact_of"] = len(same)
    stock = Counter(of[n] for n, row in enumerate(told) if STOCK.match(row[0]) and n in of)
    figures["stock_of"] = sum(bool(STOCK.match(row[0])) for row in told)
    figures["stock_largest"] = max(stock.values(), default=0)
    return figures


def _ranking(
    tellings: list[Telling],
    weights: Weights,
    known: dict[int, dict[int, bool]],
    twin_of: dict[int, list[int]],
    ids: list[str],
) -> dict[str, Any]:
    """Mean average precision, the whole file ranked for each query, as the application ranks (`weights.closeness`)."""
    pairs = np.concatenate([np.array(t.all(), dtype=np.int64) for t in tellings])
    sizes = np.array([t.size for t in tellings])
    owner = np.repeat(np.arange(len(tellings)), sizes)
    at_head = np.concatenate([np.arange(t.size) < len(t.head) for t in tellings])
    order = np.argsort(pairs, kind="stable")
    ordered = pairs[order]
    long = 0.5 * USUAL + 0.5 * np.sqrt(np.maximum(sizes, 1))
    found: dict[str, list[float]] = {"tuning": [], "judging": []}
    for query, others in known.items():
        if not any(others.values()):
            continue
        score = np.zeros(len(tellings))
        for pair, adds in ready(tellings[query], weights).adds.items():
            hit = order[np.searchsorted(ordered, pair) : np.searchsorted(ordered, pair, "right")]
            score[owner[hit]] += adds * np.where(at_head[hit], HEAD_COUNTS, 1.0)
        score /= np.maximum(long, 0.5 * long[query])
        score[query] = -1
        right = {m for o, same in others.items() if same for m in twin_of[o]} | set(twin_of[query]) - {query}
        hits, total = 0, 0.0
        for rank, n in enumerate(np.argsort(-score, kind="stable"), 1):
            if int(n) in right:
                hits += 1
                total += hits / rank
                if hits == len(right):
                    break
        found[part_of(ids[query])].append(total / len(right))
    return {
        "map_tuning": float(np.mean(found["tuning"])), "map_judging": float(np.mean(found["judging"])),
        "queries_tuning": len(found["tuning"]), "queries_judging": len(found["judging"]),
    }  # fmt: skip


def _grouping(of: dict[int, int], known: dict[int, dict[int, bool]], ids: list[str]) -> dict[str, Any]:
    """B-cubed over what was read: of each query's read messages, how many of its group belong there, and how many that
    belong are in it; the query itself counts as one of them."""
    precision: list[float] = []
    recall: list[float] = []
    for query, others in known.items():
        if part_of(ids[query]) != "judging":
            continue
        mine = of.get(query, -1 - query)
        inside = [o for o in others if of.get(o, -1 - o) == mine]
        right = [o for o, same in others.items() if same]
        both = sum(others[o] for o in inside)
        precision.append((1 + both) / (1 + len(inside)))
        recall.append((1 + both) / (1 + len(right)))
    p, r = float(np.mean(precision)), float(np.mean(recall))
    return {"bcubed_precision": p, "bcubed_recall": r, "bcubed_f": 2 * p * r / (p + r)}


def measure() -> list[tuple[str, str, str, bool | None]]:
    """The rows of the table: what, measured, asked, reached."""
    began = time.process_time()
    f = figures_of(folder() / "messages.csv")
    took = time.process_time() - began
    return [
        (f"找相似的平均精度（判定用，{f['queries_judging']}问）", f"{f['map_judging']:.3f}", "≥ 0.86", f["map_judging"] >= 0.86),
        (f"　调整用，{f['queries_tuning']}问", f"{f['map_tuning']:.3f}", "", None),
        ("一字不差的都在一组", f"{f['exact']}／{f['exact_of']}", "全部", f["exact"] == f["exact_of"]),
        ("分组 B³ F（判定用）", f"{f['bcubed_f']:.3f}（准{f['bcubed_precision']:.3f}，全{f['bcubed_recall']:.3f}）", "> 0.81，另一套标准", None),
        (f"套话开头的{f['stock_of']}件，在同一组的最多", str(f["stock_largest"]), "不成一组", f["stock_largest"] < 10),
        (f"{f['messages']:,}行的处理器时间，含评分", f"{took:.0f} 秒", "≤ 30 秒", took <= 30),
    ]  # fmt: skip
