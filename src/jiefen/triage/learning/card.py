"""The card that goes with a model: what it was made from, how good it is, where it is weak. Markdown and JSON, no text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from .calibrate import BANDS, Figures
from .train import Trained

WEAK = 0.8
"""A kind with a lower F1 is named weak."""


def percent(n: int, d: int) -> str:
    """Half up, two decimals, with both counts: 184 / 187 = 98.40 %."""
    return f"{n} / {d} = {(n * 20000 + d) // (2 * d) / 100:.2f} %" if d else "0 / 0"


def facts(trained: Trained, labels: Sequence[str], *, at: datetime, source: str, groups: int, size: int, more: dict[str, Any] | None = None) -> dict[str, Any]:  # fmt: skip
    """The card as data."""
    f = trained.figures
    return {
        "date": at.date().isoformat(), "source": source, "rows": len(labels), "groups": groups, "bytes": size,
        "by_kind": dict(sorted(Counter(labels).items())), "temperature": round(float(trained.model.about["temperature"]), 5),
        "held_out": _said(f), "bands": [list(b) for b in trained.bands], "band_from": list(BANDS),
        "curve": [list(c) for c in trained.curve], "weak": [k[0] for k in f.kinds if k[4] < WEAK], **(more or {}),
    }  # fmt: skip


def _said(f: Figures) -> dict[str, Any]:
    return {
        "rows": f.rows, "accuracy": round(f.accuracy, 4), "macro_f1": round(f.macro_f1, 4), "top_two": round(f.top_two, 4),
        "ece": round(f.ece, 4), "kinds": [list(k) for k in f.kinds],
    }  # fmt: skip


def markdown(card: dict[str, Any], label: Callable[[str], str] = str) -> str:
    """The card for people."""
    held = card["held_out"]
    number = f"第{card['version']}版" if card.get("version") else ""
    lines = [
        f"# 类型模型{number}",
        "",
        f"- 日期：{card['date']}；来源：{card['source']}",
        f"- 学习用：{card['rows']}件，近乎相同的归并后{card['groups']}组；留出检验时，近乎相同的总在同一边",
        f"- 学习前已遮住姓名、号码、住址、性别、年龄、民族；模型里没有任何一件的原文，大小{card['bytes']:,}字节",
        f"- 留出检验（{held['rows']}件，各件都由没见过它的模型来判）：macro-F1 {held['macro_f1']:.4f}；"
        f"第一个就对 {percent(round(held['accuracy'] * held['rows']), held['rows'])}；"
        f"前两个里有 {percent(round(held['top_two'] * held['rows']), held['rows'])}；把握的偏差（ECE，15段）{held['ece']:.4f}",
    ]
    if verdict := card.get("verdict"):
        lines.append(f"- 与在用模型比较：{verdict}")
    lines += ["", "| 类型 | 件数 | 查准 | 查全 | F1 |", "|---|---:|---:|---:|---:|"]
    lines += [f"| {label(k)} | {n} | {p:.4f} | {r:.4f} | {f:.4f} |" for k, n, p, r, f in held["kinds"]]
    weak = "、".join(label(k) for k in card["weak"]) or "没有"
    lines += ["", f"薄弱的类型（F1 低于 {WEAK}）：{weak}。", "", "| 把握 | 件数 | 判对 | 比例 |", "|---|---:|---:|---|"]
    for n, (count, right) in enumerate(card["bands"]):
        upper = card["band_from"][n + 1] if n + 1 < len(card["band_from"]) else 1.0
        lines.append(f"| {card['band_from'][n]:.2f}–{upper:.2f} | {count} | {right} | {percent(right, count)} |")
    lines += ["", "| 说的把握（段内平均） | 实际判对 | 件数 |", "|---:|---:|---:|"]
    lines += [f"| {said:.4f} | {was:.4f} | {n} |" for said, was, n in card["curve"]]
    return "\n".join(lines) + "\n"
